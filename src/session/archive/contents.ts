/** Contents (files before and after an edit, images) that journals name by their hash. */
import { setImmediate as letOthersRun } from 'node:timers/promises';
import { LineReader } from '../../platform/storage/line-reader.ts';

const STEP_BYTES = 256 * 1024;
/** In quotes, as JSON has it, whatever the event that names it. */
const HASH = /"([0-9a-f]{64})"/g;

/** The hashes that a journal names, in any line. Throws the system's error. */
export async function namedContents(path: string): Promise<ReadonlySet<string>> {
  const hashes = new Set<string>();
  const reader = new LineReader(path, STEP_BYTES);
  try {
    for (let lines = reader.next(); lines !== undefined; lines = reader.next()) {
      for (const line of lines) {
        for (const [, hash = ''] of line.matchAll(HASH)) hashes.add(hash);
      }
      await letOthersRun();
    }
  } finally {
    reader.close();
  }
  return hashes;
}

/** Those of the hashes that none of the journals names. Rejects when one cannot be read. */
export async function unnamedContents(
  hashes: ReadonlySet<string>,
  paths: readonly string[],
): Promise<ReadonlySet<string>> {
  let left = hashes;
  for (const path of paths) {
    if (left.size === 0) break;
    const named = await namedContents(path);
    left = new Set([...left].filter((hash) => !named.has(hash)));
  }
  return left;
}
