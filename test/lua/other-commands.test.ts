/** Commands that are a way to what other parts of the plugin do: asked from outside, each on its own. */
import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { describeNeovims, type NeovimKind } from '../helpers/neovim.ts';
import { RECORD_MESSAGES, waitForMessage } from '../helpers/proposals.ts';
import { type ScriptedZeke, startScriptedZeke } from '../helpers/scripted-zeke.ts';
import { createTestHome, PROJECT_ROOT } from '../helpers/zeke.ts';
import { Conversation } from './conversation.ts';

async function open(kind: NeovimKind, file = 'export const one = 1;\n') {
  const zeke = await startScriptedZeke(() => undefined);
  mkdirSync(join(zeke.home.project, 'src'));
  const path = join(zeke.home.project, 'src/app.ts');
  writeFileSync(path, file);
  const neovim = await kind.start({ home: zeke.home, init: RECORD_MESSAGES, args: [path] });
  await neovim.lua('require("zeke.rpc").join()');
  await neovim.waitFor('require("zeke.rpc").is_joined()');
  await new Conversation(neovim).replace();
  return { neovim, zeke };
}

/** What the conversation was sent, once it was. */
async function sent(zeke: ScriptedZeke, neovim: { waitFor(ask: () => unknown): Promise<unknown> }) {
  await neovim.waitFor(() => zeke.ops.length > 0);
  return zeke.ops[0];
}

describeNeovims('what goes along with the next message', (kind) => {
  it('is a file, the buffer or lines; nothing after :ZekeDrop', async () => {
    const { neovim, zeke } = await open(kind, 'a\nb\nc\n');
    writeFileSync(join(zeke.home.project, '.env'), 'KEY=1\n');
    writeFileSync(join(zeke.home.dir, 'outside.ts'), '');
    await neovim.command('ZekeAddCurrent');
    await waitForMessage(neovim, 'src/app.ts goes along with the next message.');
    await neovim.command('2,3ZekeAddSelection');
    await waitForMessage(neovim, 'src/app.ts:2-3 goes along');
    await neovim.command('ZekeAddFile .env');
    await waitForMessage(neovim, '.env is not attached: files of this name hold secrets.');
    await neovim.command('ZekeAdd nowhere.ts');
    await waitForMessage(neovim, 'There is no file nowhere.ts.');
    await neovim.command('ZekeAdd ../outside.ts');
    await waitForMessage(neovim, '../outside.ts is outside of this project.');
    await neovim.command('ZekeAdd src/app.ts');
    expect(await neovim.lua('return require("zeke.chat.prompt").text()')).toBe('@src/app.ts ');
    await neovim.lua('require("zeke.chat.prompt").submit()');
    expect(await sent(zeke, neovim)).toMatchObject({
      type: 'send',
      message: {
        text: '@src/app.ts ',
        mentions: ['src/app.ts'],
        attachments: [{ label: 'src/app.ts:2-3', text: 'b\nc' }],
      },
    });
    await neovim.command('1ZekeAdd');
    await neovim.command('ZekeClearContext');
    await neovim.command('ZekeChat and now?');
    await neovim.waitFor(() => zeke.ops.length === 2);
    expect(zeke.ops[1]).not.toHaveProperty('message.attachments');
  });
});

describeNeovims('commands that ask about code', (kind) => {
  it('say which diagnostic, and send its function', async () => {
    const { neovim, zeke } = await open(kind);
    await neovim.command('ZekeExplainDiagnostic');
    await waitForMessage(neovim, 'There is no diagnostic on this line.');
    await neovim.lua(`vim.diagnostic.set(vim.api.nvim_create_namespace("test"), 0, {
      { lnum = 0, col = 0, message = "one is never read" } })`);
    await neovim.command('ZekeExplainDiagnostic');
    expect(await sent(zeke, neovim)).toMatchObject({
      message: {
        text: expect.stringContaining('- line 1: one is never read'),
        attachments: [{ label: 'src/app.ts' }],
      },
    });
  });

  it('say what to look for', async () => {
    const { neovim, zeke } = await open(kind);
    await neovim.command('ZekeAnalyze security');
    expect(await sent(zeke, neovim)).toMatchObject({
      message: {
        text: expect.stringContaining('with regard to security'),
        attachments: [{ label: 'src/app.ts', text: 'export const one = 1;' }],
      },
    });
  });

  it('mend as told where no diagnostic says what is wrong', async () => {
    const { neovim, zeke } = await open(kind);
    await neovim.command('1ZekeFixCode it should be two');
    const { service, params } = await zeke.asked(1);
    expect(service).toBe('edit');
    expect(params).toMatchObject({ instruction: 'it should be two', range: { startLine: 1 } });
    expect(params).not.toHaveProperty('action');
  });

  it('write something new in a new buffer', async () => {
    const { neovim, zeke } = await open(kind);
    await neovim.command('ZekeCreate a parser of dates');
    const { params } = await zeke.asked(1);
    expect(params).toMatchObject({ instruction: 'Write this, from nothing: a parser of dates' });
    expect(await neovim.lua('return vim.api.nvim_buf_get_name(0)')).toBe('');
    expect(await neovim.lua('return #vim.api.nvim_list_wins()')).toBe(2);
  });

  it('are chosen from a list, with the lines that were given', async () => {
    const { neovim, zeke } = await open(kind);
    await neovim.lua(`vim.ui.select = function(items, opts, on_choice)
      kind, shown = opts.kind, vim.tbl_map(opts.format_item, items)
      on_choice("docs")
    end`);
    await neovim.command('1ZekeActions');
    const { params } = await zeke.asked(1);
    expect(params).toMatchObject({ action: 'docs', range: { startLine: 1, endLine: 1 } });
    expect(await neovim.lua('return kind')).toBe('zeke_action');
    expect(await neovim.lua('return shown[1]')).toContain('Explain');
  });
});

