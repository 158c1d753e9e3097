/** One conversation in several terminals, of which the one that hosts it goes away in every way. */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { resolvePaths, shortHash } from '../../src/platform/paths.ts';
import { connectOrListen, type LocalSocket, socketAddress } from '../../src/platform/socket.ts';
import { startModelServer, streamText, streamToolCall } from '../helpers/model-server.ts';
import type { PtyProgram } from '../helpers/pty.ts';
import { answerQuestion, type HeldAnswer, TerminalPlace } from '../helpers/terminal-zeke.ts';
import { runZeke } from '../helpers/zeke.ts';

let place: TerminalPlace;
beforeEach(async () => {
  place = new TerminalPlace();
  await place.start();
});
afterEach(() => place.remove());

const READY = '> Ask anything';

/** Two terminals in the middle of an answer; the first hosts it. */
async function openTwo(): Promise<{
  first: PtyProgram;
  second: PtyProgram;
  answer: HeldAnswer;
}> {
  const first = await place.openReady();
  first.type('a long question\r');
  const answer = await place.nextAnswer();
  answer.say('The beginning\n\n');
  const second = await place.openReady({ args: [] });
  await second.waitForText('The beginning');
  answer.say('and the middle');
  for (const one of [first, second]) await one.waitForText('and the middle');
  return { first, second, answer };
}

/** Asks in one terminal and waits until all show the answer. */
async function askIn(
  asker: PtyProgram,
  said: { readonly message: string; readonly answer: string },
  everybody: readonly PtyProgram[],
): Promise<void> {
  asker.type(`${said.message}\r`);
  const answer = await place.nextAnswer();
  answer.say(said.answer);
  answer.end();
  for (const one of everybody) await one.waitForText(said.answer);
}

/** How often each of these stands in what was shown. */
function countsIn(program: PtyProgram, texts: readonly string[]): readonly number[] {
  const shown = program.text();
  return texts.map((text) => shown.split(text).length - 1);
}

describe('while one terminal streams', () => {
  test('another sees it, stops it, switches the model, and sees who is there', async () => {
    const { first, second } = await openTwo();
    await first.waitForText('+ terminal');
    await second.waitForText('+ terminal');
    second.type('\x1b');
    for (const one of [first, second]) await one.waitForText('Stopped.');
    expect(countsIn(first, ['The beginning', 'and the middle'])).toEqual([1, 1]);
    second.type('/model openai/other\r');
    for (const one of [first, second]) await one.waitForText('openai/other');
    await askIn(second, { message: 'and now?', answer: 'Now this.' }, [first, second]);
    expect(JSON.parse(place.server.requests[1]?.body ?? '{}')).toMatchObject({ model: 'other' });
  });

  test('zeke ask --continue is one of those who are there', async () => {
    const first = await place.openReady();
    await askIn(first, { message: 'first question', answer: 'First answer.' }, [first]);
    const asked = runZeke({
      home: place.home,
      env: { OPENAI_BASE_URL: place.server.baseUrl, OPENAI_API_KEY: 'test-key-of-no-worth' },
      args: ['ask', '--continue', 'second question'],
    });
    const answer = await place.nextAnswer();
    await first.waitForText('+ ask');
    answer.say('Second answer.');
    answer.end();
    expect(await asked).toMatchObject({ code: 0, stdout: 'Second answer.\n' });
    await first.waitForText('Second answer.');
    await first.waitFor('it being alone again', (text) => !text.includes('+ ask'));
  });
});

test('a question of the running turn is answered in another terminal', async () => {
  const server = await startModelServer((response, _request, index) => {
    if (index > 0) streamText(response, ['It was run.']);
    else streamToolCall(response, 'run_command', { command: 'echo yes > done.txt' });
  });
  const env = { OPENAI_BASE_URL: server.baseUrl };
  const first = await place.openReady({ env });
  const second = await place.openReady({ env, args: [] });
  first.type('run it\r');
  await first.waitForText('y allow');
  await answerQuestion(second, 'y');
  for (const one of [first, second]) await one.waitForText('It was run.');
  expect(readFileSync(join(place.home.project, 'done.txt'), 'utf8')).toBe('yes\n');
  await server.close();
});

