/**
 * What users of terminal assistants complain of most, one test each, on the built program in a real
 * terminal. Each is named after the complaint, not after the feature that answers it.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lowestContrast } from '../helpers/contrast.ts';
import { answerQuestion, exchange, TerminalPlace } from '../helpers/terminal-zeke.ts';

const CTRL_C = '\x03';
const CTRL_D = '\x04';
const CTRL_V = '\x16';
const UP = '\x1b[A';

let place: TerminalPlace;

beforeEach(async () => {
  place = new TerminalPlace();
  await place.start();
});
afterEach(() => place.remove());

const paragraphs = (count: number, from = 0): string =>
  Array.from({ length: count }, (_, n) => `Paragraph ${from + n} of it.\n\n`).join('');
const shownParagraphs = (text: string): readonly string[] =>
  text.match(/Paragraph \d+ of it\./g) ?? [];
const expected = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, n) => `Paragraph ${n} of it.`);

describe('the screen', () => {
  test('it flickers while an answer comes', async () => {
    const program = await place.openReady();
    const start = program.raw.length;
    await exchange(place, program, { message: 'go', answer: paragraphs(120) });
    const written = program.raw.slice(start);
    expect(written).not.toMatch(/\x1b\[[23]J/);
    expect(written).not.toContain('\x1bc');
    // Whatever a frame changes, the terminal shows at once.
    const begun = written.match(/\x1b\[\?2026h/g)?.length ?? 0;
    const ended = written.match(/\x1b\[\?2026l/g)?.length ?? 0;
    expect(begun).toBeGreaterThan(0);
    expect(ended).toBe(begun);
  });

  test('it jumps to the end while I read further up', async () => {
    const program = await place.openReady({ rows: 16 });
    await exchange(place, program, { message: 'one', answer: paragraphs(40) });
    program.type('two\r');
    const answer = await place.nextAnswer();
    program.terminal.scrollToTop();
    answer.say(paragraphs(40, 40));
    answer.end();
    await program.waitForText('Paragraph 79 of it.');
    await program.waitForText('> Ask anything');
    expect(program.terminal.buffer.active.viewportY).toBe(0);
  });

  test('it wipes or repeats what stood in my scrollback', async () => {
    const script =
      'for n in $(seq 60); do echo "shell line $n."; done; "$0" "$1" --model openai/test; echo done';
    const program = await place.openReady({ script, rows: 16 });
    program.type('go\r');
    const answer = await place.nextAnswer();
    answer.say(paragraphs(30));
    await program.waitForText('Paragraph 29 of it.');
    for (const [columns, rows] of [
      [60, 12],
      [100, 20],
      [80, 16],
    ] as const) {
      program.resize(columns, rows);
    }
    answer.say(paragraphs(30, 30));
    answer.end();
    await program.waitForText('Paragraph 59 of it.');
    program.type(CTRL_D);
    await program.waitForText('done');
    const text = program.text();
    const lines = text.match(/shell line \d+\./g) ?? [];
    expect(lines).toEqual(Array.from({ length: 60 }, (_, n) => `shell line ${n + 1}.`));
    expect(shownParagraphs(text)).toEqual(expected(60));
  });

  test('it takes the whole screen without being asked', async () => {
    const program = await place.openReady();
    await exchange(place, program, { message: 'go', answer: 'Fine.' });
    program.type(CTRL_D);
    await program.exit;
    expect(program.raw).not.toMatch(/\x1b\[\?(?:1049|1047|47)h/);
    // Nor the mouse: selecting is the terminal's.
    expect(program.raw).not.toMatch(/\x1b\[\?100[0236]h/);
  });

  test('typing gets slower as the conversation grows', async () => {
    const program = await place.openReady();
    const bytesOfAKey = async (key: string): Promise<number> => {
      const before = program.raw.length;
      program.type(key);
      await program.waitFor(`the key ${key}`, (text) => text.includes(`> ${key}`));
      const written = program.raw.length - before;
      program.type(CTRL_C);
      await program.waitForText('> Ask anything');
      return written;
    };
    // The end of the answer before may still be drawn with the first of them.
    const fewestBytes = async (keys: string): Promise<number> => {
      let fewest = Number.POSITIVE_INFINITY;
      for (const key of keys) fewest = Math.min(fewest, await bytesOfAKey(key));
      return fewest;
    };
    await exchange(place, program, { message: 'go', answer: 'Fine.' });
    const early = await fewestBytes('xyz');
    for (let n = 0; n < 12; n += 1) {
      await exchange(place, program, { message: `more ${n}`, answer: paragraphs(60, n * 60) });
    }
    const late = await fewestBytes('uvw');
    expect(late).toBeLessThanOrEqual(early * 2);
    expect(late).toBeLessThan(2000);
  });

  test('a spinner eats the processor while it waits', async () => {
    const program = await place.openReady();
    program.type('go\r');
    await place.nextAnswer();
    await program.waitForText('waiting for the model');
    const start = program.raw.length;
    const frames = () => program.raw.slice(start).match(/\x1b\[\?2026h/g)?.length ?? 0;
    await program.waitFor('ten frames', () => frames() >= 10);
    expect((program.raw.length - start) / frames()).toBeLessThan(200);
  });
});

describe('text', () => {
  test('what I copy has line breaks and borders in it', async () => {
    const program = await place.openReady({ columns: 40 });
    const prose = 'A sentence that is much longer than the window is wide and then some more. ';
    await exchange(place, program, { message: 'go', answer: `${prose.repeat(3).trim()}\n\nEnd.` });
    expect(program.text()).toContain(`\n${prose.repeat(3).trim()}\n`);
  });

  test('a long paste is slow, comes twice or is sent at its first line', async () => {
    const program = await place.openReady();
    const lines = Array.from({ length: 10_000 }, (_, n) => `pasted line ${n}`);
    program.type('what is this? ');
    program.paste(lines.join('\n'));
    await program.waitForText('[pasted 10000 lines]');
    program.type('\r');
    const answer = await place.nextAnswer();
    answer.say('A list.');
    answer.end();
    await program.waitForText('A list.');
    const [request] = place.server.requests;
    const sent = request?.body.match(/pasted line \d+/g) ?? [];
    expect(sent).toEqual(lines);
    expect(place.server.requests).toHaveLength(1);
  });

  test('Shift+Enter sends instead of starting a line', async () => {
    const program = await place.openReady();
    program.type('first\x1b[13;2usecond\nthird\\');
    await program.waitForText('third\\');
    program.type('\r');
    await program.waitFor('the backslash to go', (text) => !text.includes('third\\'));
    program.type('fourth');
    await program.waitForText('fourth');
    expect(place.server.requests).toHaveLength(0);
    program.type('\r');
    (await place.nextAnswer()).end();
    expect(place.server.requests[0]?.body).toContain('first\\nsecond\\nthird\\nfourth');
  });

  test('the cursor is somewhere else, and my input method with it', async () => {
    const program = await place.openReady();
    program.type('漢字を書く');
    await program.waitForText('漢字を書く');
    const { x, y } = program.cursor();
    expect(program.screen()[y]).toContain('> 漢字を書く');
    expect(x).toBe(2 + 5 * 2);
  });
});

describe('hostile text', () => {
  const CLEAR = '\x1b[2J';
  const SET_CLIPBOARD = '\x1b]52;c;QUJD\x07';

  test('what the model says acts on my terminal', async () => {
    const program = await place.openReady();
    const answer = `before ${CLEAR}${SET_CLIPBOARD}\x1b[?1049h\x9b31m after`;
    program.type('go\r');
    const held = await place.nextAnswer();
    held.say(answer);
    held.say('\n\nEnd of it.');
    held.end();
    await program.waitForText('End of it.');
    expect(program.text()).toContain('before');
    for (const sequence of [CLEAR, SET_CLIPBOARD, '\x1b[?1049h', '\x9b']) {
      expect(program.raw).not.toContain(sequence);
    }
  });

  test('what a command prints acts on my terminal', async () => {
    writeFileSync(join(place.home.project, 'hostile.txt'), `one ${CLEAR}${SET_CLIPBOARD} two\n`);
    const program = await place.openReady();
    program.type('!cat hostile.txt\r');
    await program.waitFor('the output', (text) => /one .*two/.test(text));
    await program.waitForText('> Ask anything');
    expect(program.raw).not.toContain(CLEAR);
    expect(program.raw).not.toContain(SET_CLIPBOARD);
  });
});

describe('leaving', () => {
  test('Ctrl+C ends the session instead of the answer', async () => {
    const program = await place.openReady();
    program.type('go\r');
    (await place.nextAnswer()).say('Some words ');
    await program.waitForText('Some words');
    program.type('a draft');
    await program.waitForText('> a draft');
    program.type(CTRL_C);
    await program.waitForText('> Ask anything');
    program.type(CTRL_C);
    await program.waitForText('Stopped.');
    program.type(UP);
    await program.waitForText('> a draft');
    expect(program.hasEnded).toBe(false);
  });

  test('queued messages and the conversation are gone after a crash', async () => {
    const program = await place.openReady();
    program.type('first\r');
    (await place.nextAnswer()).say('Half an ans');
    await program.waitForText('Half an ans');
    program.type('queued one\r');
    await program.waitForText('queued: queued one');
    program.kill('SIGKILL');
    await program.exit;
    const again = await place.openReady({ args: ['--continue', '--model', 'openai/test'] });
    await again.waitForText('Half an ans');
    again.type('after the crash\r');
    const answer = await place.nextAnswer();
    answer.say('Queued answer.');
    answer.end();
    await again.waitForText('Queued answer.');
    const next = await place.nextAnswer();
    next.say('Last answer.');
    next.end();
    await again.waitForText('Last answer.');
    expect(place.server.requests[1]?.body).toContain('queued one');
    expect(place.server.requests[2]?.body).toContain('after the crash');
  });
});

describe('the process', () => {
  test('it leaves the terminal broken when it is ended', async () => {
    const script = '"$0" "$1" --model openai/test; stty -a | tr ";" "\\n" | grep -E "icanon|echo "';
    const program = await place.openReady({ script });
    program.type('go\r');
    (await place.nextAnswer()).say('Some words ');
    await program.waitForText('Some words');
    // The shell is the terminal's program, and what it started is told as a closed window tells it.
    const { stdout } = spawnSync('pgrep', ['-P', String(program.pid)]);
    process.kill(Number(stdout.toString().trim()), 'SIGTERM');
    await program.exit;
    expect(program.text()).toMatch(/(^|\s)icanon/);
    expect(program.text()).toMatch(/(^|\s)echo\s/);
    for (const mode of ['2004', '1004', '1049', '1000', '1006']) {
      const on = program.raw.lastIndexOf(`\x1b[?${mode}h`);
      expect(program.raw.lastIndexOf(`\x1b[?${mode}l`), mode).toBeGreaterThanOrEqual(on);
    }
    expect(program.raw.lastIndexOf('\x1b[?25h')).toBeGreaterThan(
      program.raw.lastIndexOf('\x1b[?25l'),
    );
  });

  test('its memory grows without end', async ({ skip }) => {
    // With room for more the collector takes its time, and would be what is measured.
    const collectsSoon = { NODE_OPTIONS: '--max-old-space-size=80 --max-semi-space-size=1' };
    const program = await place.openReady({ env: collectsSoon });
    const statusFile = `/proc/${program.pid}/status`;
    if (!existsSync(statusFile)) return skip('the memory of a process is read from /proc');
    const residentKib = (): number =>
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(statusFile, 'utf8'))?.[1]);
    const answer = (n: number) => `${'Some words of prose. '.repeat(1500)}\n\nEnd ${n}.\n`;
    for (let n = 0; n < 4; n += 1) {
      await exchange(place, program, { message: `go ${n}`, answer: answer(n) });
    }
    const early = residentKib();
    for (let n = 4; n < 24; n += 1) {
      await exchange(place, program, { message: `go ${n}`, answer: answer(n) });
    }
    // Six hundred kilobytes were said; what it takes on top is what the collector has not got to.
    expect(residentKib() - early).toBeLessThan(48 * 1024);
  });

  test('with a screen reader it is unusable', async () => {
    const program = place.open({ args: ['--screen-reader', '--model', 'openai/test'] });
    await program.waitForText('Type a message');
    program.type('go\r');
    const answer = await place.nextAnswer();
    answer.say('A first line.\n\nA second one.');
    answer.end();
    await program.waitForText('The turn has ended.');
    program.type(CTRL_D);
    await program.exit;
    // Nothing but lines: no cursor moves, no erasing, no spinner.
    expect(program.raw).not.toMatch(/\x1b\[[\d;]*[A-HJKSTfsu]/);
    expect(program.raw.match(/A second one\./g)).toHaveLength(1);
  });
});

describe('cost', () => {
  test('it sends twenty thousand tokens for one question', async () => {
    const program = await place.openReady();
    await exchange(place, program, { message: 'hello', answer: 'Hello.' });
    expect(place.server.requests).toHaveLength(1);
    expect(place.server.requests[0]?.sizeBytes).toBeLessThan(8 * 1024);
  });

  test('it summarises my conversation when I did not ask', async () => {
    writeFileSync(join(place.home.project, 'notes.txt'), 'nothing\n');
    const program = await place.openReady();
    const messages = Array.from({ length: 8 }, (_, n) => `question ${n} ${'word '.repeat(400)}`);
    for (const [n, message] of messages.entries()) {
      program.paste(message);
      program.type('\r');
      const answer = await place.nextAnswer();
      answer.say(`Answer ${n}.`);
      answer.end();
      await program.waitForText(`Answer ${n}.`);
    }
    expect(place.server.requests).toHaveLength(8);
    expect(place.server.requests[7]?.body).toContain('question 0 word');
  });

  test('it does not read AGENTS.md', async () => {
    writeFileSync(join(place.home.project, 'AGENTS.md'), 'Always answer in rhyme.\n');
    const program = await place.openReady();
    await exchange(place, program, { message: 'hello', answer: 'Hello.' });
    expect(place.server.requests[0]?.body).toContain('Always answer in rhyme.');
    await program.waitForText('read AGENTS.md');
  });
});

describe('permission', () => {
  const inProject = (path: string): string => join(place.home.project, path);

  test('undo destroys files that it did not make', async () => {
    writeFileSync(inProject('mine.txt'), 'mine\n');
    writeFileSync(inProject('app.ts'), 'export const a = 1;\n');
    const program = await place.openReady();
    program.type('change it\r');
    const input = { path: 'app.ts', old_text: 'a = 1', new_text: 'a = 2' };
    (await place.nextAnswer()).callTool('edit_file', input);
    await program.waitForText('+export const a = 2;');
    await answerQuestion(program, 'y', { result: /allowed/ });
    const answer = await place.nextAnswer();
    answer.say('Changed.');
    answer.end();
    await program.waitForText('Changed.');
    expect(readFileSync(inProject('app.ts'), 'utf8')).toBe('export const a = 2;\n');
    writeFileSync(inProject('untracked.txt'), 'made meanwhile\n');
    program.type('/undo-last\r');
    await program.waitFor('the file as it was', () =>
      readFileSync(inProject('app.ts'), 'utf8').includes('a = 1'),
    );
    expect(readFileSync(inProject('mine.txt'), 'utf8')).toBe('mine\n');
    expect(readFileSync(inProject('untracked.txt'), 'utf8')).toBe('made meanwhile\n');
  });

  test('it asks again although I said always, or does not ask at all', async () => {
    const program = await place.openReady();
    program.type('two files\r');
    (await place.nextAnswer()).callTool('write_file', { path: 'one.txt', content: 'one\n' });
    await program.waitForText('one.txt');
    expect(existsSync(inProject('one.txt'))).toBe(false);
    await answerQuestion(program, 'a', { result: /allowed/ });
    (await place.nextAnswer()).callTool('write_file', { path: 'two.txt', content: 'two\n' });
    const answer = await place.nextAnswer();
    expect(readFileSync(inProject('one.txt'), 'utf8')).toBe('one\n');
    expect(readFileSync(inProject('two.txt'), 'utf8')).toBe('two\n');
    answer.say('Both are there.');
    answer.end();
    await program.waitForText('Both are there.');
  });

  test('a repository gives itself permission', async () => {
    mkdirSync(inProject('.zeke'));
    writeFileSync(inProject('.zeke/config.toml'), '[approvals]\nedit = "allow"\n');
    const program = place.open();
    await program.waitForText('a project may not set approvals.edit');
    expect((await program.exit).exitCode).not.toBe(0);
    expect(place.server.requests).toHaveLength(0);
  });
});

describe('the machine around it', () => {
  test('an image on a Wayland clipboard cannot be pasted', async () => {
    const bin = join(place.home.dir, 'bin');
    mkdirSync(bin);
    const pixel =
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
    writeFileSync(
      join(bin, 'wl-paste'),
      `#!/bin/sh\ncase "$*" in\n*list*) echo image/png;;\n*) echo ${pixel} | base64 -d;;\nesac\n`,
    );
    chmodSync(join(bin, 'wl-paste'), 0o755);
    const program = await place.openReady({
      env: { WAYLAND_DISPLAY: 'wayland-0', PATH: `${bin}:${process.env.PATH}` },
    });
    program.type('what is ');
    program.type(CTRL_V);
    await program.waitForText('[image 1]');
    program.type('?\r');
    (await place.nextAnswer()).end();
    expect(place.server.requests[0]?.body).toContain(pixel.slice(0, 40));
  });

  test('a light terminal makes it unreadable', async () => {
    const program = await place.openReady({ background: { r: 0xff, g: 0xff, b: 0xff } });
    await exchange(place, program, {
      message: 'go',
      answer: '## Head\n\n`code` and *more*.\n\nEnd.\n',
    });
    expect(lowestContrast(program, { r: 0xff, g: 0xff, b: 0xff })).toBeGreaterThanOrEqual(3);
  });

  test('a dark one, too', async () => {
    const program = await place.openReady({ background: { r: 0, g: 0, b: 0 } });
    await exchange(place, program, {
      message: 'go',
      answer: '## Head\n\n`code` and *more*.\n\nEnd.\n',
    });
    expect(lowestContrast(program, { r: 0, g: 0, b: 0 })).toBeGreaterThanOrEqual(3);
  });
});
