/** Sessions from the conversation: forks, earlier ones, long ones, and two terminals in one. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { EventBody } from '../../src/session/events.ts';
import { createSessionStore } from '../../src/session/store.ts';
import { ask, openKept } from '../helpers/chat-place.ts';
import { HarnessPlace } from '../helpers/harness-place.ts';
import { answerQuestion } from '../helpers/terminal-zeke.ts';

const ESCAPE = '\x1b';
const DOWN = '\x1b[B';
const UP = '\x1b[A';
const TURN_COUNT = 1000;

const place = new HarnessPlace();
beforeAll(() => place.prepare());
afterEach(() => place.closeAll());
afterAll(() => place.remove());

/** A conversation of many turns, as its journal. */
function writeLongSession(stateDir: string): void {
  const bodies: EventBody[] = [
    {
      type: 'session-start',
      version: 1,
      sessionId: 'long2345',
      project: place.folder,
      model: 'test/scripted',
    },
  ];
  for (let n = 1; n <= TURN_COUNT; n += 1) {
    const turnId = `turn${n}`;
    bodies.push(
      { type: 'turn-start', turnId, model: 'test/scripted', message: { text: `question ${n}` } },
      { type: 'text-delta', turnId, text: `answer ${n} of them` },
      { type: 'turn-end', turnId, reason: 'stop' },
    );
  }
  const events = bodies.map((body, index) => ({ ...body, seq: index + 1, at: index }));
  createSessionStore({ paths: { stateDir }, project: place.folder }).write('long2345', events);
}

describe('a session', () => {
  test('/rename and /new, then /resume finds the title and what was said', async () => {
    const program = await openKept(place, place.newStateDir(), { columns: 120 });
    await ask(program, 'the pelican flies', 'You said: the pelican flies');
    await ask(program, '/rename', 'Say how: /rename login test');
    await ask(program, '/rename birds', 'The session is called "birds" now.');
    await ask(program, '/new', 'A new session.');
    await ask(program, 'something else', 'You said: something else');
    program.type('/resume\r');
    await program.waitForText('› birds');
    expect(program.text()).toMatch(/› birds +[^·]+ · 1 turn · test\/scripted/);
    program.type('pelican');
    await program.waitFor('the excerpt', (text) => /birds +“.*pelican flies/.test(text));
    program.type('zzz');
    await program.waitForText('nothing fits');
    program.type('\x15brd');
    await program.waitForText('› birds');
    program.type('\r');
    await program.waitFor('the session', (text) =>
      text.slice(text.lastIndexOf('something else')).includes('You said: the pelican flies'),
    );
    await program.waitForText('> Ask anything');
    program.type('/sessions else\r');
    await program.waitForText('› something else');
  });

  test('/delete asks before it deletes, and keeping is what comes first', async () => {
    const program = await openKept(place, place.newStateDir(), { columns: 120 });
    await ask(program, 'to be gone', 'You said: to be gone');
    await ask(program, '/new', 'A new session.');
    program.type('/delete\r');
    await program.waitForText('› to be gone');
    program.type('\r');
    await program.waitForText('› Keep it');
    program.type('\r');
    await program.waitForText('> Ask anything');
    program.type('/delete\r');
    await program.waitForText('› to be gone');
    program.type('\r');
    await program.waitForText('› Keep it');
    program.type(`${DOWN}`);
    await program.waitForText('› Delete it; nothing can bring it back');
    program.type('\r');
    await program.waitForText('Deleted "to be gone".');
    program.type('/resume\r');
    await program.waitForText('there is nothing to choose yet');
  });

  test('/fork goes on after a turn that is named or chosen', async () => {
    const program = await openKept(place, place.newStateDir(), { columns: 120, rows: 40 });
    await ask(program, '/fork', 'There is no turn yet to fork after.');
    await ask(program, 'first', 'You said: first');
    await ask(program, 'second', 'You said: second');
    await ask(program, '/fork 7', 'A turn is a number from 1 to 2.');
    await ask(program, '/fork 1', 'A fork: its first turn is that of session');
    const forked = program.text().split('A fork:').at(-1) ?? '';
    expect(forked).toContain('You said: first');
    expect(forked).not.toContain('second');
    await ask(program, 'third', 'You said: third');
    program.type('/fork\r');
    await program.waitForText('› 2. third');
    program.type(DOWN);
    await program.waitForText('› 1. first');
    program.type('\r');
    await program.waitFor('the second fork', (text) => text.split('A fork:').length === 3);
    expect(program.text().split('A fork:').at(-1)).not.toContain('third');
  });

  test('/edit changes an earlier message and sends it in a fork', async () => {
    const program = await openKept(place, place.newStateDir(), { columns: 120, rows: 40 });
    await ask(program, 'first', 'You said: first');
    await ask(program, 'secnd', 'You said: secnd');
    program.type('/edit\r');
    await program.waitForText('› 2. secnd');
    program.type('\r');
    await program.waitForText('Changing message 2: Enter goes on from there in a fork');
    await program.waitForText('> secnd');
    program.type('\x7f\x7fond');
    await program.waitForText('> second');
    program.type('\r');
    await program.waitForText('You said: second');
    const forked = program.text().split('A fork:').at(-1) ?? '';
    expect(forked).toContain('You said: first');
    expect(forked).not.toContain('secnd');
    await program.waitFor('no note', (text) => !text.includes('Changing message'));
    program.type('/edit\r');
    await program.waitForText('› 2. second');
    program.type('\r');
    await program.waitForText('Changing message 2');
    program.type('\x03');
    await program.waitFor('no note', (text) => !text.includes('Changing message'));
    await ask(program, 'third', 'You said: third');
    expect(program.text().match(/A fork:/g)).toHaveLength(1);
  });
});

