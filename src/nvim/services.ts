/**
 * What a Neovim may ask beside the conversation, by service name. Everything is plain data and goes
 * to Lua as JSON; lines count from 1, both ends in; paths are relative to the root, with `/`.
 * `src/cli/nvim/` makes them; nothing here knows a model, a prompt or a price.
 */
import type { Review, ReviewFinding } from '../session/review.ts';
import type { SessionState } from '../session/state.ts';
import type { EarlierTurns } from './editor-state.ts';
import type { ServiceName } from './protocol.ts';

/** A service: checks its parameters, reports on its way, resolves to its result or rejects. */
export type Service<Params, Result, Progress = never> = (
  params: Params,
  run: ServiceRun<Progress>,
) => Promise<Result>;
export interface ServiceRun<Progress> {
  /** Aborted when Neovim cancels or is gone. */
  readonly signal: AbortSignal;
  /** A `text` is what came since the one before; those that come close together are sent as one. */
  readonly report: (progress: Progress) => void;
  /** What was paid for an answer that does not say so: it is no more wanted, or there is none. US dollars. */
  readonly reportSpent: (costUsd: number) => void;
  /** The model of the conversation, for services that use one and were told none. */
  readonly sessionModel: () => string;
  /** The conversation as it is now. */
  readonly sessionState: () => SessionState;
  /** Makes a review part of the conversation; `id` is the op's, where the asker chose one. */
  readonly shareReview: (review: Review, id: string | undefined) => void;
}

export interface NvimServices {
  readonly models: Service<
    Record<never, never>,
    { models: readonly ModelItem[] },
    { models: readonly ModelItem[] }
  >;
  readonly sessions: Service<Record<never, never>, { sessions: readonly SessionItem[] }>;
  readonly 'search-sessions': Service<
    { query: string },
    { hits: readonly { id: string; excerpt: string }[] }
  >;
  readonly 'delete-session': Service<{ id: string }, Record<never, never>>;
  readonly 'export-session': Service<
    { id: string; format: 'markdown' | 'json'; path?: string },
    { path: string }
  >;
  /** The turns before turn `before`, counted from 0: as many as are told at once, the last ones. */
  readonly 'earlier-turns': Service<{ sessionId: string; before: number }, EarlierTurns>;
  readonly files: Service<{ pattern: string; limit: number }, { paths: readonly string[] }>;
  readonly symbols: Service<{ pattern: string; limit: number }, { symbols: readonly SymbolItem[] }>;
  /** The text of the best definition of a name, for `#symbol`. */
  readonly definition: Service<{ name: string }, { definition?: SymbolItem & { text: string } }>;
  /**
   * A unified diff of the working tree against the last commit, new files included; files that hold
   * secrets are left out.
   */
  readonly diff: Service<Record<never, never>, { text: string; leftOut: readonly string[] }>;
  /** Tokens the next request would hold, and the model's window where that is known. */
  readonly 'context-use': Service<Record<never, never>, { tokens: number; contextTokens?: number }>;
  readonly cost: Service<Record<never, never>, CostReport>;
  readonly edit: Service<EditParams, EditResult, { text: string }>;
  /** A code block of an answer put into a text, without a model. */
  readonly apply: Service<ApplyParams, { text: string }>;
  readonly complete: Service<CompleteParams, CompleteResult>;
  readonly review: Service<ReviewParams, ReviewOutcome, ReviewProgressItem>;
  /** `note` says what of the staged changes the model was not shown. */
  readonly 'commit-message': Service<
    { model?: string },
    { text: string; costUsd: number | null; note?: string },
    { text: string }
  >;
}
/** Every service has a name in the protocol, and every name a service. */
export type ServiceTable = { readonly [name in ServiceName]: NvimServices[name] };

