import { describe, expect, test } from 'vitest';
import { Highlighter } from '../../../src/tui/highlight/highlighter.ts';
import { lexInline } from '../../../src/tui/markdown/inline-lines.ts';
import { MarkdownText } from '../../../src/tui/markdown/markdown-text.ts';
import { type Line, lineText } from '../../../src/tui/styled-text.ts';
import { chooseTheme } from '../../../src/tui/theme/theme.ts';

const theme = chooseTheme({ TERM: 'xterm', COLORTERM: 'truecolor' }, 'night');
const highlighter = new Highlighter();
await highlighter.load();

function markdown(columns = 200): MarkdownText {
  return new MarkdownText(() => ({ theme, columns, highlighter }));
}

const FRAGMENTS = [
  '# Heading\n',
  '## Closed ##\n',
  'A paragraph with **bold**, *slant*, `code` and a [link](https://example.org/a).\n',
  'second line\n',
  'hard break  \n',
  'entities &lt;b&gt; &copy; &#39;\n',
  'a note[^1]\n\n[^1]: below\n',
  '\n',
  '\n\n',
  '- one\n',
  '- two\n  - nested\n    - deeper\n',
  '- list\n\n  with a paragraph\n\n  ```js\n  f(`a\n  b`)\n  ```\n',
  '* star\n',
  '1. first\n',
  '2. second\n\n   more of it\n\n',
  '3) third\n',
  '-\n  below an empty mark\n',
  '> quoted\n',
  '> > twice\n',
  '> ```\n> code\n',
  '> - item\n>   more\n',
  '```ts\nconst a = 1; /* over\nlines */\n',
  '```\n',
  '~~~\ntilde\n~~~\n',
  '````md\n```\ninner\n```\n````\n',
  '```diff\n-a\n+b\n',
  '    indented\n',
  '\ttab\n',
  '| a | b |\n|---|--:|\n',
  'no | pipes\n--|--\n',
  '| 1 | `2` | 3 |\n',
  '---\n',
  '***\n',
  '===\n',
  '#',
  'hashtag\n',
  '<div>\nraw **text**\n</div>\n',
  '<!-- remark\n\nmore -->\n',
  'a <b>bold</b> word\n',
  '[a]: https://example.org\n',
  '[a]\n',
  '- [x] done\n- [ ] open\n',
  'text without an end',
  '日本語 👩‍💻\n',
  '*',
  '**',
  '`',
  '1',
  '+ plus\n',
  '  continued\n',
  '>',
  '-',
  `${'word '.repeat(900)}\n`,
  `| ${'x'.repeat(4100)} | y |\n`,
];

describe('the pieces that a text comes in', () => {
  const random = seededRandom(7);
  const sources = Array.from({ length: 250 }, () => {
    const pick = () => FRAGMENTS[Math.floor(random() * FRAGMENTS.length)] ?? '';
    return Array.from({ length: 1 + random() * 14 }, pick).join('');
  });

  test.each([
    ['a character', () => 1],
    ['seven characters', () => 7],
    ['random', () => 1 + Math.floor(random() * 40)],
  ])('%s at a time draw what the whole draws, looks and all', (_, length) => {
    for (const source of sources) {
      const short = source.length > 1500 ? source.slice(0, 1500) : source;
      const whole = drawWhole(short);
      expect(drawInPieces(cut(short, length)), JSON.stringify(short)).toEqual(whole);
    }
  });

  test('long texts are drawn alike in large pieces', () => {
    for (const source of sources) {
      const pieces = cut(source, () => 1 + Math.floor(random() * 3000));
      expect(drawInPieces(pieces)).toEqual(drawWhole(source));
    }
  });

  test('nothing that was written is missing', () => {
    for (const source of sources) {
      const drawn = drawWhole(source).map(lineText).join('\n');
      for (const word of ['hashtag', 'paragraph', 'nested', 'indented', 'tilde', 'deeper', 'done'])
        if (source.includes(word)) expect(drawn, JSON.stringify(source)).toContain(word);
    }
  });
});

