/** --screen-reader: lines that are only ever added, with everything said in words. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { HarnessPlace } from '../helpers/harness-place.ts';
import type { PtyProgram } from '../helpers/pty.ts';

const place = new HarnessPlace();
beforeAll(() => place.prepare());
afterEach(() => place.closeAll());
afterAll(() => place.remove());

function open(settings: Record<string, unknown> = {}): Promise<PtyProgram> {
  return place.openReady({ settings: { screenReader: true, ...settings } });
}

/** Everything that is no printed character, line break or mode. */
function foreignSequences(raw: string): readonly string[] {
  const found =
    raw.match(/\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][\s\S]*?(?:\x07|\x1b\\)|[\s\S])/g) ?? [];
  return found.filter((sequence) => !/^\x1b\[\?(?:\d+)[hl]$|^\x1b\[0m$/.test(sequence));
}

describe('a conversation', () => {
  test('is written without moving the cursor, each thing once', async () => {
    const program = await open();
    program.type('markdown\r');
    await program.waitForText('The turn has ended.');
    program.type('tools\r');
    await program.waitForText('It is empty.');
    program.type('\x04');
    await program.exit;
    expect(foreignSequences(program.raw)).toEqual([]);
    const lines = program.text().split('\n');
    for (const once of ['first item', 'You: markdown', 'const answer = 42;', 'You: tools']) {
      expect(
        lines.filter((line) => line.includes(once)),
        once,
      ).toHaveLength(1);
    }
    expect(program.text()).toContain('Done: read-file src/main.ts');
    expect(program.text()).toContain('zeke --continue');
    const order = ['You: markdown', 'Title of it', 'The end of it.', 'The turn has ended.'];
    const places = order.map((text) => program.text().indexOf(text));
    expect(places).toEqual([...places].sort((one, other) => one - other));
    expect(program.raw).not.toMatch(/[⠋⠙⠸⠴⠦⠇]/);
  });

  test('shows what is typed on a line of its own, whatever is printed meanwhile', async () => {
    const program = await open();
    program.type('forever\r');
    await program.waitForText('You: forever');
    program.type('helo\x7flo');
    await program.waitFor('the draft', (text) => /> hello$/m.test(text));
    program.type('\x1b');
    await program.waitForText('Stopped.');
    program.type(' you');
    await program.waitFor('the draft again', (text) => /> hello you$/m.test(text));
    program.type('\r');
    await program.waitForText('You said: hello you');
    expect(foreignSequences(program.raw)).toEqual([]);
  });

  test('says errors, lists and the earlier input in words', async () => {
    const program = await open();
    program.type('error\r');
    await program.waitForText('Failed: example.org answered 503.');
    program.type('\x0f');
    await program.waitForText('1 of 2: test/scripted, in use');
    program.type('\x1b[B');
    await program.waitForText('2 of 2: test/other');
    program.type('\x1b');
    await program.waitForText('The list is closed.');
    program.type('\x1b[A');
    await program.waitFor('the earlier input', (text) => /> error$/m.test(text));
    expect(foreignSequences(program.raw)).toEqual([]);
  });

  test('pastes of several lines are one message', async () => {
    const program = await open();
    program.paste('one\ntwo');
    await program.waitFor('the paste', (text) => text.endsWith('two'));
    program.type('\r');
    await program.waitForText('You said: one');
    expect(foreignSequences(program.raw)).toEqual([]);
  });
});

describe('the end of a turn', () => {
  test('rings where that is wanted', async () => {
    const program = await open({ notify: 'bell' });
    program.type('hello\r');
    await program.waitForText('The turn has ended.');
    expect(program.raw.split('\x07')).toHaveLength(2);
  });

  test('is a message of the desktop where that is wanted, ended by ST', async () => {
    const program = await open({ notify: 'osc9' });
    program.type('hello\r');
    await program.waitForText('The turn has ended.');
    expect(program.raw).toContain('\x1b]9;Zeke: The answer is there.\x1b\\');
    expect(program.raw).not.toContain('\x07');
  });
});

test('the terminal is given back', async () => {
  const program = place.open({
    settings: { screenReader: true },
    script: '"$0" "$1"; echo "status $?"; stty -a | tr ";" "\\n" | grep -E "icanon|echo"',
  });
  await program.waitForText('Harness ready.');
  program.type('a draft');
  await program.waitForText('> a draft');
  program.type('\x03\x04');
  await program.exit;
  expect(program.text()).toContain('status 0');
  expect(program.text()).toMatch(/(^|\s)icanon/);
  expect(program.raw.lastIndexOf('\x1b[?2004l')).toBeGreaterThan(
    program.raw.lastIndexOf('\x1b[?2004h'),
  );
});
