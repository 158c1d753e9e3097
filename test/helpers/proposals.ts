/** Proposals of a test: opened in a real Neovim without a model. */

import type { NeovimKind, NeovimOptions } from './neovim.ts';
import type { Neovim } from './neovim-process.ts';

/** Messages go into the list `said`, where no prompt can hold the editor up. */
export const RECORD_MESSAGES = `
  said = {}
  vim.notify = function(message) table.insert(said, message) end`;

/** A Neovim whose messages are recorded, with these lines in its first buffer. */
export async function startWithLines(
  kind: NeovimKind,
  lines: readonly string[],
  options: NeovimOptions = {},
): Promise<Neovim> {
  const neovim = await kind.start({
    ...options,
    init: `${RECORD_MESSAGES}\n${options.init ?? ''}`,
  });
  await neovim.setLines(lines);
  return neovim;
}

/** Proposes lines for the current buffer; resolves to how many hunks are open there. */
export async function propose(neovim: Neovim, lines: readonly string[]): Promise<number> {
  return await neovim.lua(
    `require("zeke.edit").propose(0, { text = table.concat(..., "\\n"), title = "Test" })
     return #require("zeke.edit.proposal").open_hunks(vim.api.nvim_get_current_buf())`,
    lines,
  );
}

export async function waitForMessage(neovim: Neovim, part: string): Promise<void> {
  await neovim.waitFor(
    `(function() for _, one in ipairs(said) do if one:find(${JSON.stringify(part)}, 1, true) then return true end end end)()`,
    `the message ${part}`,
  );
}

/** How many proposals are open, in all buffers. */
export function countOpen(neovim: Neovim): Promise<number> {
  return neovim.lua('return #require("zeke.edit").list()');
}
