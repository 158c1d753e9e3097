/** `zeke index build|status`: what the index holds and what it took. */
import type { IndexStatus, RefreshResult } from '../../context/code-index.ts';
import type { Invocation } from '../command.ts';
import { printJson, printLine, printTable } from '../io/print.ts';

export interface Built extends RefreshResult {
  readonly elapsedMs: number;
  readonly status: IndexStatus;
}

/** What was read, and what is known now. */
export function printBuilt(invocation: Invocation, built: Built): void {
  const { status, elapsedMs, ...counts } = built;
  if (invocation.options.json === true) {
    const ms = Math.round(elapsedMs);
    printJson(invocation.io.stdout, { ...counts, elapsedMs: ms, engine: status.engine });
    return;
  }
  const changes = `${counts.added} new, ${counts.changed} changed, ${counts.removed} gone`;
  const seconds = (elapsedMs / 1000).toFixed(2);
  printLine(invocation.io.stdout, `${counts.files} files in ${seconds} s: ${changes}.`);
  sayWhyScan(invocation, status);
}

/** What is known of the project. */
export function printStatus(invocation: Invocation, status: IndexStatus): void {
  const { stdout } = invocation.io;
  if (invocation.options.json === true) {
    printJson(stdout, status);
    return;
  }
  printTable(stdout, [
    ['files', String(status.files)],
    ['text', megabytes(status.indexedBytes)],
    ['definitions', String(status.symbols)],
    ['on disk', megabytes(status.snapshotBytes)],
    ['in memory', megabytes(status.memoryBytes)],
    ...status.languages.map(({ language, files, bytes }) => [
      language,
      `${files} files, ${megabytes(bytes)}`,
    ]),
  ]);
  sayWhyScan(invocation, status);
}

function sayWhyScan({ io }: Invocation, { engine, reason }: IndexStatus): void {
  if (engine === 'native') return;
  const why = reason === undefined ? '' : `: ${reason}`;
  printLine(io.stderr, `Every question reads the files again; the native index is not used${why}.`);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
