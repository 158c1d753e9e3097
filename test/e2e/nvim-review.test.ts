/** A Neovim and the built program: a review of a real repository, what was paid, and the health page. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type Answer, sseChunk, startModelServer, streamText } from '../helpers/model-server.ts';
import { describeNeovims, type NeovimKind } from '../helpers/neovim.ts';
import type { Neovim } from '../helpers/neovim-process.ts';
import { RECORD_MESSAGES, waitForMessage } from '../helpers/proposals.ts';
import { readSpending } from '../helpers/spending.ts';
import { createTestHome, runZeke, type TestHome, ZEKE } from '../helpers/zeke.ts';

const INIT = `vim.g.zeke = { binary = { ${JSON.stringify(process.execPath)}, ${JSON.stringify(ZEKE)} } }
  ${RECORD_MESSAGES}`;
const OLD = 'function start(env) {\n  const port = 80;\n  listen(port);\n}\n';
const NEW = 'function start(env) {\n  const port = env.PORT;\n  debugger;\n  listen(port);\n}\n';
const KEY = 'sk-test-key-of-no-worth-0123456789';

function git(home: TestHome, ...args: readonly string[]): string {
  const who = ['-c', 'user.name=Test', '-c', 'user.email=test@example.invalid'];
  const options = { cwd: home.project, env: home.env, encoding: 'utf8' } as const;
  return execFileSync('git', [...who, ...args], options);
}

/** A home whose project is a repository in which a debugging leftover was just added. */
function changedProject(): TestHome {
  const home = createTestHome();
  onTestFinished(() => home.remove());
  git(home, 'init', '-q', '-b', 'main');
  mkdirSync(join(home.project, 'src'));
  const path = join(home.project, 'src', 'app.js');
  writeFileSync(path, OLD);
  git(home, 'add', '.');
  git(home, 'commit', '-qm', 'first');
  git(home, 'branch', 'feature/base');
  writeFileSync(path, NEW);
  return home;
}

async function startWithModel(kind: NeovimKind, home: TestHome, answer: Answer): Promise<Neovim> {
  const server = await startModelServer(answer);
  onTestFinished(() => server.close());
  const env = {
    ZEKE_MODEL: 'openai/test-model',
    OPENAI_BASE_URL: server.baseUrl,
    OPENAI_API_KEY: KEY,
  };
  return await kind.start({ home, env, init: INIT, args: ['src/app.js'] });
}

const QUICKFIX = `return vim.tbl_map(function(item)
    return { vim.fn.bufname(item.bufnr), item.lnum, item.type, item.text }
  end, vim.fn.getqflist())`;

