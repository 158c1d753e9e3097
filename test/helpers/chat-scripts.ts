/** What the scripted engine of the chat harness does for commands, approvals, summaries and faults. */
import type { MessageKind } from '../../src/session/ops.ts';
import type { TurnRun } from '../../src/session/port.ts';
import { pause, type Script, stream } from './chat-stream.ts';

const DIFF = `--- a/src/a.ts
+++ b/src/a.ts
@@ -1,3 +1,3 @@
 const one = 1;
-const two = 3;
+const two = 2;
 const three = 3;
`;

/** Messages that are no question to the model. */
export const KINDS: Readonly<Record<MessageKind, Script>> = {
  command: (turn) => {
    const { text } = turn.turn.message;
    const count = Number(/^seq (\d+)$/.exec(text)?.[1] ?? 0);
    if (count > 0) return print(turn, Array.from({ length: count }, (_, n) => n + 1).join('\n'));
    return text === 'sleep' ? untilStopped(turn) : print(turn, `ran **${text}**\n`);
  },
  compact: async (turn) => {
    await stream(
      turn,
      `The summary${turn.turn.message.text === '' ? '' : ' about '}${turn.turn.message.text}.`,
    );
    const { length: turnCount } = turn.state.turns;
    const { id: turnId } = turn.turn;
    turn.emit({ type: 'compact', turnId, summary: 'Summary: all of it.', turnCount });
    return 'stop';
  },
  continue: (turn) => stream(turn, 'And here is the rest of it.'),
};

export const CHAT_SCRIPTS: Readonly<Record<string, Script>> = {
  edit: (turn) => change(turn, ['src/a.ts']),
  edits: (turn) => change(turn, ['src/a.ts', 'src/b.ts']),
  'long-edit': async (turn) => {
    const lines = Array.from({ length: 200 }, (_, n) => `+const added${n} = ${n};`).join('\n');
    const diff = `--- a/src/a.ts\n+++ b/src/a.ts\n@@ -0,0 +1,200 @@\n${lines}\n`;
    return decided(turn, 'edit src/a.ts', { type: 'diff', text: diff });
  },
  run: (turn) =>
    decided(turn, 'run npm test', { type: 'command', text: 'npm test -- --bail\x1b[2J' }),
  'run-later': async (turn) => {
    await pause(50);
    return decided(turn, 'run npm test', { type: 'command', text: 'npm test' });
  },
  overflow: (turn) =>
    turn.state.compaction === undefined
      ? fail(turn, 'context-overflow', 'The conversation does not fit.')
      : stream(turn, 'It fits now.'),
  flaky: (turn) =>
    turn.state.turns.some(({ message }) => message.text === 'flaky')
      ? stream(turn, 'It works now.')
      : fail(turn, 'overloaded', 'example.org answered 503.'),
  reason: async (turn) => {
    const turnId = turn.turn.id;
    turn.emit({ type: 'reasoning-delta', turnId, text: 'The hidden thought.' });
    turn.emit({ type: 'reasoning-end', turnId });
    return stream(turn, 'An answer with thought.');
  },
  full: async (turn) => {
    const usage = { inputTokens: 9600, outputTokens: 100, cachedTokens: 50, reasoningTokens: 7 };
    turn.emit({ type: 'text-delta', turnId: turn.turn.id, text: 'That was much.' });
    turn.emit({ type: 'usage', turnId: turn.turn.id, ...usage, costUsd: 0.5 });
    return 'stop';
  },
  pictures: (turn) => {
    const { images = [], mentions = [] } = turn.turn.message;
    const seen = images.map(
      ({ label, mediaType, sizeBytes }) => `${label} ${mediaType} ${sizeBytes}`,
    );
    return stream(
      turn,
      `Saw ${seen.join(', ') || 'nothing'}; read ${mentions.join(' ') || 'nothing'}.`,
    );
  },
  code: (turn) => stream(turn, 'Two:\n\n```ts\nconst a = 1;\n```\n\n```sh\nls -l\n```\n'),
};

async function print(turn: TurnRun, output: string) {
  turn.emit({ type: 'text-delta', turnId: turn.turn.id, text: output });
  return 'stop' as const;
}

async function untilStopped(turn: TurnRun) {
  turn.emit({ type: 'text-delta', turnId: turn.turn.id, text: 'sleeping\n' });
  await new Promise((resolve) => turn.signal.addEventListener('abort', resolve, { once: true }));
  return 'cancelled' as const;
}

async function fail(turn: TurnRun, kind: string, message: string) {
  turn.emit({ type: 'error', turnId: turn.turn.id, kind, message, retryable: true });
  return 'error' as const;
}

type Detail = Parameters<TurnRun['requestApproval']>[0]['detail'];

async function decided(turn: TurnRun, title: string, detail: Detail) {
  const scope = 'in this session';
  const decision = await turn.requestApproval({ callId: 'c1', tool: 'tool', title, detail, scope });
  if (turn.signal.aborted) return 'cancelled' as const;
  return stream(turn, `Decided: ${decision}.`);
}

async function change(turn: TurnRun, paths: readonly string[]) {
  const turnId = turn.turn.id;
  for (const [index, path] of paths.entries()) {
    const id = `c${index}`;
    turn.emit({ type: 'tool-call', turnId, id, name: 'edit_file', input: { path } });
    const title = `edit ${path}`;
    const request = { callId: id, tool: 'edit_file', title, scope: 'edits in this session' };
    const detail = { type: 'diff' as const, text: DIFF };
    const decision = await turn.requestApproval({ ...request, detail });
    if (turn.signal.aborted) return 'cancelled' as const;
    const isDenied = decision === 'deny';
    if (!isDenied) turn.emit({ type: 'file-change', turnId, path, before: 'aa', after: 'bb' });
    const output = isDenied ? 'The user declined.' : 'done';
    turn.emit({ type: 'tool-result', turnId, id, output, isError: isDenied });
  }
  return stream(turn, 'The files are as you wanted.');
}
