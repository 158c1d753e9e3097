// Reads source files the way the checks need them: listed, parsed, with line numbers.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync, visitorKeys } from 'oxc-parser';

const SKIPPED_FOLDERS = new Set(['node_modules', 'dist', 'coverage', '.git', 'fixtures']);

/**
 * Every file below `root/folder` whose name ends with one of `endings`, as sorted paths relative to
 * `root` with forward slashes. A folder that is missing has no files.
 * @param {string} root
 * @param {string} folder
 * @param {readonly string[]} endings
 * @returns {string[]}
 */
export function listFiles(root, folder, endings) {
  return readFolder(join(root, folder))
    .flatMap((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        return SKIPPED_FOLDERS.has(entry.name) ? [] : listFiles(root, path, endings);
      }
      return endings.some((ending) => path.endsWith(ending)) ? [path] : [];
    })
    .sort();
}

/** @param {string} path */
function readFolder(path) {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/**
 * One parsed file.
 * @typedef {object} SourceFile
 * @property {string} path relative to the root
 * @property {string} text
 * @property {import('oxc-parser').ParseResult} parsed
 * @property {(offset: number) => number} lineAt the 1-based line of an offset
 */

/**
 * @param {string} root
 * @param {string} path
 * @returns {SourceFile}
 */
export function readSource(root, path) {
  return parseSource(path, readFileSync(join(root, path), 'utf8'));
}

/**
 * @param {string} path
 * @param {string} text
 * @returns {SourceFile}
 */
export function parseSource(path, text) {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  const lineAt = (/** @type {number} */ offset) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
  return { path, text, parsed: parseSync(path, text), lineAt };
}

/**
 * Calls `visit` for every node, parents first. `ancestors` is the way from the root, nearest last.
 * @param {any} node
 * @param {(node: any, ancestors: readonly any[]) => void} visit
 * @param {any[]} ancestors
 */
export function walk(node, visit, ancestors = []) {
  visit(node, ancestors);
  ancestors.push(node);
  for (const key of visitorKeys[node.type] ?? []) {
    const child = node[key];
    for (const one of Array.isArray(child) ? child : [child]) {
      if (one !== null && typeof one === 'object') walk(one, visit, ancestors);
    }
  }
  ancestors.pop();
}
