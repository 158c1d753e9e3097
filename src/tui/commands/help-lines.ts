/** What /help shows: the two tables, nothing of its own. */

import { KEYMAP } from '../keymap.ts';
import { type Line, span } from '../styled-text.ts';
import type { Theme } from '../theme/theme.ts';
import { COMMANDS } from './commands.ts';

/** Commands and keys in two columns. */
export function helpLines(theme: Theme): readonly Line[] {
  const commands = COMMANDS.map(({ name, argument, summary }) => [
    `/${name}${argument === undefined ? '' : ` ${argument}`}`,
    summary,
  ]);
  const keys = KEYMAP.map(({ keys, description }) => [keys.join(', '), description]);
  return [
    [span('Commands', theme.heading)],
    ...rows(commands, theme),
    [],
    [span('Keys', theme.heading)],
    ...rows(keys, theme),
    [],
    [span('@path puts a file into the message.', theme.muted)],
  ];
}

function rows(pairs: readonly (readonly string[])[], theme: Theme): readonly Line[] {
  const width = Math.max(...pairs.map(([name = '']) => name.length)) + 2;
  return pairs.map(([name = '', text = '']) => [
    span(name.padEnd(width), theme.accent),
    span(text),
  ]);
}
