/** What a search of the workspace finds for the question itself. */
import type { CodeSearch } from '../search.ts';
import type { ContextSource } from '../source.ts';

/** Snippets for one question. */
const MAX_HITS = 12;
const PRIORITY = 100;

/** A source of the snippets that a search finds for the question. */
export function createCodeSearchSource(search: CodeSearch): ContextSource {
  return {
    name: 'code-search',
    collect: async ({ text, nearby, signal }) => {
      const near = nearby === undefined ? {} : { nearby };
      const hits = await search.search({ text, limit: MAX_HITS, signal, ...near });
      return hits.map((hit, index) => ({
        source: 'code-search',
        title: `${hit.path}:${hit.startLine}-${hit.endLine}`,
        text: hit.text,
        priority: PRIORITY - index,
        reason: hit.reason,
      }));
    },
  };
}
