// The index under test: the native library, on a tree of its own.
import { loadLibrary } from '../../../src/platform/native/library.ts';
import { openNativeIndex } from '../../../src/platform/native/native-index.ts';

/** Deeper than anyone reads, so that what is not found is told from what is found late. */
const LIMIT = 100;

export async function openSearch(root, libraryPath) {
  const { library, reason } = await loadLibrary(libraryPath);
  if (library === undefined) throw new Error(`The native library is missing: ${reason}`);
  const index = await openNativeIndex(library, { root });
  return {
    refresh: () => index.call('refresh', {}),
    remember: (head, log) => index.call('history', { head, log }),
    search: async (text) => (await index.call('search', { text, limit: LIMIT })).results,
    close: () => index.close(),
  };
}
