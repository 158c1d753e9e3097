/** One request of a review: from pieces of the diff to findings on their right lines. */
import { randomBytes } from 'node:crypto';
import type { Redactor } from '../../platform/secrets/redactor.ts';
import type {
  ChatRequest,
  ModelInfo,
  Provider,
  ProviderFailure,
  ReasoningEffort,
  Usage,
} from '../../providers/contract.ts';
import { REVIEW_REQUEST, REVIEW_SYSTEM_PROMPT } from '../prompts/review.ts';
import { anchorFinding } from './anchor.ts';
import type { Finding } from './finding.ts';
import { parseAnswer } from './parse-answer.ts';
import type { ProjectRules } from './project-rules.ts';
import type { ReviewPiece } from './split.ts';

/** The model of a review and how it is to be asked. */
export interface ReviewModel {
  readonly provider: Provider;
  /** The vendor's model id. */
  readonly model: string;
  readonly info: ModelInfo | undefined;
  readonly reasoningEffort: ReasoningEffort | undefined;
}

export interface PreparedRequest {
  readonly request: ChatRequest;
  readonly pieces: readonly ReviewPiece[];
  /** The rule of every secret that was replaced by a placeholder. */
  readonly secrets: readonly string[];
}

export interface RequestInput {
  readonly model: ReviewModel;
  readonly pieces: readonly ReviewPiece[];
  readonly rules: ProjectRules | undefined;
  readonly redactor: Redactor;
}

/** Enough for forty findings; an answer without a bound could cost without a bound. */
const MAX_ANSWER_TOKENS = 8192;

/** Writes the request. No secret that src/platform/secrets knows is in it. */
export function prepareRequest({ model, pieces, rules, redactor }: RequestInput): PreparedRequest {
  const secrets: string[] = [];
  const clean = (text: string): string => {
    const redacted = redactor.redact(text);
    secrets.push(...redacted.found.map((match) => match.rule));
    return redacted.text;
  };
  // Random, so that nothing in the material can close its own block.
  const border = randomBytes(6).toString('hex');
  const block = (source: string, text: string): string =>
    `<data ${border} source=${JSON.stringify(source)}>\n${clean(text)}\n</data ${border}>`;
  const parts = [
    ...(rules === undefined ? [] : [block('review rules', rules.text)]),
    ...pieces.map((piece) => block('diff', piece.text)),
    REVIEW_REQUEST,
  ];
  const limit = Math.min(MAX_ANSWER_TOKENS, model.info?.maxOutputTokens ?? MAX_ANSWER_TOKENS);
  const request: ChatRequest = {
    model: model.model,
    system: REVIEW_SYSTEM_PROMPT,
    messages: [{ role: 'user', content: [{ type: 'text', text: parts.join('\n\n') }] }],
    maxOutputTokens: limit,
    ...(model.reasoningEffort === undefined ? {} : { reasoningEffort: model.reasoningEffort }),
    metadata: { intent: 'review' },
  };
  return { request, pieces, secrets };
}

export type ModelAnswer =
  | {
      readonly kind: 'answer';
      readonly findings: readonly Finding[];
      /** Findings whose lines are not in the diff, and that were left out. */
      readonly droppedCount: number;
      readonly summary: string;
      readonly isReadable: boolean;
      readonly isCut: boolean;
      readonly usage: Usage;
    }
  | { readonly kind: 'failure'; readonly error: ProviderFailure; readonly usage: Usage };

/** Sends the request and reads the answer. Never rejects: a failure is an answer of its own. */
export async function askModel(
  provider: Provider,
  { request, pieces }: PreparedRequest,
  signal: AbortSignal,
): Promise<ModelAnswer> {
  let text = '';
  let usage: Usage = {};
  let isCut = false;
  for await (const part of provider.stream(request, { signal })) {
    if (part.type === 'text-delta') text += part.text;
    else if (part.type === 'usage') usage = { ...usage, ...part.usage };
    else if (part.type === 'error') return { kind: 'failure', error: part.error, usage };
    else if (part.type === 'end') isCut = part.reason === 'length';
  }
  const parsed = parseAnswer(text);
  const findings = parsed.findings
    .map((raw) => anchorFinding(raw, pieces))
    .filter((finding) => finding !== undefined);
  return {
    kind: 'answer',
    findings,
    droppedCount: parsed.findings.length - findings.length,
    summary: parsed.summary,
    isReadable: parsed.isReadable,
    isCut,
    usage,
  };
}
