/** A Neovim and the built program: joining, sharing, losing the host and going on. */
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { resolvePaths, shortHash } from '../../src/platform/paths.ts';
import { connectOrListen, socketAddress } from '../../src/platform/socket.ts';
import { describeNeovims } from '../helpers/neovim.ts';
import type { Neovim } from '../helpers/neovim-process.ts';
import { TerminalPlace } from '../helpers/terminal-zeke.ts';
import { createTestHome, runZeke, type TestHome, ZEKE } from '../helpers/zeke.ts';

const INIT = `vim.g.zeke = { binary = { ${JSON.stringify(process.execPath)}, ${JSON.stringify(ZEKE)} } }
  said = {}
  vim.notify = function(message) table.insert(said, message) end`;
const TURNS = `return vim.tbl_map(function(turn)
    return { id = turn.id, text = turn.parts[1] and turn.parts[1].text, reason = turn.endReason }
  end, require("zeke.session").get().turns)`;

function newHome(): TestHome {
  const home = createTestHome();
  onTestFinished(() => home.remove());
  return home;
}

/** Joins, and resolves when the conversation is known. */
async function joinConversation(neovim: Neovim): Promise<void> {
  await neovim.lua('require("zeke.rpc").join()');
  await neovim.waitFor('require("zeke.rpc").is_joined() and require("zeke.session").get() ~= nil');
}

async function say(neovim: Neovim, text: string): Promise<void> {
  await neovim.lua('require("zeke.rpc").op({ type = "send", message = { text = ... } })', text);
}

async function turnCount(neovim: Neovim, count: number): Promise<unknown> {
  await neovim.waitFor(`#require("zeke.session").get().turns == ${count}`);
  return neovim.lua(TURNS);
}

/** The process that hosts, as the host told it: `pid` and more. */
async function hostPid(neovim: Neovim): Promise<number> {
  const name = await neovim.lua<string>('return require("zeke.rpc").status().welcome.process');
  return Number(/^\d+/.exec(name)?.[0]);
}

