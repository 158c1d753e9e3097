// Rows about a long conversation, and about one that two terminals share.
import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { FIRST, LAST, markdownTokens } from './markdown-text.mjs';
import { startModelServer } from './model-server.mjs';
import { median, memoryOf, percentile, processorMs, zeke } from './processes.mjs';
import { chatEnvironment, KEYS, showsPrompt, typeKeys } from './rows-terminal.mjs';
import { openTerminal } from './terminals.mjs';

/**
 * @typedef {import('./run.mjs').Row} Row
 * @typedef {import('./run.mjs').Place} Place
 * @typedef {ReturnType<typeof openTerminal>} Terminal
 */

const MEBIBYTE = 1024 * 1024;
const TURNS = 1_000;
export const SESSION = 'benchthousand';
/** Far enough apart that each is painted as it comes, and no frame waits for the one before. */
const TOKENS_PER_SECOND = 5;
/** Not in the text of the answers; each is one token. */
const MARKS = [...'ABCDFGHIJKLMNOPQRSTUVWXYZ'];

/** @type {readonly Row[]} */
export const CONVERSATION_ROWS = [
  { name: 'thousand-turns', measure: measureThousandTurns },
  { name: 'share', measure: measureShare },
];

/**
 * Writes a journal as Zeke does, with the last answer ending in LAST.
 * @param {{ cwd: string, env: NodeJS.ProcessEnv }} place
 * @param {number} turns
 * @param {number} tokens Of each answer.
 */
