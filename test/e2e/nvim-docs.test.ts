/** The help and the page for newcomers: complete, of nothing that is not there, and what they show runs. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { tagsOf } from '../../tools/help-tags.mjs';
import { describeNeovims, type NeovimKind, type NeovimOptions } from '../helpers/neovim.ts';

import type { Neovim } from '../helpers/neovim-process.ts';
import { createTestHome, PROJECT_ROOT, type TestHome } from '../helpers/zeke.ts';

const PAGE = read('docs/neovim.md');
const HELP = read('doc/zeke.txt');
const MAX_COLUMNS = 78;

function read(path: string): string {
  return readFileSync(join(PROJECT_ROOT, path), 'utf8');
}

function newHome(): TestHome {
  const home = createTestHome();
  onTestFinished(() => home.remove());
  return home;
}

/** The tags that Neovim itself finds in the help; it refuses one that stands there twice. */
async function helpTags(kind: NeovimKind): Promise<readonly string[]> {
  const home = newHome();
  const folder = join(home.dir, 'help', 'doc');
  cpSync(join(PROJECT_ROOT, 'doc'), folder, { recursive: true });
  const neovim = await kind.start({ home });
  await neovim.lua('vim.cmd.helptags(...)', folder);
  const lines = readFileSync(join(folder, 'tags'), 'utf8').trim().split('\n');
  return lines.map((line) => line.split('\t')[0] ?? '');
}

/** The blocks of a language in the page, in their order. */
function blocks(language: string): readonly string[] {
  const found = PAGE.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'));
  return [...found].map(([, code = '']) => code);
}

/** The settings by the comments that document them in lua/zeke/config.lua. */
function settings(): readonly string[] {
  const found: string[] = [];
  let prefix: string | undefined;
  for (const line of read('lua/zeke/config.lua').split('\n')) {
    const name = /^---@class zeke\.(\w*)Config/.exec(line)?.[1];
    if (name !== undefined) prefix = name === '' ? '' : `${name.toLowerCase()}.`;
    const [, field, type] = /^---@field (\w+)\??\s+(\S+)/.exec(line) ?? [];
    if (prefix === undefined || field === undefined || type?.startsWith('zeke.')) continue;
    found.push(prefix + field);
  }
  return found;
}

/** Every event: those of the conversation, and those that the plugin's own modules fire. */
function events(lua: readonly string[]): readonly string[] {
  const firing = lua.filter((path) => !path.endsWith('/events.lua'));
  const own = firing.flatMap((path) =>
    read(path)
      .split('\n')
      .filter((line) => /\bfire\(/.test(line))
      .flatMap((line) => [...line.matchAll(/"([A-Z]\w+)"/g)].map(([, name]) => name)),
  );
  const session = [...read('docs/events.md').matchAll(/^\| `([a-z]+(?:-[a-z]+)*)` \| /gm)]
    .map(([, type = '']) => type)
    .filter((type) => read('src/session/events.ts').includes(`type: '${type}'`))
    .map((type) => type.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase()));
  return [...new Set([...own, ...session])].map((name) => `Zeke${name}`);
}

/** Every file of Lua that Neovim would find. */
async function luaFiles(neovim: Neovim): Promise<readonly string[]> {
  const found = await neovim.lua<string[]>(
    'return vim.fn.globpath(..., "lua/zeke/**/*.lua", true, true)',
    PROJECT_ROOT.replace(/\/$/, ''),
  );
  return found.map((path) => path.slice(PROJECT_ROOT.length));
}

function only(tags: readonly string[], pattern: RegExp): readonly string[] {
  return tags.filter((tag) => pattern.test(tag)).sort();
}

it('the help is as wide as a help page is', () => {
  const wide = HELP.split('\n').filter((line) => [...line].length > MAX_COLUMNS);
  expect(wide).toEqual([]);
});

