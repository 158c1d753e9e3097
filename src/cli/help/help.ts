/** Help texts from the registry, wrapped at the width of the terminal. */
import type { ArgumentSpec, CommandSpec, OptionSpec } from '../command.ts';
import { COMMANDS, DEFAULT_COMMAND } from '../registry.ts';
import { GLOBAL_OPTIONS } from '../specs/options.ts';
import { EXIT_CODES } from '../specs/reference.ts';

/** Wider lines are hard to read, narrower ones cannot hold an option and its text. */
const MAX_COLUMNS = 100;
const MIN_COLUMNS = 52;

/** `zeke --help`: what Zeke is, every command on a line, the global options. */
export function generalHelp(columns: number): string {
  const width = clampColumns(columns);
  const commands = COMMANDS.map((command) => [command.name, command.summary] as const);
  return joinSections([
    wrap('Zeke, an AI copilot for people who live in a terminal and in Neovim.', width, 0),
    section('Usage', [
      `  ${usageOf(DEFAULT_COMMAND).replace(' chat', '')}`,
      '  zeke <command> [arguments] [options]',
    ]),
    section('Commands', table(commands, width)),
    section('Options', table(GLOBAL_OPTIONS.map(optionRow), width)),
    section(
      'Exit codes',
      table(
        EXIT_CODES.map(({ name, description }) => [name, description]),
        width,
      ),
    ),
    wrap('zeke help <command> shows the options of a command.', width, 0),
  ]);
}

/** `zeke help <command>`. */
export function commandHelp(command: CommandSpec, columns: number): string {
  const width = clampColumns(columns);
  const about = [wrap(`${command.summary}.`, width, 0)];
  if (command.description !== undefined) about.push(wrap(command.description, width, 0));
  const examples = command.examples.flatMap((example) => [
    `  ${example.command}`,
    wrap(example.description, width, 6),
  ]);
  return joinSections([
    ...about,
    section('Usage', [`  ${usageOf(command)}`]),
    section('Arguments', table(command.arguments.map(argumentRow), width)),
    section('Options', table(command.options.map(optionRow), width)),
    section('Options of every command', table(GLOBAL_OPTIONS.map(optionRow), width)),
    section('Examples', examples),
  ]);
}

/** One line such as `zeke review [range] [options]`. */
export function usageOf(command: CommandSpec): string {
  const words = command.arguments.map((argument) => {
    const dots = argument.isRepeated === true ? '...' : '';
    const name = `${argument.name}${dots}`;
    return argument.isOptional === true ? `[${name}]` : `<${name}>`;
  });
  return ['zeke', command.name, ...words, '[options]'].join(' ');
}

/** `-m, --model PROVIDER/MODEL` and what it does, with the values it may have. */
export function optionRow(option: OptionSpec): readonly [string, string] {
  const short = option.short === undefined ? '    ' : `-${option.short}, `;
  const value = option.value === undefined ? '' : ` ${option.value}`;
  const choices = option.choices === undefined ? '' : ` (${option.choices.join(', ')})`;
  return [`${short}--${option.name}${value}`, option.description + choices];
}

/** The name of an argument and what it is, with the values it may have. */
export function argumentRow(argument: ArgumentSpec): readonly [string, string] {
  const choices = argument.choices === undefined ? '' : ` (${argument.choices.join(', ')})`;
  return [argument.name, argument.description + choices];
}

function clampColumns(columns: number): number {
  return Math.max(MIN_COLUMNS, Math.min(columns, MAX_COLUMNS));
}

function joinSections(sections: readonly string[]): string {
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [`${title}:`, ...lines].join('\n');
}

/** Two columns; where the left one is too wide for the line, its text goes on the next. */
function table(rows: readonly (readonly [string, string])[], width: number): readonly string[] {
  const widest = Math.max(0, ...rows.map(([name]) => name.length));
  const leftWidth = Math.min(widest, Math.floor(width * 0.4));
  const indent = leftWidth + 4;
  return rows.map(([name, text]) => {
    const wrapped = wrap(text, width, indent);
    if (name.length > leftWidth) return `  ${name}\n${wrapped}`;
    return `  ${name.padEnd(leftWidth)}  ${wrapped.slice(indent)}`;
  });
}

/** Breaks at spaces, every line indented; a word longer than the line stands alone. */
function wrap(text: string, width: number, indent: number): string {
  const margin = ' '.repeat(indent);
  const lines: string[] = [];
  let line = margin;
  for (const word of text.split(' ')) {
    const isEmpty = line.length === margin.length;
    if (!isEmpty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = margin + word;
    } else {
      line += isEmpty ? word : ` ${word}`;
    }
  }
  return [...lines, line].join('\n');
}
