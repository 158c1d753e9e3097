import { expect, test } from 'vitest';
import { summarizeConversation } from '../../../../src/agent/builtin/answers/summary.ts';
import type { ChatRequest, Message } from '../../../../src/providers/contract.ts';

const user = (...texts: string[]): Message => ({
  role: 'user',
  content: texts.map((text) => ({ type: 'text', text })),
});
const assistant = (text: string): Message => ({
  role: 'assistant',
  content: [{ type: 'text', text }],
});

function summary(...messages: Message[]): string {
  const request: ChatRequest = { model: 'zeke', messages };
  return [...summarizeConversation(request)].join('');
}

test('names what was asked and run, the files, and the last answer', () => {
  const text = summary(
    user('<data b1 source="mention" title="src/retry.ts">\ncode\n</data b1>\n\nwhy three times?'),
    assistant('Because src/config.ts:12 says so, e.g. 3.'),
    user('I ran this in the project:\n\n    npm test\n\nIt printed nothing.', 'and now?'),
    assistant('Look at test/retry.test.ts.'),
    user('Write the summary of our conversation so far.'),
  );
  expect(text).toContain('- why three times?');
  expect(text).toContain('- and now?');
  expect(text).toContain('- npm test');
  for (const path of ['src/retry.ts', 'src/config.ts', 'test/retry.test.ts']) {
    expect(text).toContain(`- ${path}\n`);
  }
  expect(text).not.toContain('e.g');
  expect(text.trimEnd().endsWith('Look at test/retry.test.ts.')).toBe(true);
  expect(text).not.toContain('Write the summary');
});

test('keeps an earlier summary, and stays short however long the conversation is', () => {
  const long = Array.from({ length: 400 }, (_, index) => [
    user(`question ${index} ${'x'.repeat(2_000)}`),
    assistant('y'.repeat(10_000)),
  ]).flat();
  const earlier = '<data b1 source="summary" title="t">\nWe chose SQLite.\n</data b1>';
  const text = summary(
    user(`Our conversation …\n\n${earlier}`),
    ...long,
    user('Write the summary.'),
  );
  expect(text).toContain('We chose SQLite.');
  expect(text).toContain('question 399');
  expect(text.length).toBeLessThan(20_000);
});

test('a long text of dots and slashes does not take long', () => {
  const hostile = `${'a/'.repeat(50_000)} ${'a.'.repeat(50_000)} ${'a-'.repeat(50_000)}`;
  expect(summary(user(hostile), user('Write the summary.'))).toContain('Goal');
});
