import {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ZekeError } from '../../src/platform/errors.ts';
import type { EventBody } from '../../src/session/events.ts';
import { createJournal, openJournal, readJournal } from '../../src/session/journal.ts';
import { EMPTY_STATE, reduce } from '../../src/session/state.ts';
import { Place } from './front-end-process.ts';
import { numbered } from './helpers.ts';

let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'zeke-journal-'));
  path = join(folder, 'session.jsonl');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const SEED = { sessionId: 'seed1234', project: '/project' };
const START: EventBody = { type: 'session-start', version: 1, model: 'a/b', ...SEED };
const TURN: readonly EventBody[] = [
  { type: 'turn-start', turnId: 't1', model: 'a/b', message: { text: 'two\nlines\u2028' } },
  { type: 'text-delta', turnId: 't1', text: 'ans' },
  { type: 'text-delta', turnId: 't1', text: 'wer\n' },
  { type: 'turn-end', turnId: 't1', reason: 'stop' },
];

/** Writes events the way a session does and returns the state that they lead to. */
function write(bodies: readonly EventBody[]) {
  const events = numbered(bodies);
  const state = events.reduce(reduce, EMPTY_STATE);
  const journal = createJournal(path);
  expect(journal.append(events, state)).toBeUndefined();
  journal.close({ discard: false });
  return state;
}
const lines = () => readFileSync(path, 'utf8').split('\n');
const open = () => openJournal(path, SEED);

test('what was written is what is read', () => {
  const state = write([START, ...TURN]);
  expect(readJournal(path, SEED)).toMatchObject({ state, brokenLines: 0 });
  expect(open().repairs).toEqual([]);
});

test('a session that only began makes no file', () => {
  const journal = createJournal(path);
  const [start, ...rest] = numbered([START, ...TURN]);
  if (start === undefined) throw new Error('no event');
  journal.append([start], EMPTY_STATE);
  expect(() => readFileSync(path)).toThrow('ENOENT');
  journal.append(rest, EMPTY_STATE);
  expect(lines()[0]).toContain('session-start');
  journal.close({ discard: true });
  expect(() => readFileSync(path)).toThrow('ENOENT');
});

describe('a damaged journal', () => {
  test('every way to tear the last line: the events before it are there, and it is said', () => {
    write([START, ...TURN]);
    const whole = readFileSync(path);
    const lastLine = whole.lastIndexOf('\n', whole.length - 2) + 1;
    for (let length = lastLine + 1; length < whole.length - 1; length += 1) {
      writeFileSync(path, whole.subarray(0, length));
      const opened = open();
      expect(opened.brokenLines).toBe(0);
      expect(opened.repairs).toMatchObject([{ type: 'notice', level: 'warning' }]);
      expect(opened.state.turns).toHaveLength(1);
      opened.journal.close({ discard: false });
      expect(readFileSync(path).length).toBe(lastLine);
    }
  });

  test('a last line that only misses its newline is kept', () => {
    const state = write([START, ...TURN]);
    writeFileSync(path, readFileSync(path).subarray(0, -1));
    const opened = open();
    expect(opened).toMatchObject({ state, repairs: [] });
    opened.journal.close({ discard: false });
    expect(readFileSync(path, 'utf8').endsWith('\n')).toBe(true);
  });

  test.each([
    ['no JSON', '{"type":"text-delta","turn'],
    ['other JSON', '[1,2]'],
    ['an event with a field missing', '{"type":"text-delta","turnId":"t1","seq":3,"at":1}'],
    ['an event without a number', '{"type":"clear","at":1}'],
    ['bytes that are no text', '\u0000\ufffd\u0000'],
  ])('a broken line in the middle (%s) is skipped and said once', (_, broken) => {
    const state = write([START, ...TURN]);
    const [first = '', ...rest] = lines();
    writeFileSync(path, [first, broken, ...rest].join('\n'));
    const opened = open();
    expect(opened.state).toEqual(state);
    const [repair] = opened.repairs;
    expect(repair).toMatchObject({ type: 'notice', level: 'warning' });
    if (repair === undefined) return;
    const event = { ...repair, seq: 99, at: 1 };
    opened.journal.append([event], reduce(opened.state, event));
    opened.journal.close({ discard: false });
    expect(open().repairs).toEqual([]);
  });

  test('a broken first line costs nothing but what only it said', () => {
    write([START, ...TURN]);
    writeFileSync(path, ['garbage', ...lines().slice(1)].join('\n'));
    expect(readJournal(path, SEED).state).toMatchObject({ ...SEED, turns: [{ id: 't1' }] });
  });

  test('lines of an unknown kind are passed over in silence', () => {
    const state = write([START, ...TURN]);
    appendFileSync(path, '{"type":"from-the-future","seq":6,"at":2000,"text":"?"}\n\n');
    const contents = readJournal(path, SEED);
    expect(contents).toMatchObject({ brokenLines: 0, state: { seq: 6 } });
    expect(contents.state.turns).toEqual(state.turns);
  });

  test('numbers that do not count up are put in order, whoever wrote them', () => {
    write([START, ...TURN]);
    appendFileSync(path, '{"type":"session-rename","title":"same number","seq":5,"at":1}\n');
    expect(readJournal(path, SEED).state).toMatchObject({ title: 'same number', seq: 6 });
  });

  test('an empty file is an empty session', () => {
    writeFileSync(path, '');
    expect(open()).toMatchObject({ brokenLines: 0, repairs: [], state: { turns: [] } });
  });
});

