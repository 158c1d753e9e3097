/** The model's side of a review: packs pieces into requests and keeps a few of them under way. */
import { createRedactor } from '../../platform/secrets/redactor.ts';
import { describeHidden, isSecretChange } from '../../platform/walk/secret-files.ts';
import type { Usage } from '../../providers/contract.ts';
import { estimateCostUsd } from '../../providers/cost.ts';
import { outputAllowance } from '../spending.ts';
import {
  askModel,
  type ModelAnswer,
  type PreparedRequest,
  prepareRequest,
  type ReviewModel,
} from './ask-model.ts';
import type { FileDiff } from './diff/diff.ts';
import type { Finding } from './finding.ts';
import type { ReviewDeps, ReviewEvent, ReviewOptions } from './review.ts';
import { isWorthAsking, type ReviewPiece, splitFile } from './split.ts';

export type ModelEvent =
  | Exclude<ReviewEvent, { type: 'finding' | 'progress' }>
  | {
      readonly type: 'model-findings';
      readonly findings: readonly { readonly finding: Finding; readonly file: FileDiff }[];
    };

export interface ModelReview {
  /** Takes a file in; yields what requests under way bring meanwhile. Waits while too many are. */
  add(file: FileDiff): AsyncGenerator<ModelEvent>;
  /** Sends what is left and yields the rest. */
  finish(): AsyncGenerator<ModelEvent>;
  counts(): { readonly requestsDone: number; readonly requestsStarted: number };
}

/** Tokens of material in one request: attention thins out over more. */
const REQUEST_TOKENS = 12_000;
/** The share of a small model's context that the material may take. */
const CONTEXT_SHARE = 0.5;
/** A change with more than this is not read by a model in one go; the rules still read it all. */
const MAX_REQUESTS = 200;

/** Starts the model's side of one review. */
export function startModelReview(
  deps: ReviewDeps & { readonly model: ReviewModel },
  options: ReviewOptions,
): ModelReview {
  return new ModelReviewRun(deps, options);
}

class ModelReviewRun implements ModelReview {
  readonly #deps: ReviewDeps & { readonly model: ReviewModel };
  readonly #options: ReviewOptions;
  readonly #redactor = createRedactor();
  readonly #budgetTokens: number;
  readonly #underWay = new Set<Promise<void>>();
  /** What finished requests brought, until somebody asks for it. */
  #ready: ModelEvent[] = [];
  readonly #saidSecrets = new Set<string>();
  /** What the model was not shown, because a name says that it holds secrets. */
  readonly #leftOut: FileDiff[] = [];
  /** Sent requests are settled into `#usage`; those under way are counted at their worst. */
  #usage: Usage = {};
  #spentUsd = 0;
  #reservedUsd = 0;
  #pieces: ReviewPiece[] = [];
  #tokens = 0;
  #started = 0;
  #done = 0;
  #droppedCount = 0;
  #isStopped = false;

  constructor(deps: ReviewDeps & { readonly model: ReviewModel }, options: ReviewOptions) {
    this.#deps = deps;
    this.#options = options;
    const context = deps.model.info?.contextTokens;
    this.#budgetTokens =
      context === undefined ? REQUEST_TOKENS : Math.min(REQUEST_TOKENS, context * CONTEXT_SHARE);
  }