export function writeJournal({ cwd, env }, turns, tokens = 120) {
  const project = realpathSync(cwd);
  const hash = createHash('sha256').update(project).digest('hex').slice(0, 12);
  const folder = join(String(env.ZEKE_STATE_DIR), 'projects', hash, 'sessions');
  const answer = markdownTokens(tokens).join('').replace(FIRST, '').replace(LAST, '');
  const model = 'openai/bench';
  let seq = 0;
  const line = (/** @type {object} */ body) =>
    `${JSON.stringify({ ...body, seq: ++seq, at: 1_700_000_000_000 + seq })}\n`;
  let text = line({ type: 'session-start', version: 1, sessionId: SESSION, project, model });
  for (let at = 0; at < turns; at += 1) {
    const turnId = `turn${at}abcd`;
    const end = at === turns - 1 ? `\n\nthe end ${LAST}` : '';
    text += line({ type: 'turn-start', turnId, model, message: { text: `question ${at}` } });
    text += line({ type: 'text-delta', turnId, text: answer + end });
    text += line({ type: 'turn-end', turnId, reason: 'stop' });
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${SESSION}.jsonl`);
  writeFileSync(path, text, { mode: 0o600 });
  return { remove: () => rmSync(path, { force: true }) };
}

/** @param {{ cwd: string, env: NodeJS.ProcessEnv }} place */
async function resume({ cwd, env }) {
  const args = [zeke, '--model', 'openai/bench', '--session', SESSION];
  const terminal = openTerminal(args, { cwd, env });
  await terminal.output.next(LAST);
  const paintedAt = await terminal.waitFor((text) => text.includes(LAST) && showsPrompt(text));
  return { terminal, tookMs: paintedAt - terminal.startedAt };
}

/** @param {Place} place */
async function measureThousandTurns(place) {
  const journal = writeJournal(place, TURNS);
  const server = await startModelServer({ tokens: markdownTokens(2) });
  const env = chatEnvironment(place, server);
  const [times, memory, cpu, echoes] = [[], [], [], []].map(
    (list) => /** @type {number[]} */ (list),
  );
  try {
    for (let at = 0; at < Math.min(3, place.runs); at += 1) {
      const { terminal, tookMs } = await resume({ cwd: place.cwd, env });
      times?.push(tookMs);
      cpu?.push(processorMs(terminal.pid));
      await pause(1000);
      memory?.push(memoryOf(terminal.pid).rssBytes / MEBIBYTE);
      echoes?.push(...(await typeKeys(terminal, KEYS)));
      await terminal.quit();
    }
  } finally {
    journal.remove();
    server.close();
  }
  const what = '1,000 turns';
  return [
    { what: `${what}: time to resume`, unit: 'ms', value: median(times ?? []) },
    { what: `${what}: processor time to resume`, unit: 'ms', value: median(cpu ?? []) },
    { what: `${what}: memory (RSS)`, unit: 'MiB', value: median(memory ?? []) },
    {
      what: `${what}: key echo, 95 of 100 within`,
      unit: 'ms',
      value: percentile(echoes ?? [], 0.95),
      atMost: 16,
    },
  ];
}

/** @param {Place} place */
async function measureShare(place) {
  const server = await startModelServer({
    tokens: [`${FIRST} `, ...MARKS.map((mark) => `${mark} `), `the end ${LAST}`],
    perSecond: TOKENS_PER_SECOND,
  });
  const env = chatEnvironment(place, server);
  const [joins, alone, waits, takeOvers] = [[], [], [], []].map(
    (list) => /** @type {number[]} */ (list),
  );
  try {
    for (let at = 0; at < Math.min(5, place.runs); at += 1) {
      alone?.push(await openAlone(place, env));
      const run = await shareOnce({ cwd: place.cwd, env });
      joins?.push(run.joinMs);
      waits?.push(...run.waits);
      takeOvers?.push(run.takeOverMs);
    }
  } finally {
    server.close();
  }
  const [opened, joined] = [median(alone ?? []), median(joins ?? [])];
  return [
    { what: 'share: open a conversation of 20 turns alone', unit: 'ms', value: opened },
    { what: 'share: open it in a second terminal', unit: 'ms', value: joined },
    { what: 'share: what joining adds', unit: 'ms', value: joined - opened, atMost: 100 },
    {
      what: 'share: a token reaches the second screen later by',
      unit: 'ms',
      value: median(waits ?? []),
      atMost: 5,
    },
    {
      what: 'share: kill -9 until the other has an answer',
      unit: 'ms',
      value: median(takeOvers ?? []),
      atMost: 1000,
    },
  ];
}

/** @param {Place} place @param {NodeJS.ProcessEnv} env */
async function openAlone(place, env) {
  const journal = writeJournal(place, 20);
  const { terminal, tookMs } = await resume({ cwd: place.cwd, env });
  await terminal.quit();
  journal.remove();
  return tookMs;
}

/**
 * A host with a conversation of 20 turns, a second terminal that joins it, one answer that both
 * see, and the host's end.
 * @param {{ cwd: string, env: NodeJS.ProcessEnv }} place
 */
async function shareOnce(place) {
  const journal = writeJournal({ ...place, runs: 1, isQuick: false }, 20);
  const { terminal: host } = await resume(place);
  const guest = openTerminal([zeke, '--model', 'openai/bench'], place);
  try {
    await guest.output.next(LAST);
    const joinedAt = await guest.waitFor((text) => text.includes(LAST) && showsPrompt(text));
    const joinMs = joinedAt - guest.startedAt;
    await pause(500);
    const waits = await answerInBoth(host, guest);
    await pause(500);
    const again = guest.output.next(FIRST);
    const killedAt = performance.now();
    host.kill();
    guest.write('go on\r');
    return { joinMs, waits, takeOverMs: (await again) - killedAt };
  } finally {
    host.close();
    await guest.quit();
    journal.remove();
  }
}

/** How much later each token came to the second screen. @param {Terminal} host @param {Terminal} guest */
async function answerInBoth(host, guest) {
  const ended = Promise.all([host.output.next(LAST), guest.output.next(LAST)]);
  const seen = MARKS.map((mark) => Promise.all([host.output.next(mark), guest.output.next(mark)]));
  host.write('go\r');
  const pairs = await Promise.all(seen);
  await ended;
  return pairs.map(([first, second]) => second - first);
}
