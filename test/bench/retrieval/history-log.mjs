// The log of a commit in the format that the index's `history` takes, without asking git for the
// changes of the same commits again and again.
import { git } from './git.mjs';

const FORMAT = '%x01%H%x02%ct%x02%B%x03';
const MAX_COMMITS = 4000;

export class HistoryLog {
  #gitDir;
  #records = new Map();

  constructor(gitDir) {
    this.#gitDir = gitDir;
  }

  /** What came before and with `commit`: nothing of later ones. */
  upTo(commit) {
    const options = ['--no-merges', `--max-count=${MAX_COMMITS}`];
    const hashes = git(this.#gitDir, ['rev-list', ...options, commit])
      .split('\n')
      .filter(Boolean);
    if (hashes.some((hash) => !this.#records.has(hash))) this.#read(commit, options);
    return hashes.map((hash) => this.#records.get(hash)).join('');
  }

  #read(commit, options) {
    const log = git(this.#gitDir, [
      'log',
      ...options,
      '--name-only',
      '-z',
      `--format=${FORMAT}`,
      commit,
    ]);
    for (const record of log.split('\x01').slice(1)) {
      this.#records.set(record.slice(0, record.indexOf('\x02')), `\x01${record}`);
    }
  }
}
