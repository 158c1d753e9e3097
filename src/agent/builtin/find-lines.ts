/** Looks at every line of the workspace, for questions that a ranking cannot answer. */

import { readWorkspaceFile } from '../../platform/walk/read-workspace-file.ts';
import type { Workshop } from './workshop.ts';

export interface FoundLine {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

const MAX_LINE_CHARACTERS = 2_000;
/** Files read at the same time. */
const BATCH_SIZE = 16;

interface WantedLines {
  readonly text: string;
  readonly fits: (line: string, path: string) => boolean;
  readonly limit: number;
}

/**
 * Lines that contain `text` and fit `fits`, in the order of the files; stops after `limit`. Long
 * lines are generated and left out, and so are files that are too large to be read whole.
 */
export async function findLines(
  workshop: Workshop,
  wanted: WantedLines,
): Promise<readonly FoundLine[]> {
  const { search, root, signal } = workshop;
  const paths = await search.findFiles({ pattern: '', limit: Infinity, signal });
  const found: FoundLine[] = [];
  for (let start = 0; start < paths.length && found.length < wanted.limit; start += BATCH_SIZE) {
    signal.throwIfAborted();
    const batch = paths.slice(start, start + BATCH_SIZE);
    const lines = await Promise.all(batch.map((path) => findInFile(root, path, wanted)));
    found.push(...lines.flat());
  }
  return found.slice(0, wanted.limit);
}

async function findInFile(
  root: string,
  path: string,
  wanted: WantedLines,
): Promise<readonly FoundLine[]> {
  const read = await readWorkspaceFile(root, path);
  if (!read.ok || read.isCut || !read.text.includes(wanted.text)) return [];
  return read.text.split('\n').flatMap((line, index) => {
    const isShort = line.length <= MAX_LINE_CHARACTERS && line.includes(wanted.text);
    return isShort && wanted.fits(line, path) ? [{ path, line: index + 1, text: line.trim() }] : [];
  });
}

/** True where `name` stands in the line as a whole name. */
export function hasWholeName(line: string, name: string): boolean {
  for (let at = line.indexOf(name); at >= 0; at = line.indexOf(name, at + 1)) {
    const around = `${line[at - 1] ?? ' '}${line[at + name.length] ?? ' '}`;
    if (!/[\p{L}\p{N}_$]/u.test(around)) return true;
  }
  return false;
}
