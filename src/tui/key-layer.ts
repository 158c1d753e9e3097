/** Who has the keys. The controller asks its layers in order; the first that uses a key ends its way. */
import type { KeyAction } from './keymap.ts';

export interface KeyPress {
  /** As in the table of keys: `Ctrl+O`, `Enter`, `Alt+B`. */
  readonly name: string;
  /** What the key means, by the table and the user's changes to it. */
  readonly action: KeyAction | undefined;
  /** The character of `Alt+…` as it was typed. */
  readonly typed?: string;
}

export interface KeyLayer {
  /** True when the key was used. */
  takeKey(key: KeyPress): boolean;
  /** True when the text was used: typed characters, never a control character. */
  takeText(text: string): boolean;
  takePaste(text: string): boolean;
}