describe('when the terminal that hosts', () => {
  test('is killed, the other goes on with all that was shown, and with its own draft', async () => {
    const { first, second } = await openTwo();
    second.type('my own draft');
    await second.waitForText('> my own draft');
    first.kill('SIGKILL');
    await first.exit;
    await second.waitForText('Cut off');
    await second.waitForText('> my own draft');
    second.type(' goes on\r');
    const answer = await place.nextAnswer();
    answer.say('It does.');
    answer.end();
    await second.waitForText('It does.');
    expect(countsIn(second, ['The beginning', 'and the middle'])).toEqual([1, 1]);
    expect(place.server.requests[1]?.body).toContain('my own draft goes on');
    expect(place.server.requests[1]?.body).toContain('and the middle');
  });

  test('is closed, the message that waited is answered by the other', async () => {
    const { first, second } = await openTwo();
    second.type('what waits\r');
    await second.waitForText('queued: what waits');
    first.closeTerminal();
    const answer = await place.nextAnswer();
    answer.say('Not for long.');
    answer.end();
    await second.waitForText('Not for long.');
    expect(countsIn(second, ['The beginning', 'and the middle'])).toEqual([1, 1]);
  });

  test('is stopped, the other takes over; when it goes on it shows the same', async () => {
    const { first, second } = await openTwo();
    first.type('a draft');
    await first.waitForText('> a draft');
    first.kill('SIGSTOP');
    await second.waitForText('Cut off');
    await askIn(second, { message: 'meanwhile?', answer: 'Said meanwhile.' }, [second]);
    first.kill('SIGCONT');
    await first.waitForText('Said meanwhile.');
    await first.waitForText('> a draft');
    expect(second.text()).not.toContain('a draft');
    await askIn(first, { message: ' of mine', answer: 'Both again.' }, [first, second]);
    expect(place.server.requests.at(-1)?.body).toContain('a draft of mine');
    const texts = ['The beginning', 'and the middle', 'Said meanwhile.', 'Both again.'];
    expect(countsIn(second, texts)).toEqual([1, 1, 1, 1]);
    expect(countsIn(first, texts)).toEqual([1, 1, 1, 1]);
  });

  test('is stopped while the rest of its answer comes, it shows what the others have when it goes on', async () => {
    const { first, answer, second } = await openTwo();
    first.kill('SIGSTOP');
    await second.waitForText('Cut off');
    // All of it lies in the sockets when the first one wakes, and finds that it hosts no more.
    for (let piece = 1; piece <= 4; piece += 1) answer.say(`late piece ${piece}\n\n`);
    answer.end();
    await askIn(second, { message: 'meanwhile?', answer: 'Said meanwhile.' }, [second]);
    first.kill('SIGCONT');
    await first.waitForText('Said meanwhile.');
    await askIn(first, { message: 'back?', answer: 'Both again.' }, [first, second]);
    const texts = ['The beginning', 'and the middle', 'Said meanwhile.', 'Both again.'];
    for (const one of [first, second]) expect(countsIn(one, texts)).toEqual([1, 1, 1, 1]);
    expect(first.text()).not.toContain('late piece');
  });

  test('is put into the background with Ctrl+Z, the other takes over until fg', async ({
    skip,
  }) => {
    if (!existsSync('/bin/bash')) return skip('needs a shell with job control');
    const script = 'export ZEKE="$0 $1" PS1="shell> "; exec /bin/bash --norc --noprofile -i';
    const first = place.open({ script });
    await first.waitForText('shell>');
    first.type('$ZEKE --model openai/test\r');
    await first.waitForText(READY);
    first.type('a long question\r');
    const held = await place.nextAnswer();
    held.say('The beginning');
    const second = await place.openReady({ args: [] });
    for (const one of [first, second]) await one.waitForText('The beginning');
    first.type('\x1a');
    await first.waitForText('Stopped');
    await second.waitForText('Stopped.');
    await askIn(second, { message: 'meanwhile?', answer: 'Said meanwhile.' }, [second]);
    expect(first.text()).not.toContain('Said meanwhile.');
    first.type('fg\r');
    await first.waitForText('Said meanwhile.');
    await askIn(first, { message: 'back?', answer: 'Both again.' }, [first, second]);
    expect(countsIn(second, ['The beginning', 'Said meanwhile.', 'Both again.'])).toEqual([
      1, 1, 1,
    ]);
    // Its own last words as well: the turn ended when the terminal was the shell's already.
    const texts = ['The beginning', 'Stopped.', 'Said meanwhile.', 'Both again.'];
    expect(countsIn(first, texts)).toEqual([1, 1, 1, 1]);
  });
});

test('a terminal waits for a host that is busy, says so, and can be left', async () => {
  const { runtimeDir } = resolvePaths(place.home.env, process.platform);
  const name = shortHash(realpathSync(place.home.project));
  const taken: LocalSocket[] = [];
  // It takes connections and answers nobody.
  const meeting = await connectOrListen(socketAddress(runtimeDir, name), (socket) => {
    taken.push(socket);
  });
  if (meeting.role !== 'listening') throw new Error('somebody is here already');
  const impatient = place.open();
  const patient = place.open();
  for (const one of [impatient, patient]) {
    await one.waitForText(`(process ${process.pid}) is busy`);
  }
  impatient.type('\x03\x03');
  expect(await impatient.exit).toMatchObject({ exitCode: 0 });
  // What is typed meanwhile is not lost.
  patient.type('are you there?\r');
  await meeting.listener.close();
  for (const socket of taken) socket.destroy();
  const answer = await place.nextAnswer();
  answer.say('I am.');
  answer.end();
  await patient.waitForText('I am.');
});

test('zeke --new starts apart, and is joined by its id', async () => {
  const shared = await place.openReady();
  await askIn(shared, { message: 'shared question', answer: 'Shared answer.' }, [shared]);
  const apart = await place.openReady({ args: ['--new', '--model', 'openai/test'] });
  await askIn(apart, { message: 'question apart', answer: 'Answer apart.' }, [apart]);
  expect(apart.text()).not.toContain('Shared answer.');
  const listed = await runZeke({ home: place.home, args: ['sessions', '--json'] });
  const sessions = JSON.parse(listed.stdout) as { id: string; title: string }[];
  const id = sessions.find(({ title }) => title === 'question apart')?.id ?? '';
  const guest = await place.openReady({ args: ['--session', id] });
  await guest.waitForText('Answer apart.');
  await askIn(guest, { message: 'by the guest', answer: 'For both.' }, [guest, apart]);
  const joined = await place.openReady({ args: [] });
  await joined.waitForText('Shared answer.');
  expect(shared.text() + joined.text()).not.toMatch(/Answer apart|For both/);
  const refused = await runZeke({ home: place.home, args: ['sessions', 'delete', id] });
  expect(refused.code).toBe(2);
  shared.type(`/resume ${id}\r`);
  await shared.waitForText('question apart');
  shared.type('\r');
  await shared.waitForText(`zeke --session ${id}`);
});
