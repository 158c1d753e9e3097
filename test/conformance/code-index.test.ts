/** What every implementation of CodeIndex must do beyond a search. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { CodeIndex } from '../../src/context/code-index.ts';
import { makeWorkspace, writeFiles } from '../helpers/workspace.ts';
import { INDEX_IMPLEMENTATIONS } from './code-index-implementations.ts';
import { FILES } from './code-search-cases.ts';

const LIMIT = 50;

describe.each(INDEX_IMPLEMENTATIONS)('%s', (_, open) => {
  const opened: CodeIndex[] = [];
  const openAt = (root: string) => {
    const index = open(root);
    opened.push(index);
    return index;
  };
  afterEach(async () => {
    for (const index of opened.splice(0)) await index.close();
  });

  describe('references', () => {
    it('finds every use in code, by path and line, with what it stands in', async () => {
      const index = openAt(makeWorkspace(FILES));
      const { results, isCut } = await index.findReferences({ name: 'backoff', limit: LIMIT });
      expect(results.map(({ path, line, isDefinition }) => [path, line, isDefinition])).toEqual([
        ['src/http/backoff.ts', 2, true],
        ['src/http/client.ts', 1, false],
        ['src/http/client.ts', 8, false],
      ]);
      expect(results[2]).toMatchObject({
        column: 11,
        text: '    await backoff(attempt);',
        symbol: 'sendWithRetry',
      });
      expect(isCut).toBe(false);
    });

    it('leaves out comments, strings, and longer names', async () => {
      const index = openAt(
        makeWorkspace({
          'a.ts': [
            '// target is told',
            "const text = 'target';",
            'const targets = 1;',
            '/* target',
            '   target */ target();',
          ].join('\n'),
          'b.py': '"""target"""\n# target\nx = target("target")\n',
        }),
      );
      const { results } = await index.findReferences({ name: 'target', limit: LIMIT });
      expect(results.map(({ path, line, column }) => [path, line, column])).toEqual([
        ['a.ts', 5, 14],
        ['b.py', 3, 5],
      ]);
    });

    it('keeps to the limit and finds nothing for what is no name', async () => {
      const index = openAt(makeWorkspace(FILES));
      const cut = await index.findReferences({ name: 'backoff', limit: 2 });
      expect([cut.results.length, cut.isCut]).toEqual([2, true]);
      for (const name of ['', ' ', 'a b', 'zzqqxx', '\0']) {
        expect((await index.findReferences({ name, limit: 5 })).results).toEqual([]);
      }
    });
  });

  describe('symbols', () => {
    it.each([
      ['sendWithRetry', 'sendWithRetry'],
      ['sendwith', 'sendWithRetry'],
      ['swr', 'sendWithRetry'],
      ['discount', 'apply_discount'],
      ['prcalc', 'PriceCalculator'],
    ])('finds %s', async (pattern, name) => {
      const index = openAt(makeWorkspace(FILES));
      const { results } = await index.findSymbols({ pattern, limit: 5 });
      expect(results[0]?.name).toBe(name);
      expect(results.map(({ score }) => score)).toEqual(
        results.map(({ score }) => score).sort((left, right) => right - left),
      );
    });

    it('says where and what, and keeps to the kinds asked for', async () => {
      const index = openAt(makeWorkspace(FILES));
      const { results } = await index.findSymbols({ pattern: 'get', limit: 5, kinds: ['method'] });
      expect(results[0]).toMatchObject({
        path: 'src/http/client.ts',
        startLine: 15,
        endLine: 17,
        name: 'get',
        kind: 'method',
        container: 'HttpClient',
        signature: 'get(path: string): Promise<Response> {',
      });
      const none = await index.findSymbols({ pattern: 'get', limit: 5, kinds: ['enum'] });
      expect(none.results).toEqual([]);
    });
  });

  describe('text', () => {
    it('finds a text as it stands, by path and line', async () => {
      const index = openAt(makeWorkspace(FILES));
      const { results } = await index.findText({
        pattern: 'url: string',
        isCaseSensitive: true,
        limit: LIMIT,
      });
      expect(results).toEqual([
        {
          path: 'src/http/client.ts',
          line: 4,
          column: 37,
          length: 11,
          text: 'export async function sendWithRetry(url: string, maxRetries = 3): Promise<Response> {',
        },
      ]);
    });

    it.each([
      [{ pattern: 'RETRY' }, 7],
      [{ pattern: 'RETRY', isCaseSensitive: true }, 0],
      [{ pattern: 'retr', isWord: true }, 0],
      [{ pattern: 'retry', isWord: true, paths: ['docs'] }, 1],
      [{ pattern: 'send\\w+\\(', isRegex: true, paths: ['src'] }, 2],
      [{ pattern: '^export (class|async)', isRegex: true }, 2],
      [{ pattern: '(status|attempt) !== \\d{3}', isRegex: true }, 1],
      [{ pattern: '=>', paths: ['src/http/backoff.ts'] }, 1],
      [{ pattern: 'zzqqxx' }, 0],
      [{ pattern: '' }, 0],
    ])('answers %j with %d lines', async (query, count) => {
      const index = openAt(makeWorkspace(FILES));
      expect((await index.findText({ ...query, limit: LIMIT })).results).toHaveLength(count);
    });

    it('counts columns and lengths in bytes', async () => {
      const index = openAt(makeWorkspace({ 'a.txt': 'größe 世界 match\n' }));
      const { results } = await index.findText({ pattern: '世界', limit: 5 });
      expect(results).toMatchObject([{ line: 1, column: 9, length: 6 }]);
    });

    it.each(['(', '[', 'a{2,1}', '(?=a)', '(a)\\1'])('refuses %s in words', async (pattern) => {
      const index = openAt(makeWorkspace(FILES));
      await expect(index.findText({ pattern, isRegex: true, limit: 5 })).rejects.toMatchObject({
        kind: 'usage',
      });
    });

    it('never shows secret files', async () => {
      const index = openAt(makeWorkspace(FILES));
      const { results } = await index.findText({ pattern: 'RETRY_TOKEN', limit: 5 });
      expect(results).toEqual([]);
    });
  });

  describe('imports', () => {
    it('tells what a file imports and who imports it', async () => {
      const index = openAt(makeWorkspace(FILES));
      expect(await index.findImports('src/http/client.ts')).toEqual({
        imports: [{ text: './backoff.ts', path: 'src/http/backoff.ts' }],
        importedBy: ['test/http/client.test.ts'],
      });
      expect(await index.findImports('missing.ts')).toEqual({ imports: [], importedBy: [] });
    });

    it.each([
      ['app/main.py', 'from .models.user import User\n', 'app/models/user.py'],
      ['src/main.c', '#include "util/list.h"\n', 'src/util/list.h'],
      ['src/main.ts', "import { a } from './lib';\n", 'src/lib/index.ts'],
      ['src/main.zig', 'const x = @import("list.zig");\n', 'src/list.zig'],
      ['src/Main.java', 'import com.shop.Cart;\n', 'src/com/shop/Cart.java'],
    ])('resolves what %s imports', async (path, text, target) => {
      const index = openAt(makeWorkspace({ [path]: text, [target]: '' }));
      expect((await index.findImports(path)).imports).toMatchObject([{ path: target }]);
      expect((await index.findImports(target)).importedBy).toEqual([path]);
    });
  });

  describe('context', () => {
    it('puts the change first, then the cursor, then the answer, within the budget', async () => {
      const index = openAt(makeWorkspace(FILES));
      const { results, tokens } = await index.collect({
        text: 'how are taxes calculated',
        nearby: { cursor: { path: 'src/http/backoff.ts', line: 3 } },
        changes: [{ path: 'src/store/session_store.go', startLine: 12, endLine: 12 }],
        tokens: 600,
      });
      const symbols = results.map(({ symbol }) => symbol);
      expect(symbols.slice(0, 2)).toEqual(['DeleteExpired', 'backoff']);
      expect(results.map(({ path }) => path)).toContain('src/cart/price.py');
      expect(tokens).toBeLessThanOrEqual(600);
      expect(tokens).toBe(results.reduce((sum, hit) => sum + hit.tokens, 0));
      for (const hit of results) {
        const lines = (FILES[hit.path] ?? '').split('\n').slice(hit.startLine - 1, hit.endLine);
        expect(hit.text).toBe(lines.join('\n'));
        expect(hit.reason).not.toBe('');
      }
    });

    it('keeps to a small budget', async () => {
      const index = openAt(makeWorkspace(FILES));
      const { results, tokens } = await index.collect({ text: 'retry attempts', tokens: 120 });
      expect(tokens).toBeLessThanOrEqual(120);
      expect(results.length).toBeGreaterThan(0);
    });

    it('draws a map within the budget, what is in focus included', async () => {
      const index = openAt(makeWorkspace(FILES));
      const map = await index.map({ tokens: 200, focus: ['src/cart/price.py'] });
      expect(map.tokens).toBeLessThanOrEqual(200);
      expect(map.text).toContain('src/cart/price.py');
      expect(map.text).toContain('class PriceCalculator');
      expect(map.files).toBeGreaterThan(1);
      expect(map.symbols).toBeGreaterThan(2);
      expect((await index.map({ tokens: 0 })).text).toBe('');
    });
  });

  describe('freshness', () => {
    it('answers from an unsaved buffer until it is closed', async () => {
      const index = openAt(makeWorkspace(FILES));
      await index.setOverlay('src/http/backoff.ts', 'export function pauseLonger() {}\n');
      expect(await index.findDefinitions('pauseLonger')).toMatchObject([
        { path: 'src/http/backoff.ts', startLine: 1, text: 'export function pauseLonger() {}' },
      ]);
      expect((await index.findDefinitions('backoff')).map(({ path }) => path)).toEqual([]);
      await index.setOverlay('src/new.ts', 'export function neverSaved() {}\n');
      expect(await index.findDefinitions('neverSaved')).toHaveLength(1);
      await index.setOverlay('src/http/backoff.ts', undefined);
      await index.setOverlay('src/new.ts', undefined);
      expect(await index.findDefinitions('pauseLonger')).toEqual([]);
      expect(await index.findDefinitions('neverSaved')).toEqual([]);
      expect(await index.findDefinitions('backoff')).toHaveLength(1);
    });

    it('tells a watcher what changed, and ends with its signal', async () => {
      const root = makeWorkspace(FILES);
      const index = openAt(root);
      await index.findFiles({ pattern: '', limit: 1 });
      const controller = new AbortController();
      const seen = new Set<string>();
      const watching = index.watch((paths) => {
        for (const path of paths) seen.add(path);
        if (seen.size >= 3) controller.abort();
      }, controller.signal);
      const change = setInterval(() => {
        writeFiles(root, {
          'src/new/deep.ts': `export const deep = ${Date.now()};\n`,
          'docs/retrying.md': `# Again ${Date.now()}\n`,
        });
        rmSync(join(root, 'README.md'), { force: true });
      }, 200);
      await watching;
      clearInterval(change);
      expect([...seen].sort()).toEqual(['README.md', 'docs/retrying.md', 'src/new/deep.ts']);
      expect(await index.findDefinitions('deep')).toHaveLength(1);
    });

    it('counts what it knows', async () => {
      const index = openAt(makeWorkspace(FILES));
      await index.refresh();
      const status = await index.status();
      expect(status.files).toBe(Object.keys(FILES).length - 1);
      expect(status.symbols).toBeGreaterThan(10);
      expect(status.indexedBytes).toBeGreaterThan(1_000);
    });
  });
});
