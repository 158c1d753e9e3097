/** The conversation on a screen of its own: the scroll view above, the same input below. */
import { Box, useApp, useCursor, useWindowSize } from 'ink';
import { type ReactNode, useInsertionEffect, useSyncExternalStore } from 'react';
import type { AppProps } from '../app.tsx';
import { FrameBottom } from '../components/frame-bottom.tsx';
import { Spinner } from '../components/spinner.tsx';
import { StyledRows } from '../components/styled-rows.tsx';
import { layoutFrame } from '../frame/frame-layout.ts';
import { useCursorShape } from '../hooks/use-cursor-shape.ts';
import { useKeys } from '../hooks/use-keys.ts';
import { type Line, plainLine, truncateLine } from '../styled-text.ts';
import type { Theme } from '../theme/theme.ts';
import type { ScrollView } from './scroll-view.ts';

interface FullscreenAppProps extends AppProps {
  readonly scroll: ScrollView;
}

export function FullscreenApp({
  controller,
  services,
  loan,
  scroll,
  ...props
}: FullscreenAppProps): ReactNode {
  const theme = props.theme();
  const { suspendTerminal } = useApp();
  const snapshot = useSyncExternalStore(controller.subscribe, controller.getSnapshot);
  const { columns, rows } = useWindowSize();
  const { setCursorPosition } = useCursor();
  useKeys();
  useCursorShape(snapshot.prompt.mode);
  const frame = layoutFrame(snapshot, { theme, services, columns, rows, hidesLive: true });
  // The marker has a row of its own, so that nothing moves when it comes and goes.
  const viewRows = Math.max(0, rows - frame.height - 1);
  const { rows: shown, below } = scroll.window(snapshot.view, { columns, rows: viewRows });
  const blank: readonly Line[] = Array.from({ length: viewRows - shown.length }, () => []);
  setCursorPosition({ x: frame.cursor.x, y: frame.cursor.y + viewRows + 1 });
  useInsertionEffect(() => loan?.attach(suspendTerminal));
  return (
    <Box flexDirection="column">
      <StyledRows rows={[...shown, ...blank, markerRow(below, theme, columns)]} />
      {frame.activity === undefined ? null : <Spinner text={frame.activity} theme={theme} />}
      <StyledRows rows={frame.queue} />
      <FrameBottom frame={frame} theme={theme} />
    </Box>
  );
}

function markerRow(below: number, theme: Theme, columns: number): Line {
  if (below === 0) return [];
  const text = `↓ ${below} more ${below === 1 ? 'line' : 'lines'} below · End follows`;
  return truncateLine(plainLine(text, theme.accent), columns - 1);
}
