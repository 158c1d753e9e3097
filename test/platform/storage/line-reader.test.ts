import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LineReader } from '../../../src/platform/storage/line-reader.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'zeke-lines-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function linesOf(text: string | Buffer, stepBytes: number): readonly string[] {
  const path = join(folder, 'lines');
  writeFileSync(path, text);
  const reader = new LineReader(path, stepBytes);
  const lines: string[] = [];
  for (let some = reader.next(); some !== undefined; some = reader.next()) lines.push(...some);
  expect(reader.next()).toBeUndefined();
  reader.close();
  return lines;
}

test.each([
  ['', []],
  ['one', ['one']],
  ['one\n', ['one']],
  ['one\n\ntwo\n', ['one', '', 'two']],
  ['\n', ['']],
  ['grüße 🙂 日本\r\nlast', ['grüße 🙂 日本\r', 'last']],
])('%j comes out the same however long a step is', (text, lines) => {
  for (const stepBytes of [1, 2, 3, 7, 1000]) expect(linesOf(text, stepBytes)).toEqual(lines);
});

test('a line much longer than a step is whole', () => {
  const long = 'é'.repeat(300_000);
  expect(linesOf(`a\n${long}\nb\n`, 4096)).toEqual(['a', long, 'b']);
});

test('what is no file is refused by the system', () => {
  expect(() => new LineReader(join(folder, 'missing'), 10)).toThrow('ENOENT');
  const reader = new LineReader(folder, 10);
  expect(() => reader.next()).toThrow('EISDIR');
  reader.close();
});
