/**
 * What the terminal front end needs beside the conversation. The composer passes it in. What has a
 * question mark may be missing: a command that needs it then says so.
 */
import type { FileChange } from '../session/events.ts';
import type { ImageRef } from '../session/ops.ts';
import type { Review } from '../session/review.ts';
import type { SpendingReport } from '../session/spending-log.ts';
import type { SessionState } from '../session/state.ts';

export interface TuiServices {
  /** Models that can be used; `onSome` hears those of each provider as they come. */
  listModels(
    signal: AbortSignal,
    onSome?: (models: readonly ModelChoice[]) => void,
  ): Promise<readonly ModelChoice[]>;
  listProviders?(): Promise<readonly ProviderChoice[]>;
  listSessions(): Promise<readonly SessionChoice[]>;
  /** Sessions of the project in which all words were said, best first. */
  searchSessions?(query: string, signal: AbortSignal): Promise<readonly SessionHit[]>;
  deleteSession?(id: string): Promise<void>;
  /** Writes the conversation to a new file and resolves to where; rejects when there is one. */
  exportSession?(request: ExportRequest): Promise<string>;
  /**
   * Makes a session of a file that was exported as JSON and resolves to its id; rejects with what is
   * wrong with the file.
   */
  importSession?(path: string): Promise<string>;
  /** Paths below the project root that match, best first. */
  findFiles(pattern: string, limit: number, signal: AbortSignal): Promise<readonly string[]>;
  /** Size of the model's context; undefined where it is not known. */
  contextTokens(model: string): number | undefined;
  /** What the next request would tell the model, in estimated tokens. */
  contextUse?(state: SessionState): Promise<ContextUse>;
  /** What was spent today and this month, over all conversations. */
  spending?(): Promise<SpendingReport | undefined>;
  /** The branch that is checked out; undefined outside a repository. */
  gitBranch?(): Promise<string | undefined>;
  /** A unified diff of the working tree against the last commit, new files included. */
  workingDiff?(signal: AbortSignal): Promise<string>;
  /** Reviews the working tree's changes, or those since `base`; undefined where there are none. */
  review?(request: ReviewRequest): Promise<Review | undefined>;
  /** Lines added and removed; undefined where the contents are not at hand. */
  countChange?(change: FileChange): LineCounts | undefined;
  /** Puts a text into the clipboard and resolves to how, as in `to the clipboard by wl-copy`. */
  copy?(text: string): Promise<string>;
  /** Stores an image; undefined where there is no such file. Rejects with why it cannot be sent. */
  readImage?(path: string): Promise<StoredImage | undefined>;
  /** Stores the image that is in the clipboard. Rejects with why there is none. */
  pasteImage?(): Promise<StoredImage>;
  /** Lets the user change a text in their editor; the terminal is theirs meanwhile. */
  editText?(text: string): Promise<string>;
  /** Writes a setting into the user's own config file and resolves to its path. */
  saveSetting?(path: readonly string[], value: string | boolean): Promise<string>;
  /** Whether this process holds the conversation or joined another one's. */
  role?(): 'host' | 'attached' | undefined;
  readonly history: InputHistory;
  /** Shown once above the first message; said by the composer, which knows what was found. */
  readonly bannerLines: readonly string[];
}

/** An image among the project's stored contents, before it has a name in a message. */
export type StoredImage = Omit<ImageRef, 'label'>;

export interface ModelChoice {
  /** `provider/model`. */
  readonly ref: string;
  readonly label: string;
  readonly contextTokens?: number;
  /** What it costs, ready to be shown. */
  readonly price?: string;
  /** What it can do beside text: `tools`, `images`, `reasoning`. */
  readonly capabilities?: readonly string[];
}
export interface ProviderChoice {
  readonly id: string;
  /** It could be asked right now: it needs no key, or has one. */
  readonly isUsable: boolean;
  /** `key from ANTHROPIC_API_KEY`, `no key: zeke auth add openai`, `on this machine` … */
  readonly detail: string;
}
export interface SessionChoice {
  readonly id: string;
  readonly title: string;
  /** Milliseconds since the epoch. */
  readonly updatedAt: number;
  readonly turnCount: number;
  /** `provider/model`. */
  readonly model?: string;
  /** Some process has it open. */
  readonly isOpen?: boolean;
  /** What the session is called that its first turns come from. */
  readonly forkOf?: string;
  /** Why it cannot be opened. */
  readonly problem?: string;
}
export interface SessionHit {
  readonly id: string;
  /** The place where the words were said, on a line. */
  readonly excerpt: string;
}
export interface ExportRequest {
  readonly sessionId: string;
  readonly format: 'markdown' | 'json';
  /** As the user typed it; one is made from the title without it. */
  readonly path?: string;
}
export interface ReviewRequest {
  /** A branch or commit to compare with; the last commit without it. */
  readonly base?: string;
  /** `provider/model` that reviews. */
  readonly model: string;
  readonly signal: AbortSignal;
}
export interface LineCounts {
  readonly added: number;
  readonly removed: number;
}
/** The parts of a request, each with about how many tokens it has. */
export interface ContextUse {
  readonly parts: readonly { readonly name: string; readonly tokens: number }[];
}

/** What the user typed in earlier conversations, oldest first. */
interface InputHistory {
  load(): Promise<readonly string[]>;
  append(text: string): Promise<void>;
}
