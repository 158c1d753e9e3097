/** Reads one file of a workspace for a model: inside the root by real path, never a secret one. */
import { realpathSync } from 'node:fs';
import { isAbsolute, relative, sep } from 'node:path';
import { errnoCode } from '../errors.ts';
import { isInside, readTextFile, type TextFileProblem } from '../files.ts';
import { pathFromBytes, pathToBytes } from './path-bytes.ts';
import { isSecretPath } from './secret-files.ts';

/** Bytes of one file that are looked at; a longer one is cut there. */
export const MAX_FILE_BYTES = 2 * 1024 * 1024;

export type WorkspaceText =
  | {
      readonly ok: true;
      readonly text: string;
      readonly isCut: boolean;
      readonly sizeBytes: number;
    }
  | { readonly ok: false; readonly reason: WorkspaceTextProblem };
export type WorkspaceTextProblem = TextFileProblem | 'outside' | 'secret';

/**
 * Reads the text of `path` (relative to the real path `root`, with `/`), at most `maxBytes` of it.
 * Refuses an absolute path, `..`, NUL, a symlink that leads out, whatever holds secrets by its name
 * or by the name of what it points to, and everything inside `.git`.
 */
export async function readWorkspaceFile(
  root: string,
  path: string,
  maxBytes = MAX_FILE_BYTES,
): Promise<WorkspaceText> {
  if (!isPlainRelative(path)) return { ok: false, reason: 'outside' };
  if (isSecretPath(path)) return { ok: false, reason: 'secret' };
  const real = realPath(root, path);
  if (real === undefined) return { ok: false, reason: 'missing' };
  if (!isInside(root, real)) return { ok: false, reason: 'outside' };
  const inside = relative(root, real).split(sep).join('/');
  if (isSecretPath(inside)) return { ok: false, reason: 'secret' };
  if (`${inside}/`.startsWith('.git/')) return { ok: false, reason: 'outside' };
  return readTextFile(pathToBytes(real), maxBytes);
}

function isPlainRelative(path: string): boolean {
  return (
    path !== '' && !path.includes('\0') && !isAbsolute(path) && !path.split(/[/\\]/).includes('..')
  );
}

function realPath(root: string, path: string): string | undefined {
  try {
    return pathFromBytes(
      realpathSync.native(pathToBytes(`${root}/${path}`), { encoding: 'buffer' }),
    );
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
    return undefined;
  }
}
