import { Text, Transform } from 'ink';
import type { ReactNode } from 'react';
import { encodeLine, type Line } from '../styled-text.ts';

/**
 * Rows that already fit the screen. The layout gets one cell for each, which becomes the row when
 * it is written: so it measures nothing, and takes no row apart to find out how wide it is.
 */
export function StyledRows({ rows }: { readonly rows: readonly Line[] }): ReactNode {
  if (rows.length === 0) return null;
  const encoded = rows.map(encodeLine);
  return (
    <Transform transform={(_cell, index) => encoded[index] ?? ''}>
      <Text>{rows.map(() => '.').join('\n')}</Text>
    </Transform>
  );
}
