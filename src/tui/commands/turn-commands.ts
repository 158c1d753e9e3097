/** Commands about what was said: summaries, another try, the rest of an answer, taking back. */
import { ZekeError } from '../../platform/errors.ts';
import { sanitizeText } from '../../platform/terminal-text.ts';
import type { SessionState, Turn } from '../../session/state.ts';
import { turnList } from '../picker/lists.ts';
import { type Line, plainLine } from '../styled-text.ts';
import { answerText } from './answer-blocks.ts';
import { type Chat, type SlashCommand, words } from './command.ts';

/** More of a long output is better read in a pager. */
const MAX_SHOWN_LINES = 5000;

export const TURN_COMMANDS: readonly SlashCommand[] = [
  {
    name: 'edit',
    summary: 'Change a message of yours and send it again, in a fork',
    details:
      'The message is put into the input. Sending it goes on in a new session that has the turns before it; the session you were in stays as it is.',
    run: (chat) => {
      const options = { title: 'Which message is to be changed?', isWanted: isMessage };
      const list = turnList(chat.state(), options, ({ id }) => chat.editTurn(Number(id)));
      chat.openList(list);
    },
  },
  {
    name: 'retry',
    summary: 'Send the last message again',
    details:
      'The last turn is set aside: it is shown, but the model is not told of it. When the conversation had become too long for the model it is summarised first.',
    run: (chat) => retryLast(chat),
  },
  {
    name: 'continue',
    summary: 'Go on with an answer that was stopped or cut',
    run: (chat) => continueLast(chat),
  },
  {
    name: 'compact',
    argument: '[what matters | undo]',
    summary: 'Let the model summarise the conversation to make room',
    complete: async () => words(['undo']),
    details:
      'From then on the model is told the summary instead of the turns before. Nothing is lost: the session keeps every turn, and `/compact undo` tells the model all of them again.',
    run: compact,
  },
  {
    name: 'undo-last',
    summary: 'Give back the files that the last answer changed',
    details:
      'Files that somebody has changed since are left alone. Doing it again takes back the changes before those.',
    run: (chat) => {
      const { turns } = chat.state();
      if (!turns.some(({ changes, isUndone }) => changes.length > 0 && !isUndone)) {
        throw new ZekeError('usage', 'No answer of this session has changed a file.');
      }
      chat.send({ type: 'undo-last' });
    },
  },
  {
    name: 'show',
    argument: '[reasoning|output|summary]',
    summary: 'Print what was folded: the last reasoning, output or summary',
    complete: async () => words(['reasoning', 'output', 'summary']),
    run: (chat, argument) => chat.print(foldedLines(chat.state(), argument, chat)),
  },
];

/** Sends the last message again; after a summary when the conversation was too long for it. */
export function retryLast(chat: Chat): void {
  const state = chat.state();
  const last = lastTurn(state, 'There is no message to send again.');
  const isSummary = last.message.kind === 'compact';
  if (last.error?.kind !== 'context-overflow' || isSummary) {
    chat.send({ type: 'retry' });
    return;
  }
  chat.send({ type: 'send', message: { kind: 'compact', text: '' } });
  chat.send({ type: 'send', message: last.message });
}

/** Has the model go on with an answer that did not come to its end. */
export function continueLast(chat: Chat): void {
  const last = lastTurn(chat.state(), 'There is no answer to go on with.');
  const { kind } = last.message;
  if (kind === 'compact' && last.endReason !== 'stop') {
    // The model is told nothing of it: it would go on with the answer before.
    const hint = '/compact begins it anew.';
    throw new ZekeError('usage', 'A summary cannot be continued.', { hint });
  }
  if (last.parts.length === 0 || last.endReason === 'stop' || kind === 'command') {
    throw new ZekeError('usage', 'The last answer came to its end.', {
      hint: 'Only one that was stopped or cut can be continued.',
    });
  }
  chat.send({ type: 'send', message: { kind: 'continue', text: '' } });
}

function lastTurn({ running, turns }: SessionState, problem: string): Turn {
  if (running !== undefined) {
    throw new ZekeError('usage', 'An answer is still on its way.', { hint: 'Esc stops it.' });
  }
  const last = turns.findLast(({ isRetracted }) => !isRetracted);
  if (last === undefined) throw new ZekeError('usage', problem);
  return last;
}

function compact(chat: Chat, argument: string): void {
  const { compaction, turns, clearedTurnCount } = chat.state();
  if (argument === 'undo') {
    if (compaction === undefined) {
      throw new ZekeError('usage', 'There is no summary to take back.');
    }
    chat.send({ type: 'undo-compact' });
    return;
  }
  if (turns.length <= Math.max(clearedTurnCount, compaction?.turnCount ?? 0)) {
    throw new ZekeError('usage', 'There is nothing to summarise yet.');
  }
  chat.send({ type: 'send', message: { kind: 'compact', text: argument } });
}

function isMessage({ message }: Turn): boolean {
  return message.kind === undefined;
}

function foldedLines(state: SessionState, what: string, chat: Chat): readonly Line[] {
  const turns = state.running === undefined ? state.turns : [...state.turns, state.running];
  switch (what) {
    case '':
    case 'reasoning':
      return textLines(turns.findLast(hasReasoning), reasoningText, chat);
    case 'output':
      return textLines(
        turns.findLast(({ message }) => message.kind === 'command'),
        answerText,
        chat,
      );
    case 'summary':
      if (state.compaction === undefined) {
        throw new ZekeError('usage', 'No summary stands for earlier turns now.');
      }
      return cut(sanitizeText(state.compaction.summary), chat);
    default:
      throw new ZekeError('usage', '/show takes: reasoning, output or summary.');
  }
}

function textLines(
  turn: Turn | undefined,
  textOf: (turn: Turn) => string,
  chat: Chat,
): readonly Line[] {
  if (turn === undefined) throw new ZekeError('usage', 'There is none in this session.');
  return cut(sanitizeText(textOf(turn)).trim(), chat);
}

function cut(text: string, { theme }: Chat): readonly Line[] {
  const all = text.split('\n');
  const lines = all.slice(0, MAX_SHOWN_LINES).map((line) => plainLine(line));
  const hidden = all.length - lines.length;
  if (hidden <= 0) return lines;
  return [...lines, plainLine(`… ${hidden} more lines; /export writes all of it.`, theme.muted)];
}

function hasReasoning({ parts }: Turn): boolean {
  return parts.some((part) => part.type === 'reasoning' && part.text !== '');
}

function reasoningText({ parts }: Turn): string {
  return parts.flatMap((part) => (part.type === 'reasoning' ? [part.text] : [])).join('\n\n');
}
