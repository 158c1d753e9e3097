/**
 * One frame below the scrollback: what stands where. Pure. The frame always stays lower than the
 * terminal, because lines that have left the screen at the top cannot be changed any more.
 */
import { sanitizeLine } from '../platform/terminal-text.ts';
import type { QueuedMessage } from '../session/state.ts';
import type { ChatSnapshot } from './controller.ts';
import type { Popup } from './input/completer.ts';
import { layoutInput } from './input/input-layout.ts';
import { type PickerState, shownItems, visibleWindow } from './picker/picker.ts';
import type { TuiServices } from './services.ts';
import { statusLine } from './status.ts';
import { type Line, plainLine, span, truncateLine, wrapLines } from './styled-text.ts';
import type { Theme } from './theme.ts';

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

const MAX_POPUP_ROWS = 8;
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
  const { state, view } = snapshot;
  const listRows = Math.max(1, Math.min(MAX_POPUP_ROWS, rows - 8));
  const popup = popupLines(snapshot.popup, theme, { columns, rows: listRows });
  const input = layoutInput(
    snapshot.editor,
    { columns, maxRows: Math.max(1, Math.floor(rows / 3)) },
    theme,
  );
  const queue = queueLines(state.queue, theme, columns);
  const activity =
    view.activity === 'idle' || view.activity === 'answering'
      ? undefined
      : ACTIVITY_TEXT[view.activity];
  const pickerRows = snapshot.picker === undefined ? 0 : listRows + 2;
  const taken = popup.length + queue.length + input.rows.length + pickerRows + FIXED_ROWS + 1;
  const live = lastRows(wrapLines(view.live, columns), rows - taken);
  const above = live.length + (activity === undefined ? 0 : 1) + queue.length + 1 + popup.length;
  const status = statusLine(
    {
      state,
      contextTokens: services.contextTokens(state.model),
      branch: snapshot.branch,
      role: services.role?.(),
    },
    theme,
    columns - 1,
  );
  return {
    live,
    activity,
    queue,
    popup,
    input: input.rows,
    status:
      snapshot.hint === undefined
        ? status
        : truncateLine(plainLine(snapshot.hint, theme.warning), columns - 1),
    cursor:
      snapshot.picker === undefined ? { x: input.cursor.x, y: input.cursor.y + above } : undefined,
  };
}

function lastRows(rows: readonly Line[], count: number): readonly Line[] {
  return count <= 0 ? [] : rows.slice(-count);
}

function queueLines(
  queue: readonly QueuedMessage[],
  theme: Theme,
  columns: number,
): readonly Line[] {
  const shown = queue.slice(0, MAX_QUEUE_ROWS).map(({ message }) => {
    const line = [span('queued: ', theme.accent), span(sanitizeLine(message.text), theme.muted)];
    return truncateLine(line, columns - 1);
  });
  const more = queue.length - shown.length;
  return more > 0 ? [...shown, plainLine(`and ${more} more`, theme.muted)] : shown;
}

/** The list above the input. */
function popupLines(
  popup: Popup | undefined,
  theme: Theme,
  size: { readonly columns: number; readonly rows: number },
): readonly Line[] {
  if (popup === undefined) return [];
  const { items, offset } = visibleWindow(popup.items, popup.selected, size.rows);
  return choiceLines(items, { selected: popup.selected - offset, theme, columns: size.columns });
}

/** The rows of the list that has the keys. */
export function pickerLines(
  picker: PickerState,
  options: { readonly theme: Theme; readonly columns: number; readonly rows: number },
): readonly Line[] {
  const { theme, columns } = options;
  const maxRows = Math.max(1, Math.min(MAX_POPUP_ROWS, options.rows - 8));
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
  return items.map(({ label, detail }, index) => {
    const isSelected = index === options.selected;
    const line = [
      span(isSelected ? '› ' : '  ', theme.accent),
      span(label, isSelected ? theme.selected : ''),
      ...(detail === undefined || detail === '' ? [] : [span(`  ${detail}`, theme.muted)]),
    ];
    return truncateLine(line, options.columns - 1);
  });
}
