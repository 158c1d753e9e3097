/**
 * One frame below the scrollback: what stands where. Pure. The frame always stays lower than the
 * terminal, because lines that have left the screen at the top cannot be changed any more.
 */
import { sanitizeLine } from '../../platform/terminal-text.ts';
import type { UserInput } from '../../session/ops.ts';
import { approvalLines } from '../approval/approval-lines.ts';
import type { ChatSnapshot } from '../controller.ts';
import type { Popup } from '../input/completer.ts';
import { layoutInput } from '../input/input-layout.ts';
import { type PickerState, shownItems, visibleWindow } from '../picker/picker.ts';
import type { TuiServices } from '../services.ts';
import {
  type Line,
  lineText,
  lineWidth,
  plainLine,
  span,
  truncateLine,
  wrapLines,
} from '../styled-text.ts';
import type { Theme } from '../theme/theme.ts';
import { PROMPT_MARK, shownMessage } from '../transcript/turn-lines.ts';
import { statusLine } from './status.ts';

export interface FrameLayout {
  /** The tail of the running answer. */
  readonly live: readonly Line[];
  /** What the turn is doing, beside the spinner; undefined while text comes or nothing runs. */
  readonly activity: string | undefined;
  readonly queue: readonly Line[];
  /** A blank row above the input, where there is room for one. */
  readonly gap: readonly Line[];
  /** What stands right above the input: a question, what sending would do, completions. */
  readonly popup: readonly Line[];
  /** The input, or the list that has its place. */
  readonly input: readonly Line[];
  readonly picker: PickerRows | undefined;
  readonly status: readonly Line[];
  /** The cursor within the frame. */
  readonly cursor: { readonly x: number; readonly y: number };
  readonly height: number;
}
/** The parts of a list; the title goes first where there is little room, then the filter. */
export interface PickerRows {
  readonly title: readonly Line[];
  readonly filter: string | undefined;
  readonly list: readonly Line[];
}
export interface FrameOptions {
  readonly theme: Theme;
  readonly services: TuiServices;
  readonly columns: number;
  readonly rows: number;
  /** Where the answer has a place of its own, its tail is not part of the frame. */
  readonly hidesLive?: boolean;
}

/**
 * The answer's tail gets this much of the screen. A window that gets narrower makes it taller, and
 * what leaves the screen at the top then cannot be taken back.
 */
const MAX_LIVE_SHARE = 0.3;
const MAX_LIST_ROWS = 8;
/** Title and filter of a picker. */
const PICKER_HEAD_ROWS = 2;
const MAX_QUEUE_ROWS = 3;
const OUTER_ROWS = 2;

const ACTIVITY_TEXT = {
  waiting: 'waiting for the model',
  thinking: 'thinking',
  working: 'running tools',
  running: 'running the command',
} as const;

/**
 * The frame for what is known now. A row of the window stays free above it, and the renderer ends
 * on one below: tmux puts into its history what is erased from the first row on.
 */
export function layoutFrame(snapshot: ChatSnapshot, options: FrameOptions): FrameLayout {
  const { theme, columns, rows } = options;
  const { view } = snapshot;
  let free = Math.max(1, rows - OUTER_ROWS);
  const take = (part: readonly Line[]) => {
    const taken = part.slice(0, free);
    free -= taken.length;
    return taken;
  };
  // In the order of what matters most in a low window.
  const bottom = inputPart(snapshot, options, free);
  take(bottom.rows);
  const panelRows = Math.min(free, Math.max(1, Math.floor(rows / 2)));
  const panel = take(panelLines(snapshot, theme, { columns, rows: panelRows }));
  const status = take([statusRow(snapshot, options)]);
  const gap = take([[]]);
  const popup = take(popupLines(snapshot.prompt.popup, theme, { columns, rows: free }));
  const queue = take(queueLines(snapshot, theme, { columns, rows: free }));
  const activity = free > 0 ? activityText(view.activity, columns) : undefined;
  if (activity !== undefined) free -= 1;
  const liveRows = options.hidesLive === true ? 0 : Math.floor(rows * MAX_LIVE_SHARE);
  const live = lastRows(wrapLines(view.live, columns), Math.min(free, liveRows));
  const above = [...panel, ...popup];
  const rowsAboveInput =
    live.length + (activity === undefined ? 0 : 1) + queue.length + gap.length + above.length;
  const { x, y } = bottom.cursor;
  return {
    live,
    activity,
    queue,
    gap,
    popup: above,
    input: bottom.rows,
    picker: bottom.picker,
    status,
    cursor: { x, y: y + rowsAboveInput },
    height: rowsAboveInput + bottom.rows.length + status.length,
  };
}

