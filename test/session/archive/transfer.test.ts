import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EventBody } from '../../../src/session/events.ts';
import { createSessionStore } from '../../../src/session/store.ts';
import { numbered, Workplace } from '../helpers.ts';

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
});
afterEach(() => {
  place.remove();
});

const HASH = 'b'.repeat(64);
const bodiesOf = (sessionId: string): readonly EventBody[] => [
  { type: 'session-start', version: 1, sessionId, project: place.project, model: 'a/b' },
  { type: 'turn-start', turnId: 't1', model: 'a/b', message: { text: 'why?\u202e\x1b[2J' } },
  { type: 'reasoning-delta', turnId: 't1', text: 'hm' },
  { type: 'tool-call', turnId: 't1', id: 'c1', name: 'read', input: { deep: [{ a: null }] } },
  { type: 'text-delta', turnId: 't1', text: 'because\u009b of "this"\\\n' },
  { type: 'turn-end', turnId: 't1', reason: 'stop' },
  { type: 'session-rename', title: 'a title' },
];
/** A session as a process would have left it. */
function keep(sessionId: string, more: readonly EventBody[] = []) {
  place.store.write(sessionId, numbered([...bodiesOf(sessionId), ...more]));
  return place.store.read(sessionId);
}
const otherStore = () =>
  createSessionStore({ paths: place, project: join(place.folder, 'elsewhere') });
/** An export whose parts are put together by hand. */
const documentOf = (change: object) =>
  JSON.stringify({
    format: 'zeke-session',
    version: 1,
    events: numbered(bodiesOf('aaaaaaaa')),
    ...change,
  });

describe('export and import', () => {
  test('a session arrives as it was, in the project it is imported into', async () => {
    const state = keep('aaaaaaaa');
    const text = await place.store.exportJson('aaaaaaaa');
    expect(text).not.toMatch(/[\x1b\u202e\u009b]/);
    const other = otherStore();
    expect(await other.importJson(text)).toBe('aaaaaaaa');
    expect(other.read('aaaaaaaa')).toEqual({ ...state, project: other.project });
    expect(await other.exportJson('aaaaaaaa')).toBe(text.replaceAll(place.project, other.project));
    expect(await other.list()).toMatchObject([{ id: 'aaaaaaaa', title: 'a title', turns: 1 }]);
  });

  test('beside the session it came from it has an id of its own and is used last', async () => {
    const state = keep('aaaaaaaa');
    const id = await place.store.importJson(await place.store.exportJson('aaaaaaaa'));
    expect(id).not.toBe('aaaaaaaa');
    expect(place.store.read(id)).toEqual({ ...state, sessionId: id });
    expect((await place.store.list()).map((session) => session.id)).toEqual([id, 'aaaaaaaa']);
  });

  test('events that this version does not know are kept', async () => {
    const future = { type: 'from-the-future', seq: 8, at: 1, more: { than: 'that' } };
    const events = [...numbered(bodiesOf('aaaaaaaa')), future];
    const id = await place.store.importJson(documentOf({ events }));
    expect(place.store.readEvents(id).at(-1)).toEqual(future);
  });

  test('changes of files stay where they were made: nothing here can be undone by them', async () => {
    keep('aaaaaaaa', [
      { type: 'turn-start', turnId: 't2', model: 'a/b', message: { text: 'edit' } },
      { type: 'file-change', turnId: 't2', path: 'src/a.ts', before: null, after: HASH },
      { type: 'turn-end', turnId: 't2', reason: 'stop' },
    ]);
    const text = await place.store.exportJson('aaaaaaaa');
    expect(text).toContain('file-change');
    const other = otherStore();
    const turns = other.read(await other.importJson(text)).turns;
    expect(turns.map((turn) => turn.changes)).toEqual([[], []]);
  });

  test('an id that is no file name is replaced', async () => {
    const events = numbered(bodiesOf('../../../etc/passwd'));
    const id = await place.store.importJson(documentOf({ events }));
    expect(id).toMatch(/^[0-9a-z]{8}$/);
    expect(place.store.read(id).sessionId).toBe(id);
  });
});

describe('what is refused, in words, and leaves nothing', () => {
  const start = () => numbered(bodiesOf('aaaaaaaa'));
  test.each<[string, () => string, RegExp]>([
    ['nothing', () => '', /no JSON/],
    ['half a file', () => documentOf({}).slice(0, 200), /no JSON/],
    ['other JSON', () => '[1,2]', /something else/],
    ['JSON of another program', () => '{"events":[]}', /something else/],
    ['a newer document', () => documentOf({ version: 2 }), /newer Zeke \(format 2/],
    ['no version', () => documentOf({ version: '1' }), /version is missing/],
    ['no events', () => documentOf({ events: 7 }), /events are missing/],
    ['an empty list', () => documentOf({ events: [] }), /does not begin/],
    ['no beginning', () => documentOf({ events: start().slice(1) }), /does not begin/],
    [
      'newer events',
      () => documentOf({ events: [{ ...start()[0], version: 2 }] }),
      /newer Zeke \(format 2/,
    ],
    [
      'an event that is none',
      () => documentOf({ events: [...start(), { type: 'text-delta', seq: 9, at: 1 }] }),
      /event 8 of 8 is none/,
    ],
    [
      'events out of order',
      () => documentOf({ events: [...start(), { type: 'clear', seq: 3, at: 1 }] }),
      /event 8 of 8 is out of order/,
    ],
    [
      'two sessions in one',
      () => documentOf({ events: [...start(), { ...start()[0], seq: 20 }] }),
      /begins another session/,
    ],
    [
      'a trap for the writer',
      () => {
        const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
        const event = `{"type":"clear","seq":99,"at":1,"deep":${deep}}`;
        return documentOf({}).replace(/\]\}$/, `,${event}]}`);
      },
      /nested too deep/,
    ],
  ])('%s', async (_, makeText, why) => {
    await expect(place.store.importJson(makeText())).rejects.toThrow(why);
    expect(() => readdirSync(join(place.projectFolder(), 'sessions'))).toThrow('ENOENT');
  });

  test('a journal of a newer format is not exported', async () => {
    const [first, ...rest] = numbered(bodiesOf('aaaaaaaa'));
    if (first === undefined) throw new Error('no event');
    const newer = [{ ...first, version: 2 } as typeof first, ...rest];
    place.store.write('aaaaaaaa', newer);
    await expect(place.store.exportJson('aaaaaaaa')).rejects.toThrow('newer Zeke (format 2');
    await expect(place.store.fork('aaaaaaaa')).rejects.toThrow('newer Zeke (format 2');
    expect(() => place.store.rename('aaaaaaaa', 'x')).toThrow('newer Zeke (format 2');
    expect(await place.store.search('because')).toMatchObject({
      found: [],
      skipped: [{ id: 'aaaaaaaa', problem: expect.stringContaining('newer Zeke') }],
    });
  });
});