  counts() {
    return { requestsDone: this.#done, requestsStarted: this.#started };
  }

  async *add(file: FileDiff): AsyncGenerator<ModelEvent> {
    yield* this.#takeReady();
    if (this.#isStopped || !isWorthAsking(file)) return;
    if (isSecretChange(file)) {
      // The rules have seen it: they stay on this machine, and are there to find it.
      if (file.part === 0) this.#leftOut.push(file);
      return;
    }
    const { source, search } = this.#deps;
    const pieces = await splitFile(file, {
      budgetTokens: this.#budgetTokens,
      readNewSide: source.readNewSide,
      search,
      signal: this.#options.signal,
    });
    for (const piece of pieces) {
      if (this.#tokens + piece.tokens > this.#budgetTokens) yield* this.#send();
      this.#pieces.push(piece);
      this.#tokens += piece.tokens;
    }
  }

  async *finish(): AsyncGenerator<ModelEvent> {
    yield* this.#send();
    yield* this.#waitUntilFewerThan(1);
    if (this.#leftOut.length > 0) yield { type: 'notice', text: describeHidden(this.#leftOut) };
    if (this.#droppedCount === 0) return;
    const text = `${this.#droppedCount} of the model's findings named no line of the diff and were left out.`;
    yield { type: 'notice', text };
  }

  async *#send(): AsyncGenerator<ModelEvent> {
    const pieces = this.#pieces;
    [this.#pieces, this.#tokens] = [[], 0];
    yield* this.#waitUntilFewerThan(this.#options.concurrency);
    if (pieces.length === 0 || this.#isStopped || this.#options.signal.aborted) return;
    const { model, projectRules: rules } = this.#deps;
    const prepared = prepareRequest({ model, pieces, rules, redactor: this.#redactor });
    const problem = this.#problemWith(prepared);
    if (problem !== undefined) {
      this.#isStopped = true;
      yield problem;
      return;
    }
    yield* this.#reportSecrets(prepared);
    this.#start(prepared);
  }

  async *#waitUntilFewerThan(count: number): AsyncGenerator<ModelEvent> {
    while (this.#underWay.size >= count) {
      await Promise.race(this.#underWay);
      yield* this.#takeReady();
    }
    yield* this.#takeReady();
  }

  #takeReady(): readonly ModelEvent[] {
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }

  /** Why the request is not sent, and with it none after it. */
  #problemWith(prepared: PreparedRequest): ModelEvent | undefined {
    const { model } = this.#deps;
    if (
      prepared.secrets.length > 0 &&
      this.#options.onSecret === 'refuse' &&
      !model.provider.isLocal
    ) {
      const names = [...new Set(prepared.secrets)].join(', ');
      return refusal(`The diff holds a secret (${names}), so nothing of it was sent to the model.`);
    }
    if (this.#started >= MAX_REQUESTS) {
      const text =
        `The model read the first ${MAX_REQUESTS} parts of this diff; the rules read all of ` +
        'it.';
      return { type: 'notice', text };
    }
    const allowance = outputAllowance({
      request: prepared.request,
      info: model.info,
      isFree: model.provider.isFree === true,
      maxCostUsd: this.#options.maxCostUsd,
      spentUsd: this.#spentUsd + this.#reservedUsd,
    });
    return allowance.kind === 'refused' ? { type: 'notice', text: allowance.message } : undefined;
  }

  *#reportSecrets(prepared: PreparedRequest): Generator<ModelEvent> {
    const fresh = [...new Set(prepared.secrets)].filter((name) => !this.#saidSecrets.has(name));
    for (const name of fresh) this.#saidSecrets.add(name);
    if (fresh.length === 0) return;
    const text = `Held back before sending: ${fresh.join(', ')} (replaced by placeholders).`;
    yield { type: 'notice', text };
  }

  #start(prepared: PreparedRequest): void {
    const { model } = this.#deps;
    const worstUsd = worstCostUsd(prepared, model);
    this.#started += 1;
    this.#reservedUsd += worstUsd;
    const answer = askModel(model.provider, prepared, this.#options.signal).then((result) => {
      this.#underWay.delete(answer);
      this.#done += 1;
      this.#reservedUsd -= worstUsd;
      this.#ready.push(...this.#settle(result, prepared));
    });
    this.#underWay.add(answer);
  }

  #settle(answer: ModelAnswer, { pieces }: PreparedRequest): readonly ModelEvent[] {
    const usage: ModelEvent = { type: 'usage', usage: this.#addUsage(answer.usage) };
    if (answer.kind === 'failure') {
      // The next request would meet the same host, key and model.
      this.#isStopped = true;
      return [usage, { type: 'error', error: answer.error }];
    }
    this.#droppedCount += answer.droppedCount;
    const findings = answer.findings.flatMap((finding) => {
      const piece = pieces.find(
        ({ file, hunks }) =>
          file.path === finding.path &&
          hunks.some((hunk) =>
            hunk.lines.some(
              (line) => line.kind !== 'removed' && line.newLine === finding.startLine,
            ),
          ),
      );
      return piece === undefined ? [] : [{ finding, file: piece.file }];
    });
    return [
      usage,
      ...(answer.isReadable ? [] : [unreadable(pieces)]),
      ...(answer.isCut && answer.isReadable ? [cutNotice(pieces)] : []),
      ...(answer.summary === '' ? [] : [{ type: 'summary', text: answer.summary } as const]),
      { type: 'model-findings', findings },
    ];
  }

  #addUsage(usage: Usage): Usage {
    const costUsd = estimateCostUsd(usage, this.#deps.model.info?.price);
    this.#spentUsd += costUsd ?? 0;
    this.#usage = addUsage(this.#usage, {
      ...usage,
      ...(costUsd === undefined ? {} : { costUsd }),
    });
    return this.#usage;
  }
}

function refusal(message: string): ModelEvent {
  return {
    type: 'error',
    error: {
      kind: 'permission',
      message: `${message} Remove it, or set secrets.on_secret to "redact".`,
      retryable: false,
    },
  };
}

function unreadable(pieces: readonly ReviewPiece[]): ModelEvent {
  const text = `The model's answer about ${namesOf(pieces)} was no list of findings and was left out.`;
  return { type: 'notice', text };
}

function cutNotice(pieces: readonly ReviewPiece[]): ModelEvent {
  const text = `The model's answer about ${namesOf(pieces)} was cut at its length limit; some findings may be missing.`;
  return { type: 'notice', text };
}

function namesOf(pieces: readonly ReviewPiece[]): string {
  const paths = [...new Set(pieces.map((piece) => piece.file.path))];
  const [first = ''] = paths;
  return paths.length === 1 ? first : `${first} and ${paths.length - 1} more`;
}

/** What the request costs when its answer uses all it may. */
function worstCostUsd({ request }: PreparedRequest, model: ReviewModel): number {
  const inputTokens = JSON.stringify(request).length / 3;
  const usage = { inputTokens, outputTokens: request.maxOutputTokens ?? 0 };
  return model.provider.isFree ? 0 : (estimateCostUsd(usage, model.info?.price) ?? 0);
}

const USAGE_FIELDS = [
  'inputTokens',
  'outputTokens',
  'cachedTokens',
  'cacheWriteTokens',
  'reasoningTokens',
  'costUsd',
] as const;

function addUsage(left: Usage, right: Usage): Usage {
  const entries = USAGE_FIELDS.flatMap((field) => {
    const [a, b] = [left[field], right[field]];
    return a === undefined && b === undefined ? [] : [[field, (a ?? 0) + (b ?? 0)] as const];
  });
  return Object.fromEntries(entries);
}
