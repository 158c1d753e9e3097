import { afterEach, beforeEach, expect, test } from 'vitest';
import { boundReview, type Review, type ReviewFinding } from '../../src/session/review.ts';
import { createEphemeralSession, openLocalSession } from '../../src/session/session.ts';
import { parseEvent, parseOp } from '../../src/session/validate.ts';
import { Workplace } from './helpers.ts';

const FINDING: ReviewFinding = {
  path: 'src/a b.ts',
  startLine: 3,
  endLine: 4,
  severity: 'major',
  category: 'bug',
  title: 'Odd',
  body: 'Why.',
};
const REVIEW: Review = {
  findings: [FINDING],
  summary: '1 finding.',
  notices: [],
  model: 'a/b',
  costUsd: null,
};

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
});
afterEach(() => place.remove());

test('one within bounds stays as it is', () => {
  expect(boundReview(REVIEW)).toEqual(REVIEW);
});

test('one beyond them is cut, and says what is missing', () => {
  const long = { ...FINDING, title: '🙂'.repeat(1000), body: 'b'.repeat(10_000) };
  const patched = { ...FINDING, patch: '+'.repeat(30_000) };
  const many = Array.from({ length: 2000 }, () => FINDING);
  const bounded = boundReview({
    ...REVIEW,
    findings: [long, patched, ...many],
    summary: 's'.repeat(20_000),
    notices: Array.from({ length: 30 }, () => 'n'),
  });
  expect(bounded.findings).toHaveLength(1000);
  expect(bounded.findings[0]?.title).toMatch(/^🙂+…$/u);
  expect(bounded.findings[0]?.body).toHaveLength(4000);
  expect(bounded.findings[1]).toEqual(FINDING);
  expect(bounded.summary).toHaveLength(10_000);
  expect(bounded.notices.slice(20)).toEqual([
    '1002 findings are left out here: it is more than a conversation keeps.',
    '1 patch is left out here: it is more than a conversation keeps.',
    '10 remarks are left out here: it is more than a conversation keeps.',
  ]);
});

test('all of it together has a bound', () => {
  const findings = Array.from({ length: 900 }, () => ({ ...FINDING, body: 'b'.repeat(4000) }));
  expect(JSON.stringify(boundReview({ ...REVIEW, findings })).length).toBeLessThan(600_000);
});

test.each<readonly [string, object]>([
  ['a path beside the project', { path: '../a.ts' }],
  ['a path out of a folder of it', { path: 'src/../../a.ts' }],
  ['an absolute path', { path: '/etc/passwd' }],
  ['no path', { path: '' }],
  ['a path that no file has', { path: 'a\0b' }],
  ['line 0', { startLine: 0 }],
  ['a line that no file has', { endLine: 2 ** 40 }],
  ['an unknown severity', { severity: 'deadly' }],
  ['a hash that is none', { lineHash: 'x' }],
  ['a patch that is no text', { patch: 7 }],
])('%s is no finding', (_name, wrong) => {
  const review = { ...REVIEW, findings: [{ ...FINDING, ...wrong }] };
  expect(parseOp({ type: 'share-review', review })).toBeUndefined();
  const event = { type: 'review', opId: 'op', by: 'neovim', seq: 1, at: 1 };
  expect(parseEvent({ ...event, ...review })).toBeUndefined();
  expect(parseEvent({ ...event, ...REVIEW })).toBeDefined();
});

test('it is shared once, with who asked, and the state keeps the last one', async () => {
  const session = createEphemeralSession({
    project: place.project,
    model: 'a/b',
    runner: { run: async () => 'stop' },
  });
  const op = { type: 'share-review', review: REVIEW } as const;
  await session.sendAs(op, 'aaaaaaaa', 'neovim');
  const { review, seq } = session.getState();
  expect(review).toEqual({ ...REVIEW, opId: 'aaaaaaaa', by: 'neovim', turnCount: 0 });
  await session.sendAs(op, 'aaaaaaaa', 'neovim');
  expect(session.getState().seq).toBe(seq);
  await session.sendAs(op, 'bbbbbbbb', 'terminal');
  expect(session.getState().review).toMatchObject({ opId: 'bbbbbbbb', by: 'terminal' });
  await session.close();
});

test('a session with nothing but a review is kept, listed and opened again', async () => {
  const { store } = place;
  const runner = { run: async () => 'stop' as const };
  const session = openLocalSession({ store, model: 'a/b', runner });
  await session.sendAs({ type: 'share-review', review: { ...REVIEW, base: 'main' } }, 'aaaaaaaa');
  const { sessionId } = session.getState();
  await session.close();
  expect(await place.store.list()).toMatchObject([{ id: sessionId, title: 'Review since main' }]);
  expect(place.store.read(sessionId).review).toMatchObject({ findings: [FINDING], by: 'terminal' });
  expect(place.store.read(sessionId).title).toBe('');
});
