/** What the terminal front end needs beside the conversation. The composer passes it in. */

export interface TuiServices {
  listModels(signal: AbortSignal): Promise<readonly ModelChoice[]>;
  listSessions(): Promise<readonly SessionChoice[]>;
  /** Paths below the project root that match, best first. */
  findFiles(pattern: string, limit: number, signal: AbortSignal): Promise<readonly string[]>;
  /** Size of the model's context; undefined where it is not known. */
  contextTokens(model: string): number | undefined;
  /** The branch that is checked out; undefined outside a repository. */
  gitBranch?(): Promise<string | undefined>;
  /** Whether this process holds the conversation or joined another one's. */
  role?(): 'host' | 'attached' | undefined;
  readonly history: InputHistory;
  /** Shown once above the first message; said by the composer, which knows what was found. */
  readonly bannerLines: readonly string[];
}

export interface ModelChoice {
  /** `provider/model`. */
  readonly ref: string;
  readonly label: string;
  readonly contextTokens?: number;
  /** What it costs, ready to be shown. */
  readonly price?: string;
}
export interface SessionChoice {
  readonly id: string;
  readonly title: string;
  /** Milliseconds since the epoch. */
  readonly updatedAt: number;
  readonly turnCount: number;
}

/** What the user typed in earlier conversations, oldest first. */
interface InputHistory {
  load(): Promise<readonly string[]>;
  append(text: string): Promise<void>;
}
