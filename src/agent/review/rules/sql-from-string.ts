import type { LanguageId } from '../code/languages.ts';
import { isForeign, perFile, type ReviewRule } from './rule.ts';

/** A statement at the start of a string; prose begins with a capital and goes on in small letters. */
const UPPER =
  '(?:SELECT\\s[^;]*?\\sFROM\\s|INSERT\\s+INTO\\s|UPDATE\\s+\\S+\\s+SET\\s|DELETE\\s+FROM\\s|DROP\\s+TABLE\\s)';
const LOWER = UPPER.replace(/[A-Z]{2,}/g, (word) => word.toLowerCase());
const STATEMENT = new RegExp(`(["'\`])\\s*${UPPER}`);
const LOWER_STATEMENT = new RegExp(`(["'\`])\\s*${LOWER}`);
/** Small letters count where the line itself hands the string to a database. */
const DATABASE_CALL =
  /\b(?:query|execute|executemany|exec|prepare|raw|rawQuery|Query|Exec|QueryRow|fetch\w*)\s*\(/;

/** How each language puts a value into the string that `STATEMENT` begins. */
const BUILT: { readonly [Id in LanguageId]?: RegExp } = {
  javascript: /`[^`]*\$\{(?!\s*[A-Z][A-Z0-9_.]*\s*\})|["']\s*\+\s*(?!["'])\w/,
  python:
    /(?<!\w)[rb]?f["'].*\{(?!\s*[A-Z][A-Z0-9_.]*\s*\})[^{}]*\}|["']\s*%\s*[(\w]|["']\s*\+\s*\w|["']\.format\(/,
  ruby: /"[^"]*#\{(?!\s*[A-Z][A-Z0-9_.]*\s*\})|["']\s*\+\s*\w/,
  php: /"[^"]*(?:\{\$|\$\w)|["']\s*\.\s*\$/,
  go: /fmt\.Sprintf\(\s*["`].*%[sv]|["`]\s*\+\s*\w/,
  java: /"\s*\+\s*(?!")\w|String\.format\(\s*".*%s|"\.formatted\(/,
  kotlin: /"[^"]*\$\{?\w|"\s*\+\s*\w/,
  scala: /(?<!\w)s"[^"]*\$|"\s*\+\s*\w/,
  csharp: /\$@?"[^"]*\{|"\s*\+\s*(?!")\w|string\.Format\(\s*".*\{\d/i,
  rust: /format!\(\s*r?#?".*\{/,
  c: /"\s*\+\s*\w|s(?:n)?printf\([^"]*".*%s/,
};
/** What makes the values safe, or is a list of placeholders. */
const SAFE =
  /\bsql(?:<[^>]*>)?`|(?:^|[^\w])(?:Prisma\.)?sql\(|placeholders?|'\?'|"\?"|\.join\(|quote_?ident|escape_?id|format\.ident|\bidentifier\(/i;

/** Statements with values pasted in: the classic way to an injection. */
export const sqlFromString: ReviewRule = {
  name: 'sql-from-string',
  summary: 'An SQL statement is built from strings.',
  start: perFile(function* (subject) {
    const { language, kind, added } = subject;
    const built = language === undefined ? undefined : BUILT[language.id];
    if (built === undefined || isForeign(subject) || kind.isDocumentation) return;
    for (const line of added) {
      const isStatement =
        STATEMENT.test(line.text) ||
        (DATABASE_CALL.test(line.code) && LOWER_STATEMENT.test(line.text));
      if (!isStatement || line.code.trim() === '') continue;
      if (!built.test(line.text) || SAFE.test(line.text)) continue;
      yield {
        startLine: line.newLine,
        severity: kind.isTest ? 'info' : kind.isScript ? 'minor' : 'major',
        category: 'security',
        title: 'SQL built from strings',
        body:
          'A value with a quote in it changes this statement. Pass values as parameters; ' +
          'allow names of tables and columns from a fixed list only.',
      };
    }
  }),
};
