import type { LanguageId } from '../code/languages.ts';
import { addedLines } from '../diff/diff.ts';
import {
  isForeign,
  type ReviewRule,
  type RuleCheck,
  type RuleFinding,
  type RuleSubject,
} from './rule.ts';

/** Declarations that other files can use; the first group is the name. */
const PUBLIC: { readonly [Id in LanguageId]?: RegExp } = {
  javascript:
    /^export\s+(?:default\s+)?(?:async\s+)?(?:function\*?\s+(\w+)|(?:const|let)\s+(\w+)\s*(?::[^=]+)?=\s*(?:async\s*)?(?:\([^)]*\)|\w+)\s*(?::[^=]+)?=>)/,
  python: /^(?:async\s+)?def\s+([a-zA-Z]\w*)\s*\(/,
  go: /^func\s+(?:\([^)]*\)\s*)?([A-Z]\w*)\s*[([]/,
  rust: /^\s*pub\s+(?:const\s+|async\s+|unsafe\s+|extern\s+"C"\s+)*fn\s+(\w+)/,
  java: /^\s*public\s+(?:static\s+|final\s+|synchronized\s+|<[^>]+>\s+)*[\w<>[\],.? ]+\s+(\w+)\s*\(/,
  csharp: /^\s*public\s+(?:static\s+|async\s+|virtual\s+|override\s+)*[\w<>[\],.? ]+\s+(\w+)\s*\(/,
  zig: /^\s*pub\s+(?:inline\s+|export\s+)?fn\s+(\w+)/,
  elixir: /^\s*def\s+(\w+[?!]?)/,
  php: /^\s*public\s+(?:static\s+)?function\s+(\w+)/,
};
/** More names make no clearer finding, and more files no better review. */
const MAX_NAMES = 5;
const MAX_FINDINGS = 10;

interface Change {
  readonly path: string;
  readonly line: number;
  readonly names: ReadonlySet<string>;
}

/**
 * Signatures that other code relies on, changed while no test changed anywhere in the diff. Only
 * changed or removed declarations count: a new function breaks nobody.
 */
export const publicChangeWithoutTest: ReviewRule = {
  name: 'public-change-without-test',
  summary: 'The signature of a public function changes and no test does.',
  start: () => new PublicChanges(),
};

class PublicChanges implements RuleCheck {
  #hasTestChange = false;
  readonly #changes: Change[] = [];

  *visit(subject: RuleSubject): Iterable<RuleFinding> {
    const { kind, file, language } = subject;
    if (kind.isTest) this.#hasTestChange = true;
    if (this.#hasTestChange || language === undefined || isForeign(subject)) return;
    if (kind.isDocumentation || kind.isScript || this.#changes.length >= MAX_FINDINGS) return;
    // Rust and Zig keep tests in the file itself.
    if (subject.added.some((line) => /#\[test\]|^\s*test\s+"/.test(line.text))) {
      this.#hasTestChange = true;
      return;
    }
    const pattern = PUBLIC[language.id];
    const change = pattern === undefined ? undefined : changeIn(file, pattern);
    if (change !== undefined) this.#changes.push(change);
  }

  *finish(): Iterable<RuleFinding & { path: string }> {
    if (this.#hasTestChange) return;
    for (const { path, line, names } of this.#changes) {
      const list = [...names].slice(0, MAX_NAMES).join(', ');
      const more = names.size > MAX_NAMES ? ` and ${names.size - MAX_NAMES} more` : '';
      yield {
        path,
        startLine: line,
        severity: 'info',
        category: 'tests',
        title: `Public ${names.size === 1 ? 'function' : 'functions'} changed without a test`,
        body:
          `The signature of ${list}${more} changes, and no test in this diff does. Add or ` +
          'adapt one.',
      };
    }
  }
}

/** Declarations that this file's diff both removes and adds, with another text. */
function changeIn(file: RuleSubject['file'], pattern: RegExp): Change | undefined {
  const removed = new Map<string, string>();
  for (const hunk of file.hunks) {
    for (const line of hunk.lines) {
      const name = line.kind === 'removed' ? nameIn(line.text, pattern) : undefined;
      if (name !== undefined) removed.set(name, line.text.trim());
    }
  }
  const names = new Set<string>();
  let first: number | undefined;
  for (const line of addedLines(file)) {
    const name = nameIn(line.text, pattern);
    const before = name === undefined ? undefined : removed.get(name);
    if (name === undefined || before === undefined || before === line.text.trim()) continue;
    names.add(name);
    first ??= line.newLine;
  }
  return first === undefined ? undefined : { path: file.path, line: first, names };
}

function nameIn(text: string, pattern: RegExp): string | undefined {
  return pattern
    .exec(text)
    ?.slice(1)
    .find((group) => group !== undefined);
}
