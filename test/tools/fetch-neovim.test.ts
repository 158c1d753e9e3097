/** What becomes of the Neovims that cannot be fetched. Fetching itself is what `pretest` does. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Neovims } from '../../tools/fetch-neovim.mjs';
import { readTestSetup } from '../helpers/test-setup.ts';

const TOOL = new URL('../../tools/fetch-neovim.mjs', import.meta.url).href;
const SCRIPT = `
  const { findOrFetchNeovims } = await import(${JSON.stringify(TOOL)});
  console.log(JSON.stringify(findOrFetchNeovims()));`;

/** A machine on which there is no apt: its PATH holds one folder. */
function makeMachine() {
  const folder = mkdtempSync(join(tmpdir(), 'zeke-fetch-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const programs = join(folder, 'bin');
  mkdirSync(programs);
  const find = (): Neovims => {
    const env = { PATH: programs, XDG_CACHE_HOME: folder };
    const args = ['--input-type=module', '-e', SCRIPT];
    return JSON.parse(execFileSync(process.execPath, args, { env, encoding: 'utf8' }));
  };
  return { folder, programs, find };
}

it('says why each is missing', () => {
  const { neovims, missing } = makeMachine().find();
  expect(neovims).toEqual([]);
  expect(missing.map(({ version }) => version)).toEqual(['0.10.4', '0.12.4']);
  expect(missing.map(({ why }) => why).filter((why) => !why.startsWith('there is no'))).toEqual([]);
});

it('takes the one that was fetched before, without a look at the mirror', () => {
  const { folder, find } = makeMachine();
  const program = join(folder, 'zeke-test/nvim-0.10.4/usr/bin/nvim');
  mkdirSync(join(program, '..'), { recursive: true });
  writeFileSync(program, '');
  expect(find().neovims).toEqual([{ version: '0.10.4', path: program }]);
});

it('uses an installed one for the version that it has', ({ skip }) => {
  const [installed] = readTestSetup().neovims;
  if (installed === undefined) return skip('there is no Neovim to install');
  const { programs, find } = makeMachine();
  symlinkSync(installed.path, join(programs, 'nvim'));
  const { neovims, missing } = find();
  expect(neovims).toEqual([{ version: installed.version, path: 'nvim' }]);
  expect(missing.map(({ version }) => version)).not.toContain(installed.version);
});
