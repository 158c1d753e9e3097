import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AGENT_TOOLS } from '../../../src/agent/tools/registry.ts';
import { searchCodeTool } from '../../../src/agent/tools/search-code.ts';
import { MAX_OUTPUT_CHARACTERS } from '../../../src/agent/tools/tool.ts';
import { createScanIndex } from '../../../src/context/scan/scan-index.ts';
import type { JsonObject } from '../../../src/providers/contract.ts';
import { bareEnvironment, makeWorkspace } from '../../helpers/workspace.ts';

const FILES = {
  'src/app.ts': Array.from({ length: 1_200 }, (_, index) => `const line${index + 1} = 1;`).join(
    '\n',
  ),
  'src/retry.ts': '/** Tries again. */\nexport function retry() {\n  return 1;\n}\n',
  'src/wide.txt': `${'x'.repeat(5_000)}\n`.repeat(60),
  'lib/a.ts': '',
  'lib/b.ts': '',
  'picture.png': Buffer.of(1, 0, 2),
  '.env': 'KEY=1',
};

async function call(name: string, input: JsonObject, files: object = FILES) {
  const root = makeWorkspace(files as typeof FILES);
  symlinkSync('/etc/hostname', join(root, 'out'));
  const search = createScanIndex({ root, env: bareEnvironment(root) });
  const tool = AGENT_TOOLS.find(({ definition }) => definition.name === name);
  if (tool === undefined) throw new Error(`no tool ${name}`);
  const context = { root, search, signal: new AbortController().signal };
  const result = await ('run' in tool ? tool.run(input, context) : tool.plan(input, context));
  if ('act' in result) throw new Error(`${name} planned: ${result.title}`);
  return result;
}

describe('definitions', () => {
  it('are short: every request carries them', () => {
    const definitions = AGENT_TOOLS.map(({ definition }) => definition);
    expect(JSON.stringify(definitions).length).toBeLessThan(4_096);
  });

  it('have names that every vendor takes', () => {
    for (const { definition } of AGENT_TOOLS) expect(definition.name).toMatch(/^[a-z_]{1,40}$/);
  });
});

describe.each(AGENT_TOOLS.map(({ definition }) => definition.name))('%s', (name) => {
  it('names the fields it takes when one is unknown', async () => {
    const { output, isError } = await call(name, { nonsense: 1 });
    expect(isError).toBe(true);
    expect(output).toMatch(/no field "nonsense"; it takes "/);
  });

  it.each([
    { path: 1 },
    { path: null },
    { path: '' },
    { query: [] },
    { query: '' },
    { pattern: {} },
    { limit: 0 },
    { limit: 'many' },
    { start_line: -1 },
    { path: 'a', end_line: 1.5 },
  ] as JsonObject[])('answers wrong input %j with words, and never rejects', async (input) => {
    const { output } = await call(name, input);
    expect(output).not.toBe('');
  });
});

describe('read_file', () => {
  it('numbers lines and keeps to a range', async () => {
    const input = { path: './src/app.ts', start_line: 3, end_line: 4 };
    const { output } = await call('read_file', input);
    expect(output).toBe('3\tconst line3 = 1;\n4\tconst line4 = 1;');
  });

  it('cuts a long file and says how to go on', async () => {
    const { output } = await call('read_file', { path: 'src/app.ts' });
    expect(output).toContain('500\tconst line500 = 1;');
    expect(output).toMatch(/\[Lines 1-500 of 1200; go on with start_line 501\.\]$/);
  });

  it('keeps a file of long lines within the size of one answer', async () => {
    const { output } = await call('read_file', { path: 'src/wide.txt' });
    expect(output.length).toBeLessThan(MAX_OUTPUT_CHARACTERS + 200);
    expect(output).toContain('[line cut]');
    expect(output).toMatch(/go on with start_line \d+\.\]$/);
  });

  it.each([
    ['src/aap.ts', /^There is no such file/],
    ['app.ts', /Similar: src\/app\.ts/],
    ['src', /list_files/],
    ['picture.png', /binary/],
    ['.env', /secrets/],
    ['/etc/passwd', /inside the project/],
    ['../x', /inside the project/],
    ['out', /inside the project/],
  ])('refuses %s in words that help', async (path, words) => {
    const { output, isError } = await call('read_file', { path });
    expect(isError).toBe(true);
    expect(output).toMatch(words);
  });

  it('refuses lines past the end and reversed ones', async () => {
    const past = await call('read_file', { path: 'src/retry.ts', start_line: 9 });
    expect(past).toEqual({ output: 'src/retry.ts has only 4 lines.', isError: true });
    const reversed = await call('read_file', { path: 'src/retry.ts', start_line: 4, end_line: 2 });
    expect(reversed.isError).toBe(true);
  });
});

