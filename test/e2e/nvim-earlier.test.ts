/** A conversation of a thousand turns and the built program: what a Neovim has of it, and loads of it. */
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { EventBody } from '../../src/session/events.ts';
import { EMPTY_STATE, reduce } from '../../src/session/state.ts';
import { createSessionStore, newId } from '../../src/session/store.ts';
import { startModelServer, streamText } from '../helpers/model-server.ts';
import { describeNeovims, type NeovimKind } from '../helpers/neovim.ts';
import type { Neovim } from '../helpers/neovim-process.ts';
import { createTestHome, type TestHome, ZEKE } from '../helpers/zeke.ts';

const TURNS = 1000;
const INIT = `vim.g.zeke = { binary = { ${JSON.stringify(process.execPath)}, ${JSON.stringify(ZEKE)} } }
  said = {}
  vim.notify = function(message) table.insert(said, message) end`;
const BUFFER = 'vim.fn.bufnr("^zeke://chat$")';

/** Keeps a conversation of some megabytes as the program does; resolves to its id. */
function keepLongSession(home: TestHome): string {
  const project = realpathSync(home.project);
  const store = createSessionStore({ paths: { stateDir: join(home.dir, 'state') }, project });
  const sessionId = newId();
  const bodies: EventBody[] = [
    { type: 'session-start', version: 1, sessionId, project, model: 'openai/x' },
  ];
  for (let index = 1; index <= TURNS; index += 1) {
    const turnId = `turn${index}`;
    const message = { text: `question ${index}`, mentions: [], attachments: [] };
    bodies.push({ type: 'turn-start', turnId, model: 'openai/x', message });
    const text = `answer ${index}\n\n${'Words that fill the line to some length.\n'.repeat(80)}`;
    bodies.push({ type: 'text-delta', turnId, text });
    bodies.push({ type: 'turn-end', turnId, reason: 'stop' });
  }
  const events = bodies.map((body, index) => ({ ...body, seq: index + 1, at: 1000 + index }));
  const journal = store.create(sessionId);
  expect(journal.append(events, events.reduce(reduce, EMPTY_STATE))).toBeUndefined();
  journal.close({ discard: false });
  return sessionId;
}

async function start(kind: NeovimKind, home: TestHome): Promise<Neovim> {
  const neovim = await kind.start({ home, init: INIT, width: 100, height: 30 });
  await neovim.command('ZekeChat');
  await neovim.waitFor('require("zeke.session").get()');
  return neovim;
}

/** Numbers of the questions in the buffer, once nothing is left to be written. */
async function loaded(neovim: Neovim): Promise<readonly number[]> {
  const known = 'require("zeke.session").get()';
  await neovim.waitFor(
    `vim.tbl_contains(vim.api.nvim_buf_get_lines(${BUFFER}, 0, -1, false),
       "question " .. (${known}.earlierTurnCount + 1))`,
  );
  const lines = await neovim.lua<string[]>(
    `return vim.api.nvim_buf_get_lines(${BUFFER}, 0, -1, false)`,
  );
  return lines.flatMap((line) => /^question (\d+)$/.exec(line)?.[1] ?? []).map(Number);
}

const numbers = (first: number) =>
  Array.from({ length: TURNS - first + 1 }, (_, index) => first + index);

describeNeovims('a long conversation', (kind) => {
  it('opens with its last turns, is loaded by one Neovim, and goes on from an early turn', async () => {
    const home = createTestHome();
    const server = await startModelServer((response) => streamText(response, ['Anew.']));
    Object.assign(home.env, { OPENAI_BASE_URL: server.baseUrl, OPENAI_API_KEY: 'k' });
    home.env.ZEKE_MODEL = 'openai/x';
    onTestFinished(async () => {
      await server.close();
      home.remove();
    });
    const sessionId = keepLongSession(home);
    const first = await start(kind, home);
    await first.lua('require("zeke.rpc").op(...)', { type: 'open-session', sessionId });
    await first.waitForScreen('Words that fill');
    const second = await start(kind, home);
    const atFirst = await loaded(first);
    expect(atFirst).toEqual(numbers(atFirst[0] ?? 0));
    expect(atFirst.length).toBeLessThan(150);
    expect(await loaded(second)).toEqual(atFirst);

    await first.command('wincmd k');
    await first.input('gl');
    await first.waitFor(
      `require("zeke.session").get().earlierTurnCount < ${TURNS - atFirst.length}`,
    );
    const more = await loaded(first);
    expect(more).toEqual(numbers(more[0] ?? 0));
    expect(more.length).toBeGreaterThan(atFirst.length);
    await first.command('ZekeEarlier!');
    await first.waitFor('require("zeke.session").get().earlierTurnCount == 0');
    expect(await loaded(first)).toEqual(numbers(1));
    expect(await loaded(second)).toEqual(atFirst);

    await first.lua('vim.fn.search("^question 7$", "w")');
    await first.input('gm');
    await first.waitForScreen('changing message 7');
    await first.input('A, changed<Esc><C-s>');
    await second.waitForScreen('Anew.');
    await first.waitForScreen('Anew.');
    expect(await loaded(first)).toEqual([1, 2, 3, 4, 5, 6]);
    await second.waitFor('#require("zeke.session").get().turns == 7');
    expect(server.requests.at(-1)?.body).toContain('question 7, changed');
    await first.lua(
      `require("zeke.rpc").ask("earlier-turns", { sessionId = ..., before = 5 }, {
         on_done = function(err) refused = err end,
       })`,
      sessionId,
    );
    await first.waitFor('refused');
    expect(await first.lua('return refused.message')).toBe('Another conversation is open now.');
    expect(await first.lua('return said')).toEqual([]);
  });
});
