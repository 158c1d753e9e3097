import type { LanguageId } from '../code/languages.ts';
import { isForeign, perFile, type ReviewRule, type RuleSubject } from './rule.ts';

interface Leftover {
  readonly pattern: RegExp;
  /** What people call it. */
  readonly name: string;
  /** It stops the program, which nobody wants outside of a debugger. */
  readonly stops?: boolean;
}

const stop = (name: string, pattern: RegExp): Leftover => ({ name, pattern, stops: true });
const print = (name: string, pattern: RegExp): Leftover => ({ name, pattern });

/** Looked for in code, without strings and comments. Plain printing that programs do is left out. */
const LEFTOVERS: { readonly [Id in LanguageId]?: readonly Leftover[] } = {
  javascript: [
    stop('debugger', /(?:^|[;{}\s])debugger\s*(?:;|$)/),
    print('console output', /(?<![\w.$])console\.(?:log|debug|trace|dir|table)\(/),
  ],
  python: [
    stop('breakpoint', /(?<![\w.])(?:breakpoint\(\s*\)|(?:i?pdb|pudb)\.set_trace\()/),
    stop('debugger import', /^\s*import (?:i?pdb|pudb)\s*(?:;|$)/),
  ],
  ruby: [stop('breakpoint', /(?<![\w.])(?:binding\.(?:pry|irb|b)\b|byebug\b|debugger\s*$)/)],
  rust: [print('dbg!', /(?<!\w)dbg!\(/)],
  go: [print('dump', /\bspew\.(?:Dump|Printf)\(/), stop('breakpoint', /\bruntime\.Breakpoint\(\)/)],
  php: [
    print('dump', /(?<![\w>:$])(?:var_dump|print_r|dd|dump|xdebug_break)\((?![^)]*,\s*true\))/),
  ],
  java: [print('stack trace', /\.printStackTrace\(\s*\)/)],
  kotlin: [print('stack trace', /\.printStackTrace\(\s*\)/)],
  csharp: [stop('breakpoint', /\bDebugger\.(?:Break|Launch)\(\)/)],
  elixir: [stop('breakpoint', /\bIEx\.pry\b/), print('inspect', /(?:\|>\s*|^\s*)IO\.inspect\(/)],
  lua: [print('inspect', /\bprint\(vim\.inspect\(/)],
  shell: [print('trace', /^\s*set -[a-z]*x[a-z]*\s*$/)],
};

/** Breakpoints and dumps that someone needed for an afternoon. */
export const debuggingLeftover: ReviewRule = {
  name: 'debugging-leftover',
  summary: 'A breakpoint or debugging output was left in.',
  start: perFile(function* (subject) {
    const { language, kind, added } = subject;
    if (language === undefined || isForeign(subject) || kind.isDocumentation) return;
    const told = new Set<number>();
    for (const { name, pattern, stops } of LEFTOVERS[language.id] ?? []) {
      if (stops !== true && printsByHabit(subject, pattern)) continue;
      for (const line of added) {
        if (told.has(line.newLine) || !pattern.test(line.code)) continue;
        told.add(line.newLine);
        yield {
          startLine: line.newLine,
          severity: stops === true ? 'major' : 'minor',
          category: 'maintainability',
          title: `Left from debugging: ${name}`,
          body:
            stops === true
              ? 'This halts the program wherever it runs. Remove it.'
              : 'This prints while the program runs. Remove it, or use the logger that the ' +
                'project has.',
        };
      }
    }
  }),
};

/** Scripts and tests print, and so does a file that printed before this change. */
function printsByHabit({ kind, file, hunks }: RuleSubject, pattern: RegExp): boolean {
  if (kind.isScript || kind.isTest) return true;
  const isOld = hunks.flat().some((line) => !line.isAdded && pattern.test(line.code));
  return (
    isOld ||
    file.hunks.some((hunk) =>
      hunk.lines.some((line) => line.kind === 'removed' && pattern.test(line.text)),
    )
  );
}
