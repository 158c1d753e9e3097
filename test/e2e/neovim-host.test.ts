/** `zeke host` and the Neovims that join it: the built program and real Neovims. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { resolvePaths, shortHash } from '../../src/platform/paths.ts';
import { socketAddress } from '../../src/platform/socket.ts';
import {
  type Answer,
  type ModelServer,
  sseChunk,
  startModelServer,
  streamText,
  streamToolCall,
} from '../helpers/model-server.ts';
import { describeNeovims } from '../helpers/neovim.ts';
import type { Neovim } from '../helpers/neovim-process.ts';
import { createTestHome, runZeke, type TestHome, ZEKE } from '../helpers/zeke.ts';

/** What a plugin does at the least: joins, and shows what it is told in the buffer. */
const JOIN = `
  local address, seen = ...
  package.loaded["zeke.rpc"] = {
    receive = function(kind, json)
      local value = vim.json.decode(json)
      local line = kind
      if kind == "welcome" then line = kind .. " " .. (value.error or value.root) end
      if kind == "clients" then
        line = kind .. " " .. table.concat(vim.tbl_map(function(client) return client.name end, value), ",")
      end
      if kind == "state" then line = ("state %s turns=%d"):format(value.sessionId, #value.turns) end
      if kind == "events" then
        local told = vim.tbl_map(function(event) return event.type .. (event.text and "=" .. event.text or "") end, value)
        line = kind .. " " .. table.concat(told, ",")
      end
      if kind == "answer" then line = kind .. " " .. json end
      vim.api.nvim_buf_set_lines(0, -1, -1, false, vim.split(line, "\\n"))
    end,
  }
  vim.g.zeke = vim.fn.sockconnect("pipe", address, { rpc = true })
  local hello = { client = "neovim", protocol = 1, plugin = "test", neovim = "x", seen = seen }
  vim.rpcnotify(vim.g.zeke, "hello", hello)`;

