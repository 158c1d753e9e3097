/** Every source of context, by name. A new one is a file in sources/ and a line here. */
import type { CodeSearch } from './search.ts';
import type { ContextSource } from './source.ts';
import { createCodeSearchSource } from './sources/code-search.ts';
import { instructionsSource } from './sources/instructions.ts';
import { createMentionsSource } from './sources/mentions.ts';

export type SourceName = 'instructions' | 'mention' | 'code-search';

/**
 * What a plain question brings along. Models have tools to look further, so a first request stays
 * small; `code-search` is for commands that want it.
 */
export const DEFAULT_SOURCES: readonly SourceName[] = ['instructions', 'mention'];

/** The source of that name. */
export function contextSource(name: SourceName, search: CodeSearch): ContextSource {
  switch (name) {
    case 'instructions':
      return instructionsSource;
    case 'mention':
      return createMentionsSource(search);
    case 'code-search':
      return createCodeSearchSource(search);
  }
}
