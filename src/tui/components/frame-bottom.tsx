import type { ReactNode } from 'react';
import type { FrameLayout } from '../frame/frame-layout.ts';
import type { Theme } from '../theme/theme.ts';
import { Picker } from './picker.tsx';
import { StyledRows } from './styled-rows.tsx';

interface FrameBottomProps {
  readonly frame: FrameLayout;
  readonly theme: Theme;
}

/** The input, or the list in its place, with what stands around it. */
export function FrameBottom({ frame, theme }: FrameBottomProps): ReactNode {
  const { gap, popup, input, picker, status } = frame;
  if (picker === undefined) return <StyledRows rows={[...gap, ...popup, ...input, ...status]} />;
  return (
    <>
      <StyledRows rows={[...gap, ...popup]} />
      <Picker picker={picker} theme={theme} />
      <StyledRows rows={status} />
    </>
  );
}
