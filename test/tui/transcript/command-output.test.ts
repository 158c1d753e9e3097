import { expect, test } from 'vitest';
import { CommandOutput } from '../../../src/tui/transcript/command-output.ts';

function lines(count: number): string {
  return Array.from({ length: count }, (_, n) => `${n + 1}\n`).join('');
}

test('short output is shown whole, whatever the pieces', () => {
  for (const size of [1, 2, 7, 1000]) {
    const output = new CommandOutput();
    const shown: string[] = [];
    for (const piece of lines(45).match(new RegExp(`[\\s\\S]{1,${size}}`, 'g')) ?? []) {
      output.push(piece);
      shown.push(...output.takeFinished());
    }
    shown.push(...output.end('hint'));
    expect(shown).toEqual(Array.from({ length: 45 }, (_, n) => String(n + 1)));
  }
});

test('long output keeps its beginning and its end and counts the rest', () => {
  const output = new CommandOutput();
  output.push(`${lines(1000)}last`);
  expect(output.takeFinished()).toHaveLength(40);
  expect(output.live()[0]).toBe('… 950 lines');
  expect(output.live().at(-1)).toBe('last');
  const end = output.end('how.');
  expect(end[0]).toBe('… 951 lines left out; how.');
  expect(end.at(-1)).toBe('last');
  expect(end).toHaveLength(11);
});

test('a line without an end is cut', () => {
  const output = new CommandOutput();
  for (let n = 0; n < 100; n += 1) output.push('x'.repeat(1000));
  expect(output.live()[0]).toHaveLength(4000);
  expect(output.end('')[0]?.endsWith('…')).toBe(true);
});
