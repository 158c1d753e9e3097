import { Text, useAnimation } from 'ink';
import type { ReactNode } from 'react';
import { encodeLine, span } from '../styled-text.ts';
import type { Theme } from '../theme/theme.ts';

const FRAMES = ['⠋', '⠙', '⠸', '⠴', '⠦', '⠇'];
/** Eight frames a second: enough to see that it lives, little to pay for. */
const INTERVAL_MS = 125;

interface SpinnerProps {
  readonly text: string;
  readonly theme: Theme;
}

/** Only mounted while something is waited for, so that no timer runs at other times. */
export function Spinner({ text, theme }: SpinnerProps): ReactNode {
  const { frame } = useAnimation({ interval: INTERVAL_MS });
  const mark = FRAMES[frame % FRAMES.length] ?? '';
  const line = [span(`${mark} `, theme.accent), span(text, theme.muted)];
  return <Text wrap="truncate">{encodeLine(line)}</Text>;
}