describe('what cannot be opened', () => {
  test('a newer version, in words', () => {
    write([{ ...START, version: 2 } as EventBody, ...TURN]);
    const before = readFileSync(path);
    expect(open).toThrow(ZekeError);
    expect(open).toThrow(/newer Zeke \(format 2; this one reads up to 1\)/);
    expect(readFileSync(path)).toEqual(before);
  });

  test('a session that is not there', () => {
    expect(open).toThrow('There is no session seed1234');
  });

  test('a folder in its place', () => {
    path = folder;
    expect(open).toThrow(folder);
  });
});

describe('journals of any age', () => {
  const fixture = (name: string) =>
    fileURLToPath(new URL(`../fixtures/journals/${name}.jsonl`, import.meta.url));

  test('one from before approvals, changes of files, images and summaries', () => {
    const { state, brokenLines } = readJournal(fixture('format-1-before-approvals'), SEED);
    expect(brokenLines).toBe(0);
    expect(state).toMatchObject({
      sessionId: 'k7m2x9qd',
      project: '/home/ada/app',
      title: 'How it starts',
      model: 'ollama/qwen3-coder',
      seq: 22,
      running: undefined,
      queue: [],
      clearedTurnCount: 2,
      compaction: undefined,
      approval: undefined,
      forkedFrom: undefined,
      undoOps: [],
      notices: [{ level: 'warning' }],
      usage: { inputTokens: 1840, costUsd: 0.0031 },
    });
    const [first, second] = state.turns;
    expect(first).toMatchObject({
      message: { mentions: ['src/main.ts'], attachments: [{ label: 'error.log' }] },
      context: [{ source: 'mention' }],
      parts: [
        { type: 'reasoning', text: 'I should look at start.', signature: { sig: 'EqQBCg' } },
        { type: 'tool-call', name: 'read_file', signature: 's1', result: { isError: false } },
        { type: 'text', step: 2, text: 'It starts the "program" 🙂.\n' },
      ],
      endReason: 'stop',
      changes: [],
      isUndone: false,
      isRetracted: false,
    });
    expect(second).toMatchObject({ endReason: 'error', error: { kind: 'rate-limit' } });
  });

  test('one of today has every event there is', () => {
    const { state, brokenLines, recent } = readJournal(fixture('format-1'), SEED);
    expect(brokenLines).toBe(0);
    expect(new Set(recent.map((event) => event.type))).toEqual(documentedEvents());
    expect(state).toMatchObject({
      forkedFrom: { sessionId: 'k7m2x9qd', turnCount: 1 },
      title: 'Fixed (fork)',
      clearedTurnCount: 3,
      compaction: undefined,
      queue: [],
      undoOps: ['op111111', 'op333333', 'op222222'],
      review: { opId: 'op444444', by: 'neovim', base: 'main', turnCount: 3 },
    });
    expect(state.turns).toMatchObject([
      {
        message: { images: [{ mediaType: 'image/png' }] },
        changes: [{ path: 'src/main.ts', before: null }],
        isUndone: true,
      },
      { message: { kind: 'command' }, isRetracted: true },
      { message: { kind: 'compact' }, endReason: 'stop' },
    ]);
  });

  test.each(['format-1', 'format-1-before-approvals'])('%s is opened and written on', (name) => {
    copyFileSync(fixture(name), path);
    const { journal, state, repairs } = open();
    expect(repairs).toEqual([]);
    const event = { type: 'clear', seq: state.seq + 1, at: 1 } as const;
    expect(journal.append([event], reduce(state, event))).toBeUndefined();
    journal.close({ discard: false });
    expect(readJournal(path, SEED).state).toEqual(reduce(state, event));
  });
});

/** What docs/events.md names, which another test holds against the code. */
function documentedEvents(): ReadonlySet<string> {
  const docs = readFileSync(new URL('../../docs/events.md', import.meta.url), 'utf8');
  const examples = docs.split('\n').filter((line) => line.startsWith('{"type"'));
  return new Set(examples.map((line): string => JSON.parse(line).type));
}

describe('kill -9 in the middle of an answer', () => {
  let place: Place;
  beforeEach(() => {
    place = new Place();
  });
  afterEach(async () => {
    await place.remove();
  });

  test('everything that was shown is in the journal, the turn is said to be interrupted', async () => {
    let sessionId: string | undefined;
    for (let round = 1; round <= 5; round += 1) {
      const frontEnd = await place.join(sessionId === undefined ? {} : { sessionId });
      sessionId = String(frontEnd.joined.sessionId);
      frontEnd.say('words 100000 0');
      await frontEnd.until(() => frontEnd.events.length > 40 * round);
      await frontEnd.kill();
      const { createSessionStore } = await import('../../src/session/store.ts');
      const { state, recent, repairs } = createSessionStore(place).open(sessionId);
      const kept = new Map(recent.map((event) => [event.seq, event]));
      const shown = frontEnd.events.filter((event) => kept.has(event.seq));
      expect(shown.length).toBeGreaterThan(40);
      expect(shown).toEqual(shown.map((event) => kept.get(event.seq)));
      expect(frontEnd.events.at(-1)?.seq).toBeLessThanOrEqual(state.seq);
      expect(frontEnd.text.length).toBeGreaterThan(0);
      const running = state.running?.parts.map((part) => (part.type === 'text' ? part.text : ''));
      expect(running?.join('').startsWith(frontEnd.text)).toBe(true);
      expect(repairs).toEqual([]);
    }
    const last = await place.join({ sessionId });
    last.tell({ what: 'state' });
    const { state } = (await last.until((line) => line.what === 'state')) as never as {
      state: { turns: { endReason: string }[] };
    };
    expect(state.turns.map((turn) => turn.endReason)).toEqual(Array(5).fill('interrupted'));
  });
});