describe('search_text', () => {
  it('shows the lines that hold a text, below a folder', async () => {
    const { output } = await call('search_text', { pattern: 'RETURN 1', path: 'src' });
    expect(output).toBe('src/retry.ts:3: return 1;');
    expect((await call('search_text', { pattern: 'return', path: 'lib' })).output).toBe(
      'Nothing found.',
    );
  });

  it('takes a pattern and says when there is more', async () => {
    const input = { pattern: '^const line1\\d\\b', regex: true, case_sensitive: true, limit: 2 };
    const { output } = await call('search_text', input);
    expect(output.split('\n')).toEqual([
      'src/app.ts:10: const line10 = 1;',
      'src/app.ts:11: const line11 = 1;',
      '[More are left out; narrow the search.]',
    ]);
  });

  it('helps with a pattern that is none', async () => {
    const { output, isError } = await call('search_text', { pattern: '(', regex: true });
    expect(isError).toBe(true);
    expect(output).toMatch(/regular expression/);
  });

  it('keeps to the size of one answer', async () => {
    const { output } = await call('search_text', { pattern: 'x', limit: 400 });
    expect(output.length).toBeLessThan(MAX_OUTPUT_CHARACTERS + 200);
  });
});

describe('find_references', () => {
  it('shows who uses a name and in which definition', async () => {
    const files = {
      'a.ts': 'export function a() {}\n',
      'b.ts': 'function b() {\n  a(); // a\n}\n',
    };
    const { output } = await call('find_references', { name: 'a' }, files);
    expect(output).toBe('a.ts:1: export function a() {} (in a)\nb.ts:2: a(); // a (in b)');
  });
});

describe('search_code', () => {
  it('shows numbered snippets with their place and reason', async () => {
    const { output } = await call('search_code', { query: 'where is the retry?', limit: '1' });
    expect(output).toBe(
      'src/retry.ts:1-4 (defines retry; names: retry)\n' +
        '1\t/** Tries again. */\n2\texport function retry() {\n3\t  return 1;\n4\t}',
    );
  });

  it('keeps many long hits within the size of one answer', async () => {
    const files: Record<string, string> = {};
    for (let index = 0; index < 40; index++) {
      files[`f${index}.txt`] = `retry ${'word '.repeat(60)}\n`.repeat(40);
    }
    const { output } = await call('search_code', { query: 'retry', limit: 30 }, files);
    expect(output.length).toBeLessThan(MAX_OUTPUT_CHARACTERS + 200);
    expect(output).toMatch(/more hits left out/);
  });

  it('says what to try when nothing is found', async () => {
    const { output, isError } = await call('search_code', { query: 'zzqqxx' });
    expect(isError).toBe(false);
    expect(output).toMatch(/^Nothing found\. Try/);
  });
});

describe('list_files', () => {
  it.each([
    [{ pattern: 'lib/' }, 'lib/a.ts\nlib/b.ts'],
    [{ pattern: './lib' }, 'lib/a.ts\nlib/b.ts'],
    [{ pattern: 'lib/**' }, 'lib/a.ts\nlib/b.ts'],
    [{ pattern: 'retry' }, 'src/retry.ts'],
    [{ pattern: 'lib/', limit: 1 }, 'lib/a.ts\n[1 more; narrow the pattern or raise the limit.]'],
    [{ pattern: 'zzqq' }, 'No file matches "zzqq".'],
  ])('%j', async (input, output) => {
    expect(await call('list_files', input)).toEqual({ output, isError: false });
  });

  it('lists everything without a pattern, but no secrets', async () => {
    const { output } = await call('list_files', {});
    expect(output.split('\n')).toHaveLength(6);
    expect(output).not.toContain('.env');
  });
});

describe('outline_file', () => {
  it('shows definitions with their lines', async () => {
    const { output } = await call('outline_file', { path: 'src/retry.ts' });
    expect(output).toBe('2-4 function retry: export function retry() {');
  });

  it('tells a file without definitions from one that is not there', async () => {
    expect((await call('outline_file', { path: 'lib/a.ts' })).isError).toBe(false);
    const missing = await call('outline_file', { path: 'retry.ts' });
    expect(missing).toEqual({
      output: 'There is no such file. Similar: src/retry.ts',
      isError: true,
    });
  });

  it('keeps a long outline short', async () => {
    const { output } = await call('outline_file', { path: 'src/app.ts' });
    expect(output).toMatch(/\[800 more definitions\]$/);
  });
});

it('rejects when the call is aborted', async () => {
  const root = makeWorkspace({ 'a.ts': '' });
  const search = createScanIndex({ root, env: bareEnvironment(root) });
  const reason = new Error('enough');
  const context = { root, search, signal: AbortSignal.abort(reason) };
  await expect(searchCodeTool.run({ query: 'a' }, context)).rejects.toBe(reason);
});
