import { Text } from 'ink';
import type { ReactNode } from 'react';
import { encodeLine, type Line } from '../styled-text.ts';

/** Rows that already fit the screen. */
export function StyledRows({ rows }: { readonly rows: readonly Line[] }): ReactNode {
  if (rows.length === 0) return null;
  // A row without text would be dropped by the layout; a space keeps it.
  const text = rows.map((row) => encodeLine(row) || ' ').join('\n');
  return <Text wrap="truncate">{text}</Text>;
}