interface InputPart {
  readonly rows: readonly Line[];
  readonly cursor: { readonly x: number; readonly y: number };
  readonly picker?: PickerRows;
}

function inputPart(snapshot: ChatSnapshot, options: FrameOptions, maxRows: number): InputPart {
  const { theme, columns, rows } = options;
  if (snapshot.picker !== undefined) return pickerPart(snapshot.picker, options, maxRows);
  const inputRows = Math.max(1, Math.min(Math.floor(rows / 3), maxRows));
  return layoutInput(snapshot.prompt, { columns, maxRows: inputRows }, theme);
}

/** Title, filter, choices; in a very low window the filter matters least and the choices most. */
function pickerPart(picker: PickerState, options: FrameOptions, maxRows: number): InputPart {
  const { theme, columns } = options;
  const height = Math.min(pickerHeight(options.rows), maxRows);
  const title = height > 2 ? [truncateLine([span(picker.title, theme.heading)], columns - 1)] : [];
  const filter = height > 1 ? shownFilter(picker, columns) : undefined;
  const filterRow = filter === undefined ? [] : [[span(FILTER_MARK, theme.muted), span(filter)]];
  const listRows = height - title.length - filterRow.length;
  const list = pickerLines(picker, { theme, columns, rows: listRows });
  const x = filter === undefined ? 0 : FILTER_MARK.length + lineWidth(plainLine(filter));
  return {
    rows: [...title, ...filterRow, ...list],
    cursor: { x, y: title.length },
    picker: { title, filter, list },
  };
}

function statusRow(snapshot: ChatSnapshot, options: FrameOptions): Line {
  const { state, hint, branch, clients, prompt } = snapshot;
  const { theme, services, columns } = options;
  if (hint !== undefined) return truncateLine(plainLine(hint, theme.warning), columns - 1);
  const contextTokens = services.contextTokens(state.model);
  const role = services.role?.();
  const mode = prompt.mode === undefined ? undefined : `vi ${prompt.mode}`;
  return statusLine({ state, contextTokens, branch, role, clients, mode }, theme, columns - 1);
}

/** What is waited for, beside the spinner and a space. */
function activityText(
  activity: ChatSnapshot['view']['activity'],
  columns: number,
): string | undefined {
  if (activity === 'idle' || activity === 'answering' || activity === 'asking') return undefined;
  return `${ACTIVITY_TEXT[activity]} (Esc stops)`.slice(0, Math.max(0, columns - 3));
}

function lastRows(rows: readonly Line[], count: number): readonly Line[] {
  return count <= 0 ? [] : rows.slice(-count);
}

function queueLines(
  { state: { queue }, queueHint }: ChatSnapshot,
  theme: Theme,
  size: { readonly columns: number; readonly rows: number },
): readonly Line[] {
  const maxShown = Math.max(0, Math.min(MAX_QUEUE_ROWS, size.rows - 1));
  const shown = queue.slice(0, maxShown).map(({ message }, index) => {
    const line = [span('queued: ', theme.accent), span(queuedText(message), theme.muted)];
    const isLast = index === Math.min(maxShown, queue.length) - 1;
    const advice = isLast && queueHint !== undefined ? `  ${queueHint}` : '';
    // In a narrow window the message matters more.
    const isRoomy = size.columns >= 2 * advice.length;
    if (advice === '' || !isRoomy) return truncateLine(line, size.columns - 1);
    const shortened = truncateLine(line, size.columns - 1 - advice.length);
    return [...shortened, span(advice, theme.muted)];
  });
  const more = queue.length - shown.length;
  return more > 0 && size.rows > 0
    ? [...shown, plainLine(`and ${more} more queued`, theme.muted)]
    : shown;
}

