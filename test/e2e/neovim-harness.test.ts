/** The rig that every test of the plugin stands on: real Neovims, their screens, keys and ends. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  cleanArguments,
  describeNeovims,
  neovimEnvironment,
  startNeovim,
} from '../helpers/neovim.ts';
import { PtyProgram } from '../helpers/pty.ts';
import { readTestSetup } from '../helpers/test-setup.ts';
import { createTestHome, PROJECT_ROOT } from '../helpers/zeke.ts';

const SHOW_GHOST_TEXT = `
  local namespace = vim.api.nvim_create_namespace("ghost")
  vim.api.nvim_buf_set_extmark(0, namespace, 0, 6, {
    virt_text = { { "and more", "Comment" } },
    virt_text_pos = "inline",
    virt_lines = { { { "one below", "DiffAdd" } } },
  })`;

describeNeovims('a Neovim in tests', (kind) => {
  it('is the version that it is called', async () => {
    const neovim = await kind.start();
    const version = await neovim.lua('return tostring(vim.version())');
    expect(String(version).split(/[-+]/)[0]).toBe(kind.version);
  });

  it('stands in an empty home, with this checkout on its runtimepath', async () => {
    const neovim = await kind.start();
    const paths = await neovim.lua<string[]>('return vim.opt.runtimepath:get()');
    expect(`${paths[0]}/`).toBe(PROJECT_ROOT);
    expect(await neovim.lua('return vim.fn.stdpath("config")')).toBe(
      join(neovim.home.dir, 'xdg/config/nvim'),
    );
    expect(await neovim.lua('return vim.uv.cwd()')).toBe(neovim.home.project);
    expect(await neovim.messages()).toBe('');
  });

  it('shows text that is in no buffer, between and below', async () => {
    const neovim = await kind.start({ width: 40, height: 8 });
    await neovim.setLines(['first second', 'third']);
    await neovim.lua(SHOW_GHOST_TEXT);
    const lines = await neovim.waitForScreen('one below');
    expect(lines.slice(0, 4)).toEqual(['first and moresecond', 'one below', 'third', '~']);
    expect(neovim.highlightOf('and more').groups).toEqual(['Comment']);
    expect(neovim.highlightAt(1, 0)).toMatchObject({ groups: ['DiffAdd'] });
    expect(neovim.highlightOf('first').groups).toEqual([]);
  });

  it('finds text behind wide characters by its cell', async () => {
    const neovim = await kind.start();
    await neovim.setLines(['日本 word']);
    await neovim.waitForScreen('word');
    expect(neovim.screen()[0]).toBe('日本 word');
    expect(neovim.find('word')).toEqual({ row: 0, column: 5 });
  });

  it('keeps up with scrolling', async () => {
    const neovim = await kind.start({ width: 20, height: 6 });
    await neovim.setLines(Array.from({ length: 50 }, (_, at) => `line ${at}`));
    await neovim.waitForScreen('line 3');
    await neovim.input('3<C-e>');
    await neovim.waitForScreen('line 6');
    expect(neovim.screen().slice(0, 4)).toEqual(['line 3', 'line 4', 'line 5', 'line 6']);
    await neovim.input('2<C-y>');
    await neovim.waitForScreen('line 1');
    expect(neovim.screen().slice(0, 4)).toEqual(['line 1', 'line 2', 'line 3', 'line 4']);
  });

  it('takes keys', async () => {
    const neovim = await kind.start();
    await neovim.input('ihello');
    await neovim.waitForScreen('hello');
    expect(neovim.mode).toBe('insert');
    expect(neovim.cursor).toEqual({ row: 0, column: 5 });
    await neovim.input('<Esc>0x');
    await neovim.waitFor('vim.api.nvim_get_current_line() == "ello"');
    expect(await neovim.lines()).toEqual(['ello']);
  });

  it('waits for what is heard of by nothing on the screen', async () => {
    const neovim = await kind.start();
    await neovim.lua('vim.defer_fn(function() vim.g.late = "here" end, 1)');
    expect(await neovim.waitFor('vim.g.late')).toBe('here');
    const told = neovim.nextNotification('told');
    await neovim.lua('vim.schedule(function() vim.rpcnotify(1, "told", 7) end)');
    expect(await told).toEqual([7]);
  });

  it('records autocommands with their data', async () => {
    const neovim = await kind.start();
    const events = await neovim.recordEvents('User', 'Zeke*');
    await neovim.lua(
      'vim.api.nvim_exec_autocmds("User", { pattern = "ZekeSample", data = { tokens = 3 } })',
    );
    await neovim.waitFor(() => events.length === 1);
    expect(events).toEqual([{ event: 'User', match: 'ZekeSample', data: { tokens: 3 } }]);
  });

  it('is there for hooks, too, and shared where its home is', async () => {
    const first = await startNeovim(kind.path);
    const second = await kind.start({ home: first.home });
    expect(await second.lua('return vim.fn.stdpath("state")')).toBe(
      await first.lua('return vim.fn.stdpath("state")'),
    );
    await second.close();
    expect(existsSync(first.home.dir)).toBe(true);
    await first.close();
    expect(existsSync(first.home.dir)).toBe(false);
  });

  it('tells errors as Neovim words them', async () => {
    const neovim = await kind.start();
    await expect(neovim.command('edit')).rejects.toThrow('E32: No file name');
    await expect(neovim.lua('error("on purpose")')).rejects.toThrow('on purpose');
  });

  it('takes text that is not UTF-8 as bytes', async () => {
    const neovim = await kind.start();
    const bytes = Buffer.from([0x66, 0xff]);
    expect(await neovim.lua('return { string.byte(..., 1, -1) }', bytes)).toEqual([0x66, 0xff]);
  });

  it('starts as a person does, from the configuration of its home', async () => {
    const home = createTestHome();
    onTestFinished(() => home.remove());
    const { XDG_CONFIG_HOME = '' } = neovimEnvironment(home);
    mkdirSync(join(XDG_CONFIG_HOME, 'nvim'));
    writeFileSync(join(XDG_CONFIG_HOME, 'nvim/init.lua'), 'vim.g.whose = "mine"');
    const neovim = await kind.start({ home, isClean: false });
    expect(await neovim.lua('return vim.g.whose')).toBe('mine');
    expect(await neovim.lua('return vim.o.runtimepath')).not.toContain(PROJECT_ROOT.slice(0, -1));
  });

  it('gives handles back as they came', async () => {
    const neovim = await kind.start();
    const buffer = await neovim.request('nvim_create_buf', true, false);
    await neovim.request('nvim_set_current_buf', buffer);
    expect(await neovim.request('nvim_get_current_buf')).toEqual(buffer);
  });

  it('runs an init of its own before the plugins', async () => {
    const neovim = await kind.start({ init: 'vim.g.from_init = vim.g.loaded_matchparen or 0' });
    expect(await neovim.lua('return vim.g.from_init')).toBe(0);
    expect(await neovim.lua('return vim.g.loaded_matchparen')).toBe(1);
  });

  it('fails with its screen in the message when it ends during a wait', async () => {
    const neovim = await kind.start();
    await neovim.setLines(['what was there']);
    await neovim.waitForScreen('what was there');
    const wait = neovim.waitForScreen('what never comes');
    const request = neovim.lua('return vim.fn.getchar()');
    expect(await neovim.kill()).toEqual({ code: null, signal: 'SIGKILL' });
    await expect(wait).rejects.toThrow(/Neovim ended .*"what never comes"[\s\S]*\| what was there/);
    await expect(request).rejects.toThrow('nvim_exec_lua: Neovim ended (SIGKILL)');
  });

  it('closes at a prompt, and leaves nothing behind', async () => {
    const neovim = await kind.start();
    await neovim.input(':echo "one\\ntwo\\nthree"<CR>');
    await neovim.waitForScreen('Press ENTER');
    await neovim.close();
    expect(existsSync(neovim.home.dir)).toBe(false);
    await expect(neovim.lua('return 1')).rejects.toThrow('Neovim ended');
  });

  it('runs the autocommands of a quit when it is closed', async () => {
    const home = createTestHome();
    onTestFinished(() => home.remove());
    const neovim = await kind.start({ home });
    await neovim.command(`autocmd VimLeave * call writefile(["left"], "${home.dir}/left")`);
    await neovim.close();
    expect(await neovim.exit).toEqual({ code: 0, signal: null });
    expect(existsSync(join(home.dir, 'left'))).toBe(true);
  });

  it('runs a script without a screen', async () => {
    const fine = await kind.runLua('io.write(vim.fn.has("nvim-0.10"), arg[1])', { args: ['!'] });
    expect(fine).toEqual({ code: 0, stdout: '1!', stderr: '' });
    const wrong = await kind.runLua('error("on purpose")');
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain('on purpose');
  });

  it('opens in a terminal and quits', async () => {
    const home = createTestHome();
    const env = neovimEnvironment(home);
    const args = cleanArguments();
    const terminal = new PtyProgram({ command: kind.path, args, cwd: home.project, env });
    onTestFinished(async () => {
      await terminal.dispose();
      home.remove();
    });
    await terminal.waitForText(`NVIM v${kind.version}`);
    terminal.type(':qa!\r');
    expect(await terminal.exit).toEqual({ exitCode: 0, signal: undefined });
  });
});

describe('the set-up', () => {
  it('knows of every Neovim whether it is there', () => {
    const { neovims, missingNeovims } = readTestSetup();
    const versions = [...neovims, ...missingNeovims].map(({ version }) => version);
    expect(versions).toEqual(expect.arrayContaining(['0.10.4', '0.12.4']));
    expect(neovims.filter(({ path }) => path !== 'nvim' && !existsSync(path))).toEqual([]);
  });
});
