/** Draws what is no answer: messages of the user, context, tools, errors, ends of turns. */
import { sanitizeLine, sanitizeText } from '../../platform/terminal-text.ts';
import type { ContextRecord, JsonRecord, TurnEndReason } from '../../session/events.ts';
import type { UserInput } from '../../session/ops.ts';
import { type Line, plainLine, span } from '../styled-text.ts';
import type { Theme } from '../theme/theme.ts';

export const PROMPT_MARK = '> ';
/** Titles of context blocks on one line; the rest is counted. */
const MAX_SHOWN_TITLES = 6;
const MAX_INPUT_CHARACTERS = 100;
const MAX_RESULT_LINES = 3;

/** What the user sent, with what came along. */
export function messageLines(message: UserInput, theme: Theme): readonly Line[] {
  const lines = sanitizeText(message.text).split('\n');
  const attached = (message.attachments ?? []).map(({ label }) => sanitizeLine(label));
  const hidden = attached.filter((label) => !message.text.includes(label));
  return [
    ...lines.map((text, index) => [
      span(index === 0 ? PROMPT_MARK : '  ', theme.muted),
      span(text, theme.user),
    ]),
    ...hidden.map((label) => plainLine(`  with ${label}`, theme.muted)),
  ];
}

/** Which instructions and files were put before the model. */
export function contextLines(blocks: readonly ContextRecord[], theme: Theme): readonly Line[] {
  const titles = [...new Set(blocks.map(({ title }) => sanitizeLine(title)))];
  if (titles.length === 0) return [];
  const shown = titles.slice(0, MAX_SHOWN_TITLES).join(', ');
  const more = titles.length - MAX_SHOWN_TITLES;
  const rest = more > 0 ? ` and ${more} more` : '';
  return [plainLine(`read ${shown}${rest}`, theme.muted)];
}

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly input: JsonRecord;
  readonly result?: { readonly output: string; readonly isError: boolean };
}

/** One line for a tool call; a few more for what went wrong. */
export function toolLines(call: ToolCall, theme: Theme): readonly Line[] {
  const { result } = call;
  const [mark, style] = toolMark(result?.isError, theme);
  const head = [
    span(`${mark} `, style),
    span(sanitizeLine(call.name)),
    span(` ${shortInput(call.input)}`, theme.muted),
  ];
  if (result?.isError !== true) return [head];
  const lines = sanitizeText(result.output).split('\n').slice(0, MAX_RESULT_LINES);
  return [head, ...lines.map((text) => plainLine(`  ${text}`, theme.error))];
}

function toolMark(isError: boolean | undefined, theme: Theme): readonly [string, string] {
  if (isError === undefined) return ['·', theme.muted];
  return isError ? ['✗', theme.error] : ['✓', theme.success];
}

/** The values of a tool's input on one line. */
function shortInput(input: JsonRecord): string {
  const values = Object.values(input).map((value) =>
    typeof value === 'string' ? value : JSON.stringify(value),
  );
  const text = sanitizeLine(values.join(' ').slice(0, MAX_INPUT_CHARACTERS * 2));
  return text.length > MAX_INPUT_CHARACTERS ? `${text.slice(0, MAX_INPUT_CHARACTERS)}…` : text;
}

/** What went wrong and what to do next. */
export function errorLines(
  error: { readonly kind: string; readonly message: string; readonly retryable: boolean },
  theme: Theme,
): readonly Line[] {
  const lines = sanitizeText(error.message).split('\n');
  const next = error.retryable ? ['Press ↑ and Enter to send the message again.'] : [];
  return [
    ...lines.map((text, index) =>
      index === 0
        ? [span('✗ ', theme.error), span(text, theme.error)]
        : plainLine(`  ${text}`, theme.error),
    ),
    ...next.map((text) => plainLine(`  ${text}`, theme.muted)),
  ];
}

const END_NOTES: Readonly<Partial<Record<TurnEndReason, string>>> = {
  cancelled: 'Stopped. What came so far is kept.',
  interrupted: 'Cut off: Zeke ended in the middle of this answer. What came so far is kept.',
  length: 'The model reached its output limit. Say "go on" to have the rest.',
  content_filter: 'The provider held the rest of the answer back.',
  refusal: 'The model declined to answer.',
  pause: 'The provider paused the answer. Say "go on" to have the rest.',
  max_cost: 'The cost limit was reached. Raise --max-cost to go on.',
  max_steps: 'The turn used all its tool rounds. Say "go on" to give it more.',
  other: 'The answer ended for a reason that the provider did not explain.',
};

/** Why the turn ended, where that is not plain to see. */
export function endLines(reason: TurnEndReason, theme: Theme): readonly Line[] {
  const note = END_NOTES[reason];
  return note === undefined ? [] : [plainLine(note, theme.muted)];
}

/** Something to know that is no error. */
export function noticeLines(
  level: 'info' | 'warning',
  text: string,
  theme: Theme,
): readonly Line[] {
  const style = level === 'warning' ? theme.warning : theme.muted;
  return sanitizeText(text)
    .split('\n')
    .map((line) => plainLine(line, style));
}

/** Reasoning folded to a line: how much there is, not what it says. */
export function reasoningLine(wordCount: number, isOpen: boolean, theme: Theme): Line {
  const verb = isOpen ? 'thinking' : 'thought';
  return plainLine(`${verb} (${wordCount} ${wordCount === 1 ? 'word' : 'words'})`, theme.muted);
}