describeNeovims('the help', (kind) => {
  it('has a tag for each command, setting, map, group and event, and for nothing else', async () => {
    const tags = await helpTags(kind);
    const neovim = await kind.start();
    const commands = await neovim.lua<string[]>(`return vim.tbl_filter(function(name)
        return vim.startswith(name, "Zeke")
      end, vim.tbl_keys(vim.api.nvim_get_commands({})))`);
    expect(only(tags, /^:/)).toEqual(commands.map((name) => `:${name}`).sort());
    expect(only(tags, /^zeke-config-/)).toEqual(
      settings()
        .map((name) => `zeke-config-${name}`)
        .sort(),
    );
    const groups = await neovim.lua<string[]>(
      'return vim.tbl_keys(require("zeke.highlights").links)',
    );
    expect(only(tags, /^hl-/)).toEqual(groups.map((name) => `hl-${name}`).sort());
    expect(only(tags, /^Zeke/)).toEqual([...events(await luaFiles(neovim))].sort());
    expect(only(tags, /^<Plug>/)).toEqual([...(await plugs(neovim))].sort());
  });

  it('has the tags that the build writes', async () => {
    const home = newHome();
    const folder = join(home.dir, 'doc');
    cpSync(join(PROJECT_ROOT, 'doc/zeke.txt'), join(folder, 'zeke.txt'));
    const neovim = await kind.start({ home });
    await neovim.lua('vim.cmd.helptags(...)', folder);
    expect(tagsOf({ 'zeke.txt': HELP })).toBe(readFileSync(join(folder, 'tags'), 'utf8'));
  });

  it('leads nowhere that is not there', async () => {
    const tags = new Set(await helpTags(kind));
    const neovim = await kind.start();
    const links = [...HELP.matchAll(/(?<![\w`])\|([^|\s]+)\|(?!\w)/g)].map(([, tag = '']) => tag);
    const foreign = [...new Set(links)].filter((tag) => !tags.has(tag));
    const missing = await neovim.lua<string[]>(
      `return vim.tbl_filter(function(tag)
        return not vim.tbl_contains(vim.fn.getcompletion(tag, "help"), tag)
      end, ...)`,
      foreign,
    );
    expect(missing).toEqual([]);
  });
});

/** The `<Plug>` maps: those for everywhere, and those of the conversation's buffers. */
async function plugs(neovim: Neovim): Promise<readonly string[]> {
  const found = await neovim.lua<string[]>(`local found = {}
    for _, mode in ipairs({ "n", "x", "i" }) do
      for _, map in ipairs(vim.api.nvim_get_keymap(mode)) do
        found[map.lhs] = vim.startswith(map.lhs, "<Plug>(zeke-") or nil
      end
    end
    for _, maps in pairs(require("zeke.chat.maps").table) do
      for _, map in ipairs(maps) do
        found[("<Plug>(zeke-chat-%s)"):format(map.name)] = true
      end
    end
    return vim.tbl_keys(found)`);
  return found;
}

/** A repository with the plugin, where the page says that it is to be had, and an npm that is quick. */
function publish(home: TestHome): NodeJS.ProcessEnv {
  const repository = join(home.dir, 'published');
  for (const folder of ['plugin', 'lua', 'doc']) {
    cpSync(join(PROJECT_ROOT, folder), join(repository, folder), { recursive: true });
  }
  const git = (...args: string[]) =>
    spawnSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.invalid', ...args], {
      cwd: repository,
    });
  git('init', '-q', '-b', 'main');
  git('add', '.');
  git('commit', '-qm', 'first');
  const bin = join(home.dir, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'npm'), '#!/bin/sh\necho "$@" > built\n', { mode: 0o755 });
  return {
    PATH: [bin, process.env.PATH].join(delimiter),
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `url.${repository}.insteadOf`,
    GIT_CONFIG_VALUE_0: 'https://git.example/zeke',
  };
}

/** Starts a Neovim with this code as its start-up file and expects no complaint. */
async function expectQuiet(kind: NeovimKind, options: NeovimOptions): Promise<Neovim> {
  const neovim = await kind.start(options);
  expect(neovim.stderr).toBe('');
  expect(await neovim.messages()).toBe('');
  return neovim;
}

describeNeovims('the page for newcomers', (kind) => {
  const plain = blocks('lua').filter((code) => !code.includes('vim.pack'));

  it('has them', () => {
    expect(plain.length).toBeGreaterThan(3);
    expect(blocks('vim').length).toBeGreaterThan(1);
  });

  it.each(plain)('can be an init.lua: %s', async (code) => {
    const neovim = await expectQuiet(kind, { init: code });
    for (const [, name] of code.matchAll(/<Plug>\(zeke-([\w-]+)\)/g)) {
      const mode = name?.startsWith('complete-') ? 'i' : 'n';
      const plug = `<Plug>(zeke-${name})`;
      expect(await neovim.lua('return vim.fn.maparg(...)', plug, mode)).not.toBe('');
    }
  });

  it('installs it from a clone, in Lua and in Vim script', async () => {
    const home = newHome();
    cpSync(join(PROJECT_ROOT, 'plugin'), join(home.dir, 'zeke/plugin'), { recursive: true });
    const lua = plain.find((code) => code.includes('runtimepath')) ?? '';
    const vim = blocks('vim').find((code) => code.includes('runtimepath')) ?? '';
    const file = join(home.dir, 'init.vim');
    writeFileSync(file, vim);
    for (const options of [{ init: lua }, { initFile: file }]) {
      const neovim = await expectQuiet(kind, { home, isClean: false, ...options });
      expect(await neovim.lua('return vim.fn.exists(":ZekeChat")')).toBe(2);
    }
  });

  it('installs it by the package manager of Neovim', async ({ skip }) => {
    const code = blocks('lua').find((one) => one.includes('vim.pack')) ?? '';
    const home = newHome();
    const env = publish(home);
    const neovim = await kind.start({ home, isClean: false, env });
    if (!(await neovim.lua('return vim.pack ~= nil'))) return skip('has no vim.pack');
    await neovim.lua('vim.fn.confirm = function() return 1 end');
    await neovim.lua(code);
    expect(await neovim.lua('return vim.fn.exists(":ZekeChat")')).toBe(2);
    const built = join(home.dir, 'xdg/data/nvim/site/pack/core/opt/zeke/built');
    expect(readFileSync(built, 'utf8')).toBe('ci\n');
  });

  it('loads a review of a terminal', async () => {
    const home = newHome();
    writeFileSync(join(home.project, 'review.txt'), 'src/app.ts:2:1: major: It is wrong.\n');
    const code = blocks('vim').find((one) => one.includes('cfile')) ?? '';
    const neovim = await kind.start({ home });
    await neovim.lua('vim.api.nvim_exec2(..., {})', code);
    expect(await neovim.lua('return vim.fn.getqflist()[1].lnum')).toBe(2);
    expect(await neovim.lua('return vim.bo.buftype')).toBe('quickfix');
  });
});
