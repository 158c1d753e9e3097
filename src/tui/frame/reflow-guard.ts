/**
 * Keeps a narrower window from leaving parts of old frames behind. Terminals wrap rows anew when
 * they get narrower: a frame of ten full rows takes twenty then, and the renderer, which counts the
 * rows it has written, would erase only the lower ten.
 */
import type { Environment } from '../../platform/env.ts';
import { lineWidth, plainLine } from '../styled-text.ts';
import type { FrameLayout } from './frame-layout.ts';

/** What is known of a frame: the widths of its rows above the cursor, and where the cursor is. */
interface DrawnFrame {
  readonly widths: readonly number[];
  readonly cursorColumn: number;
  readonly height: number;
}

export class ReflowGuard {
  private committed: DrawnFrame | undefined;
  private drawn: DrawnFrame | undefined;
  private readonly canReflow: boolean;

  constructor(env: Environment) {
    // These cut rows off instead: xterm says its version, screen its session.
    const isPlain = env.TERM === 'linux' || env.TERM === 'dumb';
    this.canReflow = !isPlain && env.XTERM_VERSION === undefined && env.STY === undefined;
  }

  /** A frame that the renderer has been given. */
  commit(frame: FrameLayout): void {
    const { cursor } = frame;
    const activity = frame.activity === undefined ? [] : [plainLine(`⠋ ${frame.activity}`)];
    const rows = [frame.live, activity, frame.queue, frame.gap, frame.popup, frame.input].flat();
    this.committed = {
      widths: rows.slice(0, cursor.y).map(lineWidth),
      cursorColumn: cursor.x,
      // And the row below it, where the renderer ends.
      height: frame.height + 1,
    };
  }

  /** The renderer has written what it was given last. */
  markDrawn(): void {
    this.drawn = this.committed;
  }

  /**
   * Makes room for a frame where something else has written: blank rows, and the cursor in them
   * where the renderer takes it to be, so that what it erases is nothing but them.
   */
  room(rows: number): string {
    if (this.drawn === undefined) return '\r\n'.repeat(rows);
    const { height, widths, cursorColumn } = this.drawn;
    const below = height - 1 - widths.length;
    const up = below > 0 ? `\x1b[${below}A` : '';
    return `\r${'\n'.repeat(height - 1)}${up}\x1b[${cursorColumn + 1}G`;
  }

  /** Moves the cursor up to where the renderer will take it to be; empty when it is there. */
  correction(columns: number): string {
    if (this.drawn === undefined || !this.canReflow || columns <= 0) return '';
    const extraRows = (width: number) => Math.max(0, Math.ceil(width / columns) - 1);
    const { widths, cursorColumn } = this.drawn;
    const extra =
      widths.reduce((sum, width) => sum + extraRows(width), 0) + Math.floor(cursorColumn / columns);
    // Once is enough: until the next frame the rows are as wide as the window.
    this.drawn = undefined;
    return extra > 0 ? `\x1b[${extra}A` : '';
  }
}
