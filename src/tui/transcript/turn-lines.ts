/** Draws what is no answer: messages of the user, context, tools, errors, ends of turns. */
import { sanitizeLine, sanitizeText } from '../../platform/terminal-text.ts';
import type { ContextRecord, JsonRecord, TurnEndReason } from '../../session/events.ts';
import type { UserInput } from '../../session/ops.ts';
import type { TurnError } from '../../session/state.ts';
import type { KeyAction } from '../keymap.ts';
import { type Line, plainLine, span, truncateLine } from '../styled-text.ts';
import type { Theme } from '../theme/theme.ts';

/** How things look, and what the keys are called. */
export interface Look {
  readonly theme: Theme;
  /** The key that does this, as people say it. */
  readonly keyOf: (action: KeyAction) => string;
}

export const PROMPT_MARK = '> ';
const COMMAND_MARK = '! ';
/** Titles of context blocks on one line; the rest is counted. */
const MAX_SHOWN_TITLES = 6;
const MAX_INPUT_CHARACTERS = 100;
const MAX_RESULT_LINES = 3;
/** Of what a call prints while it runs. */
const MAX_TAIL_LINES = 4;
const MAX_TAIL_CHARACTERS = 2000;

/** What the user sent, with what came along. */
export function messageLines(message: UserInput, theme: Theme): readonly Line[] {
  const { mark, text } = shownMessage(message);
  const lines = sanitizeText(text).split('\n');
  const style = message.kind === undefined ? theme.user : theme.accent;
  const indent = ' '.repeat(mark.length);
  return [
    ...lines.map((line, index) => [
      span(index === 0 ? mark : indent, theme.muted),
      span(line, style),
    ]),
    ...companions(message).map((label) => plainLine(`${indent}with ${label}`, theme.muted)),
  ];
}

/** The message in a line of its own kind, with the mark in front of it. */
export function shownMessage({ kind, text }: UserInput): {
  readonly mark: string;
  readonly text: string;
} {
  if (kind === 'command') return { mark: COMMAND_MARK, text };
  if (kind === 'compact') return { mark: PROMPT_MARK, text: `/compact ${text}`.trimEnd() };
  if (kind === 'continue') return { mark: PROMPT_MARK, text: '/continue' };
  return { mark: PROMPT_MARK, text };
}

/** What came with the message and is not named in its text; images always, with their size. */
function companions({ text, attachments = [], images = [] }: UserInput): readonly string[] {
  const attached = attachments.filter(({ label }) => !text.includes(label));
  return [
    ...attached.map(({ label }) => sanitizeLine(label)),
    ...images.map(({ label, sizeBytes, mediaType }) => {
      const type = sanitizeLine(mediaType).replace('image/', '');
      return `${sanitizeLine(label)} (${type}, ${formatBytes(sizeBytes)})`;
    }),
  ];
}

function formatBytes(count: number): string {
  if (count < 1024) return `${count} B`;
  const kib = count / 1024;
  return kib < 1024 ? `${Math.round(kib)} KiB` : `${(kib / 1024).toFixed(1)} MiB`;
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
  /** The end of what it has printed so far, while there is no result. */
  readonly outputTail?: string;
  readonly result?: { readonly output: string; readonly isError: boolean };
}

/** The call with more of what it prints. */
export function withOutput(call: ToolCall, text: string): ToolCall {
  return { ...call, outputTail: ((call.outputTail ?? '') + text).slice(-MAX_TAIL_CHARACTERS) };
}

/** One line for a tool call; a few more for what it prints now, or for what went wrong. */
export function toolLines(call: ToolCall, theme: Theme, columns: number): readonly Line[] {
  const { result } = call;
  const [mark, style] = toolMark(result?.isError, theme);
  const head = [
    span(`${mark} `, style),
    span(sanitizeLine(call.name)),
    span(` ${shortInput(call.input)}`, theme.muted),
  ];
  if (result === undefined) return [head, ...tailLines(call.outputTail ?? '', theme, columns)];
  if (!result.isError) return [head];
  const lines = sanitizeText(result.output).split('\n').slice(0, MAX_RESULT_LINES);
  return [head, ...lines.map((text) => plainLine(`  ${text}`, theme.error))];
}

function tailLines(tail: string, theme: Theme, columns: number): readonly Line[] {
  const lines = sanitizeText(tail).trimEnd().split('\n');
  return lines
    .filter((text) => text.trim() !== '')
    .slice(-MAX_TAIL_LINES)
    .map((text) => truncateLine(plainLine(`  ${text}`, theme.muted), columns - 1));
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
export function errorLines(error: TurnError, { theme, keyOf }: Look): readonly Line[] {
  const lines = sanitizeText(error.message).split('\n');
  return [
    ...lines.map((text, index) =>
      index === 0
        ? [span('✗ ', theme.error), span(text, theme.error)]
        : plainLine(`  ${text}`, theme.error),
    ),
    ...nextSteps(error, keyOf('retry')).map((text) => plainLine(`  ${text}`, theme.muted)),
  ];
}

function nextSteps({ kind, retryable }: TurnError, retry: string): readonly string[] {
  if (kind === 'context-overflow') {
    return [
      'The conversation has become longer than what this model can read.',
      `${retry} summarises it (/compact) and sends the message again; /model takes a larger model.`,
    ];
  }
  return [
    retryable ? `${retry} sends it again.` : `${retry} sends it again once that is repaired.`,
  ];
}

/** Why the turn ended, where that is not plain to see, and the key that goes on. */
export function endLines(
  reason: TurnEndReason,
  hasAnswer: boolean,
  { theme, keyOf }: Look,
): readonly Line[] {
  const note = endNote(reason, hasAnswer, keyOf);
  return note === undefined ? [] : [plainLine(note, theme.muted)];
}

function endNote(
  reason: TurnEndReason,
  hasAnswer: boolean,
  keyOf: Look['keyOf'],
): string | undefined {
  const again = `${keyOf('retry')} sends it again.`;
  const goOn = `${keyOf('continue')} goes on with it.`;
  switch (reason) {
    case 'cancelled':
      return hasAnswer ? `Stopped. What came so far is kept. ${goOn}` : `Stopped. ${again}`;
    case 'interrupted':
      return hasAnswer
        ? `Cut off: Zeke ended in the middle of this answer. What came so far is kept. ${goOn}`
        : `Cut off: Zeke ended before an answer came. ${again}`;
    case 'length':
      return `The model reached its output limit. ${goOn}`;
    case 'pause':
      return `The provider paused the answer. ${goOn}`;
    case 'max_steps':
      return `The turn used all its tool rounds. ${goOn}`;
    case 'content_filter':
      return 'The provider held the rest of the answer back.';
    case 'refusal':
      return 'The model declined to answer.';
    case 'max_cost':
      return 'The cost limit was reached. Raise --max-cost to go on.';
    case 'other':
      return 'The answer ended for a reason that the provider did not explain.';
    default:
      return undefined;
  }
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
