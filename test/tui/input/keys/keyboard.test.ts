import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Keyboard, openKeyboard } from '../../../../src/tui/input/keys/keyboard.ts';

/** Nothing follows any more: what waited for the rest of a key or a paste has waited long enough. */
const SILENCE_MS = 5000;

// Milliseconds decide here what belongs together, and a busy machine's are not the test's.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
const keyboards: Keyboard[] = [];
afterEach(() => {
  vi.useRealTimers();
  for (const keyboard of keyboards.splice(0)) keyboard.close();
});

/** A stream of bytes, what came of them, and what the renderer was given. */
function open() {
  const stdin = new PassThrough();
  stdin.setEncoding('utf8');
  const strokes: string[] = [];
  const reports: string[] = [];
  let rendered = '';
  const keyboard = openKeyboard(stdin as unknown as NodeJS.ReadStream, {
    takeStrokes: (taken) =>
      strokes.push(
        ...taken.map((one) => (one.type === 'key' ? `<${one.name}>` : `${one.type}:${one.text}`)),
      ),
    takeReport: (sequence) => reports.push(sequence),
  });
  keyboards.push(keyboard);
  keyboard.stdin.on('readable', () => {
    for (let text = keyboard.stdin.read(); text !== null; text = keyboard.stdin.read()) {
      rendered += text;
    }
  });
  return { type: (text: string) => stdin.write(text), strokes, reports, rendered: () => rendered };
}

/** Until everything that was written has been read. */
const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

async function pass(ms: number): Promise<void> {
  await turn();
  vi.advanceTimersByTime(ms);
  await turn();
}

test('keys arrive at once, and the renderer has them too', async () => {
  const { type, strokes, rendered } = open();
  type('a');
  await turn();
  type('\x1b[A\x03');
  await turn();
  expect(strokes).toEqual(['text:a', '<Up>', '<Ctrl+C>']);
  expect(rendered()).toBe('a\x1b[A\x03');
});

test('a sequence may come in parts; an ESC alone is Escape', async () => {
  const { type, strokes } = open();
  for (const part of ['\x1b[', '1;', '5D']) {
    type(part);
    await turn();
  }
  expect(strokes).toEqual(['<Ctrl+Left>']);
  type('\x1b');
  await pass(SILENCE_MS);
  expect(strokes).toEqual(['<Ctrl+Left>', '<Escape>']);
});

test('an ESC by itself and a word after it are Escape and the word', async () => {
  const { type, strokes } = open();
  type('\x1b');
  await turn();
  type('after');
  await turn();
  expect(strokes).toEqual(['<Escape>', 'text:after']);
});

test('what begins a sequence and goes no further types nothing', async () => {
  const { type, strokes } = open();
  type('\x1b[1;');
  await turn();
  type('\x01x');
  await turn();
  expect(strokes).toEqual(['<Ctrl+A>', 'text:x']);
});

test('a sequence whose ESC came much too early is still that key', async () => {
  const { type, strokes } = open();
  type('\x1b');
  await pass(100);
  expect(strokes).toEqual(['<Escape>']);
  type('[A');
  await turn();
  expect(strokes).toEqual(['<Escape>', '<Up>']);
});

test('a paste in many parts is one, wherever it is cut', async () => {
  const text = Array.from({ length: 10_000 }, (_, line) => `line ${line} 語`).join('\r');
  const { type, strokes, rendered } = open();
  const bytes = `\x1b[200~${text}\x1b[201~`;
  for (let at = 0; at < bytes.length; at += 4095) {
    type(bytes.slice(at, at + 4095));
    await turn();
  }
  await pass(SILENCE_MS);
  expect(strokes).toHaveLength(1);
  expect(strokes[0] === `paste:${text}`).toBe(true);
  expect(rendered()).toBe('');
});

test('the marks of a paste may be cut too', async () => {
  const { type, strokes } = open();
  for (const part of ['\x1b[20', '0~one', ' two\x1b[2', '01', '~']) {
    type(part);
    await turn();
  }
  await pass(SILENCE_MS);
  expect(strokes).toEqual(['paste:one two']);
});

test('what follows an end mark inside a paste is no typing', async () => {
  const { type, strokes } = open();
  type('\x1b[200~harmless\x1b[201~');
  type('\x15!rm -rf .\r');
  await turn();
  type('\x1b[201~');
  await pass(SILENCE_MS);
  expect(strokes.join('')).toContain('\x15!rm -rf .\r');
  expect(strokes.filter((one) => !one.startsWith('paste:'))).toEqual([]);
});

test('a program that pastes and presses Enter sends', async () => {
  const { type, strokes } = open();
  type('\x1b[200~hello\x1b[201~\r');
  await pass(SILENCE_MS);
  expect(strokes).toEqual(['paste:hello', '<Enter>']);
});

test('ten thousand lines without brackets send nothing', async () => {
  const text = Array.from({ length: 10_000 }, (_, line) => `row ${line}\r`).join('');
  const { type, strokes } = open();
  // Cut right behind line breaks, which is where it would look like Enter.
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf('\r', at + 4000) + 1 || text.length;
    type(text.slice(at, end));
    at = end;
    await turn();
  }
  await pass(SILENCE_MS);
  expect(strokes.map((one) => one.slice(6)).join('')).toBe(text);
  expect(strokes.filter((one) => one.startsWith('<'))).toEqual([]);
});

test('a message typed at once is sent', async () => {
  const { type, strokes } = open();
  type('hello\r');
  await pass(SILENCE_MS);
  expect(strokes).toEqual(['text:hello', '<Enter>']);
});

test('a paste whose end is lost is still a paste', async () => {
  const { type, strokes } = open();
  type('\x1b[200~one\rtwo\r');
  await pass(SILENCE_MS);
  expect(strokes).toEqual(['paste:one\rtwo\r']);
  type('x');
  await turn();
  expect(strokes).toEqual(['paste:one\rtwo\r', 'text:x']);
});

test('reports are no keys; the renderer has the answer to its own question', async () => {
  const { type, strokes, reports, rendered } = open();
  type('\x1b[?1u\x1b[I\x1b]11;rgb:0/0/0\x1b\\');
  await turn();
  expect(strokes).toEqual([]);
  expect(reports).toEqual(['\x1b[I', '\x1b]11;rgb:0/0/0\x1b\\']);
  expect(rendered()).toContain('\x1b[?1u');
});
