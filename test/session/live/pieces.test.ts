import { expect, test } from 'vitest';
import type { EventBody } from '../../../src/session/events.ts';
import { isPiece, joinPieces } from '../../../src/session/live/pieces.ts';

const text = (part: string, turnId = 't'): EventBody => ({
  type: 'text-delta',
  turnId,
  text: part,
});
const output = (part: string, id = 'c'): EventBody => ({
  type: 'tool-output',
  turnId: 't',
  id,
  text: part,
});

test('pieces of one text become one, with the fields in their order', () => {
  expect(JSON.stringify(joinPieces(text('a'), text('b')))).toBe(JSON.stringify(text('ab')));
  expect(JSON.stringify(joinPieces(output('a'), output('b')))).toBe(JSON.stringify(output('ab')));
});

test.each([
  [text('a'), text('b', 'other')],
  [text('a'), output('b')],
  [output('a'), output('b', 'other')],
  [{ type: 'clear' } as const, text('b')],
  [text('a'), { type: 'clear' } as const],
])('%j and %j stay apart', (left, right) => {
  expect(joinPieces(left, right)).toBeUndefined();
});

test('only texts have pieces', () => {
  expect([text('a'), output('a'), { type: 'clear' } as const].map(isPiece)).toEqual([
    true,
    true,
    false,
  ]);
});
