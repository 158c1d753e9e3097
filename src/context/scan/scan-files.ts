/** The files of a workspace as a plain scan sees them: listed and read anew, or as an editor has them. */
import type { Environment } from '../../platform/env.ts';
import { isSecretPath } from '../../platform/walk/secret-files.ts';
import type { WorkspaceFile } from '../../platform/walk/walk-workspace.ts';
import { createTextCache, type ScannedFile, scanText } from './text-cache.ts';

export interface ScanOptions {
  /** Real path of the workspace's root. */
  readonly root: string;
  readonly env: Environment;
}

export interface ScanFiles {
  /** Every file, shallow folders first. Callers that share a signal share one walk. */
  list(signal?: AbortSignal): Promise<readonly WorkspaceFile[]>;
  /** The text of a file; undefined where it is gone, binary, too large or may not be read. */
  read(file: WorkspaceFile): Promise<ScannedFile | undefined>;
  /** Hands over the text of every readable file, with rests in between. */
  forEachText(
    visit: (scanned: ScannedFile, file: WorkspaceFile) => void,
    signal?: AbortSignal,
  ): Promise<void>;
  /** `text` stands in place of the file at `path`; undefined ends it. */
  setOverlay(path: string, text: string | undefined): void;
}

/** The longest stretch of work before other work gets its turn. */
const MAX_BUSY_MS = 12;

/** Text in these is not written by people, or is no text at all; they are found by path only. */
const UNREAD_PATH =
  /\.(?:png|jpe?g|gif|webp|avif|ico|bmp|tiff?|svg|pdf|zip|gz|tgz|bz2|xz|zst|7z|rar|jar|war|wasm|so|dylib|dll|exe|a|o|obj|lib|class|pyc|woff2?|ttf|otf|eot|mp[34]|mov|webm|ogg|wav|flac|map|lock|snap|min\.js|min\.css|db|sqlite3?|bin|onnx|gguf)$|(?:^|\/)(?:package-lock\.json|pnpm-lock\.yaml|npm-shrinkwrap\.json|go\.sum)$/i;

/** The files below `root`. Nothing is read before it is asked for. */
export function createScanFiles({ root, env }: ScanOptions): ScanFiles {
  const cache = createTextCache(root);
  const overlays = new Map<string, ScannedFile>();
  const walk = shareRunning(async (signal) => {
    // Loaded with the first question: a search is made at every start, and seldom asked.
    const { walkWorkspace } = await import('../../platform/walk/walk-workspace.ts');
    return (await walkWorkspace({ root, env, ...(signal === undefined ? {} : { signal }) })).files;
  });
  const list: ListFiles = async (signal) => withOverlays(await walk(signal), overlays);
  const read = async (file: WorkspaceFile) => overlays.get(file.path) ?? (await cache.read(file));
  return {
    list,
    read,
    forEachText: async (visit, signal) => {
      const rest = createRest(signal);
      for (const file of await list(signal)) {
        if (UNREAD_PATH.test(file.path)) continue;
        const scanned = await read(file);
        if (scanned !== undefined) visit(scanned, file);
        await rest();
      }
    },
    setOverlay: (path, text) => {
      if (text === undefined) overlays.delete(path);
      else if (!isSecretPath(path)) overlays.set(path, scanText(path, text));
    },
  };
}

/** A buffer that was never saved is a file too. */
function withOverlays(
  files: readonly WorkspaceFile[],
  overlays: ReadonlyMap<string, ScannedFile>,
): readonly WorkspaceFile[] {
  if (overlays.size === 0) return files;
  const known = new Set(files.map(({ path }) => path));
  const unsaved = [...overlays.values()].filter(({ path }) => !known.has(path));
  return [
    ...files,
    ...unsaved.map(({ path, text }) => ({ path, sizeBytes: text.length, modifiedMs: 0 })),
  ];
}

type ListFiles = (signal?: AbortSignal) => Promise<readonly WorkspaceFile[]>;

/** Callers that share a signal share the walk that is under way; nothing is kept after it. */
function shareRunning(list: ListFiles): ListFiles {
  const running = new Map<AbortSignal | undefined, Promise<readonly WorkspaceFile[]>>();
  return (signal) => {
    const before = running.get(signal);
    if (before !== undefined) return before;
    const started = list(signal).finally(() => running.delete(signal));
    running.set(signal, started);
    return started;
  };
}

/** Lets the event loop turn when the last turn is long ago; throws when aborted. */
export function createRest(signal: AbortSignal | undefined): () => Promise<void> {
  let lastRestAt = performance.now();
  return async () => {
    signal?.throwIfAborted();
    if (performance.now() - lastRestAt < MAX_BUSY_MS) return;
    await new Promise((resolve) => setImmediate(resolve));
    lastRestAt = performance.now();
  };
}
