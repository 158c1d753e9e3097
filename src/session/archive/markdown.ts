/** A conversation as a Markdown document. */
import { sanitizeLine, sanitizeText } from '../../platform/terminal-text.ts';
import type { JsonRecord, TurnEndReason } from '../events.ts';
import type { UserInput } from '../ops.ts';
import type { ReviewFinding, SharedReview } from '../review.ts';
import type { SessionState, Turn, TurnPart } from '../state.ts';

const MAX_INPUT_CHARACTERS = 120;
/** What a reader should know of how a turn ended; the others need no word. */
const ENDINGS: { readonly [reason in TurnEndReason]?: string } = {
  length: 'cut at the output limit',
  content_filter: 'held back by the vendor',
  refusal: 'declined by the model',
  cancelled: 'stopped',
  interrupted: 'interrupted',
  max_cost: 'stopped at the cost limit',
  max_steps: 'stopped after too many rounds of tools',
};

/**
 * The whole conversation, without anything in it that a terminal would act on. Every text is cleaned
 * by itself, so that half an escape sequence in one cannot swallow the next.
 */
export function exportMarkdown(state: SessionState): string {
  const turns = state.running === undefined ? state.turns : [...state.turns, state.running];
  const { review } = state;
  const blocks = turns.map((turn, index) => turnBlock(turn, index + 1));
  if (review !== undefined) blocks.splice(review.turnCount, 0, reviewBlock(review));
  return `${[heading(state), ...blocks, totals(state)].join('\n\n')}\n`;
}

function heading(state: SessionState): string {
  const { title, model, createdAt, project, sessionId } = state;
  const rows = [
    `- Date: ${isoTime(createdAt)}`,
    `- Model: ${oneLine(model)}`,
    `- Project: ${oneLine(project)}`,
    `- Session: ${oneLine(sessionId)}`,
  ];
  return `# ${oneLine(title) || 'Conversation'}\n\n${rows.join('\n')}`;
}

function turnBlock(turn: Turn, number: number): string {
  const marks = [
    turn.isRetracted ? 'sent again below' : '',
    ENDINGS[turn.endReason ?? 'stop'] ?? '',
  ];
  const said = marks.filter((mark) => mark !== '').join(', ');
  const blocks = [
    `## ${number}. ${kindName(turn.message)}`,
    messageText(turn.message),
    `### Answer (${oneLine(turn.model)}${said === '' ? '' : `; ${said}`})`,
    ...turn.parts.map((part) => partText(part, turn.message)),
    ...turn.changes.map(({ path }) => `- Changed ${code(path)}`),
    turn.isUndone ? '- The changes were taken back.' : '',
    turn.error === undefined ? '' : `> **Error:** ${oneLine(turn.error.message)}`,
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

/** The last review, where it stood between the turns. */
function reviewBlock({ base, model, findings, notices, summary }: SharedReview): string {
  const since = base === undefined ? 'the last commit' : code(base);
  const blocks = [
    `## Review of what changed since ${since} (${oneLine(model)})`,
    ...notices.map((text) => `> ${oneLine(text)}`),
    ...findings.map(findingBlock),
    sanitizeText(summary).trim(),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

function findingBlock({ path, startLine, severity, title, body, patch }: ReviewFinding): string {
  const blocks = [
    `### ${code(`${path}:${startLine}`)}: ${severity}: ${oneLine(title)}`,
    sanitizeText(body).trim(),
    patch === undefined ? '' : fenced(patch, 'diff'),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

function kindName({ kind }: UserInput): string {
  switch (kind) {
    case 'command':
      return 'Command';
    case 'compact':
      return 'Summary of what was said so far';
    case 'continue':
      return 'Go on';
    default:
      return 'You';
  }
}

function messageText({ kind, text, attachments, images }: UserInput): string {
  const said = kind === 'command' ? fenced(text, 'sh') : sanitizeText(text).trim();
  const added = [
    ...(attachments ?? []).map(({ label, text: attached }) => details(label, fenced(attached, ''))),
    ...(images ?? []).map(({ label, mediaType }) => `- Image ${code(label)} (${mediaType})`),
  ];
  return [said, ...added].filter((block) => block !== '').join('\n\n');
}

function partText(part: TurnPart, message: UserInput): string {
  if (part.type === 'reasoning') {
    const thought = sanitizeText(part.text).trim();
    return thought === '' ? '' : details('Reasoning', thought);
  }
  if (part.type === 'tool-call') return toolLine(part);
  return message.kind === 'command' ? fenced(part.text, '') : sanitizeText(part.text).trim();
}

function toolLine(part: Extract<TurnPart, { type: 'tool-call' }>): string {
  const failed = part.result?.isError === true ? ' (failed)' : '';
  const missing = part.result === undefined ? ' (not run)' : '';
  return `- Tool ${code(`${part.name} ${inputLine(part.input)}`)}${failed}${missing}`;
}

function inputLine(input: JsonRecord): string {
  const text = Object.entries(input)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
  const characters = [...oneLine(text.slice(0, 4 * MAX_INPUT_CHARACTERS))];
  if (characters.length <= MAX_INPUT_CHARACTERS) return characters.join('');
  return `${characters.slice(0, MAX_INPUT_CHARACTERS - 1).join('')}…`;
}

function totals({ usage, turns }: SessionState): string {
  const { inputTokens, outputTokens, costUsd } = usage;
  const cost = costUsd === null ? 'cost not known' : `$${costUsd.toFixed(4)}`;
  const count = turns.length === 1 ? '1 turn' : `${turns.length} turns`;
  return `---\n\n${count}, ${inputTokens} tokens in, ${outputTokens} tokens out, ${cost}`;
}

/** Folded. A closing tag in the text would end the block: it loses its bracket. */
function details(summary: string, text: string): string {
  const safe = text.replace(/<(?=\/?(?:details|summary)\b)/gi, '&lt;');
  const title = oneLine(summary).replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<details>\n<summary>${title}</summary>\n\n${safe}\n\n</details>`;
}

/** A fence longer than any inside. */
function fenced(raw: string, language: string): string {
  const text = sanitizeText(raw).trimEnd();
  const runs = text.match(/`{3,}/g) ?? [];
  const fence = '`'.repeat(Math.max(3, ...runs.map((run) => run.length + 1)));
  return `${fence}${language}\n${text}\n${fence}`;
}

function code(text: string): string {
  const line = oneLine(text);
  const runs = line.match(/`+/g) ?? [];
  const ticks = '`'.repeat(Math.max(1, ...runs.map((run) => run.length + 1)));
  return ticks.length === 1 ? `\`${line}\`` : `${ticks} ${line} ${ticks}`;
}

function oneLine(text: string): string {
  return sanitizeLine(text).trim();
}

function isoTime(atMs: number): string {
  const date = new Date(atMs);
  return Number.isNaN(date.getTime()) ? 'not known' : date.toISOString();
}
