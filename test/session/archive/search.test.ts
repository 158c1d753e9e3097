import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EventBody } from '../../../src/session/events.ts';
import { numbered, Workplace } from '../helpers.ts';

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
});
afterEach(() => {
  place.remove();
});

type Said = readonly [question: string, ...answer: string[]];

/** A session in which this was said, the answers in these pieces. */
function keep(id: string, said: readonly Said[], more: readonly EventBody[] = []) {
  const bodies: EventBody[] = [
    { type: 'session-start', version: 1, sessionId: id, project: place.project, model: 'a/b' },
  ];
  for (const [index, [text, ...answer]] of said.entries()) {
    const turnId = `t${index}`;
    bodies.push({ type: 'turn-start', turnId, model: 'a/b', message: { text } });
    for (const piece of answer) bodies.push({ type: 'text-delta', turnId, text: piece });
    bodies.push({ type: 'turn-end', turnId, reason: 'stop' });
  }
  place.store.write(id, numbered([...bodies, ...more]));
}
const find = async (text: string) => (await place.store.search(text)).found;
const idsOf = async (text: string) => (await find(text)).map(({ id }) => id);

describe('search', () => {
  test('finds what was asked, answered and titled, the session used last first', async () => {
    keep('aaaaaaaa', [['Where is the Retry limit?', 'In src/http.ts, it is ', 'three.']]);
    keep('bbbbbbbb', [['hello', 'The retry', ' limit again']]);
    keep('cccccccc', [['nothing', 'here']], [{ type: 'session-rename', title: 'Retry limits' }]);
    expect(await idsOf('retry LIMIT')).toEqual(['cccccccc', 'bbbbbbbb', 'aaaaaaaa']);
    place.store.markUsed('aaaaaaaa');
    expect(await find('limit three')).toMatchObject([
      {
        id: 'aaaaaaaa',
        turn: 1,
        excerpt: 'Where is the Retry limit? In src/http.ts, it is three.',
      },
    ]);
    expect(await find('hello limit')).toMatchObject([{ id: 'bbbbbbbb', turn: 1 }]);
    expect(await idsOf('not said')).toEqual([]);
    expect(await idsOf('  ')).toEqual([]);
  });

  test('all words in one turn; words of the title count for each', async () => {
    keep('aaaaaaaa', [
      ['apples', 'are red'],
      ['pears', 'are green'],
    ]);
    expect(await idsOf('apples red')).toEqual(['aaaaaaaa']);
    expect(await idsOf('red green')).toEqual([]);
    expect(await find('apples green')).toMatchObject([{ turn: 2, excerpt: 'pears are green' }]);
  });

  test('a word that came in pieces, in both spellings of an accent, after a long text', async () => {
    const long = 'word '.repeat(20_000);
    keep('aaaaaaaa', [
      ['x', long, 'hay', 'stack cafe\u0301 '],
      ['y', long, 'needle', ` ${long}`],
    ]);
    expect(await find('haystack CAFÉ')).toMatchObject([{ turn: 1 }]);
    const [hit] = await find('needle');
    expect(hit).toMatchObject({ turn: 2, excerpt: expect.stringContaining('needle') });
    expect(hit?.excerpt).toMatch(/^…word .* word…?/);
    expect(hit?.excerpt.length).toBeLessThan(200);
  });

  test('what tools and reasoning said is not what was said', async () => {
    keep(
      'aaaaaaaa',
      [['x', 'y']],
      [
        { type: 'turn-start', turnId: 'tt', model: 'a/b', message: { text: 'go' } },
        { type: 'reasoning-delta', turnId: 'tt', text: 'hidden' },
        { type: 'tool-result', turnId: 'tt', id: 'c', output: 'hidden' },
      ],
    );
    expect(await idsOf('hidden')).toEqual([]);
    expect(await idsOf('go')).toEqual(['aaaaaaaa']);
  });

  test('an excerpt is one harmless line, whatever was said', async () => {
    keep('aaaaaaaa', [['a\x1b]0;owned\x07 needle\n\u202e\x9b31m next', `${'🙂'.repeat(500)}x`]]);
    const [hit] = await find('needle');
    expect(hit?.excerpt).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202e]/);
    expect(hit?.excerpt).toContain('needle');
    expect((await find('x'))[0]?.excerpt.isWellFormed()).toBe(true);
  });

  test('what cannot be read is told of, and the others are found', async () => {
    keep('aaaaaaaa', [['needle', 'y']]);
    keep('bbbbbbbb', [['needle', 'y']]);
    keep('dddddddd', [['needle', 'y']]);
    writeFileSync(place.journalPath('bbbbbbbb'), 'garbage\n{"type":"turn-start"\n');
    appendFileSync(place.journalPath('aaaaaaaa'), '{"type":"text-delta","turnId"');
    mkdirSync(place.journalPath('cccccccc'));
    const result = await place.store.search('needle');
    expect(result.found.map(({ id }) => id)).toEqual(['dddddddd', 'aaaaaaaa']);
    expect(result.skipped).toMatchObject([{ id: 'cccccccc', problem: expect.any(String) }]);
  });

  test('lets other work run while it reads, and ends when it is aborted', async () => {
    const text = 'word '.repeat(2000);
    const said = Array.from({ length: 100 }, (_, at): Said => [`question ${at}`, text, text]);
    for (const id of ['aaaaaaaa', 'bbbbbbbb', 'cccccccc']) keep(id, said);
    let turnsOfTheLoop = 0;
    let isOver = false;
    const count = (): void => {
      turnsOfTheLoop += 1;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);
    expect(await idsOf('notsaid')).toEqual([]);
    isOver = true;
    expect(turnsOfTheLoop).toBeGreaterThan(1);
    const controller = new AbortController();
    const searching = place.store.search('question', controller.signal);
    controller.abort();
    expect((await searching).found).toEqual([]);
  });
});
