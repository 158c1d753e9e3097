/** Ghost text with the built program and a model's host: what is sent, what is not, what it costs. */
import { once } from 'node:events';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import type { Spent } from '../../src/session/spending-log.ts';
import { fillModel } from '../helpers/gguf.ts';
import {
  type Answer,
  type ModelServer,
  startModelServer,
  streamText,
} from '../helpers/model-server.ts';
import { describeNeovims, type NeovimKind } from '../helpers/neovim.ts';
import type { Neovim } from '../helpers/neovim-process.ts';
import { readTestSetup } from '../helpers/test-setup.ts';
import { createTestHome, type TestHome, ZEKE } from '../helpers/zeke.ts';
import { startServer } from '../platform/http/servers.ts';

const BINARY = `{ ${JSON.stringify(process.execPath)}, ${JSON.stringify(ZEKE)} }`;

interface Scene {
  readonly home: TestHome;
  readonly server: ModelServer;
  readonly neovim: Neovim;
}

async function open(
  kind: NeovimKind,
  answer: Answer,
  completion: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Scene> {
  const server = await startModelServer(answer);
  onTestFinished(() => server.close());
  const home = createTestHome();
  onTestFinished(() => home.remove());
  mkdirSync(join(home.dir, 'config'), { recursive: true });
  writeFileSync(join(home.dir, 'config', 'config.toml'), 'model = "openai/gpt-5-mini"\n');
  const neovim = await kind.start({
    home,
    env: { OPENAI_BASE_URL: server.baseUrl, OPENAI_API_KEY: 'sk-test', ...env },
    init: `vim.g.zeke = { binary = ${BINARY}, completion = { debounce_ms = 1, ${completion} } }
      said = {}
      vim.notify = function(message) table.insert(said, message) end
      vim.keymap.set("i", "<F2>", "<Plug>(zeke-complete-accept)")`,
  });
  return { home, server, neovim };
}

/** An Ollama with a model for code, which can insert; resolves to its address and what was asked of it. */
async function startOllama() {
  const asked: unknown[] = [];
  const model = 'qwen2.5-coder:1.5b';
  const answers: Readonly<Record<string, object>> = {
    '/api/tags': { models: [{ model: 'nomic-embed-code' }, { model: 'llama3' }, { model }] },
    '/api/show': { capabilities: ['completion', 'insert'] },
    '/api/generate': { model, response: 'filled()', done: true, done_reason: 'stop' },
  };
  const server = await startServer(async (request, response) => {
    const body = await text(request);
    if (request.url === '/api/generate') asked.push(JSON.parse(body));
    response.end(`${JSON.stringify(answers[request.url ?? ''] ?? {})}\n`);
  });
  onTestFinished(() => server.close());
  return { url: server.url, asked };
}

/** What the spending log holds. */
function spent(home: TestHome): readonly Spent[] {
  const folder = join(home.dir, 'state', 'spending');
  return readdirSync(folder).flatMap((name) =>
    readFileSync(join(folder, name), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  );
}

describeNeovims('ghost text of a model', (kind) => {
  it('is asked for, shown, accepted, and its cost is written down', async () => {
    const { home, server, neovim } = await open(
      kind,
      (response) => streamText(response, ['<insert>world', '()</insert>']),
      'enabled = true, allow_paid = true',
    );
    const events = await neovim.recordEvents('User', 'ZekeCompletion');
    await neovim.command('edit main.lua');
    await neovim.input('ihello_');
    await neovim.waitForScreen('hello_world()');
    await neovim.input('<F2>');
    await neovim.waitFor('vim.api.nvim_get_current_line() == "hello_world()"');
    expect(server.requests.at(-1)?.body).toContain('main.lua (lua), before the cursor');
    expect(spent(home).at(-1)).toMatchObject({ purpose: 'complete', model: 'openai/gpt-5-mini' });
    await neovim.waitFor(() => events.some(({ match }) => match === 'ZekeCompletion'));
    expect(await neovim.lua('return require("zeke.complete").status().cost_usd > 0')).toBe(true);
  });

  it('is not asked for twice at the same place', async () => {
    const { home, server, neovim } = await open(
      kind,
      (response) => streamText(response, ['<insert>two</insert>']),
      'enabled = true, allow_paid = true',
    );
    await neovim.input('ione ');
    await neovim.waitForScreen('one two');
    await neovim.input('<Esc>');
    await neovim.waitForScreen((lines) => lines[0] === 'one');
    const count = server.requests.length;
    await neovim.input('A');
    await neovim.waitForScreen('one two');
    expect(server.requests).toHaveLength(count);
    expect(spent(home).at(-1)).toMatchObject({ isCached: true, costUsd: 0, inputTokens: 0 });
    await neovim.command('ZekeCost');
    await neovim.waitForScreen('Cached: 1 answer of this month');
  });

  it('ends at the host with the next key', async () => {
    let aborted: Promise<unknown> | undefined;
    const { home, server, neovim } = await open(
      kind,
      (response, _, index) => {
        if (index > 0) return streamText(response, ['<insert>second</insert>']);
        aborted = once(response, 'close');
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.flushHeaders();
      },
      'enabled = true, allow_paid = true',
    );
    await neovim.input('ia');
    await neovim.waitFor(() => server.requests.length === 1);
    await neovim.input('b ');
    await aborted;
    await neovim.waitForScreen('ab second');
    const [cancelled] = spent(home);
    expect(cancelled).toMatchObject({ purpose: 'complete', isCancelled: true });
    expect(cancelled?.costUsd).toBeGreaterThan(0);
    // What the statusline says is what the log holds.
    await neovim.waitFor(async () => {
      const shown = await neovim.lua<number>('return require("zeke.complete").status().cost_usd');
      const logged = spent(home).reduce((sum, { costUsd }) => sum + (costUsd ?? 0), 0);
      return shown > (cancelled?.costUsd ?? 0) && Math.abs(shown - logged) < 1e-9;
    });
    await neovim.command('ZekeCost');
    await neovim.waitForScreen('Cancelled: 1 request of this month');
  });

  it('comes again when the process that asked is killed', async () => {
    const { server, neovim } = await open(
      kind,
      (response, _, index) => {
        if (index > 0) streamText(response, ['<insert>second</insert>']);
      },
      'enabled = true, allow_paid = true',
    );
    await neovim.input('ia');
    await neovim.waitFor(() => server.requests.length === 1);
    const host = await neovim.lua<string>('return require("zeke.rpc").status().welcome.process');
    process.kill(Number.parseInt(host, 10), 'SIGKILL');
    await neovim.waitFor('not require("zeke.complete").is_waiting()');
    await neovim.input('b ');
    await neovim.waitForScreen('ab second');
    expect(await neovim.lua('return said')).toEqual([]);
  });

  it('is off where each request is paid, but for whoever asks by hand', async () => {
    const { server, neovim } = await open(
      kind,
      (response) => streamText(response, ['<insert>paid</insert>']),
      'enabled = true',
    );
    await neovim.input('ia');
    await neovim.waitFor('said[1]');
    await neovim.input('b');
    await neovim.waitFor('require("zeke.complete").status().reason == "off-for-paid"');
    expect(await neovim.lua('return said')).toEqual([
      expect.stringMatching(/off: openai\/gpt-5-mini is paid by request \(up to \$0\.00\d+ each\)/),
    ]);
    expect(server.requests).toEqual([]);
    await neovim.input('<Esc>:ZekeComplete now<CR>');
    await neovim.waitForScreen('abpaid');
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    ['is paid for', 'openai/gpt-5-mini'],
    ['has no language model', 'builtin/zeke'],
  ])('comes from a model for code on this machine where the conversation %s', async (_, chosen) => {
    const ollama = await startOllama();
    const { server, neovim } = await open(
      kind,
      (response) => streamText(response, ['<insert>paid</insert>']),
      'enabled = true',
      { OLLAMA_HOST: ollama.url, ZEKE_MODEL: chosen },
    );
    await neovim.setLines(['', 'after']);
    await neovim.input('ix = ');
    await neovim.waitForScreen('x = filled()');
    expect(ollama.asked.at(-1)).toMatchObject({ prompt: 'x = ', suffix: '\nafter' });
    expect(server.requests).toEqual([]);
    expect(await neovim.lua('return require("zeke.complete").status()')).toMatchObject({
      model: 'ollama/qwen2.5-coder:1.5b',
      cost_usd: 0,
    });
  });

  it('comes from a model in the process that fills in the middle', async (context) => {
    const { engineFolder } = readTestSetup();
    context.skip(engineFolder === undefined, 'the inference engine could not be fetched');
    const { home, server, neovim } = await open(
      kind,
      (response) => streamText(response, ['<insert>paid</insert>']),
      'enabled = false',
      { ZEKE_LOCAL_ENGINE: engineFolder ?? '' },
    );
    const path = join(home.dir, 'tiny-coder.gguf');
    writeFileSync(path, fillModel('filled in here'));
    appendFileSync(
      join(home.dir, 'config', 'config.toml'),
      `[local.tiny-coder]\npath = ${JSON.stringify(path)}\n`,
    );
    await neovim.setLines(['x = ', 'after']);
    await neovim.command('ZekeComplete on');
    await neovim.input('A ');
    await neovim.waitForScreen('x =  filled in here');
    await neovim.input('<F2>');
    await neovim.waitFor('vim.api.nvim_get_current_line() == "x =  filled in here"');
    expect(server.requests).toEqual([]);
    expect(await neovim.lua('return require("zeke.complete").status()')).toMatchObject({
      model: 'local/tiny-coder',
      cost_usd: 0,
    });
  });

  it('is never asked for in a file that holds secrets', async () => {
    const { server, neovim } = await open(
      kind,
      (response) => streamText(response, ['<insert>secret</insert>']),
      'enabled = true, allow_paid = true',
    );
    await neovim.command('edit .env');
    await neovim.input('iTOKEN=');
    await neovim.waitFor('require("zeke.complete").status().reason == "secret-file"');
    await neovim.input('<Esc>:ZekeComplete now<CR>');
    await neovim.waitFor('said[1] and said[1]:find("holds secrets by its name", 1, true)');
    expect(server.requests).toEqual([]);
  });
});
