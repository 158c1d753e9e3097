/**
 * Every command there is. Help, completion, the manual and docs/cli.md are made from this table,
 * and nothing else is loaded for them.
 */
import type { CommandSpec } from './command.ts';
import { REVIEW_COMMAND } from './commands/review-spec.ts';
import { INDEX_COMMAND } from './specs/code-index.ts';
import {
  ASK_COMMAND,
  CHAT_COMMAND,
  COMMIT_COMMAND,
  EXPLAIN_COMMAND,
  HOST_COMMAND,
} from './specs/conversation.ts';
import { SESSIONS_COMMAND } from './specs/sessions.ts';
import {
  AUTH_COMMAND,
  COMPLETION_COMMAND,
  CONFIG_COMMAND,
  DOCTOR_COMMAND,
  HELP_COMMAND,
  MODELS_COMMAND,
} from './specs/setup.ts';

/** In the order in which help shows them. */
export const COMMANDS: readonly CommandSpec[] = [
  CHAT_COMMAND,
  ASK_COMMAND,
  REVIEW_COMMAND,
  EXPLAIN_COMMAND,
  COMMIT_COMMAND,
  MODELS_COMMAND,
  INDEX_COMMAND,
  SESSIONS_COMMAND,
  HOST_COMMAND,
  CONFIG_COMMAND,
  AUTH_COMMAND,
  DOCTOR_COMMAND,
  COMPLETION_COMMAND,
  HELP_COMMAND,
];

/** What runs when the first argument is no command: `zeke [prompt]`. */
export const DEFAULT_COMMAND = CHAT_COMMAND;

/** The command of that name, or undefined. */
export function findCommand(name: string): CommandSpec | undefined {
  return COMMANDS.find((command) => command.name === name);
}
