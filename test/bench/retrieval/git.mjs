// What the retrieval benchmark reads from bare repositories: trees, blobs and the log.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Where a repository of a folder of repositories lies: its git directory. */
export function findGitDir(folder, repo) {
  const [owner, name] = repo.split('/');
  const places = [
    join(folder, `${owner}+${name}`, 'repo'),
    join(folder, `${owner}+${name}`),
    join(folder, owner, name),
    join(folder, owner, `${name}.git`),
    join(folder, name),
    join(folder, `${name}.git`),
  ];
  return places
    .flatMap((place) => [join(place, '.git'), place])
    .find((place) => existsSync(join(place, 'objects')) && existsSync(join(place, 'HEAD')));
}

export function git(gitDir, args, env = {}) {
  const done = spawnSync('git', [`--git-dir=${gitDir}`, '-c', 'safe.directory=*', ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
    env: { ...process.env, LC_ALL: 'C', ...env },
  });
  if (done.status !== 0) throw new Error(`git ${args[0]} failed: ${done.stderr}`);
  return done.stdout;
}

/** The regular files of a commit. */
export function listTree(gitDir, commit) {
  return git(gitDir, ['ls-tree', '-r', '-l', '-z', '--full-tree', commit])
    .split('\0')
    .filter((row) => row.startsWith('100'))
    .map((row) => {
      const [head, path] = row.split('\t');
      const [, , blob, size] = head.split(/\s+/);
      return { path, blob, bytes: Number(size) };
    });
}

/** Reads blobs of one repository through one process. */
export class BlobReader {
  #process;
  #buffered = Buffer.alloc(0);
  #waiting = [];

  constructor(gitDir) {
    this.#process = spawn('git', [`--git-dir=${gitDir}`, 'cat-file', '--batch'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let parts = [];
    this.#process.stdout.on('data', (part) => {
      parts.push(part);
      const wanted = this.#waiting[0]?.bytes ?? 0;
      const have = this.#buffered.length + parts.reduce((sum, { length }) => sum + length, 0);
      if (have < wanted) return;
      this.#buffered = Buffer.concat([this.#buffered, ...parts]);
      parts = [];
      this.#answer();
    });
  }

  /** The text of a blob. */
  read(blob) {
    return new Promise((resolve) => {
      this.#waiting.push({ resolve, bytes: 0 });
      this.#process.stdin.write(`${blob}\n`);
    });
  }

  close() {
    this.#process.stdin.end();
  }

  #answer() {
    for (;;) {
      const [next] = this.#waiting;
      const headEnd = this.#buffered.indexOf(10);
      if (next === undefined || headEnd < 0) return;
      const head = this.#buffered.toString('latin1', 0, headEnd);
      const size = Number(/ blob (\d+)$/.exec(head)?.[1] ?? -1);
      const end = headEnd + 1 + (size < 0 ? 0 : size + 1);
      if (this.#buffered.length < end) {
        next.bytes = end;
        return;
      }
      next.resolve(size < 0 ? '' : this.#buffered.toString('utf8', headEnd + 1, end - 1));
      this.#buffered = this.#buffered.subarray(end);
      this.#waiting.shift();
    }
  }
}
