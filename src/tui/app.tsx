/** The layout of the conversation: the scrollback above, one short live frame below. */
import { Box, useApp, useCursor, useWindowSize } from 'ink';
import { type ReactNode, useInsertionEffect, useSyncExternalStore } from 'react';
import { FrameBottom } from './components/frame-bottom.tsx';
import { Scrollback } from './components/scrollback.tsx';
import { Spinner } from './components/spinner.tsx';
import { StyledRows } from './components/styled-rows.tsx';
import type { ChatController } from './controller.ts';
import { layoutFrame } from './frame/frame-layout.ts';
import type { ReflowGuard } from './frame/reflow-guard.ts';
import { useCursorShape } from './hooks/use-cursor-shape.ts';
import { useKeys } from './hooks/use-keys.ts';
import type { TuiServices } from './services.ts';
import type { TerminalLoan } from './terminal-loan.ts';
import type { Theme } from './theme/theme.ts';

export interface AppProps {
  readonly controller: ChatController;
  readonly services: TuiServices;
  readonly theme: () => Theme;
  /** Gets the renderer's way to give the terminal away for a while. */
  readonly loan?: TerminalLoan;
  /** Told of every frame. */
  readonly guard?: ReflowGuard;
}

export function App({ controller, services, guard, loan, ...props }: AppProps): ReactNode {
  const theme = props.theme();
  const { suspendTerminal } = useApp();
  const snapshot = useSyncExternalStore(controller.subscribe, controller.getSnapshot);
  const { columns, rows } = useWindowSize();
  const { setCursorPosition } = useCursor();
  useKeys();
  useCursorShape(snapshot.prompt.mode);
  const { view } = snapshot;
  const frame = layoutFrame(snapshot, { theme, services, columns, rows });
  setCursorPosition(snapshot.isLeaving ? undefined : frame.cursor);
  // Before the renderer writes the frame, and for every one of them.
  useInsertionEffect(() => {
    guard?.commit(frame);
    loan?.attach(suspendTerminal);
  });
  const scrollback = <Scrollback items={view.items} generation={view.generation} />;
  if (snapshot.isLeaving) return scrollback;
  return (
    <>
      {scrollback}
      <Box flexDirection="column">
        <StyledRows rows={frame.live} />
        {frame.activity === undefined ? null : <Spinner text={frame.activity} theme={theme} />}
        <StyledRows rows={frame.queue} />
        <FrameBottom frame={frame} theme={theme} />
      </Box>
    </>
  );
}
