import { usePaste } from 'ink';

/**
 * Puts the terminal into the modes that keys are read in: raw, and with pastes in brackets. What is
 * read goes to the controller before the renderer sees it: see input/keys/keyboard.ts.
 */
export function useKeys(): void {
  usePaste(() => undefined);
}