describe('/import', () => {
  test('opens what was exported; what is no such file is refused in words', async () => {
    const stateDir = place.newStateDir();
    const path = join(stateDir, 'talk.json');
    const program = await openKept(place, stateDir, { columns: 120, rows: 40 });
    await ask(program, 'the pelican flies', 'You said: the pelican flies');
    await ask(program, `/export json ${path}`, 'Wrote the conversation to');
    await ask(program, '/new', 'A new session.');
    await ask(program, '/import', 'Say which file: /import talk.json');
    await ask(program, `/import ${path}.gone`, 'There is no file');
    writeFileSync(`${path}.bad`, '{"format":"zeke-session","version":9,"events":[]}');
    await ask(program, `/import ${path}.bad`, 'This session was written by a newer Zeke');
    program.type(`/import ${path}\r`);
    await program.waitFor('the session', (text) =>
      text.slice(text.lastIndexOf('by a newer Zeke')).includes('You said: the pelican flies'),
    );
    await ask(program, 'and on', 'You said: and on');
    expect(
      await createSessionStore({ paths: { stateDir }, project: place.folder }).list(),
    ).toMatchObject([
      { title: 'the pelican flies', turns: 2 },
      { title: 'the pelican flies', turns: 1 },
    ]);
  });
});

test('the list of sessions says what is open elsewhere and what is a fork', async () => {
  const stateDir = place.newStateDir();
  const program = await openKept(place, stateDir, { columns: 140 });
  await ask(program, 'first talk', 'You said: first talk');
  await ask(program, '/fork 1', 'A fork: its first turn');
  await ask(program, '/new', 'A new session.');
  const store = createSessionStore({ paths: { stateDir }, project: place.folder });
  const original = (await store.list()).find(({ forkedFrom }) => forkedFrom === undefined);
  const apart = await openKept(place, stateDir, {
    env: { HARNESS_APART: '1', HARNESS_SESSION: original?.id ?? '' },
  });
  await apart.waitForText('You said: first talk');
  program.type('/resume\r');
  await program.waitFor(
    'the marks',
    (text) =>
      /first talk \(fork\) +fork of first talk · \S/.test(text) &&
      /first talk +open elsewhere · \S/.test(text),
  );
});

