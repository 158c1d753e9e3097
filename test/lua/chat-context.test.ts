/** What goes along with a message: the words of a prompt that name context, and what is never sent. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { isSecretPath } from '../../src/platform/walk/secret-files.ts';
import { mentionsIn } from '../../src/tui/input/completion.ts';
import { describeNeovims, type NeovimKind } from '../helpers/neovim.ts';
import type { Neovim } from '../helpers/neovim-process.ts';
import { createTestHome } from '../helpers/zeke.ts';
import { ALONE } from './conversation.ts';

interface Expanded {
  readonly mentions: readonly string[];
  readonly attachments: readonly { readonly label: string; readonly text: string }[];
  readonly problems: readonly string[];
  readonly editor: { readonly path?: string; readonly line?: number; readonly openFiles: string[] };
}

async function start(kind: NeovimKind, files: Readonly<Record<string, string>> = {}) {
  const home = createTestHome();
  onTestFinished(() => home.remove());
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home.project, path)), { recursive: true });
    writeFileSync(join(home.project, path), text);
  }
  return await kind.start({ home, init: ALONE });
}

const expand = (neovim: Neovim, text: string) =>
  neovim.lua<Expanded>(
    `local context, result = require("zeke.context"), nil
     context.attachments(..., context.focus(), function(expanded) result = expanded end)
     return result`,
    text,
  );
const complete = (neovim: Neovim, line: string) =>
  neovim.lua<{ label: string; start: number; finish: number }[]>(
    `local line, result = ..., nil
     require("zeke.context").complete(line, #line, function(found) result = found end)
     return result`,
    line,
  );

describeNeovims('context', (kind) => {
  it('keeps the files secret that Zeke keeps secret', async () => {
    const neovim = await start(kind);
    const paths = [
      ...[
        '.env',
        'a/.env.local',
        '.env.example',
        '.environment',
        'a/prod.env',
        'id_rsa',
        'id_rsa.bak',
      ],
      ...[
        'id_ed25519.pub',
        'a.pem',
        'a.key.ts',
        '.ssh/config',
        'x/.aws/credentials',
        '.npmrc',
        'A.PEM',
      ],
      ...[
        '.docker/config.json',
        'x/.docker/config.json',
        'config.json',
        'kubeconfig',
        'src/env.ts',
      ],
      ...[
        '.env.sample',
        '.env.dist',
        '.envdist',
        'terraform.tfvars',
        'src/key.ts',
        'README.md',
        'b.asc',
      ],
    ];
    const told = await neovim.lua(
      'return vim.tbl_map(require("zeke.context").is_secret, ...)',
      paths,
    );
    expect(told).toEqual(paths.map(isSecretPath));
  });

  it('reads mentions as the terminal does', async () => {
    const neovim = await start(kind);
    const texts = [
      '@a.ts and @src/b.ts:3-9, then @"with space.ts":4 (@c.ts). mail a@b.c',
      'none @ here',
      '@x.ts @x.ts',
      'see\n@next/line.ts!',
    ];
    for (const text of texts) {
      const told = await neovim.lua('return require("zeke.context.tokens").mentions(...)', text);
      expect(told).toEqual(mentionsIn(text));
    }
  });

  it('attaches the buffer, the selection, diagnostics and the quickfix list', async () => {
    const neovim = await start(kind, { 'src/a.ts': 'one\ntwo\nthree\nfour\n', 'b.ts': 'b\n' });
    await neovim.command('edit src/a.ts');
    await neovim.input('jVj<Esc>');
    await neovim.waitFor('vim.fn.line("\'>") == 3');
    await neovim.lua(`vim.diagnostic.set(vim.api.nvim_create_namespace("x"), 0, {
        { lnum = 2, col = 1, severity = 1, message = "is wrong" } })
      vim.fn.setqflist({ { filename = "b.ts", lnum = 1, text = "a finding" } })`);
    const expanded = await expand(
      neovim,
      'look at #selection #diagnostics #quickfix #buffer, #include <x> #selection',
    );
    expect(expanded.problems).toEqual([]);
    expect(expanded.mentions).toEqual(['src/a.ts']);
    expect(expanded.attachments).toEqual([
      { label: 'src/a.ts:2-3', text: 'two\nthree' },
      { label: 'diagnostics of src/a.ts', text: '3:2: error: is wrong' },
      { label: 'quickfix list', text: 'b.ts:1: a finding' },
    ]);
    expect(expanded.editor).toMatchObject({ path: 'src/a.ts', line: 3, openFiles: ['src/a.ts'] });
    await neovim.input('ggOnew<Esc>');
    await neovim.waitFor('vim.bo.modified');
    const changed = await expand(neovim, '#buffer:a.ts');
    expect(changed.attachments).toEqual([
      { label: 'src/a.ts', text: 'new\none\ntwo\nthree\nfour' },
    ]);
  });

  it('never attaches a secret file, and says so', async () => {
    const neovim = await start(kind, { '.env': 'KEY=value\n' });
    await neovim.command('edit .env');
    const expanded = await expand(neovim, '#buffer @.env #buffer:.env');
    expect(expanded.attachments).toEqual([]);
    expect(expanded.mentions).toEqual([]);
    expect(expanded.editor).toEqual({ openFiles: [] });
    expect(expanded.problems.length).toBe(3);
    expect(expanded.problems.join()).toMatch(
      /\.env is not attached: files of this name hold secrets/,
    );
    await neovim.command('%ZekeChat send it');
    await neovim.waitFor('said[1] and said[1]:find("hold secrets")');
    expect(await neovim.lua('return #vim.api.nvim_list_wins()')).toBe(1);
  });

  it('says what it does not find', async () => {
    const neovim = await start(kind);
    const { problems } = await expand(
      neovim,
      '#selection #diagnostics #quickfix #buffer:no #symbol',
    );
    expect(problems).toEqual([
      '#selection: nothing was selected.',
      '#diagnostics: there are none.',
      '#quickfix: the list is empty.',
      '#buffer:no is no open buffer.',
      '#symbol needs a name: #symbol:parseLine.',
    ]);
  });

  it('completes names of context and of buffers', async () => {
    const neovim = await start(kind, { 'src/a.ts': 'one\n' });
    await neovim.command('edit src/a.ts');
    const found = await complete(neovim, 'see #s');
    expect(found.map(({ label }) => label)).toEqual(['#selection', '#symbol:']);
    expect(found[0]).toMatchObject({ start: 4, finish: 6 });
    const buffers = await complete(neovim, '#buffer:a');
    expect(buffers.map(({ label }) => label)).toEqual(['#buffer:src/a.ts']);
    expect(await complete(neovim, 'mail a@b')).toEqual([]);
    expect(await complete(neovim, 'C# is')).toEqual([]);
  });

  it('finds the function at the cursor', async () => {
    const neovim = await start(kind, {
      'a.lua': 'local x = 1\n\nlocal function f()\n  return x\nend\n\nreturn f\n',
    });
    await neovim.command('edit a.lua');
    await neovim.lua('vim.api.nvim_win_set_cursor(0, { 4, 3 })');
    const found = () => neovim.lua('return require("zeke.chat.definition").at_cursor()');
    expect(await found()).toEqual({ first: 3, last: 5 });
    await neovim.lua('vim.api.nvim_win_set_cursor(0, { 1, 0 })');
    expect(await found()).toEqual({ first: 1, last: 7 });
  });

  it('refuses what is too large before it is read, and sends bytes that are no text as text', async () => {
    const neovim = await start(kind, { 'large.txt': `${'x'.repeat(1023)}\n`.repeat(1025) });
    await neovim.command('edit large.txt');
    await neovim.input('Ochanged<Esc>');
    await neovim.waitFor('vim.bo.modified');
    const { problems, attachments } = await expand(neovim, '#buffer');
    expect(attachments).toEqual([]);
    expect(problems[0]).toMatch(/larger than 1 MB. Select what matters/);
    await neovim.lua(
      'vim.cmd("enew!") vim.api.nvim_buf_set_lines(0, 0, -1, false, { "a\\255b\\0c" })',
    );
    expect((await expand(neovim, '#buffer')).attachments[0]?.text).toBe('a\ufffdb\ufffdc');
  });

  it('attaches what is selected by characters or in columns, and no more of its lines', async () => {
    const neovim = await start(kind, { 'a.ts': 'one two three\nfour five six\nseven\n' });
    await neovim.command('edit a.ts');
    const select = async (keys: string) => {
      await neovim.lua('vim.g.selected = nil');
      await neovim.input(`gg0${keys}<Esc>:let g:selected = 1<CR>`);
      await neovim.waitFor('vim.g.selected');
      return (await expand(neovim, '#selection')).attachments[0];
    };
    expect(await select('wve')).toEqual({ label: 'a.ts:1-1 (columns 5 to 7)', text: 'two' });
    expect(await select('wvj')).toEqual({
      label: 'a.ts:1-2 (columns 5 to 5)',
      text: 'two three\nfour ',
    });
    expect(await select('w<C-v>jll')).toEqual({
      label: 'a.ts:1-2 (columns 5 to 7)',
      text: 'two\n fi',
    });
    expect(await select('v$')).toEqual({ label: 'a.ts:1-1', text: 'one two three' });
    expect(await select('Vj')).toEqual({ label: 'a.ts:1-2', text: 'one two three\nfour five six' });
    const range = (first: number, last: number) =>
      neovim.lua<{ attachment: { text: string } }>(
        'return require("zeke.context").range(0, { first = select(1, ...), last = select(2, ...) })',
        first,
        last,
      );
    await select('wve');
    expect((await range(1, 1)).attachment.text).toBe('two');
    expect((await range(1, 2)).attachment.text).toBe('one two three\nfour five six');
  });

  it('sends nothing out of secret files by the quickfix list or diagnostics', async () => {
    const neovim = await start(kind, { '.env': 'KEY=value\n', 'a.ts': 'a\n' });
    await neovim.command('edit .env');
    await neovim.lua(`vim.diagnostic.set(vim.api.nvim_create_namespace("x"), 0, {
        { lnum = 0, col = 0, severity = 1, message = "KEY=value" } })
      vim.fn.setqflist({
        { filename = ".env", lnum = 1, text = "KEY=value" },
        { filename = "a.ts", lnum = 1, text = "a finding" },
      })`);
    const { attachments, problems } = await expand(neovim, '#diagnostics #quickfix');
    expect(attachments).toEqual([{ label: 'quickfix list', text: 'a.ts:1: a finding' }]);
    expect(problems).toEqual([
      '.env is not attached: files of this name hold secrets.',
      '#quickfix: .env is not attached: files of this name hold secrets.',
    ]);
  });

  it('knows names with spaces, in quotes, and completes them', async () => {
    const neovim = await start(kind, { 'my file.ts': 'one\n' });
    await neovim.command('edit my\\ file.ts');
    await neovim.input('Onew<Esc>');
    await neovim.waitFor('vim.bo.modified');
    const { attachments, problems } = await expand(neovim, 'see #buffer:"my file.ts", and on');
    expect(problems).toEqual([]);
    expect(attachments).toEqual([{ label: 'my file.ts', text: 'new\none' }]);
    for (const typed of ['#buffer:my', '#buffer:"my fi']) {
      const found = await complete(neovim, `see ${typed}`);
      expect(found).toMatchObject([
        { label: '#buffer:"my file.ts"', start: 4, finish: 4 + typed.length },
      ]);
    }
    const before = (text: string) =>
      neovim.lua('return { require("zeke.context").name_before(...) }', text);
    expect(await before('see @"my fi')).toEqual([5, '@', 'my fi']);
    expect(await before('@"my file.ts" is')).toEqual([]);
    expect(await before('(@src/a')).toEqual([2, '@', 'src/a']);
  });
});