/** A question that waits, or what sending would do; at least a row is left to it. */
function panelLines(
  { approval, note }: ChatSnapshot,
  theme: Theme,
  size: { readonly columns: number; readonly rows: number },
): readonly Line[] {
  const rows = Math.max(1, Math.floor(size.rows));
  const noteLines =
    note === undefined ? [] : [truncateLine(plainLine(note, theme.accent), size.columns - 1)];
  if (approval === undefined) return noteLines;
  return [...approvalLines(approval, { columns: size.columns, rows }, theme), ...noteLines];
}

/** As it is typed: `! git status`, `/compact`, or the message itself. */
function queuedText(message: UserInput): string {
  const { mark, text } = shownMessage(message);
  return sanitizeLine(mark === PROMPT_MARK ? text : mark + text);
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

export const FILTER_MARK = 'filter: ';

/** The part of the filter that fits on a row; its end is what is being written. */
function shownFilter({ filter }: PickerState, columns: number): string {
  const room = Math.max(1, columns - FILTER_MARK.length - 2);
  const characters = [...filter];
  while (lineWidth(plainLine(characters.join(''))) > room) characters.shift();
  return characters.join('');
}

/** The rows of the list that has the keys. */
function pickerLines(
  picker: PickerState,
  options: { readonly theme: Theme; readonly columns: number; readonly rows: number },
): readonly Line[] {
  const { theme, columns } = options;
  const problem =
    picker.problem === undefined
      ? []
      : [truncateLine(plainLine(picker.problem, theme.error), columns - 1)];
  const maxRows = Math.max(1, options.rows - problem.length);
  const all = shownItems(picker);
  if (all.length === 0) {
    const isLooking = picker.items === undefined || picker.isLoading;
    const found = picker.filter === '' ? 'there is nothing to choose yet' : 'nothing fits';
    const text = isLooking ? 'looking …' : found;
    return problem.length > 0 ? problem : [plainLine(text, theme.muted)];
  }
  const { items, offset } = visibleWindow(all, picker.selected, maxRows);
  const selected = picker.selected - offset;
  return [...choiceLines(items, { selected, theme, columns }), ...problem];
}

interface Choice {
  readonly label: string;
  readonly detail?: string;
  readonly isCurrent?: boolean;
}

/** Labels in a column of their own, which leaves half of the row to what is said about them. */
function choiceLines(
  items: readonly Choice[],
  options: { readonly selected: number; readonly theme: Theme; readonly columns: number },
): readonly Line[] {
  const { theme } = options;
  const hasDetails = items.some(({ detail = '' }) => detail !== '');
  const maxWidth = hasDetails ? Math.max(16, Math.floor(options.columns * 0.55)) : options.columns;
  const labels = items.map(({ label, isCurrent }) =>
    truncateLine(plainLine(isCurrent === true ? `${label} ✓` : label), maxWidth),
  );
  const width = Math.max(0, ...labels.map(lineWidth));
  return items.map(({ detail = '' }, index) => {
    const isSelected = index === options.selected;
    const label = labels[index] ?? [];
    const gap = ' '.repeat(width - lineWidth(label) + 2);
    const line = [
      span(isSelected ? '› ' : '  ', theme.accent),
      span(lineText(label), isSelected ? theme.selected : ''),
      ...(detail === '' ? [] : [span(gap + detail, theme.muted)]),
    ];
    return truncateLine(line, options.columns - 1);
  });
}
