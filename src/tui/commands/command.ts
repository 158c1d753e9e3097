/** What a slash command is, and what it may do. */
import { sanitizeLine } from '../../platform/terminal-text.ts';
import type { Op } from '../../session/ops.ts';
import type { Client } from '../../session/port.ts';
import type { SessionState } from '../../session/state.ts';
import type { CompletionItem } from '../input/completion.ts';
import type { Keymap } from '../keymap.ts';
import type { ListRequest } from '../picker/picker-control.ts';
import type { TuiServices } from '../services.ts';
import type { Line } from '../styled-text.ts';
import type { Theme } from '../theme/theme.ts';

/** The theme that is in use, and the way to another one. */
export interface ThemeSwitch {
  /** `auto` among them. */
  names(): readonly string[];
  /** The name in the settings. */
  current(): string;
  /** Everything that is drawn from now on has this theme. */
  choose(name: string): void;
}

/** The conversation as commands have it in their hands. */
export interface Chat {
  state(): SessionState;
  clients(): readonly Client[];
  send(op: Op): void;
  readonly services: TuiServices;
  readonly keymap: Keymap;
  readonly themes: ThemeSwitch | undefined;
  /** The theme of what is drawn now. */
  readonly theme: Theme;
  /** Prints lines into the scrollback. */
  print(lines: readonly Line[]): void;
  /** Prints a sentence. */
  say(text: string): void;
  /** Shows a line below the input for the moment. */
  hint(text: string): void;
  /** Shows what went wrong and what to do next. */
  fail(error: unknown): void;
  /** Opens a list, with something typed into its filter already. */
  openList(request: ListRequest, filter?: string): void;
  /** Prints turns of the conversation again, from and to an index. */
  printTurns(from: number, to: number): void;
  /** Puts a message that was sent back into the input; sending it forks before it. */
  editTurn(index: number): void;
  leave(): void;
}

export interface SlashCommand {
  readonly name: string;
  readonly argument?: string;
  readonly summary: string;
  /** More than fits on a line, for `/help name`. */
  readonly details?: string;
  /** Everything that could stand behind it, best first; what was typed of it filters them. */
  complete?(services: TuiServices, signal: AbortSignal): Promise<readonly CompletionItem[]>;
  /**
   * May take its time: `signal` is aborted by Escape and when the front end ends. What it throws is
   * shown as a message.
   */
  run(chat: Chat, argument: string, signal: AbortSignal): void | Promise<void>;
}

/** Words that may stand behind a command, for completion. */
export function words(names: readonly string[]): readonly CompletionItem[] {
  return names.map((name) => ({ label: sanitizeLine(name), replacement: name }));
}
