/** A change of one file: looked at first, shown to the user, looked at again, then made. */
import { isUtf8 } from 'node:buffer';
import { errorMessage, ZekeError } from '../../platform/errors.ts';
import { SECRET_PLACEHOLDER } from '../../platform/secrets/redactor.ts';
import { MAX_FILE_BYTES } from '../../platform/walk/read-workspace-file.ts';
import {
  findWritePlace,
  type WritePlace,
  type WriteProblem,
  writePlace,
} from '../../platform/walk/write-workspace-file.ts';
import type { ActContext, Plan, ToolOutput } from '../tools/tool.ts';
import { unifiedDiff } from './unified-diff.ts';

/** A file as a tool may change it. */
export interface OpenFile {
  /** Relative to the root by real path. */
  readonly path: string;
  readonly absolute: string;
  /** Undefined where there is no file yet. */
  readonly text: string | undefined;
  readonly bytes: Buffer | undefined;
}
export type OpenedFile =
  | { readonly ok: true; readonly file: OpenFile }
  | { readonly ok: false; readonly problem: string };

const PROBLEMS: { readonly [reason in WriteProblem]: string } = {
  outside: 'Only files inside the project can be changed, by their path relative to its root.',
  secret: 'Files of this name hold secrets and are never changed.',
  guarded: 'Folders of version control and of Zeke itself are never changed.',
  'odd-name': 'This name holds characters that cannot be seen, or is no name for a file.',
  'not-a-file': 'This is a folder or a special file.',
  'too-large': 'This file is too large, or would be: at most 2 MiB can be changed.',
  'no-permission': 'This file may not be written.',
  unreadable: 'This file could not be read.',
};

/** The file at a path that a model gave, or why it may not be changed. */
export function openForChange(root: string, path: string): OpenedFile {
  const place = findWritePlace(root, path);
  if (!place.ok) return { ok: false, problem: PROBLEMS[place.reason] };
  const { absolute, bytes } = place;
  if (bytes !== undefined && (!isUtf8(bytes) || bytes.includes(0))) {
    return { ok: false, problem: 'This is no text in UTF-8.' };
  }
  return { ok: true, file: { path: place.path, absolute, bytes, text: bytes?.toString() } };
}

/** What is shown and then done; `done` is what the model is told afterwards. */
export function planChange(file: OpenFile, after: string, done: string): Plan | ToolOutput {
  const held = after
    .match(new RegExp(SECRET_PLACEHOLDER, 'g'))
    ?.find((one) => file.text?.includes(one) !== true);
  if (held !== undefined) {
    const output = `${held} stands for a secret that was held back; it must not be written into a file. Leave the lines with the secret as they are.`;
    return { output, isError: true };
  }
  // What is larger could not be looked at, nor taken back.
  if (Buffer.byteLength(after) > MAX_FILE_BYTES)
    return { output: PROBLEMS['too-large'], isError: true };
  const verb = file.text === undefined ? 'create' : 'edit';
  return {
    action: { effect: 'edit', path: file.path },
    title: `${verb} ${file.path}`,
    detail: { type: 'diff', text: unifiedDiff(file.path, file.text, after) },
    act: (context) => Promise.resolve(makeChange(file, after, { context, done })),
  };
}

function makeChange(
  file: OpenFile,
  after: string,
  { context, done }: { readonly context: ActContext; readonly done: string },
): ToolOutput {
  if (!isUnchanged(file, findWritePlace(context.root, file.path))) {
    const output = `${file.path} was changed by somebody else meanwhile; nothing was written. Read it again.`;
    return { output, isError: true };
  }
  try {
    const bytes = Buffer.from(after);
    // Kept before the file is touched: a change that could not be taken back is not made.
    const before = file.bytes === undefined ? null : context.contents.put(file.bytes);
    const kept = context.contents.put(bytes);
    writePlace(file.absolute, bytes);
    context.onChange({ path: file.path, before, after: kept });
    return { output: done, isError: false };
  } catch (error) {
    if (!(error instanceof ZekeError)) throw error;
    return { output: `Nothing was changed. ${errorMessage(error)}`, isError: true };
  }
}

function isUnchanged(file: OpenFile, now: WritePlace): boolean {
  if (!now.ok || now.absolute !== file.absolute) return false;
  if (now.bytes === undefined || file.bytes === undefined) return now.bytes === file.bytes;
  return now.bytes.equals(file.bytes);
}
