/**
 * The code index without an index: every question reads the workspace as it is. It serves where
 * the native library does not fit the machine, and tests hold the native one against it.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { CodeIndex, IndexStatus, RefreshResult } from '../code-index.ts';
import { collectCode, mapCode } from './lookup/collect-code.ts';
import { findImports } from './lookup/find-imports.ts';
import { findReferences } from './lookup/find-references.ts';
import { findSymbols } from './lookup/find-symbols.ts';
import { findText } from './lookup/find-text.ts';
import { createScanFiles, type ScanFiles, type ScanOptions } from './scan-files.ts';
import { createScanSearch } from './scan-search.ts';

/** How often the folders are looked through for changes while somebody watches. */
const WATCH_PERIOD_MS = 500;

export interface ScanIndexOptions extends ScanOptions {
  /** Why this serves and not the native index; shown by `status`. */
  readonly reason?: string;
}

/** An index over the files below `root`. */
export function createScanIndex(options: ScanIndexOptions): CodeIndex {
  const files = createScanFiles(options);
  const search = createScanSearch(files);
  return {
    ...search,
    findReferences: (query) => findReferences(files, query),
    findSymbols: (query) => findSymbols(files, query),
    findText: (query) => findText(files, query),
    findImports: (path, signal) => findImports(files, path, signal),
    collect: (query) => collectCode(files, search, query),
    map: (query) => mapCode(files, query),
    refresh: async (refreshing) => await readAll(files, refreshing?.signal),
    status: async (signal) => await statusOf(files, options.reason, signal),
    setOverlay: async (path, text) => files.setOverlay(path, text),
    watch: (onChange, signal) => watchFiles(files, onChange, signal),
    close: async () => undefined,
  };
}

/** Nothing is kept, so nothing changes: the count of files is all there is to say. */
async function readAll(files: ScanFiles, signal?: AbortSignal): Promise<RefreshResult> {
  const count = (await files.list(signal)).length;
  return { files: count, added: 0, changed: 0, removed: 0, unchanged: count, readBytes: 0 };
}

async function statusOf(
  files: ScanFiles,
  reason: string | undefined,
  signal: AbortSignal | undefined,
): Promise<IndexStatus> {
  let [indexedBytes, symbols] = [0, 0];
  await files.forEachText((scanned, file) => {
    indexedBytes += file.sizeBytes;
    symbols += scanned.symbols().length;
  }, signal);
  return {
    engine: 'scan',
    ...(reason === undefined ? {} : { reason }),
    files: (await files.list(signal)).length,
    indexedBytes,
    symbols,
    snapshotBytes: 0,
    memoryBytes: 0,
    languages: [],
    isWatching: false,
  };
}

async function watchFiles(
  files: ScanFiles,
  onChange: (paths: readonly string[]) => void,
  signal: AbortSignal,
): Promise<void> {
  let before = await versions(files);
  while (!signal.aborted) {
    // Rejects when aborted, which is the way out.
    await wait(WATCH_PERIOD_MS, undefined, { signal }).catch(() => undefined);
    const now = await versions(files);
    const paths = [...new Set([...before.keys(), ...now.keys()])];
    const changed = paths.filter((path) => before.get(path) !== now.get(path));
    before = now;
    if (changed.length > 0 && !signal.aborted) onChange(changed.sort());
  }
}

async function versions(files: ScanFiles): Promise<ReadonlyMap<string, string>> {
  const listed = await files.list();
  return new Map(listed.map((file) => [file.path, `${file.modifiedMs}:${file.sizeBytes}`]));
}
