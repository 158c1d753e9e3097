import type { CodeLine } from '../code/code-lines.ts';
import type { LanguageId } from '../code/languages.ts';
import { isForeign, perFile, type ReviewRule } from './rule.ts';

/** Past this nobody keeps a function in their head; most linters ask for far less. */
const MAX_FUNCTION_LINES = 100;

const STARTS: { readonly [Id in LanguageId]?: RegExp } = {
  javascript:
    /^\s*(?:export\s+)?(?:default\s+)?(?:async\s+)?function\b\*?\s*(\w*)|^\s*(?:export\s+)?const\s+(\w+)\s*=\s*(?:async\s*)?(?:\([^)]*\)|\w+)\s*(?::[^=]+)?=>\s*\{|^\s+(?:(?:public|private|protected|static|async|override)\s+)*(?!if\b|for\b|while\b|switch\b|catch\b|return\b|with\b|function\b)(\w+)\s*\([^)]*\)\s*(?::[^={]+)?\{\s*$/,
  python: /^\s*(?:async\s+)?def\s+(\w+)/,
  go: /^func\s+(?:\([^)]*\)\s*)?(\w+)/,
  rust: /^\s*(?:pub(?:\([^)]*\))?\s+)?(?:const\s+|async\s+|unsafe\s+)*fn\s+(\w+)/,
  java: /^\s*(?:(?:public|private|protected|static|final|synchronized)\s+)+[\w<>[\],.? ]+\s+(\w+)\s*\([^;]*$/,
  csharp:
    /^\s*(?:(?:public|private|protected|internal|static|async|override|virtual)\s+)+[\w<>[\],.? ]+\s+(\w+)\s*\([^;]*$/,
  kotlin: /^\s*(?:\w+\s+)*fun\s+(?:<[^>]+>\s*)?(?:\w+\.)?(\w+)/,
  swift: /^\s*(?:\w+\s+)*func\s+(\w+)/,
  php: /^\s*(?:\w+\s+)*function\s+(\w+)/,
  zig: /^\s*(?:pub\s+)?(?:inline\s+)?fn\s+(\w+)/,
  scala: /^\s*(?:\w+\s+)*def\s+(\w+)/,
  ruby: /^\s*def\s+([\w.?!]+)/,
  c: /^(?!.*;\s*$)[A-Za-z_][\w\s*&:<>,]*\s\**(\w+)\s*\([^;]*$/,
};

/** New functions, and old ones that this change makes longer, where the diff shows them whole. */
export const longFunction: ReviewRule = {
  name: 'long-function',
  summary: `A new function is longer than ${MAX_FUNCTION_LINES} lines.`,
  start: perFile(function* (subject) {
    const { language, kind, hunks } = subject;
    const pattern = language === undefined ? undefined : STARTS[language.id];
    if (language === undefined || pattern === undefined || isForeign(subject)) return;
    if (kind.isTest || kind.isDocumentation) return;
    for (const lines of hunks) {
      for (let index = 0; index < lines.length; index += 1) {
        const start = lines[index];
        const match = start === undefined ? null : pattern.exec(start.code);
        if (start === undefined || match === null || !start.isAdded) continue;
        const end = endOfBody(lines, index);
        if (end === undefined) continue;
        const length = end - index + 1;
        if (length <= MAX_FUNCTION_LINES) continue;
        const name = match.slice(1).find((group) => group !== undefined && group !== '');
        yield {
          startLine: start.newLine,
          severity: 'info',
          category: 'maintainability',
          title: `Very long function${name === undefined ? '' : `: ${name}`}`,
          body: `It has ${length} lines. Split it into steps that have names.`,
        };
        // What stands inside a long function is part of the same finding.
        index = end;
      }
    }
  }),
};

/**
 * The last line of the body by indentation, which holds in every language once code is formatted:
 * the body is indented deeper, and a closing mark at the start's own depth may end it.
 */
function endOfBody(lines: readonly CodeLine[], start: number): number | undefined {
  const depth = depthOf(lines[start]);
  let last = start;
  let isSignature = true;
  for (let index = start + 1; index < lines.length; index += 1) {
    const line = lines[index];
    if (line === undefined || line.text.trim() === '') continue;
    const isClosing = /^\s*(?:[)\]}]|end\b)/.test(line.text);
    if (depthOf(line) > depth) {
      isSignature = false;
      last = index;
    } else if (depthOf(line) === depth && /^\s*[){]/.test(line.text) && isSignatureEnd(line)) {
      last = index;
    } else if (isSignature && depthOf(line) === depth && !isClosing) {
      return undefined;
    } else {
      return isClosing && depthOf(line) === depth ? index : last;
    }
  }
  // The hunk ends before the body does: its length is not known.
  return undefined;
}

/** `) {` or `{` alone: the signature ends here and the body begins. */
function isSignatureEnd(line: CodeLine): boolean {
  return /[{:]\s*$/.test(line.code) && !/^\s*\}/.test(line.code);
}

function depthOf(line: CodeLine | undefined): number {
  return /^\s*/.exec(line?.text ?? '')?.[0].replaceAll('\t', '    ').length ?? 0;
}
