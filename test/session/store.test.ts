import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ownProcess } from '../../src/platform/process-state.ts';
import { createContentStore } from '../../src/platform/storage/content-store.ts';
import type { EventBody } from '../../src/session/events.ts';
import { EMPTY_STATE, reduce } from '../../src/session/state.ts';
import {
  createSessionStore,
  isId,
  listAllSessions,
  newId,
  type SessionStore,
} from '../../src/session/store.ts';
import { numbered, Workplace } from './helpers.ts';

let place: Workplace;
let store: SessionStore;
beforeEach(() => {
  place = new Workplace();
  store = place.store;
});
afterEach(() => {
  place.remove();
});

/** A session with these turns, as a process would have left it. */
function make(id: string, turns: readonly string[], more: readonly EventBody[] = []) {
  const bodies: EventBody[] = [
    { type: 'session-start', version: 1, sessionId: id, project: place.project, model: 'a/b' },
  ];
  for (const [index, text] of turns.entries()) {
    const turnId = `turn${index}`;
    bodies.push({ type: 'turn-start', turnId, model: 'a/b', message: { text } });
    bodies.push({ type: 'text-delta', turnId, text: 'answer' });
    bodies.push({ type: 'turn-end', turnId, reason: 'stop' });
  }
  const journal = store.create(id);
  let state = EMPTY_STATE;
  for (const event of numbered([...bodies, ...more])) {
    state = reduce(state, event);
    journal.append([event], state);
  }
  journal.close({ discard: false });
  store.markUsed(id);
  return state;
}

test('ids are file names and nothing else', () => {
  expect(Array.from({ length: 100 }, newId).every(isId)).toBe(true);
  expect(new Set(Array.from({ length: 1000 }, newId)).size).toBe(1000);
  for (const id of ['', '..', '../../x', 'a/b', 'UPPER123', 'x'.repeat(40), 'nul\0nul']) {
    expect(isId(id)).toBe(false);
    expect(store.has(id)).toBe(false);
    expect(store.remove(id)).toBe(false);
    expect(() => store.open(id)).toThrow('is not the id of a session');
  }
});

test('a list has what a person needs, the session used last first', async () => {
  make('aaaaaaaa', ['one', 'two']);
  make('bbbbbbbb', ['hello\nthere'], [{ type: 'model-switch', model: 'c/d' }]);
  store.markUsed('aaaaaaaa');
  const list = await store.list();
  expect(list.map(({ id, title, model, turns }) => [id, title, model, turns])).toEqual([
    ['aaaaaaaa', 'one', 'a/b', 2],
    ['bbbbbbbb', 'hello', 'c/d', 1],
  ]);
  const bytes = readFileSync(place.journalPath('aaaaaaaa')).length;
  expect(list[0]).toMatchObject({ sizeBytes: bytes, updatedAt: 1006 });
  expect((await store.latest())?.id).toBe('aaaaaaaa');
});

test('a chosen title and the model are found wherever they stand in the journal', async () => {
  make(
    'aaaaaaaa',
    ['first'],
    [
      { type: 'session-rename', title: 'chosen' },
      { type: 'turn-start', turnId: 'big', model: 'a/b', message: { text: 'go' } },
      ...Array.from({ length: 30 }, () => {
        return { type: 'text-delta', turnId: 'big', text: 'x'.repeat(10_000) } as const;
      }),
    ],
  );
  expect(await store.list()).toMatchObject([{ title: 'chosen', turns: 2 }]);
});

test('a journal without summaries, torn or not, is read as a whole', async () => {
  make('aaaaaaaa', ['old']);
  const path = place.journalPath('aaaaaaaa');
  const events = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => !line.includes('"summary"'));
  writeFileSync(path, events.join('\n'));
  truncateSync(path, readFileSync(path).length - 10);
  expect(await store.list()).toMatchObject([{ id: 'aaaaaaaa', title: 'old', turns: 1 }]);
});

test('the order is that of use, whatever the clock says', async () => {
  make('aaaaaaaa', ['one']);
  // Events with times far in the future, from before the clock went back.
  appendFileSync(
    place.journalPath('aaaaaaaa'),
    '{"type":"summary","version":1,"title":"one","model":"a/b","turns":1,"updatedAt":9e15}\n',
  );
  make('bbbbbbbb', ['two']);
  expect((await store.list()).map(({ id }) => id)).toEqual(['bbbbbbbb', 'aaaaaaaa']);
  expect((await store.latest())?.id).toBe('bbbbbbbb');
});

test('a fork says in the list where it comes from; a line of an older Zeke says nothing', async () => {
  make('aaaaaaaa', ['one']);
  const forkId = await store.fork('aaaaaaaa');
  const origins = async () =>
    new Map((await store.list()).map(({ id, forkedFrom }) => [id, forkedFrom]));
  expect((await origins()).get('aaaaaaaa')).toBeUndefined();
  expect((await origins()).get(forkId)).toEqual({ sessionId: 'aaaaaaaa', turnCount: 1 });
  const path = place.journalPath(forkId);
  const written = readFileSync(path, 'utf8');
  for (const broken of ['', ',"forkedFrom":7', ',"forkedFrom":{"sessionId":[]}']) {
    const old = written.replace(/("type":"summary".*),"forkedFrom":\{[^}]*\}/, `$1${broken}`);
    expect(old).not.toBe(written);
    writeFileSync(path, old);
    expect((await origins()).has(forkId)).toBe(true);
    expect((await origins()).get(forkId)).toBeUndefined();
  }
});

