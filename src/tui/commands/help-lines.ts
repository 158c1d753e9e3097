/** What /help and /keys show: the two tables, nothing of their own. */
import type { Keymap } from '../keymap.ts';
import { type Line, plainLine, span } from '../styled-text.ts';
import type { Theme } from '../theme/theme.ts';
import type { SlashCommand } from './command.ts';

/** Commands and keys in two columns. */
export function helpLines(
  { commands, keymap }: { readonly commands: readonly SlashCommand[]; readonly keymap: Keymap },
  theme: Theme,
): readonly Line[] {
  const rows = commands.map((command) => [usage(command), command.summary]);
  const keys = keymap.bindings
    .filter((binding) => binding.keys.length > 0)
    .map((binding) => [binding.keys.join(', '), binding.description]);
  return [
    [span('Commands', theme.heading)],
    ...columns(rows, theme),
    [],
    [span('Keys', theme.heading)],
    ...columns(keys, theme),
    [],
    [span('@path puts a file into the message, !command runs it in the shell.', theme.muted)],
    [span('/help with the name of a command says more about it.', theme.muted)],
  ];
}

/** One command with all that is known of it. */
export function commandHelp(command: SlashCommand, theme: Theme): readonly Line[] {
  const details = command.details === undefined ? [] : [plainLine(command.details)];
  return [[span(usage(command), theme.accent)], plainLine(`${command.summary}.`), ...details];
}

/** Every key with the name of what it does, for who wants to change it. */
export function keyLines({ bindings }: Keymap, theme: Theme): readonly Line[] {
  const rows = bindings.map(({ action, keys, description }) => [
    keys.length === 0 ? '(none)' : keys.join(', '),
    `${description} [${action}]`,
  ]);
  const note = 'A key of your own: [tui.keys] in the config, as in retry = ["F5"].';
  return [[span('Keys', theme.heading)], ...columns(rows, theme), [], plainLine(note, theme.muted)];
}

function usage({ name, argument }: SlashCommand): string {
  return `/${name}${argument === undefined ? '' : ` ${argument}`}`;
}

/** Beyond this a long name stands alone, so that one does not push all texts to the right. */
const MAX_NAME_COLUMNS = 30;

function columns(pairs: readonly (readonly string[])[], theme: Theme): readonly Line[] {
  const widths = pairs
    .map(([name = '']) => name.length)
    .filter((width) => width <= MAX_NAME_COLUMNS);
  const width = Math.max(0, ...widths) + 2;
  return pairs.map(([name = '', text = '']) => [
    span(name.length < width ? name.padEnd(width) : `${name}  `, theme.accent),
    span(text),
  ]);
}
