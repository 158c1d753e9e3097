import { expect, test } from 'vitest';
import { exportMarkdown } from '../../../src/session/archive/markdown.ts';
import type { EventBody } from '../../../src/session/events.ts';
import type { Review } from '../../../src/session/review.ts';
import { EMPTY_STATE, reduce } from '../../../src/session/state.ts';
import { numbered } from '../helpers.ts';

const START: EventBody = {
  type: 'session-start',
  version: 1,
  sessionId: 'session1',
  project: '/home/ada/app',
  model: 'test/model',
};
const REVIEW: Review = {
  findings: [
    {
      path: 'src/a.ts',
      startLine: 3,
      endLine: 4,
      severity: 'major',
      category: 'bug',
      title: 'Odd\u001b[2J',
      body: 'Why.',
      patch: '@@ -3 +3 @@\n-a\n+b\n',
    },
  ],
  summary: '1 finding in 1 file.',
  notices: ['A part was \u2026left out.'],
  base: 'main',
  model: 'test/model',
  costUsd: null,
};
const turnOf = (turnId: string, text: string, ...events: readonly EventBody[]): EventBody[] => [
  { type: 'turn-start', turnId, model: 'test/model', message: { text } },
  ...events,
  { type: 'turn-end', turnId, reason: 'stop' },
];
const exported = (...bodies: readonly EventBody[]) =>
  exportMarkdown(numbered([START, ...bodies]).reduce(reduce, EMPTY_STATE));

test('a conversation with everything in it', () => {
  const text = exported(
    ...turnOf(
      't1',
      'What does it do?',
      { type: 'reasoning-delta', turnId: 't1', text: 'I should look.' },
      { type: 'tool-call', turnId: 't1', id: 'c1', name: 'read_file', input: { path: 'a.ts' } },
      { type: 'tool-result', turnId: 't1', id: 'c1', output: 'contents', isError: true },
      { type: 'text-delta', turnId: 't1', text: '## It starts\n\n```ts\nstart();\n```\n' },
      {
        type: 'usage',
        turnId: 't1',
        inputTokens: 1840,
        outputTokens: 52,
        cachedTokens: 0,
        reasoningTokens: 0,
        costUsd: 0.0031,
      },
    ),
    { type: 'session-rename', title: 'How it starts' },
  );
  expect(text).toBe(`# How it starts

- Date: 1970-01-01T00:00:01.000Z
- Model: test/model
- Project: /home/ada/app
- Session: session1

## 1. You

What does it do?

### Answer (test/model)

<details>
<summary>Reasoning</summary>

I should look.

</details>

- Tool \`read_file path=a.ts\` (failed)

## It starts

\`\`\`ts
start();
\`\`\`

---

1 turn, 1840 tokens in, 52 tokens out, $0.0031
`);
});

test('commands, attachments, images, ends and errors are told', () => {
  const text = exported(
    {
      type: 'turn-start',
      turnId: 't1',
      model: 'test/model',
      message: { kind: 'command', text: 'ls ```' },
    },
    { type: 'text-delta', turnId: 't1', text: 'a.ts\n' },
    { type: 'turn-end', turnId: 't1', reason: 'cancelled' },
    {
      type: 'turn-start',
      turnId: 't2',
      model: 'test/model',
      message: {
        text: 'see',
        attachments: [{ label: 'pasted <b>', text: 'lines' }],
        images: [
          { label: '[image 1]', mediaType: 'image/png', hash: 'a'.repeat(64), sizeBytes: 1 },
        ],
      },
    },
    {
      type: 'error',
      turnId: 't2',
      kind: 'network',
      message: 'could not\nbe reached',
      retryable: true,
    },
    { type: 'turn-end', turnId: 't2', reason: 'error' },
    { type: 'turn-retract', turnId: 't2' },
    { type: 'turn-start', turnId: 't3', model: 'test/model', message: { text: 'runs' } },
  );
  expect(text).toContain('## 1. Command\n\n````sh\nls ```\n````');
  expect(text).toContain('(test/model; stopped)');
  expect(text).toContain('```\na.ts\n```');
  expect(text).toContain('<summary>pasted &lt;b></summary>');
  expect(text).toContain('- Image `[image 1]` (image/png)');
  expect(text).toContain('> **Error:** could not be reached');
  expect(text).toContain('(test/model; sent again below)');
  expect(text).toContain('## 3. You\n\nruns');
  expect(text).toContain('2 turns, 0 tokens in, 0 tokens out, cost not known');
});

test('the last review stands between the turns where it came', () => {
  const text = exported(
    ...turnOf('t1', 'one'),
    { type: 'review', opId: 'op1', by: 'terminal', ...REVIEW },
    ...turnOf('t2', 'two'),
  );
  const block = `## Review of what changed since \`main\` (test/model)

> A part was \u2026left out.

### \`src/a.ts:3\`: major: Odd

Why.

\`\`\`diff
@@ -3 +3 @@
-a
+b
\`\`\`

1 finding in 1 file.

## 2. You`;
  expect(text).toContain(block);
  expect(text.indexOf('## 1. You')).toBeLessThan(text.indexOf(block));
});

test('nothing in it acts on a terminal, and reasoning cannot break out of its fold', () => {
  const text = exported(
    ...turnOf(
      't1',
      'q\x1b[2J',
      { type: 'reasoning-delta', turnId: 't1', text: '</details>\n# broken out' },
      {
        type: 'tool-call',
        turnId: 't1',
        id: 'c1',
        name: 'run`x',
        input: { a: `\x1b]0;t\x07\u202e${'x'.repeat(500)}` },
      },
      { type: 'text-delta', turnId: 't1', text: 'a\u009b31mb\r\x08 \x1b]0;never ended' },
    ),
    ...turnOf('t2', 'after half a sequence'),
    { type: 'session-rename', title: 'evil\x1b]0;title\x07\n# two' },
  );
  expect(text).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]/);
  expect(text).toContain('after half a sequence');
  expect(text).toContain('&lt;/details>\n# broken out');
  expect(text.match(/^<\/details>$/gm)).toHaveLength(1);
  expect(text.split('\n')[0]).toBe('# evil # two');
  expect(text).toMatch(/^- Tool `` run`x a=x+… `` \(not run\)$/m);
});
