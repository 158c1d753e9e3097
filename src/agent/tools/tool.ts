/** The tool contract: something a model may call. It either reads, or plans what it would do. */
import type { CodeIndex } from '../../context/code-index.ts';
import type { Nearby } from '../../context/search.ts';
import type { Environment } from '../../platform/env.ts';
import type { ContentStore } from '../../platform/storage/content-store.ts';
import type { JsonObject, ToolDefinition } from '../../providers/contract.ts';
import type { ApprovalRequest, FileChange } from '../../session/events.ts';
import type { Action } from '../approval.ts';

export type AgentTool = ReadingTool | ActingTool;

/** Looks at the project and changes nothing. */
export interface ReadingTool {
  readonly definition: ToolDefinition;
  /**
   * Carries out one call. Never rejects for wrong input or a file that is not there: the output
   * then says what to do instead and `isError` is true. Rejects when the signal is aborted.
   */
  run(input: JsonObject, context: ToolContext): Promise<ToolOutput>;
}

/** Changes something. It cannot do so by itself: it plans, and the engine asks before it acts. */
export interface ActingTool {
  readonly definition: ToolDefinition;
  readonly effect: Action['effect'];
  /** What would be done, or what is wrong with the call. Changes nothing. */
  plan(input: JsonObject, context: ToolContext): Promise<Plan | ToolOutput>;
}
export interface Plan {
  readonly action: Action;
  /** In a line, for the user: `edit src/app.ts`. */
  readonly title: string;
  readonly detail: ApprovalRequest['detail'];
  act(context: ActContext): Promise<ToolOutput>;
}

export interface ToolContext {
  /** Real path of the project's root. */
  readonly root: string;
  readonly search: CodeIndex;
  /** Where the user works, when they asked from an editor. */
  readonly nearby?: Nearby;
  readonly signal: AbortSignal;
}
export interface ActContext extends ToolContext {
  readonly env: Environment;
  /** Keeps what was in a file before and after. */
  readonly contents: ContentStore;
  readonly onChange: (change: FileChange) => void;
  /** What is printed meanwhile, in pieces of any size: shown while it runs, told to nobody. */
  readonly onOutput: (text: string) => void;
}
export interface ToolOutput {
  readonly output: string;
  readonly isError: boolean;
}

/** Characters of one output. What is left out is said at its end. */
export const MAX_OUTPUT_CHARACTERS = 24_000;
