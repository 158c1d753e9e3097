/** The slash commands in one table: what runs, what is completed, what /help and the docs show. */
import { nearestName } from '../../platform/nearest.ts';
import type { SlashCommand } from './command.ts';
import { GENERAL_COMMANDS, helpCommand } from './general-commands.ts';
import { MODEL_COMMANDS } from './model-commands.ts';
import { REPORT_COMMANDS } from './report-commands.ts';
import { SESSION_COMMANDS } from './session-commands.ts';
import { TURN_COMMANDS } from './turn-commands.ts';

export const COMMANDS: readonly SlashCommand[] = [
  helpCommand(() => COMMANDS),
  ...MODEL_COMMANDS,
  ...SESSION_COMMANDS,
  ...TURN_COMMANDS,
  ...REPORT_COMMANDS,
  ...GENERAL_COMMANDS,
];

export type ParsedInput =
  | { readonly type: 'message' }
  | { readonly type: 'command'; readonly command: SlashCommand; readonly argument: string }
  /** Looks like a command and is none; the nearest there is. */
  | { readonly type: 'unknown'; readonly name: string; readonly nearest: string };

/** Whether a text is a command. A path like `/usr/bin` is none. */
export function parseInput(text: string): ParsedInput {
  const match = /^\/([a-z-]+)(?:\s+([\s\S]*))?$/.exec(text.trim());
  if (match === null) return { type: 'message' };
  const [, name = '', argument = ''] = match;
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command !== undefined) return { type: 'command', command, argument: argument.trim() };
  const names = COMMANDS.map((candidate) => candidate.name);
  return { type: 'unknown', name, nearest: nearestName(name, names) ?? 'help' };
}

/** Commands that begin with what was typed, then those that have it inside. */
export function matchingCommands(query: string): readonly SlashCommand[] {
  const starting = COMMANDS.filter(({ name }) => name.startsWith(query));
  if (query.length < 2) return starting;
  const inside = COMMANDS.filter(({ name }) => !name.startsWith(query) && name.includes(query));
  return [...starting, ...inside];
}