describe('what is drawn', () => {
  const drawn = (source: string, columns = 80) => {
    const text = markdown(columns);
    text.push(source);
    return text.end().slice(1).map(lineText);
  };

  test.each([
    ['# A `b` *c* ##', ['A b c']],
    ['Two\nlines\n===', ['Two', 'lines']],
    ['a  \nb\\\nc', ['a', 'b', 'c']],
    ['- a\n  - b\n    - c\n- d', ['- a', '  - b', '    - c', '- d']],
    ['7. a\n7. b\n\n   c', ['7. a', '8. b', '', '   c']],
    ['- [ ] a\n- [x] b', ['- [ ] a', '- [x] b']],
    ['- a\n\n  ```\n  x\n    y\n  ```\n- b', ['- a', '', '  ```', '  x', '    y', '  ```', '- b']],
    ['- a\n* b', ['- a', '', '- b']],
    ['-\n- b', ['-', '- b']],
    ['> a\nlazy\n\nb', ['> a', '> lazy', '', 'b']],
    ['> - a\n>   > b\n> ```\n> c\n> ```', ['> - a', '>', '>   > b', '>', '> ```', '> c', '> ```']],
    ['[a](https://b.example) <https://c.example>', ['a (https://b.example) https://c.example']],
    ['[https://b.example](https://b.example)', ['https://b.example']],
    ['![cat](c.png)', ['cat (c.png)']],
    ['&lt;b&gt; &amp; &copy;', ['<b> & &copy;']],
    ['a <b>c</b>', ['a <b>c</b>']],
    ['<div>\n**x**\n</div>', ['<div>', '**x**', '</div>']],
    ['<!-- a\n\nb -->\nc', ['<!-- a', '', 'b -->', '', 'c']],
    ['text[^1]\n\n[^1]: note', ['text[^1]', '', '[^1]: note']],
    ['[a]: https://b.example\n\n[a]', ['[a]: https://b.example', '', '[a]']],
    ['    code\n\n\n    more\n\n', ['code', '', '', 'more']],
    ['```\n\n a\n\n', ['```', '', ' a', '']],
    ['> a\n    b', ['> a', '> b']],
    ['- a\n| b | c |\n|--|--|\n| 1 | 2 |', ['- a', '', 'b  c', '─  ─', '1  2']],
    ['a\n***\nb', ['a', '', '────────', '', 'b']],
    ['\ta\tb', ['a\tb']],
  ])('%j', (source, lines) => {
    expect(drawn(source)).toEqual(lines);
  });

  test('an unclosed fence is code, its closing fence is not invented', () => {
    expect(drawn('```sh\nls -l\n')).toEqual(['```sh', 'ls -l']);
  });

  const TABLE =
    '| Name | Zahl | 漢字 |\n|:--|--:|:-:|\n| a `b` | 1 | 日本語 |\n| 👩‍💻 \\| x | 22 | - |\n';

  test('a table stands in columns, also with wide characters', () => {
    expect(drawn(TABLE)).toEqual([
      'Name    Zahl   漢字',
      '──────  ────  ──────',
      'a b        1  日本語',
      '👩‍💻 | x    22    -',
    ]);
  });

  test('on a narrow screen it becomes records', () => {
    expect(drawn(TABLE, 19)).toEqual([
      'Name: a b',
      'Zahl: 1',
      '漢字: 日本語',
      '',
      'Name: 👩‍💻 | x',
      'Zahl: 22',
      '漢字: -',
    ]);
  });

  test('prose is never broken and never padded', () => {
    const words = Array.from({ length: 3000 }, (_, index) => `word${index}`).join(' ');
    expect(drawn(words, 40)).toEqual([words]);
    for (const line of drawn(TABLE.repeat(2))) expect(line).toBe(line.trimEnd());
  });

  test('the open end: what may become anything is not shown yet', () => {
    const text = markdown();
    const open = () => text.openLines().slice(1).map(lineText);
    for (const [piece, lines] of [
      ['a para', ['a para']],
      ['graph\n', ['a paragraph']],
      ['-', ['a paragraph']],
      [' item', ['a paragraph', '', '- item']],
      ['\n``', ['a paragraph', '', '- item']],
      ['`', ['a paragraph', '', '- item']],
    ] as const) {
      text.push(piece);
      expect(open()).toEqual(lines);
    }
  });
});

