import type { LanguageId } from '../code/languages.ts';
import { isForeign, perFile, type ReviewRule } from './rule.ts';

const FOCUSED: { readonly [Id in LanguageId]?: RegExp } = {
  javascript:
    /(?<![\w.$])(?:(?:it|test|describe|context|suite|bench)(?:\.\w+)*\.only|fit|fdescribe)\s*[(`.]/,
  ruby: /^\s*(?:fit|fdescribe|fcontext)\s|\bfocus:\s*true/,
  elixir: /^\s*@tag\s+:focus/,
};
const DISABLED: { readonly [Id in LanguageId]?: RegExp } = {
  javascript:
    /(?<![\w.$])(?:(?:it|test|describe|context|suite)(?:\.\w+)*\.skip|xit|xtest|xdescribe|xcontext)\s*[(`.]/,
  python: /@(?:pytest\.mark\.(?:skip|xfail)|unittest\.skip)\b(?!if|_if|If)|^\s*pytest\.skip\(/,
  java: /@(?:Ignore|Disabled)\b(?!\w)/,
  kotlin: /@(?:Ignore|Disabled)\b(?!\w)/,
  csharp: /\[(?:Ignore|Fact\(Skip|Theory\(Skip)/,
  rust: /#\[ignore\b/,
  ruby: /^\s*(?:xit|xdescribe|xcontext|xspecify)\s/,
  elixir: /^\s*@tag\s+:skip/,
  php: /->markTestSkipped\(/,
  swift: /\bXCTSkip\(\)|\.disabled\(\)/,
};
/** A reason stands as a string in the call or attribute, or as a comment on the line. */
const REASON = /(?:reason|because)\s*=|[(=]\s*["'][^"']{8,}["']\s*[)\],]?/i;

/** Tests that no longer run, and focused ones that keep all others from running. */
export const disabledTest: ReviewRule = {
  name: 'disabled-test',
  summary: 'A test is switched off, or focused so that the others do not run.',
  start: perFile(function* (subject) {
    const { language, kind, added } = subject;
    if (language === undefined || isForeign(subject) || kind.isDocumentation) return;
    // Rust and Java keep tests beside the code; elsewhere these words mean something else there.
    const mayHoldTests = kind.isTest || language.id === 'rust';
    if (!mayHoldTests) return;
    for (const line of added) {
      if (FOCUSED[language.id]?.test(line.code) === true) {
        yield {
          startLine: line.newLine,
          severity: 'major',
          category: 'tests',
          title: 'Focused test',
          body: 'While this stands here, no other test of the file runs. Remove the focus.',
        };
      } else if (DISABLED[language.id]?.test(line.code) === true) {
        const isAttribute =
          /[@[]/.test(line.code.trimStart().charAt(0)) || line.code.includes('#[');
        const hasReason = line.comment.trim() !== '' || (isAttribute && REASON.test(line.text));
        yield {
          startLine: line.newLine,
          severity: hasReason ? 'info' : 'minor',
          category: 'tests',
          title: 'Disabled test',
          body:
            'This test no longer runs. Repair it, delete it, or say beside it why and until ' +
            'when.',
        };
      }
    }
  }),
};
