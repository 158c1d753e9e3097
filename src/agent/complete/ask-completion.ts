/** Asks a model what belongs at the cursor: by its own request for that where it has one, else in words. */
import { findSecrets } from '../../platform/secrets/find-secrets.ts';
import type { Redactor } from '../../platform/secrets/redactor.ts';
import {
  COMPLETE_REQUEST,
  COMPLETE_SYSTEM_PROMPT,
  ONE_LINE,
  severalAnswers,
} from '../prompts/complete.ts';
import { createPlaceholders, type Placeholders } from '../propose/placeholders.ts';
import { createBlockWriter } from '../side-question.ts';
import {
  askBeside,
  fillBeside,
  type SideAnswer,
  type SideLimits,
  type SideModel,
  type SideRun,
} from '../side-request.ts';
import {
  type CursorPlace,
  cleanCompletion,
  isRestOfLine,
  readInsertions,
  wholeLines,
} from './clean-completion.ts';
import { withoutCutKey } from './cut-key.ts';

export interface CompletionDeps extends SideLimits {
  readonly model: SideModel;
  readonly redactor: Redactor;
  readonly onSecret: 'redact' | 'refuse';
}
export interface CompletionRequest extends CursorPlace {
  readonly path?: string | undefined;
  readonly language?: string | undefined;
  /** How many different texts are wanted. */
  readonly count: number;
}
export interface CompletionAnswer {
  /** Different texts to insert, best first. */
  readonly items: readonly string[];
  /** Of all that was asked; null where no price is known. */
  readonly costUsd: number | null;
  /** Nothing was sent: a secret stands at the cursor, or the user wants nothing sent that holds one. */
  readonly isHeldBack: boolean;
}

export const MAX_COMPLETION_TOKENS = 256;
/** What is most likely: hosts left to themselves choose by chance (llama.cpp and Ollama at 0.8). */
const TEMPERATURE_OF_BEST = 0;
/** The second answer to the same question is only another one where chance may choose. */
const TEMPERATURE_OF_OTHERS = 0.8;
const HELD_BACK: CompletionAnswer = { items: [], costUsd: 0, isHeldBack: true };

/** Rejects with a ZekeError in the provider's words, also when aborted. */
export async function askCompletion(
  deps: CompletionDeps,
  asked: CompletionRequest,
  run: Omit<SideRun, 'onText'>,
): Promise<CompletionAnswer> {
  const request = withoutCutKey(asked);
  if (request === undefined) return HELD_BACK;
  const { prefix, suffix } = request;
  const placeholders = createPlaceholders(deps.redactor);
  const place = { prefix: placeholders.hide(prefix), suffix: placeholders.hide(suffix) };
  const mayNotLeave = deps.onSecret === 'refuse' && !deps.model.provider.isLocal;
  if (mayNotLeave && placeholders.hidden().length > 0) return HELD_BACK;
  // Each half of a secret alone looks like any other text.
  if (isWithinSecret(request)) return HELD_BACK;
  const runWithLimit = { ...run, maxCostUsd: deps.maxCostUsd };
  const hidden = { ...request, ...place };
  const answers =
    (await fill(deps.model, hidden, runWithLimit)) ??
    (await askInWords(deps.model, { ...hidden, placeholders }, runWithLimit));
  const items = answers.flatMap(({ texts }) =>
    texts.flatMap((text) => {
      const restored = placeholders.restore(cleanCompletion(text, place));
      return restored === undefined || restored === '' ? [] : [restored];
    }),
  );
  return {
    items: [...new Set(items)].slice(0, request.count),
    costUsd: sum(answers.map(({ answer }) => answer.costUsd)),
    isHeldBack: false,
  };
}

interface ReadAnswer {
  readonly answer: SideAnswer;
  readonly texts: readonly string[];
}

async function fill(
  model: SideModel,
  { prefix, suffix, count }: CompletionRequest,
  run: SideRun & SideLimits,
): Promise<readonly ReadAnswer[] | undefined> {
  const stop = isRestOfLine(suffix) ? { stop: ['\n'] } : {};
  const ask = async (index: number) => {
    const temperature = index === 0 ? TEMPERATURE_OF_BEST : TEMPERATURE_OF_OTHERS;
    const maxOutputTokens = MAX_COMPLETION_TOKENS;
    const request = { prefix, suffix, maxOutputTokens, temperature, ...stop };
    const answer = await fillBeside(model, request, run);
    if (answer === undefined) return undefined;
    return { answer, texts: [answer.isCut ? wholeLines(answer.text) : answer.text] };
  };
  const answers = await Promise.all(Array.from({ length: count }, (_, index) => ask(index)));
  const known = answers.filter((one) => one !== undefined);
  return known.length === 0 ? undefined : known;
}

async function askInWords(
  model: SideModel,
  asked: CompletionRequest & { readonly placeholders: Placeholders },
  run: SideRun & SideLimits,
): Promise<readonly ReadAnswer[]> {
  const { prefix, suffix, path = 'a text without a name', language, count } = asked;
  const block = createBlockWriter(asked.placeholders);
  const name = language === undefined || language === '' ? path : `${path} (${language})`;
  const text = [
    block({ title: `${name}, before the cursor`, text: prefix }),
    block({ title: `${name}, after the cursor`, text: suffix }),
    COMPLETE_REQUEST,
    ...(isRestOfLine(suffix) ? [ONE_LINE] : []),
    ...(count > 1 ? [severalAnswers(count)] : []),
  ].join('\n\n');
  const request = {
    intent: 'complete',
    system: COMPLETE_SYSTEM_PROMPT,
    text,
    maxOutputTokens: MAX_COMPLETION_TOKENS * count,
  };
  const answer = await askBeside(model, request, run);
  const texts = readInsertions(answer.text);
  const last = texts.at(-1) ?? '';
  return [{ answer, texts: answer.isCut ? [...texts.slice(0, -1), wholeLines(last)] : texts }];
}

function isWithinSecret({ prefix, suffix }: CursorPlace): boolean {
  const cursor = prefix.length;
  return findSecrets(prefix + suffix).some(({ start, end }) => start < cursor && cursor < end);
}

function sum(costs: readonly (number | null)[]): number | null {
  const known = costs.filter((cost) => cost !== null);
  return known.length === 0 ? null : known.reduce((total, cost) => total + cost, 0);
}
