import type { LanguageId } from '../code/languages.ts';
import { isForeign, perFile, type ReviewRule } from './rule.ts';

const JOINED = '(?:["\'`]\\s*\\+|\\+\\s*["\'`])';

/**
 * Calls that hand a string to a shell, with a string that is put together on the spot. Looked for in
 * the text, because what matters stands inside the quotes; `call` must also stand in the code.
 */
const SHELLS: { readonly [Id in LanguageId]?: readonly { call: RegExp; built: RegExp }[] } = {
  javascript: [
    {
      // `.exec(` alone is a regular expression's.
      call: /(?:(?<![\w.$])|\b(?:child_process|childProcess|cp|shell|shelljs)\.)(?:exec|execSync|execAsync)\(/,
      built: new RegExp(`exec\\w*\\(\\s*(?:\`[^\`]*\\$\\{|[^,)]*${JOINED})`),
    },
    {
      call: /\bspawn(?:Sync)?\(.*\bshell:\s*true/,
      built: /spawn(?:Sync)?\(\s*(?:`[^`]*\$\{|["'][^"']*["']\s*\+)/,
    },
  ],
  python: [
    {
      call: /\b(?:os\.(?:system|popen)|commands\.getoutput|subprocess\.getoutput)\(/,
      built: /(?:system|popen|getoutput)\(\s*(?:[rb]?f["'].*\{|.*["']\s*(?:%|\+|\.format\())/,
    },
    {
      call: /\bsubprocess\.\w+\(.*\bshell\s*=\s*True/,
      built: /subprocess\.\w+\(\s*(?:[rb]?f["'].*\{|.*["']\s*(?:%\s|\+|\.format\())/,
    },
  ],
  ruby: [
    {
      call: /(?<![\w.])(?:system|exec|spawn)[( ]\s*"|\bOpen3\.\w+\(\s*"/,
      built: /(?:system|exec|spawn|capture\w*|popen\w*)[( ]\s*"[^"]*#\{/,
    },
  ],
  php: [
    {
      call: /(?<![\w>:$])(?:shell_exec|exec|system|passthru|popen|proc_open)\(/,
      built:
        /(?:shell_exec|exec|system|passthru|popen|proc_open)\(\s*(?:"[^"]*\$|[^,)]*["']\s*\.)(?!.*escapeshell)/,
    },
  ],
  go: [
    {
      call: /\bexec\.Command(?:Context)?\(/,
      built: /"(?:\/bin\/)?(?:ba|z)?sh",\s*"-l?c",\s*(?:fmt\.Sprintf\(|[^)]*(?:"\s*\+|\+\s*"))/,
    },
  ],
  java: [{ call: /\.exec\(/, built: /getRuntime\(\)\.exec\(\s*[^,)]*(?:"\s*\+|\+\s*")/ }],
  kotlin: [{ call: /\.exec\(/, built: /getRuntime\(\)\.exec\(\s*"[^"]*\$/ }],
  rust: [{ call: /\.arg\(\s*(?:&)?format!\(/, built: /"-c"\s*\)\s*\.arg\(\s*&?format!\(/ }],
  c: [
    {
      call: /(?<![\w.>])(?:system|popen)\(/,
      built: /(?:system|popen)\(\s*\(?[^,]*(?:"\s*\+|\+\s*"|\.c_str\()/,
    },
  ],
  perl: [{ call: /(?<![\w>$])(?:system|exec)[( ]/, built: /(?:system|exec)[( ]\s*"[^"]*\$\w/ }],
};

/** Every call of `SHELLS` has one of these words; most lines have none. */
const SHELL_WORD = /exec|spawn|system|popen|getoutput|subprocess|passthru|Open3|\.arg\(/;

/** Shell commands put together from pieces: a blank or a quote in one of them runs something else. */
export const shellFromString: ReviewRule = {
  name: 'shell-from-string',
  summary: 'A shell command is built from strings.',
  start: perFile(function* (subject) {
    const { language, kind, added } = subject;
    if (language === undefined || isForeign(subject) || kind.isDocumentation) return;
    const lines = added.filter((line) => SHELL_WORD.test(line.code));
    for (const { call, built } of SHELLS[language.id] ?? []) {
      for (const line of lines) {
        if (!call.test(line.code) || !built.test(line.text)) continue;
        yield {
          startLine: line.newLine,
          // Tests and scripts run on their writer's own input.
          severity: kind.isTest ? 'info' : kind.isScript ? 'minor' : 'major',
          category: 'security',
          title: 'Shell command built from strings',
          body:
            'A value with a blank, a quote or a semicolon changes what runs here. Start the ' +
            'program with a list of arguments instead, without a shell.',
        };
      }
    }
  }),
};
