import { useStdout } from 'ink';
import { useEffect } from 'react';
import type { ViMode } from '../input/vi/vi-state.ts';

const BAR = '\x1b[6 q';
const BLOCK = '\x1b[2 q';
const USUAL = '\x1b[0 q';

/** A bar while text is inserted, a block otherwise; nothing where the input knows no modes. */
export function useCursorShape(mode: ViMode | undefined): void {
  const { stdout } = useStdout();
  const hasModes = mode !== undefined;
  useEffect(() => {
    if (mode !== undefined) stdout.write(mode === 'insert' ? BAR : BLOCK);
  }, [mode, stdout]);
  useEffect(() => {
    if (!hasModes) return undefined;
    return () => void stdout.write(USUAL);
  }, [hasModes, stdout]);
}
