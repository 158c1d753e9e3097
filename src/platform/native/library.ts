/**
 * Finds and loads the library of the code index. Nothing of it, koffi included, is touched before
 * the first question; where it does not fit this machine, the reason is told and the scan serves.
 */
import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { LibraryHandle } from 'koffi';
import { errorMessage } from '../errors.ts';
import { ABI_VERSION, PROGRESS_STRUCT, PROTOTYPES } from './declarations.ts';
import { loadKoffi } from './koffi.ts';

/** The functions of the header. Those that may take long run on a thread of Node's pool. */
export interface NativeLibrary {
  readonly path: string;
  readonly indexOpen: (call: OpenCall) => Promise<number>;
  readonly indexClose: (index: bigint) => Promise<number>;
  readonly indexCall: (call: IndexCall) => Promise<number>;
  readonly taskNew: (index: bigint, taskOut: BigUint64Array) => number;
  readonly taskCancel: (task: bigint) => number;
  readonly taskProgress: (task: bigint, progressOut: Partial<NativeProgress>) => number;
  readonly taskResult: (task: bigint, buffer: Buffer, sizeOut: BigUint64Array) => number;
  readonly taskFree: (task: bigint) => number;
}
export interface OpenCall {
  readonly request: Buffer;
  readonly indexOut: BigUint64Array;
  /** Holds the message of an error, ended by a zero byte. */
  readonly message: Buffer;
}
export interface IndexCall {
  readonly index: bigint;
  readonly task: bigint;
  readonly operation: number;
  readonly request: Buffer;
}
export interface NativeProgress {
  readonly done: number;
  readonly total: number;
  readonly phase: number;
}

/** Enough for the headers of a program, where its loader is named. */
const HEAD_BYTES = 8192;

export type LoadedLibrary =
  | { readonly library: NativeLibrary }
  /** Why there is none, for people. */
  | { readonly library: undefined; readonly reason: string };

/** Loads the library that was built or packed for this machine, or the one at `path`. */
export async function loadLibrary(path = findLibrary()): Promise<LoadedLibrary> {
  if (path === undefined || !existsSync(path)) {
    const where = path ?? `native/prebuilt/${platformName()}`;
    return refused(`there is no library for ${platformName()} (${where})`);
  }
  try {
    const koffi = await loadKoffi(usesMusl());
    const handle = koffi.load(path);
    const version: unknown = handle.func(PROTOTYPES.abiVersion)();
    if (version !== ABI_VERSION) {
      return refused(`${path} has version ${version} of its interface, not ${ABI_VERSION}`);
    }
    // A name can be given to a type once in a process, and a process may load two libraries.
    if (!isKnownType(koffi.type)) koffi.struct(PROGRESS_STRUCT.name, PROGRESS_STRUCT.members);
    return { library: bind(handle, path) };
  } catch (error) {
    return refused(`${path} does not load: ${errorMessage(error)}`);
  }
}

/** `linux-x64`, `linux-arm64-musl`, `darwin-arm64`: Node's names, and musl where that is the libc. */
function platformName(): string {
  const base = `${process.platform}-${process.arch}`;
  return usesMusl() ? `${base}-musl` : base;
}

function refused(reason: string): LoadedLibrary {
  return { library: undefined, reason };
}

/** The program that runs this names its loader near its beginning: `/lib/ld-musl-x86_64.so.1`. */
function usesMusl(): boolean {
  if (process.platform !== 'linux') return false;
  const head = Buffer.alloc(HEAD_BYTES);
  const file = openSync(process.execPath, 'r');
  try {
    return head.subarray(0, readSync(file, head)).includes('/ld-musl-');
  } finally {
    closeSync(file);
  }
}

/** The library in the package that holds this file; its folder depends on how it was bundled. */
function findLibrary(): string | undefined {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json'))) {
    if (dirname(folder) === folder) return undefined;
    folder = dirname(folder);
  }
  return join(folder, 'native', 'prebuilt', platformName(), fileName());
}

function fileName(): string {
  if (process.platform === 'win32') return 'zeke_index.dll';
  return process.platform === 'darwin' ? 'libzeke_index.dylib' : 'libzeke_index.so';
}

function isKnownType(type: (name: string) => unknown): boolean {
  try {
    type(PROGRESS_STRUCT.name);
    return true;
  } catch {
    return false;
  }
}

function bind(handle: LibraryHandle, path: string): NativeLibrary {
  const open = handle.func(PROTOTYPES.indexOpen);
  const close = handle.func(PROTOTYPES.indexClose);
  const call = handle.func(PROTOTYPES.indexCall);
  const taskResult = handle.func(PROTOTYPES.taskResult);
  return {
    path,
    indexOpen: ({ request, indexOut, message }) =>
      onPool(open.async, [request, request.length, indexOut, message, message.length]),
    indexClose: (index) => onPool(close.async, [index]),
    indexCall: ({ index, task, operation, request }) =>
      onPool(call.async, [index, task, operation, request, request.length]),
    taskNew: handle.func(PROTOTYPES.taskNew),
    taskCancel: handle.func(PROTOTYPES.taskCancel),
    taskProgress: handle.func(PROTOTYPES.taskProgress),
    taskResult: (task, buffer, sizeOut) => taskResult(task, buffer, buffer.length, sizeOut),
    taskFree: handle.func(PROTOTYPES.taskFree),
  };
}

/** The arguments are held by the promise: the library reads and writes them until it settles. */
function onPool(
  call: (...args: readonly unknown[]) => void,
  args: readonly unknown[],
): Promise<number> {
  return new Promise((resolve, reject) => {
    call(...args, (error: unknown, result: number) => {
      if (error === null || error === undefined) resolve(result);
      else reject(error);
    });
  });
}