describeNeovims('joining', (kind) => {
  it('starts a Zeke in the background where none runs, and two Neovims share it', async () => {
    const home = newHome();
    const first = await kind.start({ home, init: INIT });
    await joinConversation(first);
    const second = await kind.start({ home, init: INIT });
    await joinConversation(second);
    await first.waitFor('#require("zeke.session").clients() == 2');
    await say(first, 'What is here?');
    const seen = await turnCount(second, 1);
    expect(await turnCount(first, 1)).toEqual(seen);
    await second.lua('require("zeke.rpc").op({ type = "switch-model", model = "builtin/other" })');
    await first.waitFor('require("zeke.session").get().model == "builtin/other"');
    await second.close();
    await first.waitFor('#require("zeke.session").clients() == 1');
  });

  it('goes on in every Neovim when the host is killed', async () => {
    const home = newHome();
    const first = await kind.start({ home, init: INIT });
    const second = await kind.start({ home, init: INIT });
    await Promise.all([joinConversation(first), joinConversation(second)]);
    await say(first, 'list files');
    await Promise.all([turnCount(first, 1), turnCount(second, 1)]);
    const pid = await hostPid(first);
    expect(await hostPid(second)).toBe(pid);
    const events = await first.recordEvents('User', 'Zeke*');
    process.kill(pid, 'SIGKILL');
    await say(second, 'list files again');
    await say(first, 'and once more');
    expect(await turnCount(first, 3)).toEqual(await turnCount(second, 3));
    expect(await hostPid(first)).not.toBe(pid);
    expect(await hostPid(second)).toBe(await hostPid(first));
    const names = events.map(({ match }) => match);
    expect(names).toContain('ZekeLeft');
    expect(names.lastIndexOf('ZekeJoined')).toBeGreaterThan(names.indexOf('ZekeLeft'));
  });

  it('meets those who know another folder for sockets, whoever hosts', async () => {
    const place = new TerminalPlace();
    onTestFinished(() => place.remove());
    await place.start();
    place.answerAll('An answer.');
    const { home } = place;
    // One state folder, as the same user has over ssh, from cron and at a desk.
    delete home.env.ZEKE_STATE_DIR;
    const envOf = (name: string) => ({
      XDG_STATE_HOME: join(home.dir, 'state'),
      XDG_RUNTIME_DIR: join(home.dir, name),
    });
    const terminal = await place.openReady({ env: envOf('a') });
    const first = await kind.start({ home, init: INIT, env: envOf('b') });
    await joinConversation(first);
    await say(first, 'from Neovim');
    await terminal.waitForText('from Neovim');
    await turnCount(first, 1);
    const second = await kind.start({ home, init: INIT, env: envOf('c') });
    await joinConversation(second);
    expect(await turnCount(second, 1)).toEqual(await turnCount(first, 1));
    terminal.kill('SIGKILL');
    await say(second, 'and again');
    expect(await turnCount(first, 2)).toEqual(await turnCount(second, 2));
    const pid = await hostPid(first);
    expect(await hostPid(second)).toBe(pid);
    const late = await place.openReady({ env: envOf('d'), args: [] });
    await late.waitForText('and again');
    // Stopped, its place is taken by whoever comes.
    process.kill(pid, 'SIGSTOP');
    onTestFinished(() => void process.kill(pid, 'SIGKILL'));
    await late.dispose();
    const third = await kind.start({ home, init: INIT, env: envOf('e') });
    await joinConversation(third);
    await turnCount(third, 2);
    await say(third, 'once more');
    for (const one of [first, second]) await turnCount(one, 3);
  });

  it('waits for a host that is busy, says so, and stops waiting when it is told', async () => {
    const home = newHome();
    const { runtimeDir } = resolvePaths(home.env, process.platform);
    const address = socketAddress(runtimeDir, shortHash(realpathSync(home.project)));
    const taken: Socket[] = [];
    // It takes connections and answers nobody.
    const meeting = await connectOrListen(address, (socket) => taken.push(socket));
    if (meeting.role !== 'listening') throw new Error('somebody is here already');
    const neovim = await kind.start({ home, init: INIT });
    for (const isStopped of [true, false]) {
      await neovim.lua(`said, failure = {}, nil
        require("zeke.rpc").join(function(err) failure = err or "none" end)`);
      await neovim.waitFor('table.concat(said):find("is busy: waiting", 1, true)');
      expect(await neovim.lua('return #said')).toBe(1);
      if (isStopped) {
        await neovim.command('ZekeStop');
        await neovim.waitFor('failure');
        expect(await neovim.lua('return failure.kind')).toBe('cancelled');
        expect(await neovim.lua('return require("zeke.rpc").status().phase')).toBe('idle');
      }
    }
    // Longer than anybody is given who may be too old to answer; its clock goes slower on a busy machine.
    for (const livedMs of [10_000, 20_000, 30_000]) {
      await neovim.waitFor(`require("zeke.link.clock").now() > ${livedMs}`);
    }
    expect(await neovim.lua('return failure')).toBeNull();
    await meeting.listener.close();
    for (const socket of taken) socket.destroy();
    await neovim.waitFor('failure');
    expect(await neovim.lua('return failure')).toBe('none');
  });

  it('is told, once, where every host dies as soon as it is joined', async () => {
    const home = newHome();
    const neovim = await kind.start({ home, init: INIT });
    await neovim.lua(`joined, pids = 0, {}
      vim.api.nvim_create_autocmd("User", { pattern = "ZekeJoined", callback = function()
        table.insert(pids, require("zeke.rpc").status().welcome.process)
        vim.uv.kill(tonumber(pids[#pids]:match("^%d+")), "sigkill")
      end })
      require("zeke.rpc").join()`);
    await neovim.waitFor('#said > 0');
    expect(await neovim.lua('return said')).toEqual([
      'The connection to Zeke was lost again and again. See :checkhealth zeke; any command of Zeke joins again.',
    ]);
    const pids = await neovim.lua<string[]>('return pids');
    expect(new Set(pids).size).toBe(pids.length);
    expect(await neovim.lua('return require("zeke.rpc").status().phase')).toBe('idle');
  });

  it('joins what a command in a terminal continues', async () => {
    const home = newHome();
    const neovim = await kind.start({ home, init: INIT });
    await joinConversation(neovim);
    await say(neovim, 'list files');
    await turnCount(neovim, 1);
    const env = { XDG_RUNTIME_DIR: join(home.dir, 'run') };
    const asked = await runZeke({ home, args: ['ask', '--continue', 'list files'], env });
    expect(asked.code).toBe(0);
    await turnCount(neovim, 2);
  });

  it('leaves nothing running when the last Neovim has left', async () => {
    const home = newHome();
    const neovim = await kind.start({ home, init: INIT });
    await joinConversation(neovim);
    const pid = await hostPid(neovim);
    await neovim.close();
    const ended = spawn('tail', [`--pid=${pid}`, '-f', '/dev/null']);
    await new Promise((resolve) => ended.on('close', resolve));
    expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
  });

  it('says what is wrong where there is no Zeke', async () => {
    const neovim = await kind.start({
      init: INIT.replace(/binary = \{.*?\} \}/, 'binary = "/nowhere/zeke" }'),
    });
    await neovim.lua('require("zeke.rpc").join(function(err) failure = err end)');
    await neovim.waitFor('failure');
    expect(await neovim.lua('return failure.message')).toMatch(
      /\/nowhere\/zeke could not be started/,
    );
    for (const command of ['ZekeChat hello', 'ZekeExplain']) {
      await neovim.lua('said = {}');
      await neovim.command(command);
      await neovim.waitFor('#said > 0');
      // What comes last is said last.
      await neovim.lua('require("zeke.notify").info("the end")');
      await neovim.waitFor('said[#said] == "the end"');
      expect(await neovim.lua('return #said'), command).toBe(2);
    }
  });

  it('is not late where it was suspended while a Zeke started', async () => {
    const home = newHome();
    const go = join(home.dir, 'go');
    const slow = join(home.dir, 'slow');
    const wait = `while [ ! -e ${go} ]; do sleep 0.05; done`;
    writeFileSync(slow, `#!/bin/sh\n${wait}\nexec ${process.execPath} ${ZEKE} "$@"\n`);
    chmodSync(slow, 0o755);
    const init = `${INIT}\nvim.g.zeke = { binary = ${JSON.stringify(slow)} }`;
    const neovim = await kind.start({ home, init });
    // Its clock goes on while a process is stopped: what it reads afterwards is minutes later.
    await neovim.lua(`local now, ms = vim.uv.now, 0
      vim.uv.now = function() return now() + ms end
      require("zeke.rpc").join(function(err) failure = err or "none" end)
      ms = 600000`);
    await neovim.waitFor('require("zeke.rpc").status().phase == "connecting"');
    writeFileSync(go, '');
    await neovim.waitFor('failure');
    expect(await neovim.lua('return failure')).toBe('none');
  });

  it('stays in its conversation after :cd, says so, and goes to the other one when it is told', async () => {
    const home = newHome();
    const other = join(home.dir, 'other');
    mkdirSync(join(other, '.git'), { recursive: true });
    const neovim = await kind.start({ home, init: INIT });
    await neovim.command('ZekeChat');
    await neovim.waitFor('require("zeke.rpc").is_joined() and require("zeke.session").get()');
    await neovim.command(`cd ${other}`);
    await neovim.command('ZekeChat');
    await neovim.command('ZekeChat');
    await neovim.waitFor('#said > 0');
    await neovim.lua('require("zeke.notify").info("the end")');
    await neovim.waitFor('said[#said] == "the end"');
    const [told, ...more] = await neovim.lua<string[]>('return said');
    expect(told).toMatch(/This is the conversation of .*project-.* that of ~\/other\./);
    expect(more).toEqual(['the end']);
    await neovim.command('ZekeLeave');
    await neovim.command('ZekeChat');
    await neovim.waitFor('require("zeke.rpc").is_joined()');
    await neovim.waitFor(
      `require("zeke.session").get().project == vim.uv.fs_realpath(${JSON.stringify(other)})`,
    );
  });

  it('never touches a socket in a folder that others may enter', async () => {
    const home = newHome();
    const folder = join(home.dir, 'open');
    mkdirSync(join(folder, 'zeke'), { recursive: true });
    const path = join(folder, 'zeke', `${shortHash(home.project)}.sock`);
    let connections = 0;
    const server = createServer(() => (connections += 1));
    await new Promise<void>((resolve) => server.listen(path, resolve));
    onTestFinished(() => void server.close());
    chmodSync(join(folder, 'zeke'), 0o777);
    const env = { XDG_RUNTIME_DIR: folder, ZEKE_STATE_DIR: undefined };
    const neovim = await kind.start({ home, init: INIT, env });
    await neovim.lua('require("zeke.rpc").join(function(err) failure = err end)');
    await neovim.waitFor('failure');
    expect(await neovim.lua('return failure.message')).toMatch(/is open to other users/);
    expect(connections).toBe(0);
  });

  it('never touches a socket in a folder that somebody made after it was looked for', async () => {
    const home = newHome();
    const runtimeDir = join(home.dir, 'open');
    const folder = join(runtimeDir, 'zeke');
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o777);
    let connections = 0;
    const server = createServer(() => (connections += 1));
    const path = join(folder, `${shortHash(home.project)}.sock`);
    await new Promise<void>((resolve) => server.listen(path, resolve));
    onTestFinished(() => void server.close());
    const env = { XDG_RUNTIME_DIR: runtimeDir, ZEKE_STATE_DIR: undefined };
    const neovim = await kind.start({ home, init: INIT, env });
    // Who moves a folder there and away again is seen by one look, and not by the other.
    await neovim.lua(
      `local lstat, folder = vim.uv.fs_lstat, ...
       vim.uv.fs_lstat = function(path)
         if path ~= folder then return lstat(path) end
       end
       require("zeke.rpc").join(function(err) failure = err end)`,
      folder,
    );
    await neovim.waitFor('failure');
    expect(await neovim.lua('return failure.message')).toMatch(/is not safe for a socket/);
    expect(connections).toBe(0);
  });

  it('says so where the other side speaks another protocol', async () => {
    const home = newHome();
    const lua = readFileSync(new URL('../../lua/zeke/protocol.lua', import.meta.url), 'utf8');
    const older = join(home.dir, 'older', 'lua', 'zeke');
    mkdirSync(older, { recursive: true });
    writeFileSync(join(older, 'protocol.lua'), lua.replace(/VERSION = \d+/, 'VERSION = 0'));
    const init = `${INIT}\nvim.opt.runtimepath:prepend(${JSON.stringify(join(home.dir, 'older'))})`;
    const neovim = await kind.start({ home, init });
    await neovim.lua('require("zeke.rpc").join(function(err) failure = err end)');
    await neovim.waitFor('failure');
    expect(await neovim.lua('return failure.kind')).toBe('protocol');
    expect(await neovim.lua('return failure.message')).toMatch(/older|protocol/);
    await neovim.command('ZekeChat hello');
    await neovim.waitFor('#said > 0');
    await neovim.lua('require("zeke.notify").info("the end")');
    await neovim.waitFor('said[#said] == "the end"');
    expect(await neovim.lua('return #said')).toBe(2);
    // It does not try again by itself.
    expect(await neovim.lua('return require("zeke.rpc").status().phase')).toBe('idle');
  });
});
