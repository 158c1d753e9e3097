import { useInput, usePaste } from 'ink';
import type { ChatController } from '../controller.ts';
import { keystrokesOf } from '../input/keystrokes.ts';

/** Hands keys and pastes to the controller. */
export function useKeys(controller: ChatController): void {
  useInput((input, key) => controller.takeStrokes(keystrokesOf(input, key)));
  usePaste((text) => controller.takePaste(text));
}
