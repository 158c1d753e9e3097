/** Whatever a proposal is and whatever is typed meanwhile: no hunk ever lands on a wrong line. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { describeNeovims } from '../../helpers/neovim.ts';
import { startWithLines } from '../../helpers/proposals.ts';

const ROUNDS = 2000;
const FIRST_SEED = Number(process.env.ZEKE_FUZZ_SEED ?? 1);
const rounds = readFileSync(new URL('random_rounds.lua', import.meta.url), 'utf8');

describeNeovims('random proposals and edits', (kind) => {
  it('merge exactly, or are refused', async () => {
    const neovim = await startWithLines(kind, []);
    expect(await neovim.lua(rounds, FIRST_SEED, ROUNDS)).toEqual([]);
  });
});
