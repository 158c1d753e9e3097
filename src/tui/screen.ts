/** What every way of showing the conversation offers to the one who runs it. */
import type { Environment } from '../platform/env.ts';
import type { Terminal } from '../platform/terminal/terminal.ts';
import type { ChatController } from './controller.ts';
import type { TuiServices } from './services.ts';
import type { TuiSettings } from './settings.ts';
import type { TerminalLoan } from './terminal-loan.ts';
import type { Theme } from './theme/theme.ts';

export interface Screen {
  /** Resolves when everything is drawn and the terminal is no longer drawn on. */
  readonly closed: Promise<unknown>;
  close(): void;
  /** Something else has written on the terminal and changed its modes: takes it back, draws anew. */
  retake(): Promise<void>;
}

export interface ScreenOptions {
  readonly controller: ChatController;
  readonly services: TuiServices;
  readonly terminal: Terminal;
  readonly stderr: NodeJS.WriteStream;
  readonly env: Environment;
  readonly settings: TuiSettings;
  readonly theme: () => Theme;
  readonly loan: TerminalLoan;
  /** The first frame has been drawn. */
  readonly onFirstFrame: () => void;
}
