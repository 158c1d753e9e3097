/** Texts and outlines of files that were read before, while neither time nor size of them changed. */

import { MAX_FILE_BYTES, readWorkspaceFile } from '../../platform/walk/read-workspace-file.ts';
import type { WorkspaceFile } from '../../platform/walk/walk-workspace.ts';
import type { CodeSymbol } from '../search.ts';
import { outlineText } from './outline.ts';

/** Characters of text kept for a live session; the files used longest ago go first. */
const MAX_CACHED_CHARACTERS = 32 * 1024 * 1024;

/** A file's text with its lines and definitions, worked out when first asked for. */
export interface ScannedFile {
  readonly path: string;
  readonly text: string;
  lines(): readonly string[];
  symbols(): readonly CodeSymbol[];
}
export interface TextCache {
  /** The text of a file; undefined where it is gone, binary, too large or may not be read. */
  read(file: WorkspaceFile): Promise<ScannedFile | undefined>;
}

/** A cache of the files below `root` (a real path). */
export function createTextCache(root: string): TextCache {
  const entries = new Map<string, { readonly version: string; readonly file: ScannedFile }>();
  let characters = 0;
  const forget = (path: string) => {
    characters -= entries.get(path)?.file.text.length ?? 0;
    entries.delete(path);
  };
  return {
    read: async (file) => {
      const version = `${file.modifiedMs}:${file.sizeBytes}`;
      const before = entries.get(file.path);
      if (before !== undefined) forget(file.path);
      const isFresh = before?.version === version;
      const scanned = isFresh ? before.file : await scanFile(root, file);
      if (scanned === undefined) return undefined;
      // Put in last, so that the first entry of the map is always the one used longest ago.
      forget(file.path);
      entries.set(file.path, { version, file: scanned });
      characters += scanned.text.length;
      for (const path of entries.keys()) {
        if (characters <= MAX_CACHED_CHARACTERS) break;
        forget(path);
      }
      return scanned;
    },
  };
}

async function scanFile(root: string, file: WorkspaceFile): Promise<ScannedFile | undefined> {
  if (file.sizeBytes > MAX_FILE_BYTES) return undefined;
  const read = await readWorkspaceFile(root, file.path);
  return read.ok ? scanText(file.path, read.text) : undefined;
}

/** A text as if it had been read from `path`. */
export function scanText(path: string, text: string): ScannedFile {
  let lines: readonly string[] | undefined;
  let symbols: readonly CodeSymbol[] | undefined;
  const getLines = () => {
    lines ??= text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
    return lines;
  };
  return {
    path,
    text,
    lines: getLines,
    symbols: () => {
      symbols ??= outlineText(path, getLines());
      return symbols;
    },
  };
}
