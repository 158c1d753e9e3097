/** A conversation made by hand, told to the plugin as Zeke tells it: no process, no socket. */
import type { Neovim } from '../helpers/neovim-process.ts';

/** What a Neovim without any Zeke is started with; what it says is kept in `said`. */
export const ALONE = `
  vim.g.zeke = vim.tbl_deep_extend("force", { binary = "/nowhere/zeke" }, vim.g.zeke or {})
  said = {}
  vim.notify = function(message) table.insert(said, message) end`;

const NO_USAGE = { inputTokens: 0, outputTokens: 0, cachedTokens: 0, reasoningTokens: 0 };
type Fields = Readonly<Record<string, unknown>>;

/** A finished turn, as it stands in a state. */
export function turn(id: string, question: string, answer: string, more: Fields = {}): Fields {
  return {
    id,
    model: 'test/one',
    message: { text: question },
    context: [],
    parts: [{ type: 'text', step: 1, text: answer }],
    usage: NO_USAGE,
    step: 1,
    endReason: 'stop',
    startedAt: 1,
    changes: [],
    isUndone: false,
    isRetracted: false,
    ...more,
  };
}

export class Conversation {
  readonly #neovim: Neovim;
  #seq = 100;

  constructor(neovim: Neovim) {
    this.#neovim = neovim;
  }

  /** Another conversation takes the place of the one that was there. */
  async replace(turns: readonly Fields[] = [], more: Fields = {}): Promise<void> {
    const state = {
      sessionId: 's1',
      project: this.#neovim.home.project,
      title: 'A title',
      model: 'test/one',
      createdAt: 1,
      updatedAt: 1,
      seq: this.#seq,
      turns,
      earlierTurnCount: 0,
      queue: [],
      clearedTurnCount: 0,
      notices: [],
      usage: NO_USAGE,
      ...more,
    };
    await this.#receive('state', state);
  }

  /** What happens next, in one batch. */
  async tell(...events: readonly Fields[]): Promise<void> {
    const numbered = events.map((event) => {
      this.#seq += 1;
      return { seq: this.#seq, at: this.#seq, turnId: 't1', ...event };
    });
    await this.#receive('events', numbered);
  }

  /** A turn begins with this message. */
  async begin(text: string, more: Fields = {}): Promise<void> {
    await this.tell({ type: 'turn-start', model: 'test/one', message: { text }, ...more });
  }

  /** The answer goes on. */
  async answer(text: string): Promise<void> {
    await this.tell({ type: 'text-delta', text });
  }

  async end(reason = 'stop'): Promise<void> {
    await this.tell({ type: 'turn-end', reason });
  }

  /** The lines of the conversation's buffer. */
  async lines(): Promise<readonly string[]> {
    return await this.#neovim.lua(
      'return vim.api.nvim_buf_get_lines(vim.fn.bufnr("^zeke://chat$"), 0, -1, false)',
    );
  }

  async #receive(kind: string, value: unknown): Promise<void> {
    await this.#neovim.lua('require("zeke.rpc").receive(...)', kind, JSON.stringify(value));
  }
}
