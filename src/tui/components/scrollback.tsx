import { Static, Text, Transform } from 'ink';
import { memo, type ReactNode } from 'react';
import { encodeLine, type Line } from '../styled-text.ts';
import type { TranscriptItem } from '../transcript/transcript.ts';

interface ScrollbackProps {
  readonly items: readonly TranscriptItem[];
  readonly generation: number;
}

/**
 * What is finished. Each item is written to the terminal's own scrollback once and never again;
 * memoised, because a render of this costs a frame even when nothing was added.
 */
export const Scrollback = memo(function Scrollback({ items, generation }: ScrollbackProps) {
  return (
    <Static key={generation} items={[...items]}>
      {(item) => <LogicalLines key={item.id} lines={item.lines} />}
    </Static>
  );
});

/**
 * Lines as long as they are. The layout would cut them to the width of the screen and so put line
 * breaks into what people copy; it is given one cell for each line, which becomes the line when it
 * is written. The terminal wraps it, and wraps it anew when its size changes.
 */
function LogicalLines({ lines }: { readonly lines: readonly Line[] }): ReactNode {
  const encoded = lines.map(encodeLine);
  return (
    <Transform transform={(_cell, index) => encoded[index] ?? ''}>
      <Text>{lines.map(() => '.').join('\n')}</Text>
    </Transform>
  );
}