describe('a long conversation', () => {
  test('opens with its end, and /history prints what came before', async () => {
    const stateDir = place.newStateDir();
    writeLongSession(stateDir);
    const program = await openKept(place, stateDir, { env: { HARNESS_SESSION: 'long2345' } });
    await program.waitForText('… 980 earlier turns; /history shows them');
    expect(program.text()).toContain('answer 981 of them');
    expect(program.text()).toContain('answer 1000 of them');
    expect(program.text()).not.toContain('answer 980 of them');
    await ask(program, '/history', 'Turns 961 to 980 of 1000:');
    expect(program.text()).toContain('answer 980 of them');
    await ask(program, '/history 1', 'Turns 1 to 20 of 1000:');
    expect(program.text()).toContain('answer 1 of them');
    await ask(program, '/history 2000', 'A turn is a number from 1 to 1000.');
  });
});

describe('two terminals', () => {
  test('see each other, and what one sends the other shows beside its draft', async () => {
    const stateDir = place.newStateDir();
    const host = await openKept(place, stateDir);
    const guest = await openKept(place, stateDir, { env: { HARNESS_NAME: 'second' } });
    await host.waitForText('main · + second');
    await ask(guest, '/who', 'second (this one)');
    expect(guest.text()).toContain('terminal (the conversation lives here)');
    host.type('my own draft');
    await host.waitForText('> my own draft');
    await ask(guest, 'hello', 'You said: hello');
    await host.waitForText('You said: hello');
    expect(host.text()).toContain('> my own draft');
    await ask(guest, '/model test/other', 'The next message goes to test/other.');
    await host.waitForText('test/other ·');
    await guest.dispose();
    await host.waitFor('to be alone', (text) => !text.includes('+ second'));
  });

  test('another session is announced to the one that did not ask for it', async () => {
    const stateDir = place.newStateDir();
    const host = await openKept(place, stateDir, { columns: 120 });
    const guest = await openKept(place, stateDir, { columns: 120 });
    await ask(guest, 'hello', 'You said: hello');
    await host.waitForText('You said: hello');
    host.type('draft');
    await host.waitForText('> draft');
    await ask(guest, '/fork 1', 'A fork: its first turn');
    await host.waitForText('Another terminal went on in a fork: hello');
    await ask(guest, '/new', 'A new session.');
    await host.waitForText('Another terminal started a new session.');
    guest.type('/resume\r');
    await guest.waitFor('the first session', (text) => /› hello/.test(text));
    guest.type('\r');
    await host.waitForText('Another terminal opened: hello');
    expect(host.text()).toContain('> draft');
  });

  test('a message that waits is taken back by the first who asks, to be changed and sent', async () => {
    const stateDir = place.newStateDir();
    const host = await openKept(place, stateDir);
    const guest = await openKept(place, stateDir);
    host.type('silent\r');
    await guest.waitForText('waiting for the model');
    host.type('go to the pelican\r');
    await host.waitForText('queued: go to the pelican');
    host.type('and then this\r');
    await guest.waitForText('queued: and then this');
    await guest.waitForText('Up takes the last queued message back.');
    guest.type(UP);
    await guest.waitForText('> and then this');
    await host.waitFor('one message', (text) => !text.includes('queued: and then this'));
    await host.waitForText('Up takes the queued message back.');
    expect(host.text()).not.toContain('> and then this');
    guest.type(' better\r');
    await host.waitForText('queued: and then this better');
    host.type(ESCAPE);
    await host.waitForText('You said: and then this better');
    await guest.waitForText('You said: and then this better');
    expect(host.text()).toContain('You said: go to the pelican');
    expect(host.text().match(/> and then this/g)).toHaveLength(1);
  });

  test('a question is answered once, by whoever is first, and the other is told', async () => {
    const stateDir = place.newStateDir();
    const host = await openKept(place, stateDir);
    const guest = await openKept(place, stateDir, { env: { HARNESS_NAME: 'second' } });
    host.type('run\r');
    await host.waitForText('y allow');
    await guest.waitForText('y allow');
    await answerQuestion(guest, 'y', { result: /Decided: allow\./ });
    await host.waitForText('allowed by second: run npm test');
    await guest.waitForText('Decided: allow.');
    await host.waitForText('Decided: allow.');
    expect(guest.text()).not.toContain('allowed by');
    await host.waitFor('no question', (text) => !text.includes('y allow'));
    host.type(ESCAPE);
  });
});
