import { expect, test } from 'vitest';
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
  { type: 'open-session', sessionId: 'abcdefgh' },
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
])('no op: %j', (value) => {
  expect(parseOp(value)).toBeUndefined();
});