describeNeovims('zeke host', (kind) => {
  let home: TestHome;
  let server: ModelServer;
  let answer: Answer;
  const hosts: ChildProcess[] = [];

  beforeEach(async () => {
    home = createTestHome();
    answer = (response, _request, index) =>
      streamText(response, ['Answer ', `number ${index + 1}.`]);
    server = await startModelServer((...asked) => answer(...asked));
    home.env.OPENAI_BASE_URL = server.baseUrl;
    home.env.OPENAI_API_KEY = 'test-key-of-no-worth';
  });
  afterEach(async () => {
    for (const host of hosts.splice(0)) host.kill('SIGKILL');
    await server.close();
    home.remove();
  });

  function address(): string {
    const { runtimeDir } = resolvePaths(home.env, process.platform);
    return socketAddress(runtimeDir, shortHash(realpathSync(home.project))).path;
  }

  function host(...args: string[]): ChildProcess {
    const child = spawn(process.execPath, [ZEKE, 'host', '--model', 'openai/x', ...args], {
      cwd: home.project,
      env: home.env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    hosts.push(child);
    return child;
  }

  /** Joins as soon as somebody listens, by a timer of Neovim's own. */
  async function joinFrom(neovim: Neovim, seen?: { sessionId: string; seq: number }) {
    const lua = `
      local address, seen, join = ...
      local timer = assert(vim.uv.new_timer())
      local function try()
        if timer:is_closing() then return end
        if pcall(loadstring(join), address, seen) then timer:close() end
      end
      timer:start(0, 50, function()
        -- Neovim 0.12 was seen to ask for Enter below no message at all, and nothing scheduled runs then.
        if vim.api.nvim_get_mode().blocking then vim.api.nvim_input("<CR>") end
        vim.schedule(try)
      end)`;
    await neovim.request('nvim_exec_lua', lua, [address(), seen ?? null, JOIN]);
  }

  async function untilLine(neovim: Neovim, text: string): Promise<string> {
    const find = async () => (await neovim.lines()).find((line) => line.includes(text)) ?? '';
    return await neovim.waitFor(find, `a line with ${JSON.stringify(text)}`);
  }

  const say = (neovim: Neovim, op: unknown) =>
    neovim.request('nvim_exec_lua', 'vim.rpcnotify(vim.g.zeke, "op", "asked", ...)', [op]);

  it('is joined by two Neovims and zeke ask, which see the same, and leaves after the last', async () => {
    const child = host('--idle', '0');
    const [one, two] = [await kind.start({ home }), await kind.start({ home })];
    await joinFrom(one);
    await joinFrom(two);
    const state = await untilLine(one, 'state ');
    await untilLine(two, 'clients background,neovim,neovim');
    await say(one, { type: 'send', message: { text: 'hello' } });
    await untilLine(two, 'turn-end');
    await untilLine(one, 'turn-end');
    const [, sessionId = ''] = state.split(' ');
    const asked = await runZeke({ home, args: ['ask', '--session', sessionId, 'and now?'] });
    expect(asked.stdout).toContain('Answer number 2.');
    await untilLine(two, 'number 2.');
    const again = await runZeke({ home, args: ['host'] });
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(again.stdout)).toEqual({ address: address(), state: 'hosted' });
    await one.kill();
    await untilLine(two, 'clients background,neovim');
    const left = once(child, 'exit');
    await two.kill();
    expect(await left).toEqual([0, null]);
  });

  it('goes on with a session after its host was killed, for whoever joins again', async () => {
    const first = host();
    const neovim = await kind.start({ home });
    await joinFrom(neovim);
    const [, sessionId = ''] = (await untilLine(neovim, 'state ')).split(' ');
    await say(neovim, { type: 'send', message: { text: 'hello' } });
    await untilLine(neovim, 'turn-end');
    first.kill('SIGKILL');
    await once(first, 'exit');
    await neovim.setLines([]);
    host('--session', sessionId);
    await joinFrom(neovim, { sessionId, seq: 1 });
    await untilLine(neovim, 'clients background,neovim');
    await neovim.request(
      'nvim_exec_lua',
      'vim.rpcnotify(vim.g.zeke, "ask", 1, "sessions", {})',
      [],
    );
    expect(await untilLine(neovim, 'answer ')).toContain(sessionId);
  });

  it('answers questions about the project, from buffers that are not saved too', async () => {
    writeFileSync(join(home.project, 'saved.ts'), 'export function savedThing() {}\n');
    host();
    const neovim = await kind.start({ home });
    await joinFrom(neovim);
    await untilLine(neovim, 'clients background');
    const notify = (...args: unknown[]) =>
      neovim.request('nvim_exec_lua', 'vim.rpcnotify(vim.g.zeke, ...)', args);
    await notify('overlay', 'fresh.ts', 'export class FreshThing {}\n');
    await notify('ask', 'files', 'files', { pattern: 'saved', limit: 5 });
    expect(await untilLine(neovim, '"id":"files"')).toContain('saved.ts');
    await notify('ask', 'name', 'definition', { name: 'FreshThing' });
    const definition = await untilLine(neovim, '"id":"name"');
    expect(definition).toContain('export class FreshThing {}');
    expect(definition).toContain('"kind":"class"');
    await notify('ask', 'symbols', 'symbols', { pattern: 'savedThing', limit: 5 });
    expect(await untilLine(neovim, '"id":"symbols"')).toContain('"kind":"function"');
    await notify('ask', 'use', 'context-use', {});
    expect(await untilLine(neovim, '"id":"use"')).toMatch(/"tokens":\d+/);
    await notify('ask', 'models', 'models', {});
    expect(await untilLine(neovim, '"id":"models","result"')).toContain('builtin');
    await notify('ask', 'gone', 'delete-session', { id: 'no-such-id' });
    expect(await untilLine(neovim, '"id":"gone"')).toContain('"error"');
  });

  it('tells a diff without files that hold secrets, by what they were called before too', async () => {
    const git = (...args: string[]) => execFileSync('git', args, { cwd: home.project });
    const text = (what: string) => `${`${what}\n`.repeat(12)}of-no-pattern\n`;
    git('init', '-q');
    git('config', 'user.name', 'Test');
    git('config', 'user.email', 'test@example.invalid');
    for (const name of ['old.pem', 'plain.txt'])
      writeFileSync(join(home.project, name), text(name));
    git('add', '.');
    git('commit', '-qm', 'first');
    git('mv', 'old.pem', 'harmless.txt');
    git('mv', 'plain.txt', '.netrc');
    writeFileSync(join(home.project, '.env'), text('.env'));
    writeFileSync(join(home.project, 'seen.txt'), 'to be seen\n');
    host();
    const neovim = await kind.start({ home });
    await joinFrom(neovim);
    await untilLine(neovim, 'clients background');
    const ask = 'vim.rpcnotify(vim.g.zeke, "ask", "diff", "diff", vim.empty_dict())';
    await neovim.request('nvim_exec_lua', ask, []);
    const answer = await untilLine(neovim, '"id":"diff"');
    expect(answer).toContain('to be seen');
    expect(answer).not.toContain('of-no-pattern');
    for (const name of ['old.pem', '.netrc', '.env']) expect(answer).toContain(`"${name}"`);
  });

  it('stays for an answer that was asked for by one who left, and leaves once it has ended', async () => {
    const rest = Promise.withResolvers<void>();
    let wasCutOff = false;
    answer = (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(sseChunk({ role: 'assistant', content: 'The begin ' }));
      response.on('close', () => {
        wasCutOff ||= !response.writableEnded;
      });
      void rest.promise.then(() => {
        response.write(sseChunk({ content: 'and the end.' }));
        response.write(sseChunk({}, 'stop'));
        response.end('data: [DONE]\n\n');
      });
    };
    const child = host('--idle', '0');
    const left = once(child, 'exit');
    const one = await kind.start({ home });
    await joinFrom(one);
    const [, sessionId = ''] = (await untilLine(one, 'state ')).split(' ');
    await say(one, { type: 'send', message: { text: 'something long' } });
    await untilLine(one, 'text-delta=The begin');
    await one.kill();
    const two = await kind.start({ home });
    await joinFrom(two);
    expect(await untilLine(two, 'state ')).toContain(sessionId);
    await two.kill();
    rest.resolve();
    expect(await left).toEqual([0, null]);
    expect(wasCutOff).toBe(false);
    const told = await runZeke({ home, args: ['sessions', 'export', sessionId] });
    expect(told.stdout).toContain('The begin and the end.');
  });

  it('does not stay for an answer that waits for a yes', async () => {
    answer = (response) => streamToolCall(response, 'run_command', { command: 'touch asked' });
    const child = host('--idle', '0');
    const left = once(child, 'exit');
    const neovim = await kind.start({ home });
    await joinFrom(neovim);
    await untilLine(neovim, 'state ');
    await say(neovim, { type: 'send', message: { text: 'do it' } });
    await untilLine(neovim, 'approval-request');
    await neovim.kill();
    expect(await left).toEqual([0, null]);
    expect(existsSync(join(home.project, 'asked'))).toBe(false);
  });

  it('leaves in order when it is told to, and never waits for somebody who does not come', async () => {
    const child = host();
    const neovim = await kind.start({ home });
    await joinFrom(neovim);
    await untilLine(neovim, 'clients background');
    child.kill('SIGTERM');
    const [code] = await once(child, 'exit');
    expect(code).toBe(130);
    const wrong = await runZeke({ home, args: ['host', '--idle', 'soon'] });
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('--idle');
  });

  it('does not hold a conversation that nobody could join, and Neovim is told why', async () => {
    const deep = join(home.dir, 'x'.repeat(100));
    const env = { XDG_RUNTIME_DIR: deep, ZEKE_STATE_DIR: undefined };
    const refused = await runZeke({ home, args: ['host'], env });
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toMatch(/socket path .* is too long/);
    const command = JSON.stringify([process.execPath, ZEKE]).slice(1, -1);
    const init = `vim.g.zeke = { binary = { ${command} } }`;
    const neovim = await kind.start({ home, init, env });
    await neovim.lua('require("zeke.rpc").join(function(err) failure = err end)');
    await neovim.waitFor('failure');
    const message = await neovim.lua('return failure.message');
    expect(message).toMatch(/socket path .* is too long/);
    expect(message).toContain('XDG_RUNTIME_DIR');
  });
});
