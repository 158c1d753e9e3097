/** Turns argv into a command and its options, once, from the registry. */
import { parseArgs } from 'node:util';
import { ZekeError } from '../platform/errors.ts';
import { nearestName, slipsBetween } from '../platform/nearest.ts';
import type { CommandSpec, OptionSpec, OptionValue } from './command.ts';
import { COMMANDS, DEFAULT_COMMAND, findCommand } from './registry.ts';
import { GLOBAL_OPTIONS } from './specs/options.ts';

export interface CommandLine {
  readonly command: CommandSpec;
  /** False for `zeke [prompt]`, where the command was not named. */
  readonly isNamed: boolean;
  readonly positionals: readonly string[];
  readonly options: { readonly [name: string]: OptionValue };
  /** `--help` and `--version` win over everything, even over mistakes in the rest. */
  readonly show: 'help' | 'version' | undefined;
}

/**
 * Reads a command line. Options may stand before or after the command and between its arguments;
 * the word after an option that takes a value is its value whatever it looks like, and `--` ends
 * the options. Throws a ZekeError of kind `usage` that names the nearest valid word.
 */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  const { tokens } = parseArgs({
    args: [...argv],
    options: parserOptions(),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const { command, isNamed, words } = splitWords(tokens);
  const optionTokens = tokens.filter((token) => token.kind === 'option');
  const show = requestedText(optionTokens);
  if (show !== undefined) return { command, isNamed, positionals: words, options: {}, show };
  const options = readOptions(command, isNamed, optionTokens);
  const isLiteral = tokens[0]?.kind === 'option-terminator';
  if (!isNamed && !isLiteral) refuseMistypedCommand(words);
  checkPositionals(command, words);
  return { command, isNamed, positionals: words, options, show };
}

type Token = NonNullable<ReturnType<typeof parseArgs>['tokens']>[number];
type OptionToken = Extract<Token, { kind: 'option' }>;

/**
 * Options of all commands: the parser must know which take a value before it sees the command. What
 * a short name stands for is the command's own.
 */
function parserOptions(): Record<string, { type: 'string' | 'boolean'; short?: string }> {
  const all = [GLOBAL_OPTIONS, ...COMMANDS.map((command) => command.options)].flat();
  const types = all.map((option) => [option.name, { type: parserType(option) }] as const);
  const shorts = all.flatMap((option) =>
    option.short === undefined
      ? []
      : [[option.name, { type: parserType(option), short: option.short }] as const],
  );
  return Object.fromEntries([...types, ...shorts]);
}

function parserType({ value }: OptionSpec): 'string' | 'boolean' {
  return value === undefined ? 'boolean' : 'string';
}

/** The command is the first word, unless `--` came before it. */
function splitWords(tokens: readonly Token[]): {
  readonly command: CommandSpec;
  readonly isNamed: boolean;
  readonly words: readonly string[];
} {
  const words = tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : []));
  const first = tokens.find((token) => token.kind !== 'option');
  const command = first?.kind === 'positional' ? findCommand(first.value) : undefined;
  if (command === undefined) return { command: DEFAULT_COMMAND, isNamed: false, words };
  return { command, isNamed: true, words: words.slice(1) };
}

function requestedText(tokens: readonly OptionToken[]): 'help' | 'version' | undefined {
  if (tokens.some((token) => token.name === 'help')) return 'help';
  return tokens.some((token) => token.name === 'version') ? 'version' : undefined;
}

function readOptions(
  command: CommandSpec,
  isNamed: boolean,
  tokens: readonly OptionToken[],
): Record<string, OptionValue> {
  const own = [...GLOBAL_OPTIONS, ...command.options];
  const known = new Map(own.map((option) => [option.name, option]));
  const shorts = new Map(own.map((option) => [option.short, option]));
  const values: Record<string, OptionValue> = {};
  for (const token of tokens) {
    const isLong = token.rawName.startsWith('--');
    const option = isLong ? known.get(token.name) : shorts.get(token.rawName.slice(1));
    if (option === undefined) throw unknownOption(token, known.keys(), isNamed ? command : null);
    const value = readValue(option, token);
    values[option.name] = option.isRepeated
      ? [...((values[option.name] as readonly string[] | undefined) ?? []), String(value)]
      : value;
  }
  return values;
}

function readValue(option: OptionSpec, token: OptionToken): string | boolean {
  if (option.value === undefined) {
    if (token.value === undefined) return true;
    throw new ZekeError('usage', `${token.rawName} takes no value.`);
  }
  if (token.value === undefined) {
    throw new ZekeError(
      'usage',
      `${token.rawName} needs a value: --${option.name} ${option.value}`,
    );
  }
  checkChoice(`--${option.name}`, token.value, option.choices);
  return token.value;
}

function unknownOption(
  token: OptionToken,
  known: Iterable<string>,
  command: CommandSpec | null,
): ZekeError {
  const nearest = nearestName(token.name, known);
  const where = command === null ? '' : ` for "zeke ${command.name}"`;
  const typed = quoted(token.rawName);
  return new ZekeError('usage', `Unknown option ${typed}${where}; the nearest is --${nearest}.`);
}

/** A word that is this few slips from a command was meant as one. */
const MAX_SLIPS = 2;

/** `zeke modles` is a slip, not a prompt; prompts of one odd word still work after `--`. */
function refuseMistypedCommand(words: readonly string[]): void {
  const [word] = words;
  if (word === undefined || !/^[a-z][a-z-]*$/.test(word)) return;
  const nearest = nearestName(
    word,
    COMMANDS.map((command) => command.name),
  );
  if (nearest === undefined) return;
  const slips = slipsBetween(word, nearest);
  if (slips > MAX_SLIPS || slips > Math.floor(nearest.length / 3)) return;
  throw new ZekeError('usage', `Unknown command ${quoted(word)}; the nearest is "${nearest}".`);
}

function checkPositionals(command: CommandSpec, words: readonly string[]): void {
  const specs = command.arguments;
  specs.forEach((spec, index) => {
    const word = words[index];
    if (word !== undefined) checkChoice(spec.name, word, spec.choices);
    else if (!spec.isOptional) {
      const choices = spec.choices === undefined ? '' : ` (${spec.choices.join(', ')})`;
      const usage = `"zeke ${command.name}" needs <${spec.name}>${choices}.`;
      throw new ZekeError('usage', `${usage} See zeke help ${command.name}.`);
    }
  });
  const surplus = words[specs.length];
  if (surplus !== undefined && specs.at(-1)?.isRepeated !== true) {
    const usage = `"zeke ${command.name}" does not know what to do with ${quoted(surplus)}.`;
    throw new ZekeError('usage', `${usage} See zeke help ${command.name}.`);
  }
}

function checkChoice(what: string, value: string, choices: readonly string[] | undefined): void {
  if (choices === undefined || choices.includes(value)) return;
  const nearest = nearestName(value, choices);
  const list = choices.join(', ');
  throw new ZekeError(
    'usage',
    `${quoted(value)} is no ${what}; the nearest is "${nearest}" (of ${list}).`,
  );
}

/** What somebody typed, for an error line: quoted, and not endless. */
function quoted(text: string): string {
  const characters = [...text];
  const shown = characters.length > 60 ? `${characters.slice(0, 59).join('')}…` : text;
  return JSON.stringify(shown);
}
