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

export interface LoanOptions {
  readonly write: (text: string) => void;
  readonly modes: OwnModes;
  /**
   * Nothing may be drawn while it is lent: the renderer throws away what it is given meanwhile, and
   * what is written to the scrollback is given to it once.
   */
  readonly onHold: (isHeld: boolean) => void;
}

export class TerminalLoan {
  private readonly options: LoanOptions;
  private suspendTerminal: SuspendTerminal | undefined;
  private last: Promise<unknown> = Promise.resolve();

  constructor(options: LoanOptions) {
    this.options = options;
  }

  /** The renderer is there. */
  attach(suspendTerminal: SuspendTerminal): void {
    this.suspendTerminal = suspendTerminal;
  }

  /**
   * Runs the work with the terminal as it was found; one after the other. `prepare` is called when
   * nothing is drawn any more and the last frame still stands there.
   */
  readonly lend = <Result>(work: () => Promise<Result>, prepare?: () => void): Promise<Result> => {
    const lent = this.last.then(() => this.lendNow(work, prepare));
    this.last = lent.catch(() => undefined);
    return lent;
  };

  private async lendNow<Result>(
    work: () => Promise<Result>,
    prepare?: () => void,
  ): Promise<Result> {
    const { suspendTerminal } = this;
    if (suspendTerminal === undefined) return work();
    const { write, modes, onHold } = this.options;
    const done = Promise.withResolvers<Result>();
    // What the key that asks for this has changed is drawn first.
    await new Promise(setImmediate);
    onHold(true);
    try {
      prepare?.();
      await suspendTerminal(async () => {
        write(modes.off);
        await work().then(done.resolve, done.reject);
        write(modes.on);
      });
    } finally {
      onHold(false);
    }
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
