/** One conversation in terminals and Neovims, of which each goes away in every way while an answer comes. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeNeovims, type NeovimKind, type NeovimOptions } from '../helpers/neovim.ts';
import type { Neovim } from '../helpers/neovim-process.ts';
import type { PtyProgram } from '../helpers/pty.ts';
import { answerQuestion, type HeldAnswer, TerminalPlace } from '../helpers/terminal-zeke.ts';
import { ZEKE } from '../helpers/zeke.ts';

const COMMAND = JSON.stringify([process.execPath, ZEKE]).slice(1, -1);
const INIT = `vim.g.zeke = { binary = { ${COMMAND} } }
  said = {}
  vim.notify = function(message) table.insert(said, message) end`;
/** All that the last turn answered with, and how it ended. */
const LAST_TURN = `(function()
    local state = require("zeke.session").get()
    local turn = state.running or state.turns[#state.turns]
    local texts = {}
    for _, part in ipairs(turn and turn.parts or {}) do
      texts[#texts + 1] = part.text
    end
    return { text = table.concat(texts), ended = turn and turn.endReason or "" }
  end)()`;

/** Longer than Neovim waits for a sign of life before it has somebody look. */
const BUSY_MS = 6500;

let place: TerminalPlace;
beforeEach(async () => {
  place = new TerminalPlace();
  await place.start();
});
afterEach(() => place.remove());

/** Starts a Neovim of this place that joins; the first one starts a host where no terminal is. */
async function openNeovim(kind: NeovimKind, options: NeovimOptions = {}): Promise<Neovim> {
  const env = {
    OPENAI_BASE_URL: place.server.baseUrl,
    OPENAI_API_KEY: 'test-key-of-no-worth',
    ZEKE_MODEL: 'openai/test',
  };
  const neovim = await kind.start({ home: place.home, init: INIT, env, ...options });
  await neovim.lua('require("zeke.rpc").join()');
  await neovim.waitFor('require("zeke.rpc").is_joined() and require("zeke.session").get() ~= nil');
  return neovim;
}

async function op(neovim: Neovim, fields: object): Promise<void> {
  await neovim.lua('require("zeke.rpc").op(...)', fields);
}

const say = (neovim: Neovim, text: string) => op(neovim, { type: 'send', message: { text } });

async function waitForAnswer(neovim: Neovim, text: string): Promise<void> {
  await neovim.waitFor(`${LAST_TURN}.text:find(${JSON.stringify(text)}, 1, true)`);
}

async function waitForEnd(neovim: Neovim, reason: string): Promise<void> {
  await neovim.waitFor(`${LAST_TURN}.ended == ${JSON.stringify(reason)}`);
}

/** Asks in a Neovim, and waits until its answer has begun in all. */
async function beginAnswer(
  asker: Neovim,
  everybody: readonly (Neovim | PtyProgram)[],
): Promise<HeldAnswer> {
  await say(asker, 'a long question');
  const answer = await place.nextAnswer();
  answer.say('The beginning\n\n');
  answer.say('and the middle');
  await Promise.all(everybody.map((one) => waitToSee(one, 'and the middle')));
  return answer;
}

async function waitToSee(one: Neovim | PtyProgram, text: string): Promise<void> {
  if ('lines' in one) await waitForAnswer(one, text);
  else await one.waitForText(text);
}

/** Asks in a Neovim, and waits until all show the answer. */
async function askIn(
  asker: Neovim,
  answerText: string,
  everybody: readonly (Neovim | PtyProgram)[],
): Promise<void> {
  await say(asker, 'and now?');
  const answer = await place.nextAnswer();
  answer.say(answerText);
  answer.end();
  await Promise.all(everybody.map((one) => waitToSee(one, answerText)));
}

/** What a host is started with that does nothing else for BUSY_MS once it gets a signal. */
function busyModule(): string {
  const path = join(place.home.dir, 'busy.mjs');
  writeFileSync(
    path,
    `import { rmSync, writeFileSync } from 'node:fs';
    process.on('SIGUSR2', () => {
      const file = ${JSON.stringify(join(place.home.dir, 'busy-'))} + process.pid;
      writeFileSync(file, '');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${BUSY_MS});
      rmSync(file);
    });`,
  );
  return path;
}

function hostPid(neovim: Neovim): Promise<number> {
  return neovim.lua('return tonumber(require("zeke.rpc").status().welcome.process:match("^%d+"))');
}

/** Every text is shown once: nothing was lost, nothing came twice. */
async function expectOnce(one: Neovim | PtyProgram, texts: readonly string[]): Promise<void> {
  const shown = 'lines' in one ? await wholeText(one) : one.text();
  expect(texts.map((text) => shown.split(text).length - 1)).toEqual(texts.map(() => 1));
}

