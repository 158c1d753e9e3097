/** Finds the answer to the last message and writes it as pieces of Markdown. */
import type { ChatRequest } from '../../providers/contract.ts';
import { describeAbilities, describeWriting } from './answers/about.ts';
import { describeAttachments } from './answers/attachment.ts';
import { explainTarget } from './answers/explain.ts';
import { listFiles } from './answers/files.ts';
import { describeProject } from './answers/project.ts';
import { answerBySearch, showDefinition } from './answers/search.ts';
import { showUses } from './answers/uses.ts';
import { type Intent, readIntent } from './intent.ts';
import { type DataBlock, lastUserMessage, looksLikeDiff } from './message.ts';
import type { Workshop } from './workshop.ts';

/** The first line of every answer: nobody should take this for a language model. */
const FIRST_LINE =
  '_Built-in engine: no language model; this comes from searching your workspace and from rules._\n\n';

/** The answer to the last user message, in pieces. Rejects with the signal's reason when aborted. */
export async function* answerRequest(
  request: ChatRequest,
  workshop: Workshop,
): AsyncGenerator<string> {
  if (asksForSummary(request)) {
    const { summarizeConversation } = await import('./answers/summary.ts');
    yield* summarizeConversation(request);
    return;
  }
  yield FIRST_LINE;
  if (hasImage(request)) yield 'It cannot see images, so it goes by the words.\n\n';
  const { text, data } = lastUserMessage(request);
  const diff = [text, ...data.filter(isFromUser).map((block) => block.text)].find(looksLikeDiff);
  const attachments = data.filter(({ source }) => source === 'attachment');
  const intent = intentOf(text, data);
  if (diff !== undefined) {
    const { describeDiff } = await import('./answers/diff.ts');
    yield* describeDiff(diff);
  } else if (attachments.length > 0 && isAboutData(intent)) {
    yield* describeAttachments(attachments, text, workshop);
  } else yield* answerIntent(intent, text, workshop);
}

/** The request for a summary of everything before it (`/compact`). */
function asksForSummary(request: ChatRequest): boolean {
  return request.metadata?.intent === 'summary';
}

function hasImage(request: ChatRequest): boolean {
  const last = request.messages.findLast(({ role }) => role === 'user');
  return last?.content.some((part) => part.type === 'image') ?? false;
}

/** "explain this" and plain questions are about the text that came along. */
function isAboutData(intent: Intent): boolean {
  if (intent.kind === 'explain') return /^(?:this|that|it|these|the)$/i.test(intent.target);
  return intent.kind === 'about' || intent.kind === 'search' || intent.kind === 'write';
}

function isFromUser({ source }: DataBlock): boolean {
  return source !== 'instructions';
}

/** A bare mention is a wish to see the file explained. */
function intentOf(text: string, data: readonly DataBlock[]): Intent {
  const mentioned = data.find(({ source }) => source === 'mention');
  const isVague = text.replace(/@\S+/g, '').trim().split(/\s+/).length <= 3;
  const intent = readIntent(text);
  if (
    mentioned !== undefined &&
    (intent.kind === 'about' || (isVague && intent.kind === 'search'))
  ) {
    return { kind: 'explain', target: mentioned.title };
  }
  return intent;
}

async function* answerIntent(
  intent: Intent,
  text: string,
  workshop: Workshop,
): AsyncGenerator<string> {
  switch (intent.kind) {
    case 'about':
      yield describeAbilities();
      return;
    case 'project':
      yield* describeProject(workshop);
      return;
    case 'files':
      yield* listFiles(intent.pattern, workshop);
      return;
    case 'explain':
      yield* explainTarget(intent.target, text, workshop);
      return;
    case 'uses':
      yield* showUses(intent.name, workshop);
      return;
    case 'definition':
      yield* showDefinition(intent.name, text, workshop);
      return;
    case 'write':
      yield describeWriting();
      yield* answerBySearch(text, workshop);
      return;
    case 'search':
      yield* answerBySearch(text, workshop);
  }
}
