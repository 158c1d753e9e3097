/** `zeke sessions export|import`. */
import { isAbsolute, join, resolve } from 'node:path';
import { ZekeError } from '../../platform/errors.ts';
import { readTextFile, writeFileAtomic } from '../../platform/files.ts';
import { exportMarkdown } from '../../session/archive/markdown.ts';
import type { Invocation } from '../command.ts';
import { printLine } from '../io/print.ts';
import { readStandardInput } from '../read-standard-input.ts';
import { type FoundSession, projectOf, storeOf } from './find-session.ts';
import { importFile, importText, MAX_IMPORT_BYTES } from './import-file.ts';

/** A conversation is private wherever it is kept. */
const PRIVATE_FILE_MODE = 0o600;

/** Prints a session as Markdown or JSON, or writes it into the file of `--output`. */
export async function exportSession(
  invocation: Invocation,
  { project, summary }: FoundSession,
): Promise<void> {
  const { io, options } = invocation;
  const output = options.output === undefined ? '-' : String(options.output);
  const store = storeOf(invocation, project);
  const isJson = options.json === true || output.toLowerCase().endsWith('.json');
  const path = output === '-' ? undefined : writablePath(invocation, output);
  const text = isJson ? await store.exportJson(summary.id) : exportMarkdown(store.read(summary.id));
  if (path === undefined) {
    io.stdout.write(text);
    return;
  }
  await writeFileAtomic(path, text, PRIVATE_FILE_MODE);
  printLine(io.stderr, `Wrote ${output}.`);
}

/** Throws a usage error where something is in the way. */
function writablePath({ cwd, options }: Invocation, output: string): string {
  const path = isAbsolute(output) ? output : join(cwd, output);
  const there = readTextFile(path, 0);
  if (!there.ok && there.reason === 'missing') return path;
  if (!there.ok && there.reason === 'not-a-file') {
    throw new ZekeError('usage', `${output} is not a file.`, { hint: 'Name a file to write.' });
  }
  if (options.force === true) return path;
  throw new ZekeError('usage', `${output} exists already.`, {
    hint: 'Name another file, or overwrite it with --force.',
  });
}

/** Makes a session of every file, or of standard input, and prints their ids. */
export async function importSessions(
  invocation: Invocation,
  files: readonly string[],
): Promise<void> {
  const store = storeOf(invocation, projectOf(invocation));
  for (const file of files.length === 0 ? ['-'] : files) {
    const id =
      file === '-'
        ? importText(store, 'standard input', await readStandardInput(invocation, MAX_IMPORT_BYTES))
        : importFile(store, { name: file, path: resolve(invocation.cwd, file) });
    printLine(invocation.io.stdout, await id);
  }
}
