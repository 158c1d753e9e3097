/** The chat in Neovim and the built program: answers as they come, stopping, approvals, a selection. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import {
  type Answer,
  type ModelServer,
  sseChunk,
  startModelServer,
  streamText,
  streamToolCall,
} from '../helpers/model-server.ts';
import { describeNeovims, type NeovimKind } from '../helpers/neovim.ts';
import { createTestHome, type TestHome, ZEKE } from '../helpers/zeke.ts';

const INIT = `vim.g.zeke = { binary = { ${JSON.stringify(process.execPath)}, ${JSON.stringify(ZEKE)} } }
  said = {}
  vim.notify = function(message) table.insert(said, message) end`;

async function newPlace(answer: Answer): Promise<{ home: TestHome; server: ModelServer }> {
  const home = createTestHome();
  const server = await startModelServer(answer);
  home.env.OPENAI_BASE_URL = server.baseUrl;
  home.env.OPENAI_API_KEY = 'test-key-of-no-worth';
  home.env.ZEKE_MODEL = 'openai/x';
  onTestFinished(async () => {
    await server.close();
    home.remove();
  });
  return { home, server };
}

const start = (kind: NeovimKind, home: TestHome, args: readonly string[] = []) =>
  kind.start({ home, init: INIT, args, width: 100, height: 30 });

describeNeovims('the chat', (kind) => {
  it('shows an answer in two Neovims while it comes, and moves no cursor', async () => {
    let goOn: (() => void) | undefined;
    const { home } = await newPlace((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(sseChunk({ role: 'assistant', content: 'The first half' }));
      goOn = () => {
        response.write(sseChunk({ content: ' and the second.' }));
        response.end(`${sseChunk({}, 'stop')}data: [DONE]\n\n`);
      };
    });
    writeFileSync(join(home.project, 'notes.txt'), 'one\ntwo\nthree\n');
    const first = await start(kind, home, ['notes.txt']);
    const second = await start(kind, home);
    await first.command('ZekeChat hello');
    await first.waitForScreen('The first half');
    await second.command('ZekeChat');
    await second.waitForScreen('The first half');
    await first.command('wincmd h');
    await first.lua('vim.api.nvim_win_set_cursor(0, { 2, 1 })');
    await first.input('a-typed');
    await first.waitForScreen('tw-typedo');
    goOn?.();
    await second.waitForScreen('and the second.');
    await first.waitForScreen('and the second.');
    expect(await first.lua('return vim.api.nvim_win_get_cursor(0)')).toEqual([2, 8]);
    expect(first.mode).toBe('insert');
  });

  it('stops an answer and asks again', async () => {
    const { home, server } = await newPlace((response, _request, index) => {
      if (index > 0) return streamText(response, ['Answered ', 'in full.']);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(sseChunk({ role: 'assistant', content: 'Never to' }));
    });
    const neovim = await start(kind, home);
    await neovim.command('ZekeChat hello');
    await neovim.waitForScreen('Never to');
    await neovim.command('ZekeStop');
    await neovim.waitForScreen('Stopped.');
    await neovim.command('ZekeRetry');
    await neovim.waitForScreen('Answered in full.');
    await neovim.waitForScreen('(set aside');
    expect(server.requests.length).toBe(2);
  });

  it('asks before a file is changed, in both Neovims, until one of them answers', async () => {
    const { home } = await newPlace((response, _request, index) => {
      if (index > 0) return streamText(response, ['It is written.']);
      streamToolCall(response, 'write_file', { path: 'new.txt', content: 'from the model\n' });
    });
    const first = await start(kind, home);
    const second = await start(kind, home);
    await second.command('ZekeChat');
    await second.waitFor('require("zeke.rpc").is_joined()');
    await first.command('ZekeChat write it');
    await second.waitForScreen('+from the model');
    await first.waitForScreen('+from the model');
    await first.command('ZekeChat');
    await first.input('y');
    await second.waitForScreen('It is written.');
    await second.waitForScreen((rows) => !rows.join().includes('+from the model'));
    await first.waitForScreen('- changed: new.txt');
    expect(readFileSync(join(home.project, 'new.txt'), 'utf8')).toBe('from the model\n');
  });

  it('sends the selection, what stands behind # and where the user works', async () => {
    const { home, server } = await newPlace((response) => streamText(response, ['Seen.']));
    writeFileSync(join(home.project, 'notes.txt'), 'one\ntwo of them\nthree\n');
    writeFileSync(join(home.project, 'code.ts'), 'export function findMe() {\n  return 41;\n}\n');
    writeFileSync(join(home.project, '.env'), 'KEY=never-to-be-seen\n');
    const neovim = await start(kind, home, ['notes.txt']);
    await neovim.command('2ZekeChat what is this, with #symbol:findMe and @.env?');
    await neovim.waitForScreen('Seen.');
    const body = server.requests[0]?.body ?? '';
    expect(body).toContain('two of them');
    expect(body).toContain('return 41;');
    expect(body).not.toContain('never-to-be-seen');
    await neovim.waitForScreen('- attached: notes.txt:2-2');
    await neovim.waitFor('said[1] and said[1]:find(".env is not attached", 1, true)');
    const files = await neovim.lua<{ label: string }[]>(
      `local found
       require("zeke.context").complete("see @cod", 8, function(items) found = items end)
       vim.wait(10000, function() return found ~= nil end, 10)
       return found`,
    );
    expect(files.map(({ label }) => label)).toContain('@code.ts');
    await neovim.lua(`vim.cmd("wincmd h | edit code.ts")
      vim.api.nvim_buf_set_lines(0, 0, 0, false, { "export function freshThing() {}" })
      vim.api.nvim_exec_autocmds("TextChanged", { buffer = 0 })
      defined = nil
      local function ask()
        require("zeke.rpc").ask("definition", { name = "freshThing" }, {
          on_done = function(_, result)
            defined = result and result.definition
            if not defined then
              vim.defer_fn(ask, 50)
            end
          end,
        })
      end
      ask()`);
    await neovim.waitFor('defined and defined.path == "code.ts"');
    await neovim.command('edit! notes.txt');
    await neovim.command('normal! ggOnot saved yet');
    await neovim.command('ZekeExplain');
    await neovim.waitFor('#require("zeke.session").get().turns == 2');
    expect(server.requests[1]?.body).toContain('not saved yet');
  });

  it('sends what changed as #diff, without the files that hold secrets, and says so', async () => {
    const { home, server } = await newPlace((response) => streamText(response, ['Seen.']));
    const path = (name: string) => join(home.project, name);
    writeFileSync(path('kept.txt'), 'as it was\n');
    writeFileSync(path('prod.env'), 'KEY=of-the-last-commit\n');
    const author = ['-c', 'user.name=A', '-c', 'user.email=a@example.com'];
    const git = (...args: readonly string[]) =>
      execFileSync('git', [...author, ...args], { cwd: home.project, env: home.env });
    git('init', '-q');
    git('add', '.');
    git('commit', '-q', '-m', 'first');
    writeFileSync(path('kept.txt'), 'as it is now\n');
    writeFileSync(path('fresh file.txt'), 'a new file\n');
    git('mv', 'prod.env', 'renamed.txt');
    writeFileSync(path('renamed.txt'), 'KEY=elsewhere\n');
    writeFileSync(path('.env'), 'KEY=never-to-be-seen\n');
    const neovim = await start(kind, home);
    await neovim.command('ZekeChat look at #diff');
    await neovim.waitForScreen('Seen.');
    const body = server.requests[0]?.body ?? '';
    expect(body).toContain('-as it was');
    expect(body).toContain('+as it is now');
    expect(body).toContain('+a new file');
    expect(body).not.toContain('never-to-be-seen');
    expect(body).not.toContain('of-the-last-commit');
    await neovim.waitForScreen('- attached: diff against the last');
    await neovim.waitFor('said[1] and said[1]:find("#diff: without prod.env, .env", 1, true)');
  });

  it('puts a code block of an answer into its file as hunks, and only when they are accepted', async () => {
    const block = '\n\n```\none\ntwo, changed\nthree\n```\n';
    const { home } = await newPlace((response) => streamText(response, ['In `notes.txt`:', block]));
    const path = join(home.project, 'notes.txt');
    writeFileSync(path, 'one\ntwo\nthree\n');
    const neovim = await start(kind, home);
    await neovim.command('ZekeChat go on');
    await neovim.waitForScreen('two, changed');
    await neovim.waitFor('#require("zeke.session").get().turns == 1');
    await neovim.command('wincmd k');
    await neovim.lua('vim.fn.search("two, changed", "b")');
    await neovim.input('ga');
    const text = `table.concat(vim.api.nvim_buf_get_lines(vim.fn.bufnr("notes.txt"), 0, -1, false), "\\n")`;
    await neovim.waitFor('#require("zeke.edit").list(vim.fn.bufnr("notes.txt")) == 1');
    expect(await neovim.lua(`return ${text}`)).toBe('one\ntwo\nthree');
    await neovim.command('ZekeAcceptAll');
    await neovim.waitFor(`${text} == "one\\ntwo, changed\\nthree"`);
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\nthree\n');
  });

  it('keeps what came when the host is killed in the middle of an answer, and goes on', async () => {
    const { home } = await newPlace((response, _request, index) => {
      if (index > 0) return streamText(response, ['All of it.']);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(sseChunk({ role: 'assistant', content: 'Only the begin' }));
    });
    const first = await start(kind, home);
    const second = await start(kind, home);
    await first.command('ZekeChat hello');
    await first.waitForScreen('Only the begin');
    await second.command('ZekeChat');
    await second.waitForScreen('Only the begin');
    const host = await first.lua<string>('return require("zeke.rpc").status().welcome.process');
    process.kill(Number(/^\d+/.exec(host)?.[0]), 'SIGKILL');
    for (const neovim of [first, second]) {
      await neovim.waitForScreen('Zeke ended in the');
      await neovim.waitForScreen('Only the begin');
    }
    await second.command('ZekeRetry');
    await first.waitForScreen('All of it.');
    await second.waitForScreen('All of it.');
  });
});
