/** The source contract: a way to find text that the model should see for a question. */
import type { Nearby } from './search.ts';

export interface ContextSource {
  readonly name: string;
  /** Blocks for this question, most important first. Never rejects for a file it cannot read. */
  collect(question: ContextQuestion): Promise<readonly ContextBlock[]>;
}

export interface ContextQuestion {
  /** What the user asked. */
  readonly text: string;
  /** Paths named with `@`, relative to the root. */
  readonly mentions: readonly string[];
  /** Real path of the project's root. */
  readonly root: string;
  /** Where the user stands: instructions are looked for from here up to the root. */
  readonly workingDirectory: string;
  /** Where the user works, when they asked from an editor. */
  readonly nearby?: Nearby;
  readonly signal: AbortSignal;
}

export interface ContextBlock {
  /** The source's name. */
  readonly source: string;
  /** What the user sees: a path, or `path:start-end`. */
  readonly title: string;
  readonly text: string;
  /** Higher is kept first when the budget is short. */
  readonly priority: number;
  readonly reason?: string;
}
