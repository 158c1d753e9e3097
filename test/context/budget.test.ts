import { expect, it } from 'vitest';
import { cutToTokens, estimateTokens, fitBlocks } from '../../src/context/budget.ts';
import type { ContextBlock } from '../../src/context/source.ts';

function block(title: string, lines: number, priority: number): ContextBlock {
  return { source: 'mention', title, text: 'const value = 1;\n'.repeat(lines), priority };
}

function tokensOf(blocks: readonly ContextBlock[]): number {
  return blocks.reduce((sum, { text }) => sum + estimateTokens(text), 0);
}

it('keeps everything that fits, most important first', () => {
  const blocks = [block('b', 2, 1), block('a', 2, 5)];
  expect(fitBlocks(blocks, 10_000).map(({ title }) => title)).toEqual(['a', 'b']);
});

it('cuts the first block that does not fit, at a line, and fills up with small ones', () => {
  const blocks = [block('a', 10, 9), block('big', 1_000, 5), block('small', 1, 1)];
  const kept = fitBlocks(blocks, 400);
  expect(kept.map(({ title }) => title)).toEqual(['a', 'big']);
  expect(kept[1]?.text).toMatch(/= 1;\n\[Cut here: .*\]$/);
  expect(tokensOf(kept)).toBeLessThanOrEqual(400);
});

it.each([0, 10, 50, 100, 333, 1_000])('stays within %i tokens', (budget) => {
  const blocks = Array.from({ length: 20 }, (_, index) => block(`${index}`, index * 3, index));
  expect(tokensOf(fitBlocks(blocks, budget))).toBeLessThanOrEqual(budget);
});

it('cuts text to whole lines', () => {
  expect(cutToTokens('aaaa\nbbbb\ncccc', 6)).toBe('aaaa\nbbbb');
  expect(cutToTokens('aaaa', 0)).toBe('');
});

it.each([
  ['English prose', 'The quick brown fox jumps over the lazy dog. '.repeat(20), 201],
  [
    'code',
    'export async function readTextFile(path: string): Promise<TextFile> {\n'.repeat(20),
    280,
  ],
  ['JSON', '{"name":"zeke","version":"0.1.0","files":["bin","dist"]}\n'.repeat(20), 400],
  ['Chinese', '重试逻辑在哪里？'.repeat(20), 160],
  ['Japanese', 'これはテストです。'.repeat(20), 110],
  ['Russian', 'Быстрая коричневая лиса. '.repeat(20), 241],
])('estimates %s not far from what tokenizers count', (_, text, tokens) => {
  expect(estimateTokens(text)).toBeGreaterThan(tokens * 0.85);
  expect(estimateTokens(text)).toBeLessThan(tokens * 1.7);
});
