/** How the user wants the conversation to look and behave. The command line reads it, before the first paint. */

export interface TuiSettings {
  /** The name of a theme, or `auto`: by the terminal's background. */
  readonly theme: string;
  readonly viMode: boolean;
  /** Keys by action that replace those of the table, as the user wrote them. */
  readonly keys: ReadonlyMap<string, readonly string[]>;
  /** On the alternate screen, with a scroll view of our own. */
  readonly fullscreen: boolean;
  /** Plain lines that are only ever added. */
  readonly screenReader: boolean;
  /** How the end of a turn is told to somebody who looks elsewhere. */
  readonly notify: 'off' | 'bell' | 'osc9';
}

export const DEFAULT_SETTINGS: TuiSettings = {
  theme: 'auto',
  viMode: false,
  keys: new Map(),
  fullscreen: false,
  screenReader: false,
  notify: 'off',
};
