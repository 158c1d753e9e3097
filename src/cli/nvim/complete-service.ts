/** Ghost text for a Neovim: which model is asked, what it may cost, and what is not asked at all. */
import {
  askCompletion,
  type CompletionRequest,
  MAX_COMPLETION_TOKENS,
} from '../../agent/complete/ask-completion.ts';
import { createCompletionCache } from '../../agent/complete/completion-cache.ts';
import type { SideAnswer, SideModel } from '../../agent/side-request.ts';
import type { CompleteParams, CompleteResult, NvimServices } from '../../nvim/services.ts';
import { isSecretPath } from '../../platform/walk/secret-files.ts';
import { estimateCostUsd } from '../../providers/cost.ts';
import type { Runtime } from '../compose.ts';
import { createFreeModelFinder } from './free-model.ts';
import { CACHED, resolveSideModel, sideDeps, spendingRecorder } from './side-model.ts';

/** More is no help at a cursor, and is paid for with each key. */
const PREFIX_CHARACTERS = 8192;
const SUFFIX_CHARACTERS = 4096;
/** More different texts are not looked at. */
const MAX_COUNT = 3;
const CHARACTERS_PER_TOKEN = 4;

type Chosen = SideModel & { readonly ref: string };

/** Made once for a host, so that all its Neovims share what is known already. */
export function completeService(runtime: Runtime): NvimServices['complete'] {
  const cache = createCompletionCache();
  const choose = createChooser(runtime);

  return async (params, { signal, sessionModel, reportSpent }) => {
    const wanted = params.model ?? sessionModel();
    if (params.path !== undefined && isSecretPath(params.path))
      return nothing(wanted, 'secret-file');
    const model = await choose(wanted, params, signal);
    if (model === undefined) return nothing(wanted, 'no-model');
    if (!isFree(model) && !params.isManual) {
      return { ...nothing(wanted, 'off-for-paid'), hint: explainPaid(model) };
    }
    const request = toRequest(params);
    const question = { ...request, model: model.ref };
    const record = await spendingRecorder(runtime, { model: model.ref, purpose: 'complete' });
    const known = cache.find(question, request.count);
    if (known !== undefined) {
      record(CACHED);
      return { items: known, model: model.ref, costUsd: 0, isCached: true };
    }
    const deps = { ...(await sideDeps(runtime)), model: quick(model) };
    const bill = new Bill(reportSpent);
    const onAnswer = (answer: SideAnswer) => {
      record(answer);
      bill.add(answer.costUsd ?? 0);
    };
    let isTold = false;
    try {
      const answer = await askCompletion(deps, request, { signal, onAnswer });
      isTold = !signal.aborted;
      if (answer.isHeldBack) return nothing(model.ref, 'secret-text');
      cache.keep(question, request.count, answer.items);
      const { items, costUsd } = answer;
      return { items, model: model.ref, costUsd, isCached: false };
    } finally {
      if (!isTold) bill.tell();
    }
  };
}

/** What one question costs: its answer says so, and where nobody gets that, Neovim is told by itself. */
class Bill {
  readonly #report: (costUsd: number) => void;
  #untoldUsd = 0;
  #isTelling = false;

  constructor(report: (costUsd: number) => void) {
    this.#report = report;
  }

  add(costUsd: number): void {
    this.#untoldUsd += costUsd;
    if (this.#isTelling) this.tell();
  }

  /** Tells what was paid so far, and what comes later as it comes: one of several requests ends first. */
  tell(): void {
    this.#isTelling = true;
    if (this.#untoldUsd > 0) this.#report(this.#untoldUsd);
    this.#untoldUsd = 0;
  }
}

/** The model that was named; else the conversation's, or a free one where that is paid for or writes nothing. */
function createChooser(runtime: Runtime) {
  const findFreeModel = createFreeModelFinder(runtime);
  return async (
    wanted: string,
    { model: named }: CompleteParams,
    signal: AbortSignal,
  ): Promise<Chosen | undefined> => {
    const writes = !wanted.startsWith('builtin/');
    const chosen = writes ? await resolveSideModel(runtime, wanted) : undefined;
    if (named !== undefined || (chosen !== undefined && isFree(chosen))) return chosen;
    const free = await findFreeModel(signal);
    return free === undefined ? chosen : await resolveSideModel(runtime, free);
  };
}

function nothing(model: string, reason: NonNullable<CompleteResult['reason']>): CompleteResult {
  return { items: [], model, costUsd: 0, isCached: false, reason };
}

function toRequest({ path, language, prefix, suffix, count }: CompleteParams): CompletionRequest {
  return {
    path,
    language,
    prefix: prefix.slice(-PREFIX_CHARACTERS),
    suffix: suffix.slice(0, SUFFIX_CHARACTERS),
    count: Math.min(Math.max(count, 1), MAX_COUNT),
  };
}

function isFree({ provider, info }: Chosen): boolean {
  const price = info?.price;
  return provider.isFree === true || (price !== undefined && price.input + price.output === 0);
}

/** Nobody waits for a model that thinks before it ends a line. */
function quick(model: Chosen): Chosen {
  const canReason = model.info?.capabilities?.reasoning === true;
  return { ...model, reasoningEffort: canReason ? 'minimal' : undefined };
}

function explainPaid({ ref, info }: Chosen): string {
  const usage = {
    inputTokens: (PREFIX_CHARACTERS + SUFFIX_CHARACTERS) / CHARACTERS_PER_TOKEN,
    outputTokens: MAX_COMPLETION_TOKENS,
  };
  const costUsd = estimateCostUsd(usage, info?.price);
  const cost = costUsd === undefined ? 'of unknown price' : `up to $${costUsd.toFixed(4)} each`;
  return `Ghost text is off: ${ref} is paid by request (${cost}). ":ZekeComplete now" asks once; set completion.model to a model on this machine, or completion.allow_paid to true.`;
}
