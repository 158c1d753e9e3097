/** Puts together what the model should see beside the question, within a budget of tokens. */
import { fitBlocks } from './budget.ts';
import { contextSource, DEFAULT_SOURCES, type SourceName } from './registry.ts';
import type { CodeSearch } from './search.ts';
import type { ContextBlock, ContextQuestion } from './source.ts';

export interface CollectOptions {
  readonly question: ContextQuestion;
  readonly search: CodeSearch;
  /** Estimated tokens that all blocks together may take. */
  readonly budgetTokens: number;
  /** `instructions` and `mention` where absent. */
  readonly sources?: readonly SourceName[];
}

/**
 * The blocks for a question, most important first; text that two sources found is kept once.
 * Rejects only when the question's signal is aborted.
 */
export async function collectContext(options: CollectOptions): Promise<readonly ContextBlock[]> {
  const { question, search, budgetTokens } = options;
  const names = options.sources ?? DEFAULT_SOURCES;
  const found = await Promise.all(
    names.map((name) => contextSource(name, search).collect(question)),
  );
  question.signal.throwIfAborted();
  return fitBlocks(withoutRepeats(found.flat()), budgetTokens);
}

function withoutRepeats(blocks: readonly ContextBlock[]): readonly ContextBlock[] {
  const seen = new Set<string>();
  return blocks.filter((block) => {
    const isNew = !seen.has(block.title);
    seen.add(block.title);
    return isNew;
  });
}
