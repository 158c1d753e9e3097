/** Looks at files and folders without changing anything, for `zeke doctor` and `zeke models`. */
import { constants } from 'node:fs';
import { access, type FileHandle, open, realpath, stat } from 'node:fs/promises';
import { arch, release } from 'node:os';
import { errnoCode } from './errors.ts';

export interface PathFacts {
  readonly exists: boolean;
  readonly isFolder: boolean;
  /** The nine permission bits. */
  readonly mode: number;
  readonly isWritable: boolean;
  readonly sizeBytes: number;
}

/** What is at a path; a path that cannot be looked at counts as not there. */
export async function inspectPath(path: string): Promise<PathFacts> {
  const info = await stat(path).catch(ignoreSystemErrors);
  if (info === undefined) {
    return { exists: false, isFolder: false, mode: 0, isWritable: false, sizeBytes: 0 };
  }
  const isWritable = await access(path, constants.W_OK).then(
    () => true,
    () => false,
  );
  const mode = info.mode & 0o777;
  return { exists: true, isFolder: info.isDirectory(), mode, isWritable, sizeBytes: info.size };
}

/** The first bytes of a regular file, or undefined when there is no such file to be read. */
export async function readFirstBytes(path: string, count: number): Promise<Buffer | undefined> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    if (!(await handle.stat()).isFile()) return undefined;
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(count), 0, count, 0);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    return ignoreSystemErrors(error);
  } finally {
    await handle?.close();
  }
}

/** The path without symlinks, or undefined when there is nothing. */
export async function realPathOf(path: string): Promise<string | undefined> {
  return realpath(path).catch(ignoreSystemErrors);
}

/** The operating system in a few words, such as `linux 6.8.0 x64`. */
export function systemName(): string {
  return `${process.platform} ${release()} ${arch()}`;
}

function ignoreSystemErrors(error: unknown): undefined {
  if (errnoCode(error) === undefined) throw error;
  return undefined;
}
