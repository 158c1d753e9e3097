/** A summary of a conversation by rule: what was asked, which files came up, what was said last. */
import type { ChatRequest, Message } from '../../../providers/contract.ts';
import { takeApart } from '../message.ts';

const MAX_QUESTIONS = 30;
const MAX_QUESTION_CHARACTERS = 240;
const MAX_FILES = 40;
const MAX_PATH_CHARACTERS = 200;
const MAX_COMMANDS = 20;
const MAX_ANSWER_CHARACTERS = 2_000;
/** A name with an ending, with folders or not; a name of one letter is `e.g`. */
const PATH = /^(?:\w\S*\/\S*|[\w@-]{2}[\w@.-]*)\.[a-z]\w{0,5}$/;
const COMMAND = /^I ran this in the project:\n\n((?: {4}.*\n)+)/;

/** The summary, in pieces of Markdown. */
export function* summarizeConversation(request: ChatRequest): Generator<string> {
  const said = withoutRequest(request.messages);
  const user = said.filter(({ role }) => role === 'user').flatMap(textsOf);
  const answers = said.filter(({ role }) => role === 'assistant').flatMap(textsOf);
  const parts = user.map(takeApart);
  yield '_Made by rule, without a language model._\n\n';
  const earlier = parts.flatMap(({ data }) => data).filter(({ source }) => source === 'summary');
  for (const { text } of earlier) yield `${text}\n\n`;
  const commands = user.flatMap((text) => COMMAND.exec(text)?.[1]?.trim() ?? []);
  const questions = parts
    .filter(
      ({ text, data }) => !isOwnText(text) && !data.some(({ source }) => source === 'summary'),
    )
    .map(({ text }) => clip(text));
  yield* list('Goal: what was asked', questions.slice(-MAX_QUESTIONS));
  yield* list('State: commands that were run', commands.slice(-MAX_COMMANDS).map(clip));
  const titles = parts.flatMap(({ data }) => data.filter(isFile).map(({ title }) => title));
  const named = [...parts.map(({ text }) => text), ...answers].flatMap(pathsIn);
  const files = [...new Set([...titles, ...named])];
  yield* list('Facts: files that came up', files.slice(0, MAX_FILES));
  const last = answers.at(-1)?.trim() ?? '';
  if (last !== '') yield `## Open: the last answer\n\n${endOf(last)}\n`;
}

function withoutRequest(messages: readonly Message[]): readonly Message[] {
  const last = messages.at(-1);
  if (last?.role !== 'user') return messages;
  return [...messages.slice(0, -1), { role: 'user', content: last.content.slice(0, -1) }];
}

function textsOf(message: Message): readonly string[] {
  return message.content.flatMap((part) => (part.type === 'text' ? [part.text] : []));
}

/** Words that Zeke put there, not the user. */
function isOwnText(text: string): boolean {
  return (
    text === '' || COMMAND.test(`${text}\n`) || text.startsWith('Your last answer was cut off.')
  );
}

function isFile({ source }: { readonly source: string }): boolean {
  return source === 'mention' || source === 'code-search' || source === 'instructions';
}

function pathsIn(text: string): readonly string[] {
  const words = text
    .split(/[\s`'"()<>[\],;]+/)
    .filter((word) => word.length <= MAX_PATH_CHARACTERS);
  return words.map((word) => word.replace(/[.!?:]+$|:\d.*$/, '')).filter((word) => PATH.test(word));
}

function* list(heading: string, lines: readonly string[]): Generator<string> {
  if (lines.length === 0) return;
  yield `## ${heading}\n\n${lines.map((line) => `- ${line}\n`).join('')}\n`;
}

function clip(text: string): string {
  const flat = text.replace(/\s+/g, ' ').trim();
  return flat.length <= MAX_QUESTION_CHARACTERS
    ? flat
    : `${flat.slice(0, MAX_QUESTION_CHARACTERS)}…`;
}

/** The end of an answer says more about what is open than its beginning. */
function endOf(answer: string): string {
  const isCut = answer.length > MAX_ANSWER_CHARACTERS;
  return isCut ? `…${answer.slice(-MAX_ANSWER_CHARACTERS)}` : answer;
}
