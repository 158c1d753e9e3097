/** What `/copy` takes from a conversation: texts as they were written. Pure. */
import { ZekeError } from '../../platform/errors.ts';
import type { SessionState, Turn } from '../../session/state.ts';

/** The text that was asked for, and what it is. Throws a ZekeError where there is none. */
export function textToCopy(
  state: SessionState,
  argument: string,
): { readonly what: string; readonly text: string } {
  const [what = '', number, ...rest] = argument.toLowerCase().split(/\s+/).filter(Boolean);
  if (what === 'all' && number === undefined) {
    return { what: 'the conversation', text: wholeText(state) };
  }
  if ((what === '' || what === 'last') && number === undefined) {
    return { what: 'the last answer', text: lastAnswer(state) };
  }
  if (what !== 'block' || rest.length > 0 || !/^(?:[1-9]\d{0,5})?$/.test(number ?? '')) {
    throw new ZekeError('usage', '/copy takes: last, block, block N, or all.');
  }
  const blocks = codeBlocks(lastAnswer(state));
  const index = number === undefined ? blocks.length - 1 : Number(number) - 1;
  const text = blocks[index];
  if (text !== undefined) return { what: `code block ${index + 1}`, text };
  const count = blocks.length === 1 ? '1 code block' : `${blocks.length} code blocks`;
  throw new ZekeError('usage', `The last answer has ${count}.`);
}

/** Everything the model, or the command, said in this turn. */
export function answerText({ parts }: Turn): string {
  return parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n\n');
}

function lastAnswer({ turns, running }: SessionState): string {
  const all = running === undefined ? turns : [...turns, running];
  const text = all.map(answerText).findLast((answer) => answer.trim() !== '');
  if (text !== undefined) return text;
  throw new ZekeError('usage', 'There is no answer yet.');
}

function wholeText({ turns, running }: SessionState): string {
  const all = running === undefined ? turns : [...turns, running];
  if (all.length === 0) throw new ZekeError('usage', 'Nothing was said yet.');
  return all
    .flatMap((turn) => [
      turn.message.kind === 'command' ? `! ${turn.message.text}` : `> ${turn.message.text}`,
      answerText(turn),
    ])
    .filter((text) => text.trim() !== '')
    .join('\n\n');
}

/** The contents of fenced code blocks, in order; an open one reaches to the end. */
export function codeBlocks(markdown: string): readonly string[] {
  const blocks: string[] = [];
  let fence: string | undefined;
  let lines: string[] = [];
  for (const line of markdown.split('\n')) {
    const mark = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line);
    if (fence === undefined) {
      fence = mark?.[1];
      lines = [];
    } else if (mark?.[1]?.startsWith(fence) === true && mark[2]?.trim() === '') {
      blocks.push(lines.join('\n'));
      fence = undefined;
    } else lines.push(line);
  }
  return fence === undefined ? blocks : [...blocks, lines.join('\n')];
}
