/**
 * One frame below the scrollback: what stands where. Pure. The frame always stays lower than the
 * terminal, because lines that have left the screen at the top cannot be changed any more.
 */
import { sanitizeLine } from '../../platform/terminal-text.ts';
import type { QueuedMessage } from '../../session/state.ts';
import type { ChatSnapshot } from '../controller.ts';
import type { Popup } from '../input/completer.ts';
import { layoutInput } from '../input/input-layout.ts';
import { type PickerState, shownItems, visibleWindow } from '../picker/picker.ts';
import type { TuiServices } from '../services.ts';
import { type Line, lineWidth, plainLine, span, truncateLine, wrapLines } from '../styled-text.ts';
import type { Theme } from '../theme/theme.ts';
import { statusLine } from './status.ts';

export interface FrameLayout {
  /** The tail of the running answer. */
  readonly live: readonly Line[];
  /** What the turn is doing, beside the spinner; undefined while text comes or nothing runs. */
  readonly activity: string | undefined;
  readonly queue: readonly Line[];
  readonly popup: readonly Line[];
  readonly input: readonly Line[];
  readonly status: Line;
  /** The cursor within the frame; undefined while a list has the keys. */
  readonly cursor: { readonly x: number; readonly y: number } | undefined;
}
export interface FrameOptions {
  readonly theme: Theme;
  readonly services: TuiServices;
  readonly columns: number;
  readonly rows: number;
}

/**
 * The answer's tail gets this much of the screen. A window that gets narrower makes it taller, and
 * what leaves the screen at the top then cannot be taken back.
 */
const MAX_LIVE_SHARE = 0.4;
const MAX_LIST_ROWS = 8;
/** Title and filter of a picker. */
const PICKER_HEAD_ROWS = 2;
const MAX_QUEUE_ROWS = 3;
/** Blank row above the input, status line, and one row that keeps the frame off the top. */
const FIXED_ROWS = 3;

const ACTIVITY_TEXT = {
  waiting: 'waiting for the model',
  thinking: 'thinking',
  working: 'running tools',
} as const;

export function layoutFrame(snapshot: ChatSnapshot, options: FrameOptions): FrameLayout {
  const { theme, columns, rows, services } = options;
  const { state, view, picker, hint } = snapshot;
  const { activity } = view;
  const isQuiet = activity === 'idle' || activity === 'answering';
  // What is written comes first, then the list for it; the answer gets what is left.
  let freeRows = Math.max(1, rows - FIXED_ROWS - 1);
  const take = (part: readonly Line[]) => {
    freeRows -= part.length;
    return part;
  };
  const maxInputRows = Math.max(1, Math.min(Math.floor(rows / 3), freeRows));
  const input = layoutInput(snapshot.prompt.editor, { columns, maxRows: maxInputRows }, theme);
  take(input.rows);
  if (picker !== undefined) freeRows -= pickerHeight(rows);
  const popup = take(popupLines(snapshot.prompt.popup, theme, { columns, rows: freeRows }));
  const queue = take(queueLines(state.queue, theme, { columns, rows: freeRows }));
  const liveRows = Math.min(freeRows, Math.floor(rows * MAX_LIVE_SHARE));
  const live = lastRows(wrapLines(view.live, columns), liveRows);
  const rowsAboveInput = live.length + (isQuiet ? 0 : 1) + queue.length + 1 + popup.length;
  const { x, y } = input.cursor;
  return {
    live,
    activity: isQuiet ? undefined : ACTIVITY_TEXT[activity],
    queue,
    popup,
    input: input.rows,
    status:
      hint === undefined
        ? statusLine(
            {
              state,
              contextTokens: services.contextTokens(state.model),
              branch: snapshot.branch,
              role: services.role?.(),
            },
            theme,
            columns - 1,
          )
        : truncateLine(plainLine(hint, theme.warning), columns - 1),
    cursor: picker === undefined ? { x, y: y + rowsAboveInput } : undefined,
  };
}

function lastRows(rows: readonly Line[], count: number): readonly Line[] {
  return count <= 0 ? [] : rows.slice(-count);
}

function queueLines(
  queue: readonly QueuedMessage[],
  theme: Theme,
  size: { readonly columns: number; readonly rows: number },
): readonly Line[] {
  const maxShown = Math.max(0, Math.min(MAX_QUEUE_ROWS, size.rows - 1));
  const shown = queue.slice(0, maxShown).map(({ message }) => {
    const line = [span('queued: ', theme.accent), span(sanitizeLine(message.text), theme.muted)];
    return truncateLine(line, size.columns - 1);
  });
  const more = queue.length - shown.length;
  return more > 0 && size.rows > 0
    ? [...shown, plainLine(`and ${more} more queued`, theme.muted)]
    : shown;
}

/** The list above the input. */
function popupLines(
  popup: Popup | undefined,
  theme: Theme,
  size: { readonly columns: number; readonly rows: number },
): readonly Line[] {
  const maxRows = Math.min(MAX_LIST_ROWS, size.rows);
  if (popup === undefined || maxRows <= 0) return [];
  const { items, offset } = visibleWindow(popup.items, popup.selected, maxRows);
  return choiceLines(items, { selected: popup.selected - offset, theme, columns: size.columns });
}

/** A picker takes the place of the input; it gets what a small screen can give. */
function pickerHeight(rows: number): number {
  return Math.min(MAX_LIST_ROWS + PICKER_HEAD_ROWS, Math.max(PICKER_HEAD_ROWS + 1, rows - 6));
}

/** The rows of the list that has the keys. */
export function pickerLines(
  picker: PickerState,
  options: { readonly theme: Theme; readonly columns: number; readonly rows: number },
): readonly Line[] {
  const { theme, columns } = options;
  const maxRows = Math.max(1, pickerHeight(options.rows) - PICKER_HEAD_ROWS);
  if (picker.problem !== undefined) return [plainLine(picker.problem, theme.error)];
  if (picker.items === undefined) return [plainLine('looking …', theme.muted)];
  const all = shownItems(picker);
  if (all.length === 0) return [plainLine('nothing fits', theme.muted)];
  const { items, offset } = visibleWindow(all, picker.selected, maxRows);
  return choiceLines(items, { selected: picker.selected - offset, theme, columns });
}

function choiceLines(
  items: readonly { readonly label: string; readonly detail?: string }[],
  options: { readonly selected: number; readonly theme: Theme; readonly columns: number },
): readonly Line[] {
  const { theme } = options;
  const width = Math.max(0, ...items.map(({ label }) => lineWidth(plainLine(label))));
  return items.map(({ label, detail = '' }, index) => {
    const isSelected = index === options.selected;
    const gap = ' '.repeat(width - lineWidth(plainLine(label)) + 2);
    const line = [
      span(isSelected ? '› ' : '  ', theme.accent),
      span(label, isSelected ? theme.selected : ''),
      ...(detail === '' ? [] : [span(gap + detail, theme.muted)]),
    ];
    return truncateLine(line, options.columns - 1);
  });
}
