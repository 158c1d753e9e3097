import { describe, expect, test } from 'vitest';
import { Highlighter } from '../../../src/tui/highlight/highlighter.ts';
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
  const sources = Array.from({ length: 400 }, () => {
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
