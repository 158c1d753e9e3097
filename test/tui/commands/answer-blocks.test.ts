import { expect, test } from 'vitest';
import { EMPTY_STATE } from '../../../src/session/state.ts';
import { codeBlocks, textToCopy } from '../../../src/tui/commands/answer-blocks.ts';

test.each([
  ['no block', 'only `inline` words', []],
  ['two', '```ts\na\n```\ntext\n~~~\nb\nc\n~~~', ['a', 'b\nc']],
  ['a fence within a longer one', '````md\n```\nx\n```\n````', ['```\nx\n```']],
  ['an open one', 'x\n```\nrest\n', ['rest\n']],
  ['one that is not closed by words', '```\na\n``` not\n```', ['a\n``` not']],
  ['an empty one', '```\n```', ['']],
])('code blocks: %s', (_, markdown, blocks) => {
  expect(codeBlocks(markdown)).toEqual(blocks);
});

test('says what there is not', () => {
  expect(() => textToCopy(EMPTY_STATE, '')).toThrow('There is no answer yet.');
  expect(() => textToCopy(EMPTY_STATE, 'all')).toThrow('Nothing was said yet.');
  expect(() => textToCopy(EMPTY_STATE, 'block 0')).toThrow('/copy takes');
  expect(() => textToCopy(EMPTY_STATE, 'block 1 2')).toThrow('/copy takes');
});
