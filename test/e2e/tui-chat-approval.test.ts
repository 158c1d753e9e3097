/** Questions before a tool acts, what it changed, and another try, in a real terminal. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ask, openChat } from '../helpers/chat-place.ts';
import { HarnessPlace } from '../helpers/harness-place.ts';
import { answerQuestion } from '../helpers/terminal-zeke.ts';

const ESCAPE = '\x1b';
/** What d prints once more, above the question: when it was taken, any key is. */
const ALL_OF_RUN = /\$ npm test -- --bail[\s\S]*\$ npm test -- --bail/;

const place = new HarnessPlace();
beforeAll(() => place.prepare());
afterEach(() => place.closeAll());
afterAll(() => place.remove());

describe('a question', () => {
  test('shows the diff and is allowed with y; the change is told in a line', async () => {
    const program = await openChat(place, { rows: 30 });
    program.type('edit\r');
    await program.waitForText('y allow');
    expect(program.text()).toContain('? edit src/a.ts');
    expect(program.text()).toContain('-const two = 3;\n+const two = 2;');
    expect(program.text()).toContain('a always allow edits in this session');
    await answerQuestion(program, 'y', { result: /The files are as you wanted\./ });
    const text = program.text();
    expect(text).toContain('allowed: edit src/a.ts\n');
    expect(text).toContain('✓ edit_file src/a.ts\nedited src/a.ts (+3 -1)');
    expect(text).not.toContain('+const two = 2;');
  });

  test.each([
    ['n', 'denied: run npm test', /Decided: deny\./],
    [ESCAPE, 'denied: run npm test', /Decided: deny\./],
    ['a', 'always allowed: run npm test', /Decided: always\./],
  ])('%j: %s', async (key, line, end) => {
    const program = await openChat(place);
    program.type('run\r');
    await program.waitForText('$ npm test -- --bail');
    await program.waitForText('n deny (Esc)');
    await answerQuestion(program, 'd', { result: ALL_OF_RUN });
    await answerQuestion(program, key, { result: end });
    expect(program.text()).toContain(line);
  });

  test('never takes what is typed into a draft; Tab moves to it and the draft stays', async () => {
    const program = await openChat(place);
    program.type('silent\r');
    await program.waitForText('waiting for the model');
    program.type('run\r');
    await program.waitForText('queued: run');
    program.type('any');
    await program.waitForText('> any');
    program.type(ESCAPE);
    await program.waitForText('Tab to answer (your draft stays)');
    program.type('\t');
    await answerQuestion(program, 'd', { result: ALL_OF_RUN, draft: 'any' });
    program.type('\t');
    await program.waitForText('Tab to answer (your draft stays)');
    program.type('yay');
    await program.waitForText('> anyyay');
    expect(program.text()).not.toContain('Decided');
    program.type('\t');
    await answerQuestion(program, 'y', { result: /Decided: allow\./, draft: 'anyyay' });
    expect(program.text()).toContain('> anyyay');
  });

  test('takes no key that was typed before it was there', async () => {
    const program = await openChat(place);
    program.type('silent\r');
    await program.waitForText('waiting for the model');
    program.type('run\r');
    await program.waitForText('queued: run');
    // The turn before is stopped; the letter behind it was meant for the input.
    program.type('\x03y');
    await program.waitForText('> y');
    await program.waitForText('Tab to answer (your draft stays)');
    expect(program.text()).not.toContain('Decided');
  });

  test('a paste is no answer', async () => {
    const program = await openChat(place);
    program.type('run\r');
    await answerQuestion(program, 'd', { result: ALL_OF_RUN });
    program.paste('y');
    await program.waitForText('> y');
    expect(program.text()).not.toContain('Decided');
  });

  test('is cut to the screen, and d prints all of it', async () => {
    const program = await openChat(place, { rows: 16 });
    program.type('long-edit\r');
    await program.waitForText('more lines: d prints all of it');
    expect(program.text()).not.toContain('added199');
    await answerQuestion(program, 'd', { result: /\+const added199 = 199;/ });
    await answerQuestion(program, 'n', { result: /Decided: deny\./ });
  });

  test('that waits disappears when the turn is stopped', async () => {
    const program = await openChat(place);
    program.type('run\r');
    await program.waitForText('y allow');
    program.type('\x03');
    await program.waitForText('Stopped.');
    await program.waitFor('no question', (text) => !text.includes('y allow'));
  });
});

describe('taking back and trying again', () => {
  test('/undo-last gives files back and says what it left alone', async () => {
    const program = await openChat(place, { rows: 40 });
    await ask(program, '/undo-last', 'No answer of this session has changed a file.');
    program.type('edits\r');
    await program.waitForText('? edit src/a.ts');
    await answerQuestion(program, 'y', { result: /\? edit src\/b\.ts/ });
    await answerQuestion(program, 'y', { result: /The files are as you wanted\./ });
    await ask(program, '/undo-last', 'left src/b.ts alone: somebody has changed it since');
    expect(program.text()).toContain('gave back src/a.ts as it was before');
    await ask(program, '/diff', 'Nothing has changed since the last commit.');
  });

  test('a failed turn says what to do, and Alt+R sends it again', async () => {
    const program = await openChat(place);
    program.type('flaky\r');
    await program.waitForText('✗ example.org answered 503.\n  Alt+R sends it again.');
    program.type('\x1br');
    await program.waitForText('It works now.');
    expect(program.text()).toContain(
      'Set aside: the model is not told of the turn above any more.',
    );
    await ask(program, '/retry', 'It works now.');
  });

  test('a conversation that is too long is summarised and sent again by one key', async () => {
    const program = await openChat(place, { rows: 40 });
    await ask(program, 'hello', 'You said: hello');
    program.type('overflow\r');
    await program.waitForText('Alt+R summarises it (/compact) and sends the message again');
    program.type('\x1br');
    await program.waitForText('It fits now.');
    expect(program.text()).toContain('Summarised 2 turns.');
  });
});
