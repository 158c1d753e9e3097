/** Where Lua looks for a conversation is where Zeke shares it: both compute the same. */
import { mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findProjectRoot, resolvePaths, shortHash } from '../../src/platform/paths.ts';
import { socketAddress } from '../../src/platform/socket.ts';
import { describeNeovims } from '../helpers/neovim.ts';
import { createTestHome } from '../helpers/zeke.ts';

describeNeovims('the place of a conversation', (kind) => {
  const environments: readonly Record<string, string | undefined>[] = [
    { ZEKE_STATE_DIR: undefined, XDG_RUNTIME_DIR: '/run/user/1000' },
    { ZEKE_STATE_DIR: undefined, XDG_RUNTIME_DIR: '/run//user/./1000/' },
    { ZEKE_STATE_DIR: undefined, XDG_RUNTIME_DIR: 'run/here' },
    { ZEKE_STATE_DIR: '/var/lib/zeke', XDG_RUNTIME_DIR: '/run/user/1000' },
    { ZEKE_STATE_DIR: 'relative/../state/', XDG_RUNTIME_DIR: undefined },
    { ZEKE_STATE_DIR: undefined, XDG_RUNTIME_DIR: undefined, XDG_STATE_HOME: '/var/st ate' },
    { ZEKE_STATE_DIR: undefined, XDG_RUNTIME_DIR: undefined, XDG_STATE_HOME: undefined },
    { ZEKE_STATE_DIR: undefined, XDG_RUNTIME_DIR: undefined, TMPDIR: '/var/tmp/' },
  ];

  it('is the one that Zeke computes, whatever the environment', async () => {
    const neovim = await kind.start();
    const home = String(await neovim.lua('return vim.env.HOME'));
    for (const given of environments) {
      const told = Object.entries(given).map(([name, value]) => [name, value ?? null]);
      const address = await neovim.lua(
        `for _, pair in ipairs(...) do
           vim.env[pair[1]] = pair[2] ~= vim.NIL and pair[2] or nil
         end
         return require("zeke.place").address("/work/some project")`,
        told,
      );
      const env = { HOME: home, ...given };
      const { runtimeDir } = resolvePaths(env, process.platform);
      const expected = socketAddress(runtimeDir, shortHash('/work/some project'));
      // Node reads its own environment for the folder of temporary files.
      const folder = given.TMPDIR?.replace(/\/$/, '') ?? tmpdir();
      const path = expected.path.replace(tmpdir(), folder);
      expect(address, JSON.stringify(given)).toMatchObject({ path });
      await neovim.lua('vim.env.TMPDIR, vim.env.XDG_STATE_HOME = nil, nil');
    }
  });

  it('hangs on the real path of the project’s root', async () => {
    const home = createTestHome();
    const inside = join(home.project, 'src', 'deep');
    mkdirSync(inside, { recursive: true });
    mkdirSync(join(home.project, '.git'));
    const link = join(home.dir, 'link');
    symlinkSync(inside, link);
    const neovim = await kind.start({ home, cwd: link });
    expect(await neovim.lua('return require("zeke.place").root()')).toBe(findProjectRoot(link));
    expect(findProjectRoot(link)).toBe(realpathSync(home.project));
    const file = join(link, 'new.ts');
    expect(await neovim.lua('return require("zeke.place").relative(...)', file)).toBe(
      'src/deep/new.ts',
    );
    expect(
      await neovim.lua('return require("zeke.place").relative(...)', '/etc/passwd'),
    ).toBeNull();
    home.remove();
  });

  it('is not trusted where others may enter', async () => {
    const neovim = await kind.start();
    const distrust = (mode: string) =>
      neovim.lua(
        `local folder = vim.fn.tempname()
         vim.uv.fs_mkdir(folder, tonumber(..., 8))
         vim.uv.fs_chmod(folder, tonumber(..., 8))
         return require("zeke.place").distrust({ path = folder .. "/x.sock", folder = folder })`,
        mode,
      );
    expect(await distrust('700')).toBeNull();
    expect(await distrust('770')).toMatch(/is open to other users/);
    expect(await distrust('701')).toMatch(/is open to other users/);
  });
});