describeNeovims('a review', (kind) => {
  it('finds what is wrong in a repository, since the last commit and since a branch', async () => {
    const home = changedProject();
    const neovim = await kind.start({ home, init: INIT, args: ['src/app.js'] });
    const other = await kind.start({ home, init: INIT, args: ['src/app.js'] });
    await other.lua('require("zeke.rpc").join()');
    await other.waitFor('require("zeke.rpc").is_joined()');
    await neovim.command('ZekeReview');
    await waitForMessage(neovim, 'Review: 1 finding');
    await waitForMessage(other, 'Reviewed in another Neovim: 1 finding');
    expect(await other.lua(QUICKFIX)).toEqual(await neovim.lua(QUICKFIX));
    await other.waitFor('#vim.diagnostic.get(0) == 1');
    await other.close();
    const found = [['src/app.js', 3, 'W', expect.stringMatching(/^maintainability: /)]];
    expect(await neovim.lua(QUICKFIX)).toEqual(found);
    const [diagnostic] = await neovim.lua<object[]>('return vim.diagnostic.get(0)');
    expect(diagnostic).toMatchObject({ lnum: 2, code: 'debugging-leftover', source: 'zeke' });
    const complete = 'return vim.fn.getcompletion("ZekeReview fea", "cmdline")';
    expect(await neovim.lua(complete)).toEqual(['feature/base']);
    git(home, 'commit', '-qam', 'second');
    await neovim.command('ZekeReview');
    await waitForMessage(neovim, 'nothing has changed');
    await neovim.command('ZekeReview feature/base');
    await neovim.waitFor('#vim.fn.getqflist() == 1');
    await neovim.command('ZekeReview nowhere');
    await waitForMessage(neovim, '"nowhere" is no commit');
  });

  it('that was made in a terminal loads with :cfile', async () => {
    const home = changedProject();
    const args = ['review', '-f', 'quickfix', '--model', 'builtin'];
    const { stdout } = await runZeke({ home, args, input: git(home, 'diff') });
    writeFileSync(join(home.dir, 'findings.txt'), stdout);
    const neovim = await kind.start({ home });
    await neovim.command(`silent cfile ${join(home.dir, 'findings.txt')}`);
    const text = expect.stringMatching(/^ ?major: .*debugging-leftover/);
    expect(await neovim.lua(QUICKFIX)).toEqual([['src/app.js', 3, '', text]]);
    expect(await neovim.lua('return vim.fn.line(".")')).toBe(3);
  });

  it('reads files that git does not know yet, of a project that is a folder of its repository', async () => {
    const home = changedProject();
    const root = join(home.project, 'parts', 'one part');
    mkdirSync(join(root, '.zeke'), { recursive: true });
    for (const name of ['new file.js', '.env', 'ignored.js']) {
      writeFileSync(join(root, name), 'start();\ndebugger;\n');
    }
    writeFileSync(join(root, '.gitignore'), 'ignored.js\n');
    const neovim = await kind.start({ home, init: INIT, cwd: root });
    await neovim.command('ZekeReview');
    await waitForMessage(neovim, '.env is new and may hold secrets: it is not reviewed.');
    expect(await neovim.lua(QUICKFIX)).toEqual([['new file.js', 2, 'W', expect.any(String)]]);
    await neovim.command('silent cc 1');
    expect(await neovim.lua('return vim.fn.getline(".")')).toBe('debugger;');
    git(home, 'add', 'parts');
    await neovim.lua('said = {}');
    await neovim.command('ZekeReview feature/base');
    await waitForMessage(neovim, 'Review: ');
    expect(await neovim.lua(QUICKFIX)).toEqual(
      expect.arrayContaining([['new file.js', 2, 'W', expect.any(String)]]),
    );
  });

  it('is cancelled while a model is asked', async () => {
    const asked = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    const neovim = await startWithModel(kind, changedProject(), (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(sseChunk({ role: 'assistant', content: '' }));
      response.on('close', () => closed.resolve());
      asked.resolve();
    });
    await neovim.command('ZekeReview');
    await asked.promise;
    await neovim.waitFor('#vim.fn.getqflist() == 1');
    await neovim.command('ZekeStop');
    await waitForMessage(neovim, 'Review stopped. 1 finding so far.');
    await closed.promise;
    expect(await neovim.lua('return #vim.fn.getqflist()')).toBe(1);
  });

  it('that a model answered is in the cost, and a patch of it in a code action', async () => {
    const home = changedProject();
    const finding = {
      path: 'src/app.js',
      startLine: 2,
      endLine: 2,
      severity: 'critical',
      category: 'bug',
      title: 'The port may be missing',
      body: 'Give it a default.',
      code: 'const port = env.PORT;',
      patch:
        '--- a/src/app.js\n+++ b/src/app.js\n@@ -2,1 +2,1 @@\n-  const port = env.PORT;\n+  const port = env.PORT ?? 80;\n',
    };
    const answer = JSON.stringify({ findings: [finding], summary: 'A change.' });
    const neovim = await startWithModel(kind, home, (response) => streamText(response, [answer]));
    await neovim.command('ZekeReview');
    await waitForMessage(neovim, 'Review: 2 findings');
    expect(await neovim.lua(QUICKFIX)).toMatchObject([
      ['src/app.js', 2, 'E', expect.stringContaining('bug: The port may be missing')],
      ['src/app.js', 3, 'W', expect.stringContaining('maintainability')],
    ]);
    await neovim.lua('vim.api.nvim_win_set_cursor(0, { 2, 0 })');
    await neovim.command('ZekeReview!');
    await neovim.waitFor('#require("zeke.edit").list(0) == 1');
    await neovim.command('ZekeAccept');
    expect((await neovim.lines())[1]).toBe('  const port = env.PORT ?? 80;');
    expect(readSpending(home)).toMatchObject([{ model: 'openai/test-model', purpose: 'review' }]);
    await neovim.lua('require("zeke.rpc").op({ type = "send", message = { text = "Hello" } })');
    await neovim.waitFor('#require("zeke.session").get().turns == 1');
    await neovim.command('ZekeCost');
    await neovim.waitForScreen('This conversation');
    const lines = await neovim.lines();
    expect(lines.find((line) => line.includes('This conversation'))).toMatch(
      /unknown +11 +1 +1\s*$/,
    );
    expect(lines.find((line) => line.includes('openai/test-model'))).toMatch(
      /unknown +22 +2 +2\s*$/,
    );
    expect(lines.join('\n')).toContain('No price is known for openai/test-model');
  });
});

describeNeovims(':checkhealth zeke', (kind) => {
  it('says what is there, before and after joining, and never a key', async () => {
    const home = changedProject();
    const neovim = await startWithModel(kind, home, (response) => streamText(response, ['Hello']));
    await neovim.command('ZekeHealth');
    const before = (await neovim.lines()).join('\n');
    for (const part of [
      `Neovim ${kind.version}`,
      'treesitter parser for Markdown is there',
      'All settings were taken.',
      'It runs: zeke ',
      `node: ${process.versions.node}`,
      'model: openai/test-model',
      'key openai: from the environment',
      'Not joined (idle)',
      'Socket: ',
      kind.version.startsWith('0.10') ? 'by extmarks' : 'vim.lsp.inline_completion is there',
    ]) {
      expect(before).toContain(part);
    }
    expect(before).not.toContain(KEY);
    expect(before).not.toContain('There is no key');
    await neovim.lua('require("zeke.rpc").join()');
    await neovim.waitFor('require("zeke.rpc").is_joined()');
    await neovim.command('ZekeHealth');
    const after = (await neovim.lines()).join('\n');
    expect(after).toContain('Joined. Both sides speak protocol 1.');
    expect(after).toContain('Only you can enter its folder (mode 0700).');
    expect(after).toMatch(/Hosted by process \d+/);
  });

  it('says what is wrong, and what to do', async () => {
    const home = changedProject();
    const keyless = await kind.start({ home, init: INIT });
    await keyless.command('ZekeHealth');
    expect((await keyless.lines()).join('\n')).toContain('There is no key for any provider');
    const init = `vim.g.zeke = { binary = "/nowhere/zeke", chat = { layuot = "tab" } }
      ${RECORD_MESSAGES}`;
    const neovim = await kind.start({ home, init });
    await neovim.command('checkhealth zeke');
    const text = (await neovim.lines()).join('\n');
    expect(text).toContain('It cannot be run: ');
    expect(text).toContain('correct it or leave it out');
    expect(text).toContain('chat.layuot is no setting (did you mean chat.layout?).');
  });
});