describeNeovims('how things stand', (kind) => {
  it('is told before and after joining', async () => {
    const zeke = await startScriptedZeke(() => undefined);
    const neovim = await kind.start({ home: zeke.home, init: RECORD_MESSAGES });
    await neovim.command('ZekeStatus');
    await waitForMessage(neovim, 'No conversation is joined. :ZekeChat opens it.');
    await neovim.command('ZekeConnect');
    await waitForMessage(neovim, 'Joined the conversation of ');
    await new Conversation(neovim).replace();
    await neovim.lua(
      'require("zeke.rpc").receive("clients", ...)',
      JSON.stringify([
        { id: 'test', name: 'neovim', isHost: false },
        { id: 'x', name: 'terminal', isHost: true },
      ]),
    );
    await neovim.command('ZekeCurrentModel');
    await waitForMessage(neovim, 'test/one · attached: this Neovim, terminal');
    await neovim.command('ZekeDisconnect');
    await neovim.waitFor('not require("zeke.rpc").is_joined()');
  });
});

describeNeovims('commands where there is nothing to do', (kind) => {
  it('start no Zeke to stop nothing', async () => {
    const neovim = await kind.start({ init: RECORD_MESSAGES });
    await neovim.command('ZekeStop');
    await waitForMessage(neovim, 'Nothing is running.');
    expect(await neovim.lua('return require("zeke.rpc").status().phase')).toBe('idle');
  });

  it('say what the conversation answers, where no window shows it', async () => {
    const { neovim } = await open(kind);
    await neovim.command('ZekeRetry');
    await new Conversation(neovim).tell({
      type: 'notice',
      level: 'info',
      text: 'Nothing to retry.',
    });
    await waitForMessage(neovim, 'Nothing to retry.');
  });

  it('say once that the working directory is gone', async () => {
    const home = createTestHome();
    onTestFinished(() => home.remove());
    const cwd = join(home.dir, 'gone');
    mkdirSync(cwd);
    const neovim = await kind.start({ home, cwd, init: RECORD_MESSAGES });
    rmSync(cwd, { recursive: true });
    for (const command of ['ZekeCost', 'ZekeModel test/one', 'ZekeChat hello']) {
      await neovim.lua('said = {}');
      await neovim.command(command);
      await waitForMessage(neovim, 'The working directory is not there any more.');
      await neovim.lua('require("zeke.notify").info("after")');
      await waitForMessage(neovim, 'after');
      expect(await neovim.lua('return #said')).toBe(2);
    }
  });
});

describeNeovims('the conversation in a terminal of Neovim', (kind) => {
  it('is opened once', async () => {
    const neovim = await kind.start({
      init: `${RECORD_MESSAGES}
        require("zeke").setup({ binary = { "sh", "-c", "echo this is Zeke; cat" } })`,
    });
    await neovim.command('ZekeTerminal');
    await neovim.waitForScreen('this is Zeke');
    expect(await neovim.lua('return vim.bo.buftype')).toBe('terminal');
    await neovim.command('stopinsert | wincmd p');
    await neovim.command('ZekeTerminal');
    expect(await neovim.lua('return { #vim.api.nvim_list_wins(), vim.bo.buftype }')).toEqual([
      2,
      'terminal',
    ]);
  });
});

describeNeovims('the help', (kind) => {
  it('opens where nobody has made its tags', async () => {
    const home = createTestHome();
    onTestFinished(() => home.remove());
    const plugin = join(home.dir, 'plugin');
    mkdirSync(plugin);
    for (const folder of ['plugin', 'lua'])
      symlinkSync(join(PROJECT_ROOT, folder), join(plugin, folder));
    mkdirSync(join(plugin, 'doc'));
    cpSync(join(PROJECT_ROOT, 'doc/zeke.txt'), join(plugin, 'doc/zeke.txt'));
    const neovim = await kind.start({
      home,
      isClean: false,
      init: `${RECORD_MESSAGES}\nvim.opt.runtimepath:prepend(${JSON.stringify(plugin)})`,
    });
    await neovim.command('ZekeQuickRef');
    await neovim.waitForScreen('Zeke puts one live conversation');
    expect(await neovim.lua('return vim.bo.buftype')).toBe('help');
    expect(await neovim.lua('return said')).toEqual([]);
    expect(existsSync(join(plugin, 'doc/tags'))).toBe(true);
  });
});
