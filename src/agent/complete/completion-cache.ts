/** Completions that were paid for once: the same place in the same text is not asked about again. */
import { createHash } from 'node:crypto';

export interface CompletionQuestion {
  /** `provider/model`. */
  readonly model: string;
  readonly language?: string | undefined;
  readonly prefix: string;
  readonly suffix: string;
}
export interface CompletionCache {
  /** At least `count` texts, or what there is where the model had no more; undefined for unknown. */
  readonly find: (question: CompletionQuestion, count: number) => readonly string[] | undefined;
  readonly keep: (question: CompletionQuestion, count: number, items: readonly string[]) => void;
}

const MAX_ENTRIES = 200;
/** What stands further away does not change what belongs at a cursor. */
const PREFIX_CHARACTERS = 2000;
const SUFFIX_CHARACTERS = 500;

export function createCompletionCache(): CompletionCache {
  /** The least used first. */
  const entries = new Map<string, { readonly count: number; readonly items: readonly string[] }>();
  return {
    find(question, count) {
      const key = hashOf(question);
      const entry = entries.get(key);
      if (entry === undefined || entry.count < count) return undefined;
      entries.delete(key);
      entries.set(key, entry);
      return entry.items;
    },
    keep(question, count, items) {
      const key = hashOf(question);
      entries.delete(key);
      entries.set(key, { count, items });
      for (const oldest of entries.keys()) {
        if (entries.size <= MAX_ENTRIES) break;
        entries.delete(oldest);
      }
    },
  };
}

/** Short, whatever stands around the cursor. */
function hashOf({ model, language = '', prefix, suffix }: CompletionQuestion): string {
  const parts = [
    model,
    language,
    prefix.slice(-PREFIX_CHARACTERS),
    suffix.slice(0, SUFFIX_CHARACTERS),
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64');
}
