import { expect, test } from 'vitest';
import { printJson, printLine, printTable } from '../../../src/cli/io/print.ts';

function printed(print: (output: NodeJS.WriteStream) => void): string {
  const chunks: string[] = [];
  const output = { write: (chunk: string) => chunks.push(chunk) };
  print(output as unknown as NodeJS.WriteStream);
  return chunks.join('');
}

const HOSTILE = 'a\x1b[31mb\x9b2Jc\u202ed\u200be\nf';

test('a line is one line and cannot act on the terminal', () => {
  const line = printed((output) => printLine(output, HOSTILE));
  expect(line).toMatch(/^[^\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u200b]*\n$/);
});

test('columns line up by what the terminal shows', () => {
  const rows = [
    ['id', 'title', ''],
    ['日本', 'x', 'last'],
    ['👍🏽', '', 'y'],
  ];
  expect(printed((output) => printTable(output, rows))).toBe(
    'id    title\n日本  x      last\n👍🏽           y\n'.replace(
      '👍🏽           y',
      '👍🏽           y',
    ),
  );
});

test('JSON is the same value, with nothing invisible in it', () => {
  const value = { text: HOSTILE, list: ['\u{E0041}', '\x7f'] };
  const json = printed((output) => printJson(output, value));
  expect(JSON.parse(json)).toEqual(value);
  expect(json).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\p{Cf}]/u);
});
