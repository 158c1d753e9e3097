/**
 * A conversation with a scripted engine, for tests of the terminal front end: everything but the
 * model is real. What is sent decides what comes: see SCRIPTS.
 */
import { readEnvironment } from '../../src/platform/env.ts';
import { createInputHistory } from '../../src/platform/input-history.ts';
import { openTerminal } from '../../src/platform/terminal/terminal.ts';
import type { TurnEndReason } from '../../src/session/events.ts';
import type { TurnRun, TurnRunner } from '../../src/session/port.ts';
import { createEphemeralSession } from '../../src/session/session.ts';
import { DEFAULT_SETTINGS } from '../../src/tui/settings.ts';
import { startTui } from '../../src/tui/start.tsx';

const env = readEnvironment();
const delayMs = Number(env.HARNESS_DELAY_MS ?? 2);

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

type Script = (turn: TurnRun) => Promise<TurnEndReason>;

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

async function stream(turn: TurnRun, text: string): Promise<TurnEndReason> {
  for (const piece of text.match(/[\s\S]{1,4}/g) ?? []) {
    if (turn.signal.aborted) return 'cancelled';
    turn.emit({ type: 'text-delta', turnId: turn.turn.id, text: piece });
    if (delayMs > 0) await pause(delayMs);
  }
  const usage = { inputTokens: 1200, outputTokens: 300, cachedTokens: 0, reasoningTokens: 0 };
  turn.emit({ type: 'usage', turnId: turn.turn.id, ...usage, costUsd: 0.0123 });
  return 'stop';
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

const runner: TurnRunner = {
  run: (turn) => {
    const { text } = turn.turn.message;
    const hostile = /^say (.*)$/s.exec(text)?.[1];
    if (hostile !== undefined) return stream(turn, JSON.parse(`"${hostile}"`));
    const script = SCRIPTS[text.split(' ')[0] ?? ''];
    return script === undefined ? stream(turn, `You said: ${text}`) : script(turn);
  },
};

const stop = new AbortController();
for (const name of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const) process.on(name, () => stop.abort());
const terminal = openTerminal({ stdin: process.stdin, stdout: process.stdout });
if (env.HARNESS_FAULT === 'before-paint') throw new Error('a fault before the first paint');
await terminal.settle();
try {
  await startTui({
    terminal,
    stderr: process.stderr,
    env,
    settings: { ...DEFAULT_SETTINGS, ...JSON.parse(env.HARNESS_SETTINGS ?? '{}') },
    signal: AbortSignal.any([stop.signal, terminal.closed]),
    ...(env.HARNESS_PROMPT === undefined ? {} : { initialPrompt: env.HARNESS_PROMPT }),
    openSession: async () => {
      if (env.HARNESS_FAULT === 'open') throw new Error('the session could not be opened');
      await pause(Number(env.HARNESS_OPEN_MS ?? 0));
      return {
        port: createEphemeralSession({ project: process.cwd(), model: 'test/scripted', runner }),
        services: {
          listModels: async () => [
            { ref: 'test/scripted', label: 'Scripted', contextTokens: 10_000 },
            { ref: 'test/other', label: 'Other', price: '$1/$2 per 1M' },
          ],
          listSessions: async () => [
            { id: 's1', title: 'Earlier talk', updatedAt: 0, turnCount: 2 },
          ],
          findFiles: async (pattern) =>
            ['src/main.ts', 'src/main-loop.ts', 'read me.md'].filter((path) =>
              path.includes(pattern),
            ),
          contextTokens: () => 10_000,
          gitBranch: async () => env.HARNESS_BRANCH ?? 'main',
          role: () => 'host' as const,
          history: createInputHistory(env.ZEKE_STATE_DIR ?? '.'),
          bannerLines: ['Harness ready.'],
        },
      };
    },
  });
} finally {
  terminal.restore();
}
process.stdout.write('LEFT\n');
process.exit(stop.signal.aborted ? 130 : 0);
