// A work tree in a scratch folder that is taken from commit to commit; files that two commits share
// are not written again, as when a person switches branches.
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { git } from './git.mjs';

export class ScratchTree {
  #gitDir;
  #index;
  #folder = realpathSync(mkdtempSync(join(tmpdir(), 'zeke-retrieval-')));
  #commit;

  constructor(gitDir) {
    this.#gitDir = gitDir;
    this.#index = join(this.#folder, 'index');
    mkdirSync(this.root);
  }

  get root() {
    return join(this.#folder, 'tree');
  }

  /** Makes the tree that of a commit. */
  moveTo(commit) {
    if (commit === this.#commit) return;
    const from = this.#commit === undefined ? [] : [this.#commit];
    git(this.#gitDir, [`--work-tree=${this.root}`, 'read-tree', '-m', '-u', ...from, commit], {
      GIT_INDEX_FILE: this.#index,
    });
    this.#commit = commit;
  }

  remove() {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
