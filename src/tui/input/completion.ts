/** What could be completed at the cursor: a file after `@`, a command after `/`. */

export interface CompletionTarget {
  readonly kind: 'file' | 'command';
  /** What was typed of it, without `@` or `/`. */
  readonly query: string;
  /** The part of the text that a choice replaces. */
  readonly start: number;
  readonly end: number;
}
export interface CompletionItem {
  readonly label: string;
  readonly detail?: string;
  /** What is put into the text. */
  readonly replacement: string;
}

/** The unfinished mention or command that the cursor stands at the end of. */
export function completionAt(text: string, cursor: number): CompletionTarget | undefined {
  const before = text.slice(0, cursor);
  const command = /^\/([a-z-]*)$/.exec(before);
  if (command !== null && (text.length === cursor || text[cursor] === ' ')) {
    return { kind: 'command', query: command[1] ?? '', start: 0, end: cursor };
  }
  const mention = /(?:^|\s)@([^\s@]*)$/.exec(before);
  if (mention === null) return undefined;
  const query = mention[1] ?? '';
  return { kind: 'file', query, start: cursor - query.length - 1, end: cursor };
}

/** Paths named with `@` in a message, in order, each once. Quotes allow spaces. */
export function mentionsIn(text: string): readonly string[] {
  const found = [...text.matchAll(/(?:^|\s)@(?:"([^"\n]+)"|([^\s"@]+))/g)].map(
    ([, quoted, bare]) => quoted ?? (bare ?? '').replace(/[.,;:!?)\]}]+$/, ''),
  );
  return [...new Set(found.filter((path) => path !== ''))];
}

/** How a path is written in a message. */
export function mentionOf(path: string): string {
  return /\s/.test(path) ? `@"${path}" ` : `@${path} `;
}
