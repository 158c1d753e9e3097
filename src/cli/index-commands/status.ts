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
  printLine(invocation.io.stdout, `${count(counts.files, 'file')} in ${seconds} s: ${changes}.`);
  sayWhySlow(invocation, status);
}

/** What is known of the project. */
export function printStatus(invocation: Invocation, status: IndexStatus): void {
  const { stdout } = invocation.io;
  if (invocation.options.json === true) {
    printJson(stdout, status);
    return;
  }
  const leftOut = describeLeftOut(status.skipped);
  printTable(stdout, [
    ['files', String(status.files)],
    ['text', size(status.indexedBytes)],
    ['definitions', String(status.symbols)],
    ['on disk', size(status.snapshotBytes)],
    ['in memory', size(status.memoryBytes)],
    ...(leftOut === '' ? [] : [['not searched', leftOut]]),
    ...status.languages.map(({ language, files, bytes }) => [
      language,
      `${count(files, 'file')}, ${size(bytes)}`,
    ]),
  ]);
  sayWhySlow(invocation, status);
}

/** `2 binary, 1 too large`; empty where every text was read. */
function describeLeftOut(skipped: IndexStatus['skipped']): string {
  if (skipped === undefined) return '';
  const kinds = [
    [skipped.binary, 'binary'],
    [skipped.huge, 'too large'],
    [skipped.unreadable, 'unreadable'],
  ] as const;
  return kinds
    .filter(([files]) => files > 0)
    .map(([files, kind]) => `${files} ${kind}`)
    .join(', ');
}

/** What makes the index slower than it could be. */
function sayWhySlow({ io }: Invocation, { engine, reason, notice }: IndexStatus): void {
  if (notice !== undefined) printLine(io.stderr, `Note: ${notice}.`);
  if (engine === 'native') return;
  const why = reason === undefined ? '' : `: ${reason}`;
  printLine(io.stderr, `Every question reads the files again; the native index is not used${why}.`);
}

/** `0 bytes`, `1 byte`, `3.1 KB`, `5.2 MB`. */
function size(bytes: number): string {
  if (bytes < 1_000) return count(bytes, 'byte');
  return bytes < 1_000_000
    ? `${(bytes / 1_000).toFixed(1)} KB`
    : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`;
}