test('what cannot be opened is in the list with the reason, and is not the latest', async () => {
  make('aaaaaaaa', ['fine']);
  make('bbbbbbbb', ['newer']);
  const path = place.journalPath('bbbbbbbb');
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll('"version":1', '"version":7'));
  make('cccccccc', ['empty']);
  const [newest] = await store.list();
  expect(newest?.id).toBe('cccccccc');
  store.remove('cccccccc');
  mkdirSync(place.journalPath('cccccccc'));
  const problems = (await store.list()).map(({ id, problem }) => [id, typeof problem]);
  expect(problems).toContainEqual(['bbbbbbbb', 'string']);
  expect(problems).toContainEqual(['cccccccc', 'string']);
  expect((await store.latest())?.id).toBe('aaaaaaaa');
});

test('what a dead process left beside a session goes with it; the claim of a live one stays', () => {
  for (const [id, owner] of [
    ['aaaaaaaa', '999999999.1 abc /run/x.sock'],
    ['bbbbbbbb', ''],
    ['cccccccc', `${ownProcess()} abc /run/x.sock`],
  ] as const) {
    make(id, ['one']);
    const claim = place.journalPath(id).replace('.jsonl', '.host');
    writeFileSync(claim, owner);
    expect(store.remove(id)).toBe(true);
    expect(existsSync(claim)).toBe(id === 'cccccccc');
  }
});

test('removing is for good', async () => {
  make('aaaaaaaa', ['one']);
  expect(store.remove('aaaaaaaa')).toBe(true);
  expect(store.remove('aaaaaaaa')).toBe(false);
  expect(await store.list()).toEqual([]);
  expect(await store.latest()).toBeUndefined();
  expect(() => store.check('aaaaaaaa')).toThrow('There is no session aaaaaaaa');
});

test('deleting takes the contents along that no other session names', async () => {
  const contents = createContentStore(join(place.projectFolder(), 'contents'));
  const [own, shared, image] = ['own', 'shared', 'image'].map((text) =>
    contents.put(Buffer.from(text)),
  );
  const change = (before: string | null = null, after: string | null = null): EventBody => {
    return { type: 'file-change', turnId: 'turn0', path: 'a', before, after };
  };
  make(
    'aaaaaaaa',
    ['one'],
    [
      change(own, shared),
      {
        type: 'turn-start',
        turnId: 'i',
        model: 'a/b',
        message: {
          text: 'see',
          images: [{ label: 'x', mediaType: 'image/png', hash: image ?? '', sizeBytes: 1 }],
        },
      },
    ],
  );
  make('bbbbbbbb', ['two'], [change(null, shared)]);
  expect(await store.delete('aaaaaaaa')).toBe(true);
  expect(await store.delete('aaaaaaaa')).toBe(false);
  expect(await store.delete('../../x')).toBe(false);
  expect([own, shared, image].map((hash) => contents.get(hash ?? '') !== undefined)).toEqual([
    false,
    true,
    false,
  ]);
  // What cannot be read may name anything.
  mkdirSync(place.journalPath('cccccccc'));
  expect(await store.delete('bbbbbbbb')).toBe(true);
  expect(contents.get(shared ?? '')).toBeDefined();
});

test('the record of use is kept short and keeps its order', async () => {
  make('aaaaaaaa', ['one']);
  make('bbbbbbbb', ['two']);
  for (let index = 0; index < 4000; index += 1) store.markUsed('aaaaaaaa');
  for (let index = 0; index < 4000; index += 1) store.markUsed('bbbbbbbb');
  store.open('aaaaaaaa').journal.close({ discard: false });
  expect(readFileSync(join(place.projectFolder(), 'recent'), 'utf8')).toBe('aaaaaaaa\nbbbbbbbb\n');
  expect((await store.latest())?.id).toBe('bbbbbbbb');
});

test('sessions of all projects, each with the root it belongs to', async () => {
  make('aaaaaaaa', ['one']);
  const otherProject = join(place.folder, 'a project\nwith a line break');
  const other = createSessionStore({ paths: place, project: otherProject });
  store = other;
  make('bbbbbbbb', ['two']);
  mkdirSync(join(place.stateDir, 'projects', 'litter'));
  const all = await listAllSessions(place);
  expect(all.map(({ project, sessions }) => [project, sessions.length])).toEqual(
    [otherProject, place.project].toSorted().map((project) => [project, 1]),
  );
});

test('a list of a thousand reads the ends of the files and not all of them', async () => {
  make('aaaaaaaa', ['one']);
  const text = readFileSync(place.journalPath('aaaaaaaa'), 'utf8');
  const big = `${'{"type":"clear","seq":1,"at":1}\n'.repeat(2000)}${text}`;
  for (let index = 0; index < 1000; index += 1) {
    const id = `s${String(index).padStart(7, '0')}`;
    // In the middle of each file is a line that would make the session unreadable.
    writeFileSync(place.journalPath(id), big.replace('"version":1', '"version":9'));
  }
  const list = await store.list();
  expect(list).toHaveLength(1001);
  expect(list.every(({ title, problem }) => title === 'one' && problem === undefined)).toBe(true);
});
