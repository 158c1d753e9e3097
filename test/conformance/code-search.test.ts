/** What every implementation of CodeSearch must do. A new one is a line in code-index-implementations.ts. */
import { chmodSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type { CodeIndex } from '../../src/context/code-index.ts';
import type { SearchHit } from '../../src/context/search.ts';
import { makeWorkspace, writeFiles } from '../helpers/workspace.ts';
import { INDEX_IMPLEMENTATIONS } from './code-index-implementations.ts';
import { FILES, QUESTIONS } from './code-search-cases.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

const NAMED_QUESTIONS = QUESTIONS.map(([text, path, symbol]) => ({ text, path, symbol }));

const opened: CodeIndex[] = [];
afterEach(async () => {
  for (const index of opened.splice(0)) await index.close();
});

/** The same, closed after the test. */
const IMPLEMENTATIONS = INDEX_IMPLEMENTATIONS.map(([name, open]) => {
  const openForTest = (root: string): CodeIndex => {
    const index = open(root);
    opened.push(index);
    return index;
  };
  return [name, openForTest] as const;
});

function place(hit: SearchHit): string {
  return `${hit.path}:${hit.startLine}-${hit.endLine}`;
}

describe.each(IMPLEMENTATIONS)('%s: search', (_, open) => {
  it.each(NAMED_QUESTIONS)('answers "$text" with $path', async ({ text, path, symbol }) => {
    const [best] = await open(makeWorkspace(FILES)).search({ text, limit: 5 });
    expect(best).toMatchObject(symbol === undefined ? { path } : { path, symbol });
  });

  it('gives lines as they stand in the file, in order of score, with a reason', async () => {
    const hits = await open(makeWorkspace(FILES)).search({ text: 'retry attempts', limit: 20 });
    expect(hits.length).toBeGreaterThan(3);
    for (const hit of hits) {
      const lines = (FILES[hit.path] ?? '').split('\n').slice(hit.startLine - 1, hit.endLine);
      expect(hit.text).toBe(lines.join('\n'));
      expect(hit.reason).not.toBe('');
    }
    const scores = hits.map(({ score }) => score);
    expect(scores).toEqual([...scores].sort((left, right) => right - left));
    expect(new Set(hits.map(place)).size).toBe(hits.length);
  });

  it('keeps to the limit and finds nothing for nothing', async () => {
    const search = open(makeWorkspace(FILES));
    expect(await search.search({ text: 'retry', limit: 2 })).toHaveLength(2);
    for (const text of ['', '   ', '?!', 'zzqqxx', '\0']) {
      expect(await search.search({ text, limit: 5 })).toEqual([]);
    }
  });

  it('never shows files that hold secrets, or binary ones', async () => {
    const hits = await open(makeWorkspace(FILES)).search({ text: 'retry token', limit: 50 });
    const paths = hits.map(({ path }) => path);
    expect(paths).not.toContain('.env');
    expect(paths).not.toContain('data/picture.png');
  });

  it('takes a long pasted text as a question', async () => {
    const noise = 'at Object.<anonymous> (node:internal/modules/run_main.js:12:3)\n'.repeat(2_000);
    const text = `apply_discount gives a wrong total\n${noise}`;
    const [best] = await open(makeWorkspace(FILES)).search({ text, limit: 3 });
    expect(best).toMatchObject({ path: 'src/cart/price.py', symbol: 'apply_discount' });
  });

  it('takes a question in a script without spaces', async () => {
    const root = makeWorkspace({
      'a.ts': '// 服务器忙时重试请求\nexport function again() {}\n',
      'b.ts': '// 读取配置文件\nexport function load() {}\n',
    });
    const hits = await open(root).search({ text: '重试逻辑在哪里？', limit: 3 });
    expect(hits.map(({ path }) => path)).toEqual(['a.ts']);
  });

  it('sees changes at once', async () => {
    const root = makeWorkspace(FILES);
    const search = open(root);
    await search.search({ text: 'unicorn', limit: 5 });
    writeFiles(root, { 'src/unicorn.ts': 'export const unicorn = 1;\n' });
    expect((await search.search({ text: 'unicorn', limit: 5 }))[0]?.path).toBe('src/unicorn.ts');
    writeFiles(root, { 'src/unicorn.ts': 'export const horse = 123456;\n' });
    const hits = await search.search({ text: 'unicorn', limit: 5 });
    expect(hits.every(({ text }) => !text.includes('unicorn'))).toBe(true);
    rmSync(join(root, 'src/unicorn.ts'));
    expect(await search.search({ text: 'unicorn', limit: 5 })).toEqual([]);
  });

  it('rejects with the reason when aborted', async () => {
    const reason = new Error('enough');
    const search = open(makeWorkspace(FILES));
    const signal = AbortSignal.abort(reason);
    await expect(search.search({ text: 'retry', limit: 5, signal })).rejects.toBe(reason);
    await expect(search.findDefinitions('backoff', signal)).rejects.toBe(reason);
    await expect(search.findFiles({ pattern: 'a', limit: 5, signal })).rejects.toBe(reason);
  });

  it('stands hostile files', async () => {
    const root = makeWorkspace({
      ...FILES,
      'one-line.js': `var a=${'"retry",'.repeat(100_000)}1;`,
      'deep.ts': '{'.repeat(50_000),
      'invalid.ts': Buffer.of(0x72, 0xff, 0xfe, 0x0a),
      'new\nline.ts': 'export function newlineRetry() {}\n',
      'huge.ts': '',
      'closed.ts': 'retry',
      'crlf.ts': 'export function crlfThing() {\r\n  return 1;\r\n}\r\n',
      'regex.c': `${'a '.repeat(195)}(\n${'unsigned '.repeat(40)}x\n`.repeat(200),
    });
    truncateSync(join(root, 'huge.ts'), 1024 ** 3);
    chmodSync(join(root, 'closed.ts'), 0o000);
    const search = open(root);
    const hits = await search.search({ text: 'newline retry', limit: 5 });
    expect(hits[0]?.path).toBe('new\nline.ts');
    expect(await search.outline('crlf.ts')).toMatchObject([{ startLine: 1, endLine: 3 }]);
    expect(await search.outline('huge.ts')).toEqual([]);
    expect((await search.outline('regex.c')).length).toBeLessThan(1_000);
  });
});

describe.each(IMPLEMENTATIONS)('%s: definitions', (_, open) => {
  it('finds a name, the exact case first, with the comment above it', async () => {
    const search = open(makeWorkspace({ ...FILES, 'other.ts': 'const Backoff = 1;\n' }));
    const hits = await search.findDefinitions('backoff');
    expect(hits.map(place)).toEqual(['src/http/backoff.ts:1-5', 'other.ts:1-1']);
    expect(hits[0]).toMatchObject({ symbol: 'backoff', reason: 'defines backoff' });
  });

  it('finds nothing for a name that is only used', async () => {
    const search = open(makeWorkspace(FILES));
    expect(await search.findDefinitions('setTimeout')).toEqual([]);
    expect(await search.findDefinitions('')).toEqual([]);
  });

  it('outlines a file in order, with containers and ends', async () => {
    const outline = await open(makeWorkspace(FILES)).outline('src/cart/price.py');
    expect(outline).toEqual([
      {
        name: 'TAX_RATE',
        kind: 'constant',
        startLine: 3,
        endLine: 3,
        signature: 'TAX_RATE = 0.19',
      },
      {
        name: 'PriceCalculator',
        kind: 'class',
        startLine: 6,
        endLine: 14,
        signature: 'class PriceCalculator:',
      },
      {
        name: '__init__',
        kind: 'method',
        startLine: 9,
        endLine: 10,
        container: 'PriceCalculator',
        signature: 'def __init__(self, rate=TAX_RATE):',
      },
      {
        name: 'total_with_tax',
        kind: 'method',
        startLine: 12,
        endLine: 14,
        container: 'PriceCalculator',
        signature: 'def total_with_tax(self, items):',
      },
      {
        name: 'apply_discount',
        kind: 'function',
        startLine: 17,
        endLine: 18,
        signature: 'def apply_discount(total, percent):',
      },
    ]);
  });

  it('outlines nothing for a file that is not there, or outside', async () => {
    const search = open(makeWorkspace(FILES));
    for (const path of ['missing.ts', '../x', '/etc/passwd', '.env', '', 'data/empty.ts']) {
      expect(await search.outline(path)).toEqual([]);
    }
  });
});

describe.each(IMPLEMENTATIONS)('%s: files', (_, open) => {
  it('lists all files for an empty pattern, up to the limit', async () => {
    const search = open(makeWorkspace(FILES));
    const all = await search.findFiles({ pattern: '', limit: 1_000 });
    expect([...all].sort()).toEqual(
      Object.keys(FILES)
        .filter((path) => path !== '.env')
        .sort(),
    );
    expect(await search.findFiles({ pattern: '', limit: Infinity })).toEqual(all);
    expect(await search.findFiles({ pattern: '', limit: 2 })).toHaveLength(2);
  });

  it.each([
    ['client', 'src/http/client.ts'],
    ['htcl', 'src/http/client.ts'],
    ['price.py', 'src/cart/price.py'],
    ['src/store', 'src/store/session_store.go'],
    ['sesstore', 'src/store/session_store.go'],
    ['readme', 'README.md'],
  ])('finds %s', async (pattern, path) => {
    const found = await open(makeWorkspace(FILES)).findFiles({ pattern, limit: 3 });
    expect(found[0]).toBe(path);
  });

  it('finds nothing for letters that no path has in order', async () => {
    const search = open(makeWorkspace(FILES));
    expect(await search.findFiles({ pattern: 'zzz', limit: 3 })).toEqual([]);
  });
});

describe.each(IMPLEMENTATIONS)('%s: this project', (_, open) => {
  it.each([
    ['where is a file written atomically?', 'src/platform/files.ts'],
    ['how are tokens estimated', 'src/context/budget.ts'],
    ['which files hold secrets by name', 'src/platform/walk/secret-files.ts'],
    ['exit codes of the commands', 'src/cli/exit-codes.ts'],
    ['where is the socket path decided', 'src/platform/socket.ts'],
    ['folders for settings and state of the user', 'src/platform/paths.ts'],
  ])('finds the place of "%s" among the first five', async (text, path) => {
    const hits = await open(PROJECT).search({ text, limit: 5 });
    expect(hits.map((hit) => hit.path)).toContain(path);
  });

  it('lets other work go on while it reads', async () => {
    const files: Record<string, string> = {};
    for (let index = 0; index < 300; index++)
      files[`src/f${index}.ts`] = 'retry();\n'.repeat(2_000);
    const root = makeWorkspace(files);
    writeFileSync(join(root, 'big.txt'), 'retry '.repeat(300_000));
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await open(root).search({ text: 'retry', limit: 5 });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(5);
  });
});
