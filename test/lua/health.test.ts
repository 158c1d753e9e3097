/** The health page where something is missing: it says what, and what to do about that. */
import { chmodSync, cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { describeNeovims, type NeovimKind, type NeovimOptions } from '../helpers/neovim.ts';
import { createTestHome, PROJECT_ROOT, type TestHome, ZEKE } from '../helpers/zeke.ts';

function newHome(): TestHome {
  const home = createTestHome();
  onTestFinished(() => home.remove());
  return home;
}

/** What is run, and the lines that say what is wrong with the advice below them. */
async function troubles(kind: NeovimKind, options: NeovimOptions): Promise<string> {
  const neovim = await kind.start(options);
  await neovim.lua('vim.notify = function() end');
  await neovim.command('checkhealth zeke');
  await neovim.waitFor('vim.fn.search("^Completion", "nw") > 0');
  const lines = await neovim.lines();
  const isTrouble = (line: string) => /Program|ERROR|^ {4}- /.test(line);
  return lines.filter(isTrouble).join('\n');
}

/** The plugin as it is cloned, before its build step. */
function cloneOf(home: TestHome): string {
  const clone = join(home.dir, 'zeke');
  for (const folder of ['plugin', 'lua', 'bin']) {
    cpSync(join(PROJECT_ROOT, folder), join(clone, folder), { recursive: true });
  }
  return clone;
}

function startClone(home: TestHome, env: NodeJS.ProcessEnv = {}): NeovimOptions {
  const init = `vim.opt.runtimepath:prepend(${JSON.stringify(cloneOf(home))})`;
  return { home, init, env, isClean: false };
}

describeNeovims(':checkhealth zeke', (kind) => {
  it('names the folder in which the build step was not run', async () => {
    const said = await troubles(kind, startClone(newHome()));
    expect(said).toContain('not built yet');
    expect(said).toContain('Run npm ci in ~/zeke, put zeke on PATH');
    expect(said).toContain(':help |zeke-config-binary|');
  });

  it('takes a zeke on PATH where the build step was not run', async () => {
    const home = newHome();
    const bin = join(home.dir, 'bin');
    mkdirSync(bin);
    symlinkSync(ZEKE, join(bin, 'zeke'));
    const neovim = await kind.start(startClone(home, { PATH: `${bin}:${home.env.PATH ?? ''}` }));
    expect(await neovim.lua('return require("zeke.place").binary()')).toEqual([join(bin, 'zeke')]);
  });

  it('asks for Node where there is none', async () => {
    const home = newHome();
    const bin = join(home.dir, 'bin');
    mkdirSync(bin);
    const said = await troubles(kind, startClone(home, { PATH: bin }));
    expect(said).toContain('Install Node 22.13 or newer');
    expect(said).toContain(bin);
  });

  it.each([
    ['"/nowhere/zeke"', 'ENOENT: no such file or directory'],
    ['"~/nowhere"', 'ENOENT: no such file or directory'],
    [`{ "${process.execPath}", "/nowhere.js" }`, "Cannot find module '/nowhere.js'"],
    [`{ "${process.execPath}", "--print", "'hello'", "--" }`, 'It is not Zeke.'],
  ])('says that the setting is wrong: binary = %s', async (binary, why) => {
    const home = newHome();
    const said = await troubles(kind, { home, init: `vim.g.zeke = { binary = ${binary} }` });
    expect(said).toContain(why);
    expect(said).toContain('`binary` is set to this');
    expect(said).not.toContain('~/');
    expect(said).not.toContain('[string');
  });

  it.each(['{}', '""', '5', '{ "zeke", 5 }'])('takes no binary = %s', async (binary) => {
    const said = await troubles(kind, { init: `vim.g.zeke = { binary = ${binary} }` });
    expect(said).toContain('binary must be a program, or a list of a program and its arguments');
  });

  it('says what to do about a folder that others may enter', async () => {
    const home = newHome();
    const other = await kind.start({ home });
    const folder = await other.lua<string>(
      'local place = require("zeke.place") return place.address(place.root()).folder',
    );
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o777);
    const said = await troubles(kind, { home });
    expect(said).toContain(`${folder} is open to other users.`);
    expect(said).toContain('chmod 700');
  });
});
