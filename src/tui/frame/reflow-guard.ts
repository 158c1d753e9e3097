/**
 * Keeps a narrower window from leaving parts of old frames behind. Terminals wrap rows anew when
 * they get narrower: a frame of ten full rows takes twenty then, and the renderer, which counts the
 * rows it has written, would erase only the lower ten.
 */
import type { Environment } from '../../platform/env.ts';
import { lineWidth, plainLine } from '../styled-text.ts';
import type { FrameLayout } from './frame-layout.ts';

/** What is known of a frame: the widths of its rows, and where the cursor is. */
interface DrawnFrame {
  readonly widths: readonly number[];
  readonly cursor: { readonly x: number; readonly y: number };
}

/** Terminals made of xterm.js leave the row of the cursor as it is. */
const XTERM_JS = new Set(['vscode', 'Hyper', 'Tabby']);

export class ReflowGuard {
  private committed: DrawnFrame | undefined;
  private drawn: DrawnFrame | undefined;
  private readonly canReflow: boolean;
  private readonly wrapsCursorRow: boolean;

  constructor(env: Environment) {
    // These cut rows off instead: xterm says its version, screen its session.
    const isPlain = env.TERM === 'linux' || env.TERM === 'dumb';
    this.canReflow = !isPlain && env.XTERM_VERSION === undefined && env.STY === undefined;
    this.wrapsCursorRow = !XTERM_JS.has(env.TERM_PROGRAM ?? '');
  }

  /** A frame that the renderer has been given. */
  commit(frame: FrameLayout): void {
    const { live, queue, gap, popup, input, status, cursor } = frame;
    const activity = frame.activity === undefined ? [] : [plainLine(`⠋ ${frame.activity}`)];
    const rows = [live, activity, queue, gap, popup, input, status].flat();
    this.committed = { widths: rows.map(lineWidth), cursor };
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
    const { widths, cursor } = this.drawn;
    // The renderer ends on the row below the frame.
    const below = widths.length - cursor.y;
    const up = below > 0 ? `\x1b[${below}A` : '';
    return `\r${'\n'.repeat(widths.length)}${up}\x1b[${cursor.x + 1}G`;
  }

  /**
   * Moves the cursor up to where the renderer will take it to be; empty when it is there. A frame
   * that was written after the change, for the old size, has wrapped rows below the cursor as well:
   * the renderer has moved up over them as if they were single rows.
   */
  correction(columns: number, isWrittenAfter = false): string {
    if (this.drawn === undefined || columns <= 0) return '';
    const { widths, cursor } = this.drawn;
    // Once is enough: until the next frame the rows are as wide as the window.
    this.drawn = undefined;
    const extraRows = (width: number) => Math.max(0, Math.ceil(width / columns) - 1);
    const sum = (rows: readonly number[]) => rows.reduce((all, width) => all + extraRows(width), 0);
    if (isWrittenAfter) return upBy(sum(widths));
    if (!this.canReflow) return '';
    const ownRow = this.wrapsCursorRow ? Math.floor(cursor.x / columns) : 0;
    return upBy(sum(widths.slice(0, cursor.y)) + ownRow);
  }
}

function upBy(rows: number): string {
  return rows > 0 ? `\x1b[${rows}A` : '';
}
