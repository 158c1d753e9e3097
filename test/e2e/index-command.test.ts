/** `zeke index`, each action through the built program; once with each engine. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FILES } from '../conformance/code-search-cases.ts';
import { writeFiles } from '../helpers/workspace.ts';
import { createTestHome, runZeke, type TestHome, ZEKE } from '../helpers/zeke.ts';

const ENGINES = ['native', 'scan'] as const;

describe.each(ENGINES)('%s', (engine) => {
  const home: TestHome = createTestHome();
  writeFiles(home.project, FILES);
  afterAll(() => home.remove());

  const zeke = (args: readonly string[], input?: string) =>
    runZeke({
      home,
      args: ['index', ...args],
      env: { ZEKE_INDEX: engine },
      ...(input === undefined ? {} : { input }),
    });
  const json = async (...args: readonly string[]) => {
    const { stdout, stderr, code } = await zeke([...args, '--json']);
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    return JSON.parse(stdout);
  };

  it('says what it knows of the project', async () => {
    const { stdout } = await zeke([]);
    expect(stdout).toMatch(/^files +9\ntext +\d\.\d KB\ndefinitions +\d+\n/);
    if (engine === 'native') expect(stdout).toMatch(/^python +1 file, \d+ bytes$/m);
  });

  it('builds, and says what was read', async () => {
    const built = await json('build', '--force');
    expect(built).toMatchObject({ engine, files: Object.keys(FILES).length - 1 });
    expect(built.elapsedMs).toBeGreaterThanOrEqual(0);
    const { stdout } = await zeke(['build']);
    expect(stdout).toMatch(/^9 files in \d+\.\d\d s: 0 new, 0 changed, 0 gone\.\n$/);
  });

  it('answers a question with the best place first', async () => {
    const { results } = await json('search', '--limit', '3', 'where is the retry logic?');
    expect(results.length).toBeLessThanOrEqual(3);
    expect(Object.keys(results[0]).sort()).toEqual(
      expect.arrayContaining(['endLine', 'path', 'reason', 'score', 'startLine', 'symbol']),
    );
    expect(results[0]).toMatchObject({
      path: 'src/http/client.ts',
      startLine: 3,
      endLine: 10,
      symbol: 'sendWithRetry',
    });
    expect(results[0]).not.toHaveProperty('text');
    const scores = results.map(({ score }: { score: number }) => score);
    expect(scores).toEqual([...scores].sort((left: number, right: number) => right - left));
  });

  it('shows the lines where they are asked for', async () => {
    const { stdout } = await zeke(['search', 'apply_discount', '--limit', '1', '--text']);
    expect(stdout).toContain('src/cart/price.py:17-18');
    expect(stdout).toContain('def apply_discount(total, percent):\n    return total');
  });

  it('finds lines by a text and by a pattern', async () => {
    const exact = await json('search', '--exact', 'backoff(attempt', '--in', 'src');
    expect(
      exact.results.map(({ path, line }: { path: string; line: number }) => [path, line]),
    ).toEqual([
      ['src/http/backoff.ts', 2],
      ['src/http/client.ts', 8],
    ]);
    const { stdout } = await zeke(['search', '--regex', '--case', '^class \\w+Calc']);
    expect(stdout).toBe('src/cart/price.py:6:1: class PriceCalculator:\n');
  });

  it('knows definitions, references, outlines, imports and files', async () => {
    const symbols = await json('symbols', 'discount', '--kind', 'function');
    expect(symbols.results[0]).toMatchObject({ path: 'src/cart/price.py', name: 'apply_discount' });
    const refs = await json('refs', 'backoff');
    expect(refs.definitions[0]).toMatchObject({ path: 'src/http/backoff.ts', symbol: 'backoff' });
    expect(refs.results).toHaveLength(3);
    const outline = await json('outline', 'src/store/session_store.go');
    expect(outline.symbols.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['SessionStore', 'NewSessionStore', 'DeleteExpired']),
    );
    const imports = await json('imports', 'src/http/client.ts');
    expect(imports.importedBy).toEqual(['test/http/client.test.ts']);
    expect(await json('files', 'htcl', '--limit', '1')).toEqual({ paths: ['src/http/client.ts'] });
    expect((await json('files')).paths).not.toContain('.env');
    const all = await json('files', '--limit', '99999999999999999999');
    expect(all.paths).toHaveLength(9);
  });

  it('collects context for a diff within a budget', async () => {
    const diff = [
      '--- a/src/http/backoff.ts',
      '+++ b/src/http/backoff.ts',
      '@@ -2,3 +2,3 @@',
      ' export function backoff(attempt: number): Promise<void> {',
      '-  const delayMs = 50 * 2 ** attempt;',
      '+  const delayMs = 100 * 2 ** attempt;',
      '   return new Promise((resolve) => setTimeout(resolve, delayMs));',
      '',
    ].join('\n');
    const { stdout, code } = await zeke(['context', '--diff', '--tokens', '400', '--json'], diff);
    expect(code).toBe(0);
    const { results, tokens } = JSON.parse(stdout);
    expect(results[0]).toMatchObject({ path: 'src/http/backoff.ts', symbol: 'backoff' });
    expect(tokens).toBeLessThanOrEqual(400);
  });

  it('draws a map', async () => {
    const { stdout } = await zeke(['map', '--tokens', '300']);
    expect(stdout).toContain('src/http/backoff.ts\n');
    expect(stdout).toContain('class PriceCalculator');
  });

  it('sees a change in the next question', async () => {
    writeFiles(home.project, { 'src/unicorn.ts': 'export function unicorn() {}\n' });
    expect((await json('symbols', 'unicorn')).results).toHaveLength(1);
    rmSync(join(home.project, 'src/unicorn.ts'));
    expect((await json('symbols', 'unicorn')).results).toEqual([]);
  });

  it.each([
    [['search'], '"zeke index search" needs a question.'],
    [['refs', ' '], '"zeke index refs" needs a name.'],
    [['search', 'x', '--limit', '0'], '--limit takes a whole number from 1, not "0".'],
    [['symbols', 'x', '--kind', 'clas'], 'There is no kind "clas"; the nearest is class.'],
    [['context'], '"zeke index context" needs a question, --cursor or --diff.'],
    [['context', '--cursor', 'a.ts'], '--cursor takes FILE:LINE, not "a.ts".'],
    [['search', '--regex', '('], 'regular expression'],
    [['symbols', 'x', '--limit', '-1'], '--limit takes a whole number from 1, not "-1".'],
    [['outline', 'src/nowhere.ts'], 'There is no file "src/nowhere.ts".'],
    [['imports', 'src'], '"src" is no file.'],
    [['outline', '../outside.ts'], '"../outside.ts" is outside of this project'],
  ])('refuses %j in words', async (args, message) => {
    const { stderr, stdout, code } = await zeke(args);
    expect(stderr).toContain(message);
    expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
  });

  it('watches until it is interrupted', async () => {
    const child = spawn(process.execPath, [ZEKE, 'index', 'watch', '--json'], {
      cwd: home.project,
      env: { ...home.env, ZEKE_INDEX: engine },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = once(child, 'close');
    await once(child.stderr, 'data');
    let count = 0;
    const change = setInterval(() => {
      writeFiles(home.project, { 'docs/retrying.md': `# Retrying ${count++}\n` });
    }, 300);
    const [line] = await once(child.stdout, 'data');
    clearInterval(change);
    expect(JSON.parse(String(line).split('\n')[0] ?? '')).toEqual({
      changed: ['docs/retrying.md'],
    });
    child.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
  });
});
