/**
 * Secrets that a model is not told, and that its answer must not lose: each is a placeholder on the
 * way out and itself again on the way back. They never leave this machine.
 */
import { type Redactor, SECRET_PLACEHOLDER } from '../../platform/secrets/redactor.ts';

export interface Placeholders {
  /** The text as the model may see it. */
  readonly hide: (text: string) => string;
  /** A text of the model with the secrets back in it; undefined when it names one it made up. */
  readonly restore: (text: string) => string | undefined;
  /** The rule of every secret that was hidden, each once. */
  readonly hidden: () => readonly string[];
}

export function createPlaceholders(redactor: Redactor): Placeholders {
  const secrets = new Map<string, string>();
  const rules = new Set<string>();
  /** Placeholders that stood in a text before anything was hidden: they are only text. */
  const literal = new Set<string>();
  return {
    hide(text) {
      const redacted = redactor.redact(text);
      let position = 0;
      let shift = 0;
      for (const { rule, start, end } of redacted.found) {
        noteLiterals(text.slice(position, start), literal);
        const rest = redacted.text.slice(start + shift);
        const placeholder = SECRET_PLACEHOLDER.exec(rest)?.[0] ?? '';
        secrets.set(placeholder, text.slice(start, end));
        rules.add(rule);
        shift += placeholder.length - (end - start);
        position = end;
      }
      noteLiterals(text.slice(position), literal);
      return redacted.text;
    },
    restore(text) {
      let isKnown = true;
      const restored = text.replaceAll(everyPlaceholder(), (placeholder) => {
        const secret = secrets.get(placeholder);
        if (secret === undefined && !literal.has(placeholder)) isKnown = false;
        return secret ?? placeholder;
      });
      return isKnown ? restored : undefined;
    },
    hidden: () => [...rules],
  };
}

function everyPlaceholder(): RegExp {
  return new RegExp(SECRET_PLACEHOLDER.source, 'g');
}

function noteLiterals(text: string, literal: Set<string>): void {
  for (const [placeholder] of text.matchAll(everyPlaceholder())) literal.add(placeholder);
}