export interface ModelItem {
  /** `provider/model`. */
  readonly ref: string;
  readonly label: string;
  readonly contextTokens?: number;
  readonly price?: string;
  readonly capabilities?: readonly string[];
}
export interface SessionItem {
  readonly id: string;
  readonly title: string;
  /** Milliseconds since the epoch. */
  readonly updatedAt: number;
  readonly turnCount: number;
  readonly model?: string;
  readonly isOpen?: boolean;
  readonly problem?: string;
}
export interface SymbolItem {
  readonly name: string;
  readonly kind: string;
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
}

/** US dollars and tokens; `costUsd` is null where no price is known. */
export interface CostSum {
  readonly costUsd: number | null;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly requests: number;
}
export interface CostReport {
  /** `requests` counts turns. */
  readonly session: CostSum & { readonly cachedTokens: number };
  readonly day: CostSum;
  readonly month: CostSum;
  /** This month, dearest first. */
  readonly byModel: readonly (CostSum & { readonly model: string })[];
  /** The last 30 days, oldest first, days without requests included: for a chart. */
  readonly days: readonly { readonly date: string; readonly costUsd: number }[];
  /** Of this month's sums: requests that were ended before their end, by estimate. */
  readonly cancelled: CostSum;
  /** Answers of this month that came from a cache of Zeke's own; they are in no sum. */
  readonly cachedAnswers: number;
}

/** A change to a text, asked of a model. The text is valid UTF-8, its lines joined by "\n". */
export interface EditParams {
  readonly instruction: string;
  /** Preset: `fix`, `docs`, `tests`, `optimize`, `refactor`; absent for a plain edit. */
  readonly action?: string;
  readonly path?: string;
  readonly language?: string;
  /** The whole buffer; of a very large one the lines in question with some around them. */
  readonly text: string;
  /** The number of its first line in the buffer; 1 without it. `range` counts from the first line of `text`. */
  readonly firstLine?: number;
  /** Only these lines may change. The whole text without it. */
  readonly range?: { readonly startLine: number; readonly endLine: number };
  readonly diagnostics?: readonly {
    readonly line: number;
    readonly severity: string;
    readonly message: string;
  }[];
  /** What the change is about, where that is another text: the code that tests are written for. */
  readonly source?: { readonly path?: string; readonly text: string };
  readonly model?: string;
}
export interface EditResult {
  /** The whole buffer as it would be; equal to the old one where the model changed nothing. */
  readonly text: string;
  /** What the model said beside the change. */
  readonly explanation: string;
  readonly model: string;
  readonly costUsd: number | null;
}
export interface ApplyParams {
  /** What stands in the code block: a whole file, search/replace blocks, a unified diff, or a piece of the file. */
  readonly code: string;
  readonly text: string;
  readonly path?: string;
}

export interface CompleteParams {
  readonly path?: string;
  readonly language?: string;
  readonly prefix: string;
  readonly suffix: string;
  /** `provider/model`; the configured completion model without it. */
  readonly model?: string;
  /** How many different texts are wanted, 1 to 5. */
  readonly count: number;
  /** The user asked by hand: also allowed where each request is paid. */
  readonly isManual: boolean;
}
export interface CompleteResult {
  /** Texts to insert at the cursor, best first; empty for nothing. */
  readonly items: readonly string[];
  readonly model: string;
  readonly costUsd: number | null;
  readonly isCached: boolean;
  /** Why nothing is offered and nothing was sent. */
  readonly reason?: 'off-for-paid' | 'secret-file' | 'secret-text' | 'no-model';
  /** For the user: what a reason means, and what to do about it. */
  readonly hint?: string;
}

export interface ReviewParams {
  /** A branch or commit to compare with; the last commit without it. */
  readonly base?: string;
  readonly model?: string;
  /** What the op is called that shares the review with everybody: the asker knows its own by it. */
  readonly id?: string;
}
/** On the way: what was found since the one before, and the file at hand. */
export interface ReviewProgressItem {
  readonly findings: readonly ReviewFinding[];
  readonly fileCount: number;
  readonly path: string;
}
export interface ReviewOutcome extends Omit<Review, 'base'> {
  /** 0 where nothing has changed. */
  readonly fileCount: number;
}
