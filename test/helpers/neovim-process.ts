/** One real Neovim: what a test asks of it, types into it and sees of it. Start one by neovim.ts. */
import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { Changes } from './changes.ts';
import { NeovimRpc } from './neovim-rpc.ts';
import { type Highlight, NeovimScreen, type Place } from './neovim-screen.ts';
import type { TestHome } from './zeke.ts';

export interface NeovimExit {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}
/** An autocommand that ran, as `recordEvents` tells it. */
export interface RecordedEvent {
  readonly event: string;
  readonly match: string;
  /** What `nvim_exec_autocmds` was given as data; null where it was given none. */
  readonly data: unknown;
}
const CLOSE_LIMIT_MS = 60_000;
const RECHECK_MS = 20;
const RECORD_EVENTS = `
  local channel, method, events, pattern = ...
  vim.api.nvim_create_autocmd(events, {
    pattern = pattern,
    callback = function(args)
      vim.rpcnotify(channel, method, { event = args.event, match = args.match, data = args.data or vim.NIL })
    end,
  })`;

export class Neovim {
  /** Requests and notifications, where the methods here are not enough. */
  readonly rpc: NeovimRpc;
  readonly home: TestHome;
  readonly pid: number;
  /** Resolves when the process has ended, however it did. */
  readonly exit: Promise<NeovimExit>;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #ownsHome: boolean;
  readonly #screen = new NeovimScreen();
  readonly #changes = new Changes();
  #stderr = '';
  #hasEnded = false;
  #lastRecording = 0;

  /** Use `startNeovim`, or `start` of a `NeovimKind`. */
  constructor(
    child: ChildProcessByStdio<Writable, Readable, Readable>,
    home: TestHome,
    ownsHome: boolean,
  ) {
    this.#child = child;
    this.home = home;
    this.#ownsHome = ownsHome;
    this.pid = child.pid ?? 0;
    this.rpc = new NeovimRpc(child.stdout, child.stdin);
    child.stderr.on('data', (chunk: Buffer) => {
      this.#stderr += chunk.toString();
    });
    this.rpc.onNotification('redraw', (events) => {
      if (this.#screen.apply(events)) this.#changes.tell();
    });
    this.exit = new Promise((resolve) => {
      const end = (why: string, exit: NeovimExit) => {
        this.#hasEnded = true;
        this.rpc.close(why);
        this.#changes.tell();
        resolve(exit);
      };
      child.on('error', (error) => end(error.message, { code: null, signal: null }));
      child.on('close', (code, signal) =>
        end(`Neovim ended (${signal ?? code})`, { code, signal }),
      );
    });
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** What it wrote to standard error. */
  get stderr(): string {
    return this.#stderr;
  }

  /** Calls a function of Neovim's API. A handle of a buffer or window goes back as it came. */
  request(method: string, ...args: readonly unknown[]): Promise<unknown> {
    return this.rpc.request(method, args);
  }

  /**
   * Runs a chunk of Lua, with `...` being the arguments, and resolves to what it returns:
   * `await neovim.lua<number>('return ... + 1', 2)`. Lua's nil is null, an empty table is `[]`.
   */
  async lua<Result = unknown>(code: string, ...args: readonly unknown[]): Promise<Result> {
    return (await this.request('nvim_exec_lua', code, args)) as Result;
  }

  /** Runs an Ex command; rejects with the error that a person would see. */
  async command(command: string): Promise<void> {
    await this.request('nvim_command', command);
  }

  /**
   * Types keys, as in `:help keycodes`: `ihello<Esc>`. They are queued, not done, when this
   * resolves: wait for what they do. A `<` of its own is `<LT>`.
   */
  async input(keys: string): Promise<void> {
    await this.request('nvim_input', keys);
  }

  /** The lines of a buffer, the current one unless told. */
  lines(buffer = 0): Promise<readonly string[]> {
    return this.lua('return vim.api.nvim_buf_get_lines(..., 0, -1, false)', buffer);
  }

  /** Replaces the text of a buffer, the current one unless told. */
  async setLines(lines: readonly string[], buffer = 0): Promise<void> {
    await this.request('nvim_buf_set_lines', buffer, 0, -1, false, lines);
  }

  /** What `:messages` lists. */
  messages(): Promise<string> {
    return this.lua('return vim.api.nvim_exec2("messages", { output = true }).output');
  }

  /** The rows of the last whole screen, without blank space at their ends. */
  screen(): readonly string[] {
    return this.#screen.lines();
  }

  /** Where the text is first shown, reading from the top. */
  find(text: string): Place | undefined {
    return this.#screen.find(text);
  }

  /** How the cell looks and by which groups; rows and columns count from 0, in cells. */
  highlightAt(row: number, column: number): Highlight {
    return this.#screen.highlightAt({ row, column });
  }

  /** How the first character of the text looks, where it is first shown. */
  highlightOf(text: string): Highlight {
    const place = this.#screen.find(text);
    if (place === undefined) throw this.#failure(`${JSON.stringify(text)} is not shown`);
    return this.#screen.highlightAt(place);
  }

  /** Where the cursor is shown. */
  get cursor(): Place {
    return this.#screen.cursor;
  }

  /** As Neovim names it for its UIs: normal, insert, visual, cmdline_normal and so on. */
  get mode(): string {
    return this.#screen.mode;
  }

  /**
   * Waits until a row of the screen holds the text, or the screen is as the function wants it;
   * resolves to its rows. `what` names it where it fails.
   */
  async waitForScreen(
    wanted: string | ((lines: readonly string[]) => boolean),
    what = typeof wanted === 'string' ? JSON.stringify(wanted) : String(wanted),
  ): Promise<readonly string[]> {
    const isWanted = (lines: readonly string[]) =>
      typeof wanted === 'string' ? lines.some((line) => line.includes(wanted)) : wanted(lines);
    return await this.#changes.until({ ...this.#wait(what), ask: () => this.screen(), isWanted });
  }

  /**
   * Waits until a Lua expression is true in Lua's sense, or the function's value in JavaScript's,
   * and resolves to the value. It is asked again after each redraw and notification, and now and
   * then for what neither of them tells. A Lua error ends the wait.
   */
  async waitFor<Value = unknown>(
    condition: string | (() => Value | Promise<Value>),
    what = String(condition),
  ): Promise<Value> {
    const isLua = typeof condition === 'string';
    return await this.#changes.until<Value>({
      ...this.#wait(what),
      ask: isLua ? () => this.lua<Value>(`return ${condition}`) : condition,
      isWanted: isLua ? (value) => value !== null && value !== false : Boolean,
      recheckMs: RECHECK_MS,
    });
  }

