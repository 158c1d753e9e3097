/** Looks at every line of the workspace, for questions that a ranking cannot answer. */

import { MAX_FILE_BYTES, readWorkspaceFile } from '../../platform/walk/read-workspace-file.ts';
import { walkWorkspace } from '../../platform/walk/walk-workspace.ts';
import type { Workshop } from './workshop.ts';

export interface FoundLine {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

const MAX_LINE_CHARACTERS = 2_000;

/**
 * Lines that contain `text` and fit `fits`, in the order of the walk; stops after `limit`. Long
 * lines are generated and left out.
 */
export async function findLines(
  workshop: Workshop,
  wanted: {
    readonly text: string;
    readonly fits: (line: string, path: string) => boolean;
    readonly limit: number;
  },
): Promise<readonly FoundLine[]> {
  const { root, env, signal } = workshop;
  const { files } = await walkWorkspace({ root, env, signal });
  const found: FoundLine[] = [];
  for (const file of files) {
    signal.throwIfAborted();
    if (found.length >= wanted.limit) break;
    if (file.sizeBytes > MAX_FILE_BYTES) continue;
    const read = await readWorkspaceFile(root, file.path);
    if (!read.ok || !read.text.includes(wanted.text)) continue;
    for (const [index, line] of read.text.split('\n').entries()) {
      const isShort = line.length <= MAX_LINE_CHARACTERS && line.includes(wanted.text);
      if (isShort && wanted.fits(line, file.path)) {
        found.push({ path: file.path, line: index + 1, text: line.trim() });
      }
    }
  }
  return found.slice(0, wanted.limit);
}

/** True where `name` stands in the line as a whole name. */
export function hasWholeName(line: string, name: string): boolean {
  for (let at = line.indexOf(name); at >= 0; at = line.indexOf(name, at + 1)) {
    const around = `${line[at - 1] ?? ' '}${line[at + name.length] ?? ' '}`;
    if (!/[\p{L}\p{N}_$]/u.test(around)) return true;
  }
  return false;
}
