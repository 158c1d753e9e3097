import { expect, it } from 'vitest';
import { readIntent } from '../../../src/agent/builtin/intent.ts';

it.each([
  ['', 'about'],
  ['hello', 'about'],
  ['Hi Zeke!', 'about'],
  ['help', 'about'],
  ['what can you do?', 'about'],
  ['what does this project do?', 'project'],
  ['What is this repo about?', 'project'],
  ['summarize this codebase', 'project'],
  ['where is the retry logic?', 'search'],
  ['how are sessions stored', 'search'],
  ['what happens when the socket closes?', 'search'],
  ['where is the project root found?', 'search'],
  ['write a test for the parser', 'write'],
  ['please fix the bug in src/app.ts', 'write'],
  ['Can you add a --json flag?', 'write'],
  ['help me understand the event loop', 'search'],
])('%j is a question of the kind %s', (text, kind) => {
  expect(readIntent(text).kind).toBe(kind);
});

it.each([
  ['list files', { kind: 'files', pattern: '' }],
  ['List all the files in src/agent', { kind: 'files', pattern: 'src/agent' }],
  ['which files are in `test/`?', { kind: 'files', pattern: 'test/' }],
  ['show me files matching retry', { kind: 'files', pattern: 'retry' }],
  ['explain src/app.ts', { kind: 'explain', target: 'src/app.ts' }],
  ['Explain src/app.ts:10-40', { kind: 'explain', target: 'src/app.ts:10-40' }],
  ['explain @src/app.ts.', { kind: 'explain', target: 'src/app.ts' }],
  ['explain the function `parseDiff`', { kind: 'explain', target: 'parseDiff' }],
  ['what does parseDiff do?', { kind: 'explain', target: 'parseDiff' }],
  ['what is `CodeSearch`?', { kind: 'explain', target: 'CodeSearch' }],
  ['what is a Turn?', { kind: 'explain', target: 'Turn' }],
  ['who calls parseDiff?', { kind: 'uses', name: 'parseDiff' }],
  ['Who uses the class CodeSearch', { kind: 'uses', name: 'CodeSearch' }],
  ['callers of `run()`', { kind: 'uses', name: 'run' }],
  ['where is parseDiff called?', { kind: 'uses', name: 'parseDiff' }],
  ['where is parseDiff defined?', { kind: 'definition', name: 'parseDiff' }],
  ['definition of HttpClient', { kind: 'definition', name: 'HttpClient' }],
])('%j', (text, intent) => {
  expect(readIntent(text)).toEqual(intent);
});

it('is quick on long and odd texts', () => {
  const texts = ['a '.repeat(50_000), '`'.repeat(50_000), 'who calls '.repeat(5_000)];
  for (const text of texts) expect(readIntent(text).kind).toMatch(/^(?:search|uses)$/);
});
