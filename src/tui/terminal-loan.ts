/** Lends the terminal to others: an editor, the shell. The renderer gives it back and draws anew after. */
import type { TuiSettings } from './settings.ts';
import { FOCUS_REPORTS } from './turn-notifier.ts';

/** What the renderer offers for it. */
export type SuspendTerminal = (work: () => Promise<void>) => Promise<unknown>;

/** Modes that the renderer knows nothing of. */
export interface OwnModes {
  readonly on: string;
  readonly off: string;
}

export class TerminalLoan {
  private readonly write: (text: string) => void;
  private readonly modes: OwnModes;
  private suspendTerminal: SuspendTerminal | undefined;
  private last: Promise<unknown> = Promise.resolve();

  constructor(write: (text: string) => void, modes: OwnModes) {
    this.write = write;
    this.modes = modes;
  }

  /** The renderer is there. */
  attach(suspendTerminal: SuspendTerminal): void {
    this.suspendTerminal = suspendTerminal;
  }

  /** Runs the work with the terminal as it was found; one after the other. */
  readonly lend = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const lent = this.last.then(() => this.lendNow(work));
    this.last = lent.catch(() => undefined);
    return lent;
  };

  private async lendNow<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.suspendTerminal === undefined) return work();
    const done = Promise.withResolvers<Result>();
    await this.suspendTerminal(async () => {
      this.write(this.modes.off);
      await work().then(done.resolve, done.reject);
      this.write(this.modes.on);
    });
    return done.promise;
  }
}

/** A bar: the input begins in insert mode, and is in it again after another program. */
const CURSOR_SHAPE: OwnModes = { on: '\x1b[6 q', off: '\x1b[0 q' };
/** The wheel would otherwise arrive as arrow keys on a screen of its own, and leaf through the history. */
const WHEEL_OFF: OwnModes = { on: '\x1b[?1007s\x1b[?1007l', off: '\x1b[?1007r' };

/** What is switched on beside the renderer, and off while another program has the terminal. */
export function ownModes({ screenReader, notify, viMode, fullscreen }: TuiSettings): OwnModes {
  if (screenReader) return { on: '', off: '' };
  const modes: readonly OwnModes[] = [
    ...(notify === 'off' ? [] : [FOCUS_REPORTS]),
    ...(viMode ? [CURSOR_SHAPE] : []),
    ...(fullscreen ? [WHEEL_OFF] : []),
  ];
  return { on: modes.map(({ on }) => on).join(''), off: modes.map(({ off }) => off).join('') };
}