function wholeText(neovim: Neovim): Promise<string> {
  return neovim.lua(`local texts = {}
    local state = require("zeke.session").get()
    -- Its last words may be there before its end.
    for _, turn in ipairs(vim.list_extend({ unpack(state.turns) }, { state.running })) do
      for _, part in ipairs(turn.parts) do
        texts[#texts + 1] = part.text
      end
    end
    return table.concat(texts, "\\n")`);
}

describeNeovims('a terminal and Neovims in one conversation', (kind) => {
  it('show each other the tokens, the models and who is there', async () => {
    const terminal = await place.openReady();
    const [first, second] = await Promise.all([openNeovim(kind), openNeovim(kind)]);
    await first.waitFor('#require("zeke.session").clients() == 3');
    await terminal.waitForText('neovim');
    const answer = await beginAnswer(first, [terminal, first, second]);
    answer.end();
    await Promise.all([waitForEnd(first, 'stop'), waitForEnd(second, 'stop')]);
    await op(second, { type: 'switch-model', model: 'openai/other' });
    await terminal.waitForText('openai/other');
    await first.waitFor('require("zeke.session").get().model == "openai/other"');
    await terminal.waitForText('> Ask anything');
    terminal.type('/model openai/third\r');
    for (const one of [first, second]) {
      await one.waitFor('require("zeke.session").get().model == "openai/third"');
    }
    await askIn(second, 'All see this.', [terminal, first, second]);
    expect(JSON.parse(place.server.requests.at(-1)?.body ?? '{}')).toMatchObject({
      model: 'third',
    });
  });

  it('answer for each other what the model may do', async () => {
    const terminal = await place.openReady();
    const neovim = await openNeovim(kind);
    await say(neovim, 'run it');
    const call = { command: 'echo yes > done.txt' };
    (await place.nextAnswer()).callTool('run_command', call);
    await terminal.waitForText('y allow');
    await neovim.waitFor('require("zeke.session").get().approval');
    await answerQuestion(terminal, 'y');
    await neovim.waitFor('require("zeke.session").get().approval == nil');
    (await place.nextAnswer()).callTool('run_command', { command: 'echo no > never.txt' });
    await terminal.waitFor('the second question', (text) => text.includes('never.txt'));
    await neovim.waitFor('require("zeke.session").get().approval');
    const id = await neovim.lua('return require("zeke.session").get().approval.id');
    await op(neovim, { type: 'approve', requestId: id, decision: 'deny' });
    const last = await place.nextAnswer();
    await terminal.waitFor('no question', (text) => !text.includes('y allow'));
    last.say('One was run.');
    last.end();
    await Promise.all([terminal, neovim].map((one) => waitToSee(one, 'One was run.')));
    expect(readFileSync(join(place.home.project, 'done.txt'), 'utf8')).toBe('yes\n');
    expect(() => readFileSync(join(place.home.project, 'never.txt'))).toThrow(/ENOENT/);
  });

  it('finds the zeke that runs in a terminal inside of it', async () => {
    const neovim = await kind.start({
      home: place.home,
      init: INIT,
      env: {
        OPENAI_BASE_URL: place.server.baseUrl,
        OPENAI_API_KEY: 'test-key-of-no-worth',
      },
    });
    await neovim.lua(
      `vim.cmd.terminal(table.concat(vim.tbl_map(vim.fn.shellescape, { ... }), " "))
      job = vim.fn.jobpid(vim.bo.channel)`,
      process.execPath,
      ZEKE,
      '--model',
      'openai/test',
    );
    // The prompt is there before the conversation is; the model comes with it. The last rows are
    // Neovim's own, and name the command.
    await neovim.waitForScreen(
      (rows) => rows.slice(0, -2).some((row) => row.includes('openai/test')),
      'the model in the terminal',
    );
    await neovim.lua('require("zeke.rpc").join()');
    await neovim.waitFor('require("zeke.rpc").is_joined() and require("zeke.session").get()');
    await neovim.waitForScreen('neovim');
    await askIn(neovim, 'Shown in both.', [neovim]);
    await neovim.waitForScreen('Shown in both.');
    // The window is closed over a zeke that hosts: it leaves, and Neovim has a host of its own.
    const terminalPid = await hostPid(neovim);
    await beginAnswer(neovim, [neovim]);
    await neovim.command('bdelete!');
    await askIn(neovim, 'Without the terminal.', [neovim]);
    expect(await hostPid(neovim)).not.toBe(terminalPid);
    await expectOnce(neovim, ['Shown in both.', 'and the middle', 'Without the terminal.']);
    expect(await neovim.lua('return said')).toEqual([]);
  });
});

