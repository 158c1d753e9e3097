/** Whatever a proposal is and whatever is typed meanwhile: no hunk ever lands on a wrong line. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { describeNeovims } from '../../helpers/neovim.ts';
import { startWithLines } from '../../helpers/proposals.ts';

/** In parts, each of which has a limit of its own: all of them take minutes on a busy machine. */
const PARTS = [0, 1, 2, 3];
const ROUNDS_OF_PART = 500;
const FIRST_SEED = Number(process.env.ZEKE_FUZZ_SEED ?? 1);
const rounds = readFileSync(new URL('random_rounds.lua', import.meta.url), 'utf8');

describeNeovims('random proposals and edits', (kind) => {
  it.each(PARTS)('merge exactly, or are refused: part %i', async (part) => {
    const neovim = await startWithLines(kind, []);
    const seed = FIRST_SEED + part * ROUNDS_OF_PART;
    expect(await neovim.lua(rounds, seed, ROUNDS_OF_PART)).toEqual([]);
  });
});