/** Characters that are given to the lexer, against the length of the text, fed token by token. */
describe('the work', () => {
  const words = (count: number) =>
    Array.from({ length: count }, (_, index) => `wo${index % 97}`).join(' ');
  const lines = (count: number, line: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => line(index)).join('\n');

  test.each<[string, (scale: number) => string]>([
    ['one paragraph', (scale) => words(2000 * scale)],
    ['one paragraph of many lines', (scale) => lines(300 * scale, () => words(8))],
    ['one line without a blank', (scale) => '*_`[x'.repeat(500 * scale)],
    ['a code block', (scale) => `\`\`\`ts\n${lines(500 * scale, (n) => `const a${n} = f(${n});`)}`],
    ['a table', (scale) => `| a | b |\n|--|--|\n${lines(200 * scale, (n) => `| ${n} | **x** |`)}`],
    ['a list', (scale) => lines(300 * scale, (n) => `- item ${n} with \`code\``)],
    ['a nested list', (scale) => lines(300 * scale, (n) => `${'  '.repeat(n % 30)}- item ${n}`)],
    ['one item with much in it', (scale) => `- a\n${lines(300 * scale, (n) => `  - b ${n}\n`)}`],
    ['quotes', (scale) => lines(300 * scale, (n) => `${'> '.repeat(1 + (n % 50))}quoted ${n}`)],
    ['one quote', (scale) => lines(300 * scale, (n) => `> quoted ${n}`)],
    ['marks without end', (scale) => `${'> '.repeat(8000 * scale)}\n${'- '.repeat(8000 * scale)}`],
    ['HTML', (scale) => `<div>\n${lines(300 * scale, (n) => `<p>${n}</p>`)}`],
  ])('on %s grows with its length alone', (_, make) => {
    const small = workOf(make(1));
    const large = workOf(make(10));
    // What is looked at again with each token is at most one piece of the open paragraph.
    expect(large.average).toBeLessThan(small.average + 2_500);
    expect(large.longestLook).toBeLessThan(40_000);
    expect(large.perToken).toBeLessThan(12_000);
  });

  function workOf(source: string): { average: number; longestLook: number; perToken: number } {
    let characters = 0;
    let perToken = 0;
    let longestLook = 0;
    const text = new MarkdownText(() => ({
      theme,
      columns: 100,
      highlighter,
      lexInline: (part) => {
        characters += part.length;
        return lexInline(part);
      },
    }));
    const pieces = cut(source, () => 40);
    for (const piece of pieces) {
      const before = characters;
      text.push(piece);
      text.takeFinished();
      const look = text.openLines();
      perToken = Math.max(perToken, characters - before);
      longestLook = Math.max(
        longestLook,
        look.reduce((sum, line) => sum + lineText(line).length, 0),
      );
    }
    text.end();
    return { average: characters / pieces.length, longestLook, perToken };
  }

  test('a line of a megabyte is drawn whole, at once and in pieces', () => {
    const row = `| a | b |\n| --- | --- |\n| ${'_a('.repeat(300_000)} | x |`;
    expect(drawWhole(row).map(lineText).join('')).toContain('_a('.repeat(300_000));
    for (const source of ['x'.repeat(1_000_000), `\`\`\`js\n${'f(1);'.repeat(200_000)}\n\`\`\``]) {
      const whole = drawWhole(source);
      expect(drawInPieces(cut(source, () => 5000))).toEqual(whole);
      expect(whole.map(lineText).join('\n').trim()).toBe(source);
    }
  });
});

function drawWhole(source: string): readonly Line[] {
  const text = markdown();
  text.push(source);
  return text.end();
}

/** With a look at the open end after each piece, which must not change anything. */
function drawInPieces(pieces: readonly string[]): readonly Line[] {
  const text = markdown();
  const lines: Line[] = [];
  for (const piece of pieces) {
    text.push(piece);
    lines.push(...text.takeFinished());
    text.openLines();
  }
  return [...lines, ...text.end()];
}

function cut(text: string, length: () => number): string[] {
  const pieces: string[] = [];
  for (let start = 0; start < text.length; ) {
    const end = start + length();
    pieces.push(text.slice(start, end));
    start = end;
  }
  return pieces;
}

function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
