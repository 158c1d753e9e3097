/** The tool contract: something a model may call. The tools here only read. */
import type { CodeSearch } from '../../context/search.ts';
import type { JsonObject, ToolDefinition } from '../../providers/contract.ts';

export interface AgentTool {
  readonly definition: ToolDefinition;
  /**
   * Carries out one call. Never rejects for wrong input or a file that is not there: the output
   * then says what to do instead and `isError` is true. Rejects when the signal is aborted.
   */
  run(input: JsonObject, context: ToolContext): Promise<ToolOutput>;
}
export interface ToolContext {
  /** Real path of the project's root. */
  readonly root: string;
  readonly search: CodeSearch;
  readonly signal: AbortSignal;
}
export interface ToolOutput {
  readonly output: string;
  readonly isError: boolean;
}

/** Characters of one output. What is left out is said at its end. */
export const MAX_OUTPUT_CHARACTERS = 24_000;
