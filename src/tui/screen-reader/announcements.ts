/** What is said of a change, in words. Pure: two snapshots in, lines out. */
import { sanitizeLine } from '../../platform/terminal-text.ts';
import { fullApprovalLines } from '../approval/approval-lines.ts';
import type { ChatSnapshot } from '../controller.ts';
import { type PickerState, shownItems } from '../picker/picker.ts';
import { type Line, lineText } from '../styled-text.ts';
import type { Theme } from '../theme/theme.ts';
import type { TranscriptItem } from '../transcript/transcript.ts';

/** Marks at the beginning of a line that say something to the eye alone. */
const MARKS: readonly (readonly [string, string])[] = [
  ['> ', 'You: '],
  ['✓ ', 'Done: '],
  ['✗ ', 'Failed: '],
  ['· ', 'Running: '],
];
const ACTIVITIES = {
  waiting: 'Waiting for the model.',
  thinking: 'Thinking.',
  working: 'Running tools.',
  running: 'Running the command.',
} as const;

/** Finished lines as plain text; blank ones are nothing to hear. */
export function itemLines(items: readonly TranscriptItem[]): readonly string[] {
  return items.flatMap(({ lines }) => lines.map(spoken)).filter((text) => text.trim() !== '');
}

/** What else has happened since the snapshot before. */
export function changeLines(
  now: ChatSnapshot,
  before: ChatSnapshot | undefined,
  theme: Theme,
): readonly string[] {
  const lines: string[] = [];
  const { activity } = now.view;
  const isQuiet = activity === 'idle' || activity === 'answering' || activity === 'asking';
  if (!isQuiet && activity !== before?.view.activity) lines.push(ACTIVITIES[activity]);
  if (now.state.queue.length > (before?.state.queue.length ?? 0)) {
    const advice = now.queueHint === undefined ? '' : ` ${now.queueHint}`;
    lines.push(`The message waits: ${now.state.queue.length} in the queue.${advice}`);
  }
  const { approval, note, hint } = now;
  if (approval !== undefined && approval.request.id !== before?.approval?.request.id) {
    lines.push('Your approval is needed:');
    lines.push(...fullApprovalLines(approval.request, theme).map(lineText));
    lines.push('Type y to allow it once, a to always allow it, n to deny it.');
  }
  if (note !== undefined && note !== before?.note) lines.push(sanitizeLine(note));
  if (hint !== undefined && hint !== before?.hint) lines.push(sanitizeLine(hint));
  lines.push(...pickerLines(now.picker, before?.picker), ...popupLines(now, before));
  const isSame = before !== undefined && before.view.generation === now.view.generation;
  if (isSame && now.state.turns.length > before.state.turns.length)
    lines.push('The turn has ended.');
  return lines;
}

function spoken(line: Line): string {
  const text = lineText(line);
  const mark = MARKS.find(([sign]) => text.startsWith(sign));
  return mark === undefined ? text : mark[1] + text.slice(mark[0].length);
}

function pickerLines(
  now: PickerState | undefined,
  before: PickerState | undefined,
): readonly string[] {
  if (now === undefined) return before === undefined ? [] : ['The list is closed.'];
  const opening =
    before === undefined || before.kind !== now.kind
      ? [
          `${sanitizeLine(now.title)}. Up and Down choose, Enter takes, Escape closes, typing filters.`,
        ]
      : [];
  const problem = now.problem !== undefined && now.problem !== before?.problem ? [now.problem] : [];
  const choice = choiceLine(now);
  const isSame = before !== undefined && choice === choiceLine(before);
  return [...opening, ...problem.map(sanitizeLine), ...(isSame ? [] : [choice])];
}

function choiceLine(picker: PickerState): string {
  const items = shownItems(picker);
  const item = items[picker.selected];
  const filter = picker.filter === '' ? '' : ` Filter: ${sanitizeLine(picker.filter)}.`;
  if (item === undefined)
    return `${picker.items === undefined ? 'Looking.' : 'Nothing fits.'}${filter}`;
  const detail = item.detail === undefined ? '' : `, ${sanitizeLine(item.detail)}`;
  const current = item.isCurrent === true ? ', in use' : '';
  const place = `${picker.selected + 1} of ${items.length}`;
  return `${place}: ${sanitizeLine(item.label)}${current}${detail}.${filter}`;
}

/** Completions are said only when somebody goes through them: they come with every letter. */
function popupLines({ prompt: { popup } }: ChatSnapshot, before: ChatSnapshot | undefined) {
  const item = popup?.items[popup.selected];
  if (popup?.isChosen !== true || item === undefined) return [];
  const earlier = before?.prompt.popup;
  if (earlier?.isChosen === true && earlier.items[earlier.selected]?.label === item.label)
    return [];
  const detail = item.detail === undefined ? '' : `, ${sanitizeLine(item.detail)}`;
  return [`${popup.selected + 1} of ${popup.items.length}: ${sanitizeLine(item.label)}${detail}.`];
}
