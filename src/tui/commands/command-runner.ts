/** Carries out slash commands for a conversation, and shows what went wrong with one. */
import { errorMessage, ZekeError } from '../../platform/errors.ts';
import { sanitizeLine, sanitizeText } from '../../platform/terminal-text.ts';
import { type Line, plainLine, span } from '../styled-text.ts';
import type { Theme } from '../theme/theme.ts';
import type { Chat, SlashCommand } from './command.ts';

export class CommandRunner {
  private readonly chat: Chat;
  private running: AbortController | undefined;

  constructor(chat: Chat) {
    this.chat = chat;
  }

  /** Runs a command; one that takes its time ends the one before it. */
  run(command: SlashCommand, argument: string): void {
    this.stop();
    const controller = new AbortController();
    this.running = controller;
    const finish = () => {
      if (this.running === controller) this.running = undefined;
    };
    this.attempt(() => command.run(this.chat, argument, controller.signal), {
      signal: controller.signal,
      finish,
    });
  }

  /** Does something of a command's kind, for a key. */
  attempt(
    work: () => void | Promise<void>,
    options: { readonly signal?: AbortSignal; readonly finish?: () => void } = {},
  ): void {
    const { signal, finish } = options;
    const fail = (error: unknown) => {
      finish?.();
      if (signal?.aborted !== true) this.chat.fail(error);
    };
    try {
      const working = work();
      if (working === undefined) finish?.();
      else working.then(finish, fail);
    } catch (error) {
      fail(error);
    }
  }

  /** Stops what is still at work; false when nothing is. */
  stop(): boolean {
    const { running } = this;
    this.running = undefined;
    running?.abort();
    return running !== undefined;
  }
}

/** An error of a command as a message: what happened, and what to do next. */
export function failureLines(error: unknown, theme: Theme): readonly Line[] {
  const [first = '', ...rest] = sanitizeText(errorMessage(error)).split('\n');
  const hint = error instanceof ZekeError ? error.hint : undefined;
  return [
    [span('✗ ', theme.error), span(first, theme.error)],
    ...rest.map((line) => plainLine(`  ${line}`, theme.error)),
    ...(hint === undefined ? [] : [plainLine(`  ${sanitizeLine(hint)}`, theme.muted)]),
  ];
}
