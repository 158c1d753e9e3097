/** Replaces secrets by placeholders that stay the same within one conversation. */
import { createHash } from 'node:crypto';
import { findSecrets } from './find-secrets.ts';
import type { SecretMatch } from './secret-match.ts';

export interface Redactor {
  /** The text with `[secret:<rule>:<number>]` for each secret, and what was found in it. */
  redact(text: string): RedactedText;
}
export interface RedactedText {
  readonly text: string;
  /** Offsets are those of the text that was given. */
  readonly found: readonly SecretMatch[];
}

/** What stands in place of a secret; without the flag `g`, so that it remembers nothing. */
export const SECRET_PLACEHOLDER = /\[secret:[\w.-]+:\d+\]/;

/**
 * A redactor that remembers which secret got which placeholder, by hash: the same secret reads the
 * same in every text, so a model can still see that two places use one key.
 */
export function createRedactor(): Redactor {
  const placeholders = new Map<string, string>();
  const counts = new Map<string, number>();

  const placeholderOf = (rule: string, secret: string): string => {
    const hash = createHash('sha256').update(secret).digest('base64');
    const known = placeholders.get(hash);
    if (known !== undefined) return known;
    const number = (counts.get(rule) ?? 0) + 1;
    counts.set(rule, number);
    const placeholder = `[secret:${rule}:${number}]`;
    placeholders.set(hash, placeholder);
    return placeholder;
  };

  return {
    redact(text) {
      const found = findSecrets(text);
      if (found.length === 0) return { text, found };
      const pieces: string[] = [];
      let position = 0;
      for (const { rule, start, end } of found) {
        pieces.push(text.slice(position, start), placeholderOf(rule, text.slice(start, end)));
        position = end;
      }
      pieces.push(text.slice(position));
      return { text: pieces.join(''), found };
    },
  };
}
