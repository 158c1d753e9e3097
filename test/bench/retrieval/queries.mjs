// The questions of the benchmark: real issues, commit messages, people's questions, doc strings.
import { readFileSync } from 'node:fs';
import { git } from './git.mjs';
import { isAside, isSource } from './paths.mjs';

/**
 * One question about one tree.
 * @typedef {object} Query
 * @property {string} id
 * @property {string} repo
 * @property {string} commit the tree it is asked about
 * @property {string} text
 * @property {readonly string[]} gold paths, or `path#symbol` for set D
 */

/** A. Issues and the files their fix changed. @returns {readonly Query[]} */
export function issueQueries(file) {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((row) => row !== '')
    .map((row) => JSON.parse(row))
    .map((row) => ({
      id: row.id,
      repo: row.repo,
      commit: row.base_commit,
      text: row.question,
      gold: row.files,
    }));
}

const MAX_CHANGED = 5;
/** Commits looked at for every one that is wanted; most change tests, documents or too much. */
const LOOK_AT = 20;

/** B. Commit messages and the sources they changed, newest first. @returns {readonly Query[]} */
export function commitQueries(repo, gitDir, wanted) {
  const log = git(gitDir, [
    'log',
    '--no-merges',
    '--no-renames',
    '--raw',
    '--abbrev=40',
    `--max-count=${wanted * LOOK_AT}`,
    '--format=%x01%H%x02%P%x02%B%x03',
    'HEAD',
  ]);
  const queries = [];
  for (const row of log.split('\x01').slice(1)) {
    const [hash, parents, rest = ''] = row.split('\x02');
    const [message, raw = ''] = rest.split('\x03');
    const text = plainMessage(message);
    const changes = [...raw.matchAll(/^:(\d+) (\d+) \S+ \S+ (\w)\S*\t(.+)$/gm)];
    const sources = changes.filter(([, , , , path]) => isSource(path) && !isAside(path));
    if (sources.length === 0 || sources.length > MAX_CHANGED) continue;
    if (sources.some(([, , , kind]) => kind !== 'M')) continue;
    if (parents === '' || text.split(/\s+/).length < 3) continue;
    queries.push({
      id: hash.slice(0, 12),
      repo,
      commit: parents.split(' ')[0],
      text,
      gold: sources.map(([, , , , path]) => path),
    });
    if (queries.length === wanted) break;
  }
  return queries;
}

/** Without what only links the commit to other places. */
function plainMessage(message) {
  return message
    .replace(/^(?:Co-authored-by|Signed-off-by|Reviewed-by|Fixes|Closes|Refs?|See)\b.*$/gim, '')
    .replace(/\(?#\d+\)?/g, '')
    .replace(/https?:\/\/\S+/g, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
