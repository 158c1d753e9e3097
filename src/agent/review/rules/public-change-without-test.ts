import type { LanguageId } from '../code/languages.ts';
import type { DiffLine } from '../diff/diff.ts';
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
 * Functions that other code relies on, changed while no test changed anywhere in the diff. A new
 * function breaks nobody and does not count.
 */
export const publicChangeWithoutTest: ReviewRule = {
  name: 'public-change-without-test',
  summary: 'A public function changes and no test does.',
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
        body: `${list}${more}: changed here, and no test in this diff is. Add or adapt one.`,
      };
    }
  }
}

/**
 * The public functions whose declaration or body this file's diff touches. One that the diff adds
 * whole is new and breaks nobody.
 */
function changeIn(file: RuleSubject['file'], pattern: RegExp): Change | undefined {
  const removed = new Set<string>();
  for (const hunk of file.hunks) {
    for (const line of hunk.lines) {
      const name = line.kind === 'removed' ? nameIn(line.text, pattern) : undefined;
      if (name !== undefined) removed.add(name);
    }
  }
  const names = new Set<string>();
  let firstAdded: number | undefined;
  let firstTouched: number | undefined;
  for (const hunk of file.hunks) {
    let current = nameIn(hunk.section, pattern);
    let newLine = hunk.newStart;
    for (const line of hunk.lines) {
      if (line.kind !== 'removed') {
        newLine = line.newLine;
        current = enclosing({ line, current, removed, pattern });
      }
      if (line.kind === 'context' || current === undefined || !isCode(line.text)) continue;
      names.add(current);
      if (line.kind === 'added') firstAdded ??= line.newLine;
      firstTouched ??= newLine;
    }
  }
  const line = firstAdded ?? firstTouched;
  return line === undefined ? undefined : { path: file.path, line, names };
}

/** The public function that a line of the new side stands in, given the one before it. */
function enclosing(place: {
  readonly line: DiffLine;
  readonly current: string | undefined;
  readonly removed: ReadonlySet<string>;
  readonly pattern: RegExp;
}): string | undefined {
  const { line, current, removed, pattern } = place;
  const name = nameIn(line.text, pattern);
  if (name !== undefined) return line.kind === 'context' || removed.has(name) ? name : undefined;
  // Whatever else begins at the margin is another declaration; a bracket there only closes one.
  return /^[A-Za-z@#]/.test(line.text) ? undefined : current;
}

/** Blank lines, brackets alone and comments change no behaviour. */
function isCode(text: string): boolean {
  return /\w/.test(text) && !/^\s*(?:\/\/|\/?\*|#|--)/.test(text);
}

function nameIn(text: string, pattern: RegExp): string | undefined {
  return pattern
    .exec(text)
    ?.slice(1)
    .find((group) => group !== undefined);
}
