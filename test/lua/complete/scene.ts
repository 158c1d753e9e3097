/** A Neovim with ghost text, and the other end of its socket, for the tests of it. */
import type { NeovimKind } from '../../helpers/neovim.ts';
import type { Neovim } from '../../helpers/neovim-process.ts';
import {
  type AnswerAsk,
  type ScriptedZeke,
  startScriptedZeke,
} from '../../helpers/scripted-zeke.ts';

/** By extmarks everywhere, and by Neovim itself where it can. */
export const BACKENDS = ['extmarks', 'auto'] as const;
type Backend = (typeof BACKENDS)[number] | 'lsp';

export interface Scene {
  readonly neovim: Neovim;
  readonly zeke: ScriptedZeke;
}
interface SceneOptions {
  readonly backend?: Backend;
  /** More of `completion`; its `enabled` is true unless it stands here. */
  readonly completion?: string;
}

const KEYS = `
  for lhs, name in pairs({ ["<F2>"] = "accept", ["<F3>"] = "accept-word", ["<F4>"] = "accept-line",
      ["<F5>"] = "next", ["<F6>"] = "previous", ["<F7>"] = "dismiss", ["<F8>"] = "now" }) do
    vim.keymap.set("i", lhs, ("<Plug>(zeke-complete-%s)"):format(name))
  end`;

export async function openScene(
  kind: NeovimKind,
  answer: AnswerAsk,
  { backend = 'extmarks', completion = 'enabled = true' }: SceneOptions = {},
): Promise<Scene> {
  const zeke = await startScriptedZeke(answer);
  const settings = `debounce_ms = 1, backend = "${backend}", ${completion}`;
  const init = `vim.g.zeke = { completion = { ${settings} } }
    said = {}
    vim.notify = function(message) table.insert(said, message) end
    ${KEYS}`;
  return { neovim: await kind.start({ home: zeke.home, init }), zeke };
}

/** An answer with these texts. */
export function offer(...items: readonly string[]) {
  return { items, model: 'test/model', costUsd: 0, isCached: false };
}

/** Every question is answered with the same texts. */
export function always(...items: readonly string[]): AnswerAsk {
  return (ask) => ask.answer(offer(...items));
}
