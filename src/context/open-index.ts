/**
 * Picks who answers questions about the code: the native index, or the plain scan where no library
 * fits the machine. Nothing is opened before the first question.
 */
import type { CodeIndex, IndexingListener } from './code-index.ts';
import type { NativeOptions } from './native/open-native.ts';

export interface OpenIndexOptions extends NativeOptions {
  readonly onIndexing?: IndexingListener | undefined;
}

/** An index over the files below `root`. `ZEKE_INDEX=scan` keeps the native one out. */
export function openIndex(options: OpenIndexOptions): CodeIndex {
  let opened: Promise<CodeIndex> | undefined;
  const index = (): Promise<CodeIndex> => {
    opened ??= open(options);
    return opened;
  };
  return {
    search: async (query) => (await index()).search(query),
    findDefinitions: async (name, signal) => (await index()).findDefinitions(name, signal),
    outline: async (path, signal) => (await index()).outline(path, signal),
    findFiles: async (query) => (await index()).findFiles(query),
    findReferences: async (query) => (await index()).findReferences(query),
    findSymbols: async (query) => (await index()).findSymbols(query),
    findText: async (query) => (await index()).findText(query),
    findImports: async (path, signal) => (await index()).findImports(path, signal),
    collect: async (query) => (await index()).collect(query),
    map: async (query) => (await index()).map(query),
    refresh: async (refreshing) => (await index()).refresh(refreshing),
    status: async (signal) => (await index()).status(signal),
    setOverlay: async (path, text) => (await index()).setOverlay(path, text),
    watch: async (onChange, signal) => (await index()).watch(onChange, signal),
    close: async () => (await opened)?.close(),
  };
}

async function open(options: OpenIndexOptions): Promise<CodeIndex> {
  const { root, env, onIndexing } = options;
  if (env.ZEKE_INDEX === 'scan') return await openScan(options, 'ZEKE_INDEX is "scan"');
  const { openNative } = await import('./native/open-native.ts');
  const opened = await openNative(options);
  if (opened.index === undefined) return await openScan({ root, env }, opened.reason);
  const { createNativeCodeIndex } = await import('./native/native-code-index.ts');
  const watchElsewhere: CodeIndex['watch'] = async (onChange, signal) => {
    const scan = await openScan({ root, env }, 'the system tells of no changes');
    await scan.watch(onChange, signal);
  };
  const { index, problem } = opened;
  return createNativeCodeIndex(index, { root, env, onIndexing, watchElsewhere, problem });
}

async function openScan({ root, env }: NativeOptions, reason: string): Promise<CodeIndex> {
  const { createScanIndex } = await import('./scan/scan-index.ts');
  return createScanIndex({ root, env, reason });
}
