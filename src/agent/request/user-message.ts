/** The user's side of a turn, as the model is told it. */
import { keepEnds } from '../../platform/shell/limited-output.ts';
import type { ImageContent, TextContent, UserMessage } from '../../providers/contract.ts';
import type { ContextRecord } from '../../session/events.ts';
import type { ImageRef } from '../../session/ops.ts';
import type { Turn } from '../../session/state.ts';
import { SUMMARY_INTRODUCTION, summaryRequest } from '../prompts/compact.ts';
import { CONTINUE_REQUEST } from '../prompts/continue.ts';
import { describePlace } from './editor-place.ts';

/** What of a command's output later turns are told; all of it is in the journal. */
const COMMAND_OUTPUT_CHARACTERS = 24_000;

export interface UserMessageInput {
  readonly turn: Turn;
  /** Marks the borders of data blocks; random, so that no file can close its own block. */
  readonly border: string;
  /** An image's bytes where this model is to see it. */
  readonly findImage: (image: ImageRef) => ImageContent | undefined;
}

/** The message that begins a turn. */
export function toUserMessage(input: UserMessageInput): UserMessage {
  const { message } = input.turn;
  switch (message.kind) {
    case 'command':
      return ofText(commandText(input));
    case 'continue':
      return ofText(CONTINUE_REQUEST);
    case 'compact':
      return ofText(summaryRequest(message.text));
    default:
      return { role: 'user', content: [...imageParts(input), textPart(plainText(input))] };
  }
}

/** The summary that stands for earlier turns. */
export function toSummaryMessage(summary: string, border: string): UserMessage {
  const block = { source: 'summary', title: 'our conversation so far', text: summary };
  return ofText(`${SUMMARY_INTRODUCTION}\n\n${dataBlock(block, border)}`);
}

function ofText(text: string): UserMessage {
  return { role: 'user', content: [textPart(text)] };
}

function textPart(text: string): TextContent {
  return { type: 'text', text };
}

/** The message with everything that came with it, data first, the user's own words last. */
function plainText(input: UserMessageInput): string {
  const { message, context } = input.turn;
  const attached = (message.attachments ?? []).map(({ label, text }) =>
    dataBlock({ source: 'attachment', title: label, text }, input.border),
  );
  const unseen = (message.images ?? [])
    .filter((image) => input.findImage(image) === undefined)
    .map(({ label }) => `[${oneLine(label)} is an image that you cannot see.]`);
  const blocks = context.map((block) => dataBlock(block, input.border));
  // Vendors refuse a message without words; an image or a file alone may well be one.
  const words = message.text.trim() === '' ? ['(no words)'] : [message.text];
  const where = message.editor === undefined ? undefined : describePlace(message.editor);
  const place = { source: 'editor', title: 'where I am', text: where ?? '' };
  const placed = where === undefined ? [] : [dataBlock(place, input.border)];
  return [...blocks, ...attached, ...placed, ...unseen, ...words].join('\n\n');
}

function imageParts({ turn, findImage }: UserMessageInput): readonly ImageContent[] {
  return (turn.message.images ?? []).flatMap((image) => findImage(image) ?? []);
}

function commandText({ turn, border }: UserMessageInput): string {
  const command = turn.message.text.replace(/^/gm, '    ');
  const printed = turn.parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
  const ran = `I ran this in the project:\n\n${command}\n\n`;
  const stopped = turn.endReason === 'cancelled' ? ' I stopped it before it was done.' : '';
  if (printed.trim() === '') return `${ran}It printed nothing.${stopped}`;
  const text = keepEnds(printed.replace(/\n$/, ''), COMMAND_OUTPUT_CHARACTERS);
  const block = { source: 'command', title: turn.message.text, text };
  return `${ran}It printed:${stopped}\n\n${dataBlock(block, border)}`;
}

function dataBlock(block: ContextRecord, border: string): string {
  const title = oneLine(block.title).replaceAll('"', ' ');
  return `<data ${border} source="${block.source}" title="${title}">\n${block.text}\n</data ${border}>`;
}

function oneLine(text: string): string {
  return text.replace(/[\n\r]/g, ' ');
}