  /** The arguments of the next notification of this name: `vim.rpcnotify(1, "name", …)`. */
  async nextNotification(name: string): Promise<readonly unknown[]> {
    let received: readonly unknown[] | undefined;
    const stop = this.rpc.onNotification(name, (args) => {
      received ??= args;
      this.#changes.tell();
    });
    try {
      const wait = this.#wait(`the notification ${name}`);
      const isWanted = (args: readonly unknown[] | undefined) => args !== undefined;
      return (await this.#changes.until({ ...wait, ask: () => received, isWanted })) ?? [];
    } finally {
      stop();
    }
  }

  /**
   * Records autocommands from now on, into a list that grows:
   * `const events = await neovim.recordEvents('User', 'Zeke*')`, and later
   * `await neovim.waitFor(() => events.find((one) => one.match === 'ZekeDone'))`.
   */
  async recordEvents(event: string, pattern: string): Promise<readonly RecordedEvent[]> {
    const recorded: RecordedEvent[] = [];
    this.#lastRecording += 1;
    const method = `test_event_${this.#lastRecording}`;
    this.rpc.onNotification(method, ([one]) => {
      recorded.push(one as RecordedEvent);
      this.#changes.tell();
    });
    const [channel] = (await this.request('nvim_get_api_info')) as [number];
    await this.lua(RECORD_EVENTS, channel, method, event, pattern);
    return recorded;
  }

  /** Quits as `:qa!` does, or ends one that does not listen, and removes its own home. */
  async close(): Promise<void> {
    if (!this.#hasEnded) await this.#quit();
    this.forgetHome();
  }

  /** Ends the process alone, at once, as a crash does; the home stays until `close`. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<NeovimExit> {
    this.#child.kill(signal);
    return await this.exit;
  }

  /** Removes the home where it is no one else's. */
  forgetHome(): void {
    if (this.#ownsHome) this.home.remove();
  }

  async #quit(): Promise<void> {
    const limit = setTimeout(() => this.#child.kill('SIGKILL'), CLOSE_LIMIT_MS);
    try {
      // One that waits for a key, at a prompt, would not take the command before that.
      const { blocking } = (await this.request('nvim_get_mode')) as { blocking: boolean };
      if (blocking) this.#child.kill('SIGKILL');
      else await this.command('qa!');
    } catch {
      // The answer is lost where Neovim is gone before it: all that is wanted is the end.
      this.#child.stdin.end();
    }
    await this.exit;
    clearTimeout(limit);
  }

  #wait(what: string) {
    return {
      whyHopeless: () => (this.#hasEnded ? 'Neovim ended' : undefined),
      fail: (why: string) => this.#failure(`${why} while waiting for ${what}`),
    };
  }

  #failure(why: string): Error {
    const rows = this.screen().map((line) => `| ${line}`);
    const stderr = this.#stderr === '' ? [] : ['Standard error:', this.#stderr];
    return new Error([`${why}. Mode ${this.mode}, and the screen:`, ...rows, ...stderr].join('\n'));
  }
}