describeNeovims('while an answer streams', (kind) => {
  it('the terminal that hosts is quit, and Neovim goes on with a host of its own', async () => {
    const terminal = await place.openReady();
    const neovim = await openNeovim(kind);
    const terminalPid = await hostPid(neovim);
    expect(terminalPid).toBe(terminal.pid);
    await beginAnswer(neovim, [terminal, neovim]);
    terminal.type('\x04');
    await terminal.exit;
    await askIn(neovim, 'Without a terminal.', [neovim]);
    expect(await hostPid(neovim)).not.toBe(terminalPid);
    await expectOnce(neovim, ['The beginning', 'and the middle', 'Without a terminal.']);
    const again = await place.openReady({ args: [] });
    await again.waitForText('Without a terminal.');
    await again.waitForText('and the middle');
  });

  it('the Neovim that asked is killed, and the others see the rest', async () => {
    const first = await openNeovim(kind);
    const second = await openNeovim(kind);
    const terminal = await place.openReady({ args: [] });
    const answer = await beginAnswer(first, [terminal, first, second]);
    await first.kill();
    answer.say('\n\nand the end.');
    answer.end();
    await Promise.all([terminal, second].map((one) => waitToSee(one, 'and the end.')));
    await waitForEnd(second, 'stop');
    await second.waitFor('#require("zeke.session").clients() == 2');
    await askIn(second, 'Two are left.', [terminal, second]);
    await expectOnce(terminal, ['The beginning', 'and the middle', 'and the end.']);
  });

  it('the host in the background is killed, and all go on with what was shown', async () => {
    const first = await openNeovim(kind);
    const second = await openNeovim(kind);
    const terminal = await place.openReady({ args: [] });
    await beginAnswer(first, [terminal, first, second]);
    const pid = await hostPid(first);
    process.kill(pid, 'SIGKILL');
    await terminal.waitForText('Cut off');
    await askIn(second, 'After the kill.', [terminal, first, second]);
    expect(await hostPid(first)).not.toBe(pid);
    expect(await hostPid(second)).toBe(await hostPid(first));
    for (const one of [terminal, first, second]) {
      await expectOnce(one, ['The beginning', 'and the middle', 'After the kill.']);
    }
  });

  it('the terminal that hosts is killed, and two Neovims go on with one host', async () => {
    const terminal = await place.openReady();
    const [first, second] = await Promise.all([openNeovim(kind), openNeovim(kind)]);
    await beginAnswer(second, [terminal, first, second]);
    terminal.kill('SIGKILL');
    await terminal.exit;
    await askIn(first, 'The terminal is gone.', [first, second]);
    expect(await hostPid(first)).toBe(await hostPid(second));
    for (const one of [first, second]) {
      await expectOnce(one, ['The beginning', 'and the middle', 'The terminal is gone.']);
    }
  });

  it('the host is stopped: Neovim stays usable and takes over', async () => {
    const terminal = await place.openReady();
    const neovim = await openNeovim(kind);
    const answer = await beginAnswer(neovim, [terminal, neovim]);
    terminal.kill('SIGSTOP');
    await op(neovim, { type: 'cancel' });
    await neovim.input('ityped meanwhile<Esc>');
    await neovim.waitForScreen('typed meanwhile');
    await waitForEnd(neovim, 'interrupted');
    await askIn(neovim, 'Said meanwhile.', [neovim]);
    expect(await hostPid(neovim)).not.toBe(terminal.pid);
    answer.say('too late');
    answer.end();
    terminal.kill('SIGCONT');
    await terminal.waitForText('Said meanwhile.');
    await askIn(neovim, 'Both again.', [terminal, neovim]);
    // The woken terminal has asked for nothing: each message is answered once.
    expect(place.server.requests).toHaveLength(3);
    for (const one of [terminal, neovim]) {
      const texts = ['The beginning', 'and the middle', 'Said meanwhile.', 'Both again.'];
      await expectOnce(one, texts);
    }
    expect(await wholeText(neovim)).not.toContain('too late');
    expect(await neovim.lua('return said')).toEqual([]);
  });

  it('the host is merely busy for seconds: nobody takes over, and nothing is asked twice', async () => {
    const init = `${INIT}
      vim.g.zeke = { binary = { ${JSON.stringify(process.execPath)}, "--import", ${JSON.stringify(busyModule())}, ${JSON.stringify(ZEKE)} } }`;
    const neovim = await openNeovim(kind, { init });
    const pid = await hostPid(neovim);
    const busy = join(place.home.dir, `busy-${pid}`);
    process.kill(pid, 'SIGUSR2');
    await neovim.waitFor(() => existsSync(busy), 'a busy host');
    await say(neovim, 'Are you there?');
    const second = await openNeovim(kind, { init });
    const answer = await place.nextAnswer();
    expect(existsSync(busy)).toBe(false);
    answer.say('All the time.');
    answer.end();
    for (const one of [neovim, second]) {
      await waitForEnd(one, 'stop');
      await expectOnce(one, ['All the time.']);
      expect(await hostPid(one)).toBe(pid);
      expect(await one.lua('return said')).toEqual([]);
    }
    expect(place.server.requests).toHaveLength(1);
  });
});
