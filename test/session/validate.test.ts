import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { EventBody, TurnEndReason } from '../../src/session/events.ts';
import { parseEvent, parseOp } from '../../src/session/validate.ts';

const at = { seq: 1, at: 1 };

test.each([
  { type: 'text-delta', turnId: 't', text: '', ...at },
  { type: 'turn-start', turnId: 't', model: 'm', message: { text: '', mentions: ['a'] }, ...at },
  { type: 'context', turnId: 't', blocks: [{ source: 's', title: 't', text: '' }], ...at },
  { type: 'tool-call', turnId: 't', id: '1', name: 'n', input: { deep: [1, null] }, ...at },
  { type: 'from-the-future', ...at },
])('an event: $type', (value) => {
  expect(parseEvent(value)).toBe(value);
});

test.each([
  [null],
  ['text'],
  [[]],
  [{}],
  [{ type: 'clear' }],
  [{ type: 'clear', seq: 1.5, at: 1 }],
  [{ type: 'clear', seq: '1', at: 1 }],
  [{ type: 7, ...at }],
  [{ type: 'text-delta', turnId: 't', text: 7, ...at }],
  [{ type: 'notice', level: 'loud', text: '', ...at }],
  [{ type: 'tool-output', turnId: 't', text: 'x', ...at }],
  [{ type: 'message-unqueue', ...at }],
  [{ type: 'approval-answer', turnId: 't', id: 'q', decision: 'allow', by: 7, ...at }],
  [{ type: 'context', turnId: 't', blocks: [{ source: 's' }], ...at }],
  [{ type: 'tool-call', turnId: 't', id: '1', name: 'n', input: [], ...at }],
  [{ type: 'turn-start', turnId: 't', model: 'm', message: 'text', ...at }],
])('no event: %j', (value) => {
  expect(parseEvent(value)).toBeUndefined();
});

test.each([
  { type: 'send', message: { text: 'hi', attachments: [{ label: 'l', text: 't' }] } },
  { type: 'cancel' },
  { type: 'open-session' },
  { type: 'unqueue', turnId: 't' },
  { type: 'open-session', sessionId: 'abcdefgh' },
  { type: 'open-session', sessionId: 'abcdefgh', resumesQueue: true },
])('an op: %j', (value) => {
  expect(parseOp(value)).toBe(value);
});

test.each([
  [null],
  [{ type: 'send' }],
  [{ type: 'send', message: { text: 'hi', mentions: [7] } }],
  [{ type: 'send', message: { text: 'hi', attachments: [{ label: 'l' }] } }],
  [{ type: 'constructor' }],
  [{ type: '__proto__' }],
  [{ type: 'switch-model', model: null }],
  [{ type: 'unqueue' }],
])('no op: %j', (value) => {
  expect(parseOp(value)).toBeUndefined();
});

/** The compiler asks for every event and reason here, and the test for its place in the docs. */
const DOCUMENTED: { readonly [type in EventBody['type']]: true } = {
  'session-start': true,
  'session-rename': true,
  'model-switch': true,
  'message-queue': true,
  'message-unqueue': true,
  clear: true,
  'turn-retract': true,
  'compact-undo': true,
  undo: true,
  review: true,
  'approval-request': true,
  'approval-answer': true,
  'file-change': true,
  compact: true,
  notice: true,
  'turn-start': true,
  'turn-end': true,
  context: true,
  'step-start': true,
  'text-delta': true,
  'reasoning-delta': true,
  'reasoning-end': true,
  'tool-call': true,
  'tool-output': true,
  'tool-result': true,
  usage: true,
  error: true,
};
const REASONS: { readonly [reason in TurnEndReason]: true } = {
  stop: true,
  length: true,
  tool_calls: true,
  content_filter: true,
  refusal: true,
  pause: true,
  other: true,
  error: true,
  cancelled: true,
  interrupted: true,
  max_cost: true,
  max_steps: true,
};

test('docs/events.md has every event, every reason, and one valid example of each event', () => {
  const docs = readFileSync(new URL('../../docs/events.md', import.meta.url), 'utf8');
  const examples = docs.split('\n').filter((line) => line.startsWith('{'));
  const events = examples.map((line) => parseEvent(JSON.parse(line)));
  expect(events.map((event) => event?.type).toSorted()).toEqual(Object.keys(DOCUMENTED).toSorted());
  for (const name of [...Object.keys(DOCUMENTED), ...Object.keys(REASONS)]) {
    expect(docs).toContain(`| \`${name}\` |`);
  }
});
