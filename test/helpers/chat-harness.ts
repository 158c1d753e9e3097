/**
 * A conversation with a scripted engine, for tests of the terminal front end: everything but the
 * model is real. What is sent decides what comes: see SCRIPTS.
 */
import { join } from 'node:path';
import { readEnvironment } from '../../src/platform/env.ts';
import { openTerminal } from '../../src/platform/terminal/terminal.ts';
import type { TurnRunner } from '../../src/session/port.ts';
import { DEFAULT_SETTINGS, type TuiSettings } from '../../src/tui/settings.ts';
import { startTui } from '../../src/tui/start.tsx';
import { CHAT_SCRIPTS, KINDS } from './chat-scripts.ts';
import { chatServices, openPort } from './chat-services.ts';
import { delayMs, pause, type Script, say, signalled, stream } from './chat-stream.ts';
import { watchIdle } from './idle-watch.ts';

const env = readEnvironment();

const MARKDOWN = `# Title of it

A paragraph with **bold** and \`code\` that is long enough to be wrapped by a narrow terminal, twice or so.

- first item
- second item

\`\`\`ts
const answer = 42;
\`\`\`

| name | size |
|------|-----:|
| one  | 1    |

See [the page](https://example.org/page).

The end of it.`;

const SCRIPTS: Readonly<Record<string, Script>> = {
  markdown: (turn) => stream(turn, MARKDOWN),
  long: (turn) =>
    stream(turn, Array.from({ length: 300 }, (_, n) => `Line ${n} of it.\n\n`).join('')),
  forever: async (turn) => {
    for (let n = 0; !turn.signal.aborted; n += 1) {
      turn.emit({ type: 'text-delta', turnId: turn.turn.id, text: `word${n} ` });
      await pause(delayMs);
    }
    return 'cancelled';
  },
  // As a model speaks, and six times silent in the middle of a line until a signal comes.
  halting: async (turn) => {
    const [, what, count, every] = turn.turn.message.text.split(' ');
    const [start, end] = what === 'words' ? ['word', ' '] : ['Line ', ' of it.\n\n'];
    for (let n = 0; n < Number(count) && !turn.signal.aborted; n += 1) {
      const isHalt = n % Number(every) === 5 && n < 6 * Number(every);
      const signal = isHalt ? signalled() : undefined;
      await say(turn, `${start}${n}`);
      await signal;
      await say(turn, end);
    }
    return 'stop';
  },
  // Ten pieces, and then as many again with each signal: between them nothing is drawn.
  paced: async (turn) => {
    const [, what, count] = turn.turn.message.text.split(' ');
    for (let n = 0; n < Number(count) && !turn.signal.aborted; n += 1) {
      const text = what === 'words' ? `word${n} ` : `Line ${n} of it.\n\n`;
      turn.emit({ type: 'text-delta', turnId: turn.turn.id, text });
      if (n % 10 === 9) await signalled();
    }
    return 'stop';
  },
  silent: (turn) =>
    new Promise((resolve) => {
      turn.signal.addEventListener('abort', () => resolve('cancelled'), { once: true });
    }),
  error: async (turn) => {
    const message = 'example.org answered 503. Try again in a minute.';
    turn.emit({
      type: 'error',
      turnId: turn.turn.id,
      kind: 'overloaded',
      message,
      retryable: true,
    });
    return 'error';
  },
  crash: () => {
    setImmediate(() => {
      throw new Error('a fault of our own');
    });
    return new Promise(() => undefined);
  },
  reject: () => {
    void Promise.reject(new Error('a promise nobody watched'));
    return new Promise(() => undefined);
  },
  tokens: (turn) => stream(turn, manyTokens(Number(turn.turn.message.text.split(' ')[1]))),
  tools: async (turn) => {
    const turnId = turn.turn.id;
    turn.emit({ type: 'reasoning-delta', turnId, text: 'I should look at the file first.' });
    turn.emit({ type: 'reasoning-end', turnId });
    const input = { path: 'src/main.ts' };
    turn.emit({ type: 'tool-call', turnId, id: 'c1', name: 'read-file', input });
    turn.emit({ type: 'tool-result', turnId, id: 'c1', output: 'export {}' });
    return stream(turn, 'It is empty.');
  },
  attached: (turn) => {
    const { attachments = [], mentions = [] } = turn.turn.message;
    const sizes = attachments.map(({ label, text }) => `${label}=${text.split('\n').length}`);
    return stream(turn, `Got ${sizes.join(' ')} and ${mentions.join(' ')}.`);
  },
};

/** About this many tokens of ordinary Markdown. */
function manyTokens(count: number): string {
  const parts: string[] = [];
  for (let n = 0; n < count; n += 70) {
    const prose = 'Some words of **prose** that explain `it` in a sentence. '.repeat(3);
    const code = Array.from({ length: 6 }, (_, line) => `const value${line} = ${n};`).join('\n');
    parts.push(
      `## Part ${n}\n\n${prose}\n\n- item one\n- item two\n\n\`\`\`ts\n${code}\n\`\`\`\n\n`,
    );
  }
  return `${parts.join('')}\nEND-OF-IT`;
}

const runner: TurnRunner = {
  run: (turn) => {
    const { text, kind } = turn.turn.message;
    if (kind !== undefined) return KINDS[kind](turn);
    const hostile = /^say (.*)$/s.exec(text)?.[1];
    if (hostile !== undefined) return stream(turn, JSON.parse(`"${hostile}"`));
    const name = text.split(' ')[0] ?? '';
    const script = SCRIPTS[name] ?? CHAT_SCRIPTS[name];
    return script === undefined ? stream(turn, `You said: ${text}`) : script(turn);
  },
  undo: async ({ changes }) => ({
    restored: changes.slice(0, 1).map(({ path }) => path),
    kept: changes.slice(1).map(({ path }) => ({ path, reason: 'somebody has changed it since' })),
  }),
};

/** What stands in HARNESS_SETTINGS, as the config file would have it. */
function harnessSettings(): TuiSettings {
  const { keys = {}, ...given } = JSON.parse(env.HARNESS_SETTINGS ?? '{}');
  return { ...DEFAULT_SETTINGS, ...given, keys: new Map(Object.entries(keys)) };
}

const stop = new AbortController();
for (const name of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const) process.on(name, () => stop.abort());
process.on('SIGUSR2', () => watchIdle(join(env.ZEKE_STATE_DIR ?? '.', 'idle')));
const terminal = openTerminal({ stdin: process.stdin, stdout: process.stdout });
if (env.HARNESS_FAULT === 'before-paint') throw new Error('a fault before the first paint');
await terminal.settle();
try {
  await startTui({
    terminal,
    stderr: process.stderr,
    env,
    settings: harnessSettings(),
    signal: AbortSignal.any([stop.signal, terminal.closed]),
    ...(env.HARNESS_PROMPT === undefined ? {} : { initialPrompt: env.HARNESS_PROMPT }),
    openSession: async () => {
      if (env.HARNESS_FAULT === 'open') throw new Error('the session could not be opened');
      await pause(Number(env.HARNESS_OPEN_MS ?? 0));
      return { port: await openPort(runner), services: chatServices() };
    },
  });
} finally {
  terminal.restore();
}
process.stdout.write('LEFT\n');
process.exit(stop.signal.aborted ? 130 : 0);
