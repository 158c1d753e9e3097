import { describe, expect, test } from 'vitest';
import { type CodeStyler, Highlighter } from '../../../src/tui/highlight/highlighter.ts';
import { languageNames, languageOf } from '../../../src/tui/highlight/language-names.ts';
import { LANGUAGES } from '../../../src/tui/highlight/languages.ts';
import { type Line, lineText } from '../../../src/tui/styled-text.ts';
import { chooseTheme, type Theme } from '../../../src/tui/theme/theme.ts';

/** Every role has looks of its own here, to be told by. */
const theme = Object.fromEntries(
  Object.keys(chooseTheme({})).map((role) => [role, `38;5;${role}`]),
) as unknown as Theme;
const LANGUAGES_KNOWN = languageNames().map(([language = '']) => language);
const highlighter = new Highlighter();
await highlighter.load();

function start(language: string): CodeStyler {
  const styler = highlighter.start(language);
  if (styler === undefined) throw new Error(`${language} is not known.`);
  return styler;
}

function draw(language: string, code: string): readonly Line[] {
  const styler = start(language);
  return code.split('\n').map((line) => styler.style(line, theme));
}

/** The role in which a part of the code is drawn. */
function roleOf(lines: readonly Line[], text: string): keyof Theme | 'plain' | undefined {
  const found = lines.flat().find((part) => part.text.includes(text));
  if (found === undefined || found.style === '') return found && 'plain';
  return found.style.slice('38;5;'.length) as keyof Theme;
}

describe('languages', () => {
  test.each([
    [
      'ts',
      'export const a = f("x"); // why',
      { export: 'keyword', '"x"': 'string', why: 'comment' },
    ],
    ['tsx', 'const a = <b>{c(1)}</b>;', { const: 'keyword', '1': 'number' }],
    ['js', 'function go() { return 1 }', { function: 'keyword', go: 'function' }],
    [
      'json',
      '{"key": "value", "n": [1, true]}',
      { value: 'string', key: 'property', true: 'constant' },
    ],
    [
      'python',
      'def f(x):\n    """two\n    lines"""\n    return None',
      { def: 'keyword', two: 'string', lines: 'string' },
    ],
    ['go', 'func main() { return "a" }', { func: 'keyword', main: 'function', '"a"': 'string' }],
    ['rust', 'fn main() { let x = "a"; }', { fn: 'keyword', '"a"': 'string' }],
    [
      'c',
      'int main(void) { return 0; } /* a */',
      { int: 'type', return: 'keyword', '/*': 'comment' },
    ],
    ['c++', 'class A : public B { };', { class: 'keyword', public: 'keyword' }],
    ['java', 'public class A { String s = "x"; }', { public: 'keyword', '"x"': 'string' }],
    ['c#', 'using System; var s = "x";', { using: 'keyword', '"x"': 'string' }],
    ['kotlin', 'fun main() { val s = "x" }', { fun: 'keyword', '"x"': 'string' }],
    ['swift', 'func f() -> Int { return 1 }', { func: 'keyword', '1': 'number' }],
    [
      'zig',
      'pub fn main() !void { return; } // z',
      { pub: 'keyword', void: 'type', '// z': 'comment' },
    ],
    ['ruby', 'def f\n  puts "x" # r\nend', { def: 'keyword', '"x"': 'string', '# r': 'comment' }],
    [
      'php',
      '<?php echo "x"; $a = 1; /* p\nq */',
      { echo: 'keyword', $a: 'property', 'q */': 'comment' },
    ],
    ['lua', 'local x = "y" -- l', { local: 'keyword', '"y"': 'string', '-- l': 'comment' }],
    [
      'sh',
      'if [ -f "$x" ]; then echo hi; fi # s',
      { if: 'keyword', echo: 'function', '# s': 'comment' },
    ],
    ['sql', "SELECT 'a' FROM t -- q", { SELECT: 'keyword', "'a'": 'string', '-- q': 'comment' }],
    [
      'html',
      '<p class="a"><script>let x = 1;</script></p>',
      { '<p': 'tag', '"a"': 'string', let: 'keyword' },
    ],
    ['css', '.a { color: #fff; /* c */ }', { color: 'property', '/* c */': 'comment' }],
    [
      'yaml',
      '- key: "value" # y\n  n: -1.5',
      { key: 'property', '-1.5': 'number', '"value"': 'string', '# y': 'comment' },
    ],
    ['toml', 'key = "value" # t', { key: 'property', '"value"': 'string', '# t': 'comment' }],
    ['markdown', '# Title\n`code`', { Title: 'heading', code: 'string' }],
    ['diff', '-a\n+b', { '-a': 'removed', '+b': 'added' }],
    ['dockerfile', 'FROM node:24 # d\nRUN ls', { FROM: 'keyword', RUN: 'keyword' }],
    [
      'makefile',
      'all: a.o # m\n\t$(CC) -o $@',
      { all: 'function', '$(CC)': 'property', '# m': 'comment' },
    ],
    ['elixir', 'def f(x), do: :ok # e', { def: 'keyword', ':ok': 'constant', '# e': 'comment' }],
    ['terraform', 'resource "a" "b" { count = 1 }', { resource: 'keyword', count: 'property' }],
    ['nix', '{ a = "x"; } # n', { a: 'property', '"x"': 'string', '# n': 'comment' }],
    ['graphql', 'query A { b(c: 1) } # g', { query: 'keyword', '# g': 'comment' }],
    ['vim', '" remark\nlet g:a = 1', { remark: 'comment', let: 'keyword' }],
  ])('%s', (language, code, roles) => {
    const lines = draw(language, code);
    expect(lines.map(lineText).join('\n')).toBe(code);
    for (const [text, role] of Object.entries(roles)) expect(roleOf(lines, text), text).toBe(role);
  });

  test.each([
    ['bash', 'shell'],
    ['ZSH', 'shell'],
    ['py', 'python'],
    ['rs', 'rust'],
    ['yml', 'yaml'],
    ['C++', 'cpp'],
    ['src/app/main.tsx', 'typescript'],
    ['js,linenums', 'javascript'],
    ['{.python', undefined],
    ['Dockerfile', 'dockerfile'],
    ['GNUmakefile', undefined],
    ['brainfuck', undefined],
    ['__proto__', undefined],
    ['', undefined],
    ['x'.repeat(100_000), undefined],
  ])('the name %.20s', (name, language) => {
    expect(languageOf(name)).toBe(language);
  });

  test('every name leads to a definition', () => {
    for (const language of LANGUAGES_KNOWN) {
      if (language !== 'diff') expect(LANGUAGES.find(language), language).toBeDefined();
    }
    expect(LANGUAGES.find('toString')).toBeUndefined();
  });

  test('code is plain until the definitions are there', async () => {
    const fresh = new Highlighter();
    expect(fresh.start('ts')).toBeUndefined();
    expect(fresh.start('diff')).toBeDefined();
    await fresh.load();
    expect(fresh.start('ts')).toBeDefined();
  });
});

