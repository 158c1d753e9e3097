import { describe, expect, test } from 'vitest';
import { blocksLines } from '../../../src/tui/markdown/block-lines.ts';
import { MarkdownStream } from '../../../src/tui/markdown/markdown-stream.ts';
import { lineText } from '../../../src/tui/styled-text.ts';
import { chooseTheme } from '../../../src/tui/theme/theme.ts';

const THEME = chooseTheme({});
const NO_LIMITS = { maxOpenLines: Infinity, maxOpenCharacters: Infinity };

const FRAGMENTS = [
  '# Heading\n',
  'A paragraph with **bold**, *slant*, `code` and a [link](https://example.org/a).\n',
  'second line\n',
  '\n',
  '\n\n',
  '- one\n',
  '- two\n  - nested\n',
  '* star\n',
  '1. first\n',
  '2. second\n\n   more of it\n\n',
  '3. third\n',
  '> quoted\n',
  '> ```\n> code\n',
  '```ts\nconst a = 1;\n',
  '```\n',
  '~~~\ntilde\n~~~\n',
  '````md\n```\ninner\n```\n````\n',
  '    indented\n',
  '| a | b |\n|---|--:|\n',
  '| 1 | 2 |\n',
  '---\n',
  '===\n',
  '#',
  'hashtag\n',
  '<div>\nraw\n</div>\n',
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
];

describe('MarkdownStream', () => {
  test('draws the same whatever the pieces', () => {
    const random = seededRandom(7);
    for (let round = 0; round < 1_500; round += 1) {
      const pick = () => FRAGMENTS[Math.floor(random() * FRAGMENTS.length)] ?? '';
      const source = Array.from({ length: 1 + random() * 10 }, pick).join('');
      const whole = drawWhole(source);
      expect(drawInPieces(cut(source, random)), JSON.stringify(source)).toEqual(whole);
    }
  });

  test('a long answer is finished block by block', () => {
    const stream = new MarkdownStream();
    const finished: string[] = [];
    for (const piece of [
      '# Title\n',
      '\nText',
      ' goes on.\n',
      '\n',
      '- item\n',
      '- next\n',
      'end',
    ]) {
      stream.push(piece);
      finished.push(...stream.takeFinished().map(({ token }) => token.type));
    }
    expect(finished).toEqual(['heading', 'paragraph', 'list']);
    expect(stream.openBlocks().map(({ token }) => token.type)).toEqual(['list']);
  });

  test('a huge open code block is handed out in parts and drawn without a seam', () => {
    const code = Array.from({ length: 500 }, (_, index) => `line ${index}`).join('\n');
    const source = `before\n\n\`\`\`ts\n${code}\n\`\`\`\n\nafter\n`;
    const stream = new MarkdownStream();
    let longestOpen = 0;
    const lines: string[] = [];
    for (const piece of source.match(/[\s\S]{1,40}/g) ?? []) {
      stream.push(piece);
      lines.push(...draw(stream.takeFinished(), lines.length > 0));
      longestOpen = Math.max(longestOpen, draw(stream.openBlocks(), false).length);
    }
    lines.push(...draw(stream.end(), lines.length > 0));
    expect(lines).toEqual(drawWhole(source));
    expect(longestOpen).toBeLessThan(30);
  });

  test('a huge table and a huge paragraph stay bounded and lose nothing', () => {
    const rows = Array.from({ length: 300 }, (_, index) => `| k${index} | v${index} |\n`).join('');
    const words = Array.from({ length: 5_000 }, (_, index) => `word${index}`);
    const stream = new MarkdownStream();
    const lines: string[] = [];
    for (const piece of `| a | b |\n|---|---|\n${rows}\n${words.join(' ')}`.match(/.{1,50}|\n/g) ??
      []) {
      stream.push(piece);
      lines.push(...draw(stream.takeFinished(), false));
      expect(stream.openBlocks().reduce((sum, b) => sum + b.token.raw.length, 0)).toBeLessThan(
        4_200,
      );
    }
    lines.push(...draw(stream.end(), false));
    const text = lines.join(' ');
    for (const word of ['k0 ', 'v299', 'word0 ', 'word2500 ', 'word4999'])
      expect(text).toContain(word);
    expect(text.match(/─/g)?.length).toBeLessThan(12);
  });

  test('an unclosed fence is code, its closing fence is not invented', () => {
    expect(drawInPieces(['```sh\n', 'ls -l\n'])).toEqual(['```sh', 'ls -l']);
  });
});

function draw(blocks: ReturnType<MarkdownStream['end']>, hasBefore: boolean): string[] {
  const lines = blocksLines(blocks, { theme: THEME, columns: 200 }).map(lineText);
  const isSeparate = hasBefore && lines.length > 0 && blocks[0]?.continues === false;
  return isSeparate ? ['', ...lines] : lines;
}

function drawWhole(source: string): string[] {
  const stream = new MarkdownStream(NO_LIMITS);
  stream.push(source);
  return draw(stream.openBlocks(), false);
}

function drawInPieces(pieces: readonly string[]): string[] {
  const stream = new MarkdownStream(NO_LIMITS);
  const lines: string[] = [];
  for (const piece of pieces) {
    stream.push(piece);
    lines.push(...draw(stream.takeFinished(), lines.length > 0));
  }
  return [...lines, ...draw(stream.end(), lines.length > 0)];
}

function cut(text: string, random: () => number): string[] {
  const pieces: string[] = [];
  for (let start = 0; start < text.length; ) {
    const end = start + 1 + Math.floor(random() * 20);
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