describe('lines that nobody thought of', () => {
  const HOSTILE = [
    '('.repeat(5000),
    '<'.repeat(5000),
    '"'.repeat(4999),
    '/*'.repeat(3000),
    '${`'.repeat(2000),
    'a'.repeat(1_000_000),
    ' '.repeat(5000),
    '1'.repeat(5000),
    '>@'.repeat(2000),
    '::1'.repeat(2000),
    ` ${'\t '.repeat(3000)}x`,
    '[[[[((((<<<<{{{{'.repeat(300),
    '\\'.repeat(4001),
    '\'\'\'"""```'.repeat(400),
    '<script><style>'.repeat(300),
    '\ud800\udfff\u0000\u2028',
    '日本語👩‍💻'.repeat(500),
    'select from where '.repeat(200),
    '$(($(($(('.repeat(300),
    '---\n+++\n@@ -1 +1 @@',
    '%w[ %q( %Q{ <<~A <<B',
    "r#\"r##\"b''''",
  ];

  test.each(LANGUAGES_KNOWN)('%s is drawn as it was written', (language) => {
    const styler = start(language);
    for (const text of [...HOSTILE, ...HOSTILE].flatMap((line) => line.split('\n'))) {
      expect(lineText(styler.style(text, theme)) === text, text.slice(0, 20)).toBe(true);
      expect(lineText(styler.copy().style(text, theme)) === text).toBe(true);
    }
  });

  test('the end of a very long line is plain, the next line has its colours', () => {
    const styler = start('js');
    const line = styler.style(`f(${'1, '.repeat(100_000)});`, theme);
    expect(line.length).toBeLessThan(2000);
    expect(line.at(-1)?.style).toBe('');
    expect(roleOf([styler.style('const a = 1;', theme)], 'const')).toBe('keyword');
  });

  test('a block that never ends goes on plain', () => {
    const styler = start('js');
    let last: Line = [];
    for (let index = 0; index < 2_100; index += 1) {
      last = styler.style(`${'('.repeat(480)}const a`, theme);
    }
    expect(last.every(({ style }) => style === '')).toBe(true);
  });
});

test('a look ahead changes nothing', () => {
  for (const language of LANGUAGES_KNOWN) {
    const code = ['/* a', "b '''", 'c */ "d', '`e ${f(', '"""', '<script>', 'let g = 1;', 'end'];
    const plain = start(language);
    const watched = start(language);
    for (const line of code) {
      const copy = watched.copy();
      copy.style('{ "x', theme);
      copy.style('*/ ( <style>', theme);
      expect(watched.style(line, theme), `${language}: ${line}`).toEqual(plain.style(line, theme));
    }
  }
});
