import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { findGaps } from '../tools/complete-lockfile.mjs';
import { listFiles, parseSource, readSource } from '../tools/source-code.mjs';
import {
  checkEveryFile,
  checkFileLines,
  checkForbidden,
  checkFunctions,
  checkPaths,
  checkSourceFile,
  type Problem,
} from './helpers/tidy-file.ts';
import { checkLuaFile } from './helpers/tidy-lua.ts';
import {
  checkAgentsFile,
  checkFolderSizes,
  checkLinks,
  checkMirrors,
  checkTestFile,
  checkVersions,
} from './helpers/tidy-tree.ts';
import { checkZigFile } from './helpers/tidy-zig.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const SCRIPTS = ['.ts', '.tsx', '.mjs'];

/** One line for each problem, so that a failure reads like a list of things to do. */
function lines(problems: readonly Problem[]): readonly string[] {
  return problems.map(({ path, line, message }) => `${path}:${line} ${message}`);
}

describe('the project', () => {
  it('keeps the budgets in src', () => {
    const sources = listFiles(root, 'src', SCRIPTS).map((path) => readSource(root, path));
    expect(sources.length).toBeGreaterThan(0);
    expect(lines(sources.flatMap(checkSourceFile))).toEqual([]);
  });

  it('keeps names, comments and suppressions tidy in test and tools', () => {
    const paths = ['test', 'tools'].flatMap((folder) => listFiles(root, folder, SCRIPTS));
    const sources = paths.map((path) => readSource(root, path));
    expect(lines(sources.flatMap(checkEveryFile))).toEqual([]);
  });

  it('keeps tools within the size of a file and of a function', () => {
    const sources = listFiles(root, 'tools', ['.mjs']).map((path) => readSource(root, path));
    const problems = sources.flatMap((one) => [...checkFileLines(one), ...checkFunctions(one)]);
    expect(lines(problems)).toEqual([]);
  });

  it('keeps the budgets in the library', () => {
    const paths = ['native/src', 'native/test', 'native/fuzz'].flatMap((folder) =>
      listFiles(root, folder, ['.zig']),
    );
    const files = paths.map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
    expect(files.length).toBeGreaterThan(0);
    expect(lines(files.flatMap(checkZigFile))).toEqual([]);
  });

  it('keeps the budgets in the plugin', () => {
    const paths = ['plugin', 'ftplugin', 'lua'].flatMap((folder) =>
      listFiles(root, folder, ['.lua']),
    );
    const files = paths.map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
    expect(files.length).toBeGreaterThan(0);
    const problems = files.flatMap((file) => [
      ...checkLuaFile(file),
      ...checkPaths(file.path, file.text),
    ]);
    expect(lines(problems)).toEqual([]);
  });

  it('keeps folders small', () => {
    expect(lines(['src', 'lua'].flatMap((folder) => checkFolderSizes(root, folder)))).toEqual([]);
  });

  it('has a source for every test', () => {
    expect(lines(checkMirrors(root))).toEqual([]);
  });

  it('runs every test', () => {
    const paths = listFiles(root, 'test', ['.test.ts', '.test.tsx']);
    const problems = paths.flatMap((path) =>
      checkTestFile(path, readFileSync(join(root, path), 'utf8')),
    );
    expect(lines(problems)).toEqual([]);
  });

  it('says one version everywhere', () => {
    expect(lines(checkVersions(root))).toEqual([]);
  });

  it('locks the packages of every platform, and names no registry', () => {
    const text = readFileSync(join(root, 'package-lock.json'), 'utf8');
    expect(findGaps(JSON.parse(text)).map(({ key }) => key)).toEqual([]);
    expect(text).not.toContain('"resolved"');
  });

  it('keeps AGENTS.md short', () => {
    const text = readFileSync(join(root, 'AGENTS.md'), 'utf8');
    expect(lines(checkAgentsFile('AGENTS.md', text))).toEqual([]);
  });

  it('links to pages that are there', () => {
    const pages = [
      ...listFiles(root, 'docs', ['.md']),
      ...['README.md', 'AGENTS.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md'],
    ];
    expect(lines(pages.flatMap((path) => checkLinks(root, path)))).toEqual([]);
  });

  it("names no one's machine in documents", () => {
    const paths = [
      ...listFiles(root, 'docs', ['.md', '.svg']),
      ...listFiles(root, 'man', ['.1']),
      ...['README.md', 'ARCHITECTURE.md', 'AGENTS.md', 'CONTRIBUTING.md', 'CHANGELOG.md'],
    ];
    const problems = paths.flatMap((path) =>
      checkPaths(path, readFileSync(join(root, path), 'utf8')),
    );
    expect(lines(problems)).toEqual([]);
  });
});

describe('each rule finds what it is for', () => {
  const inFile = (text: string, path = 'src/agent/fixture.ts') => parseSource(path, text);
  const long = (count: number) => 'const a = 1;\n'.repeat(count);

  it.each([
    ['src/a/long.ts', 401, 1],
    ['src/a/long.ts', 400, 0],
    ['src/a/long.tsx', 201, 1],
    ['lua/long.lua', 500, 0],
    ['lua/long.lua', 501, 1],
    ['native/long.zig', 701, 1],
  ])('file lines: %s with %i', (path, count, problems) => {
    const source = { ...inFile('', 'src/a/b.ts'), path, text: long(count) };
    expect(checkFileLines(source)).toHaveLength(problems);
  });

  it('function lines, without the layout that it returns', () => {
    const body = '  work();\n';
    expect(checkFunctions(inFile(`function f() {\n${body.repeat(69)}}`))).toHaveLength(1);
    expect(checkFunctions(inFile(`function f() {\n${body.repeat(68)}}`))).toHaveLength(0);
    const layout = `function F() {\n  return (\n<b>\n${'<i />\n'.repeat(90)}</b>\n);\n}`;
    expect(checkFunctions(inFile(layout, 'src/tui/fixture.tsx'))).toHaveLength(0);
  });

  it('a Zig file, its tests left out, and its functions', () => {
    const check = (text: string) => checkZigFile({ path: 'native/src/a.zig', text });
    const body = '    work();\n';
    expect(check(`test "x" {\n${body.repeat(800)}}\n`)).toEqual([]);
    expect(check('// a\n'.repeat(701))).toHaveLength(1);
    expect(check(`pub fn f(\n    a: u8,\n) void {\n${body.repeat(67)}}\n`)).toHaveLength(1);
    expect(check(`pub fn f() void {\n${body.repeat(68)}}\n`)).toEqual([]);
    expect(check(`pub fn List(T: type) type {\n${body.repeat(90)}}\n`)).toEqual([]);
    const inner = `const A = struct {\n    fn f() void {\n${body.repeat(70)}    }\n};\n`;
    expect(check(inner)).toHaveLength(1);
    expect(check('extern fn f() void;\nfn g() void {}\n'.repeat(40))).toEqual([]);
    expect(check('// TODO: later\n')).toHaveLength(1);
  });

  it('a Lua file and its functions', () => {
    const check = (text: string, path = 'lua/zeke/a.lua') => checkLuaFile({ path, text });
    const body = '  work()\n';
    expect(check('-- a\n'.repeat(500))).toEqual([]);
    expect(check('-- a\n'.repeat(501))).toHaveLength(1);
    expect(check(`function M.f()\n${body.repeat(68)}end\n`)).toEqual([]);
    expect(check(`function M.f()\n${body.repeat(69)}end\n`)).toHaveLength(1);
    expect(check(`on(\n  function()\n${`  ${body}`.repeat(69)}  end\n)\n`)).toHaveLength(1);
    expect(check(`g(function() return 1 end)\n${body.repeat(90)}`)).toEqual([]);
    expect(check(`local word = "function("\n${body.repeat(90)}`)).toEqual([]);
    expect(check('print("x")\n')).toHaveLength(1);
    expect(check('-- no print() here\nM.print("x")\nlocal s = "print()"\n')).toEqual([]);
    expect(check('print("x")\n', 'lua/zeke/health.lua')).toEqual([]);
    expect(check('-- TODO: later\n')).toHaveLength(1);
    expect(check('', 'lua/zeke/ghostText.lua')).toHaveLength(1);
    expect(check('', 'lua/zeke/ghost_text.lua')).toEqual([]);
    expect(check('', 'ftplugin/zeke-chat.lua')).toEqual([]);
    expect(check('local zeke = require("zeke")\n', 'plugin/zeke.lua')).toHaveLength(1);
    expect(check('local zeke = require("zeke")\n')).toEqual([]);
  });

  it('parameters', () => {
    expect(checkFunctions(inFile('const f = (a, b, c, d) => a;'))).toHaveLength(1);
    expect(checkFunctions(inFile('class A { f(a, b, c) {} }'))).toHaveLength(0);
  });

  it.each([
    'export const a: any = 1;',
    'f(a!);',
    'try { f(); } catch {}',
    'try { f(); } catch (error) { /* nothing */ }',
    'export default 1;',
    'let count = 0;',
    'export let count = 0;',
    'enum A { b }',
  ])('forbidden: %s', (text) => {
    expect(checkForbidden(inFile(text))).toHaveLength(1);
  });

  it('an index file', () => {
    expect(checkForbidden(inFile('', 'src/tui/index.ts'))).toHaveLength(1);
  });

  it.each([
    ['a reminder', '// TODO: later'],
    ['a reminder inside a block', '/**\n * FIXME this\n */'],
    ['a suppression', '// biome-ignore lint/style/x: no'],
    ['a type suppression', '// @ts-expect-error'],
    ['a path', `const a = '${['', 'home', 'joan', 'x'].join('/')}';`],
  ])('everywhere: %s', (_, text) => {
    expect(checkEveryFile(inFile(text))).toHaveLength(1);
  });

  it.each([
    '// New TODO comments are counted by the review.',
    "const word = 'TODO';",
    '// biome-ignore lint/style/x: the parser gives every node this type',
    "const a = '/home/user/x';",
  ])('everywhere, and fine: %s', (text) => {
    expect(checkEveryFile(inFile(text))).toEqual([]);
  });

  it.each(['src/tui/App.ts', 'src/tui/my_file.ts', 'test/helpers/camelCase.ts'])(
    'names: %s',
    (path) => {
      expect(checkEveryFile(inFile('', path))).toHaveLength(1);
    },
  );

  it.each(['it.only(', 'describe.skip(', '  test.todo('])('tests: %s', (text) => {
    expect(checkTestFile('test/a.test.ts', `${text}'x', () => {});`)).toHaveLength(1);
  });

  it('a lockfile with gaps', () => {
    const optionalDependencies = { 'a-linux-x64': '1.0.0', 'a-darwin-x64': '1.0.0' };
    const packages = {
      '': {},
      'node_modules/a': { version: '1.0.0', optionalDependencies },
      'node_modules/a-linux-x64': { version: '1.0.0' },
      'node_modules/b/node_modules/a': {
        version: '2.0.0',
        optionalDependencies: { 'a-linux-x64': '2.0.0' },
      },
    };
    expect(findGaps({ packages }).map(({ key, version }) => `${key} ${version}`)).toEqual([
      'node_modules/a-darwin-x64 1.0.0',
      'node_modules/b/node_modules/a/node_modules/a-linux-x64 2.0.0',
    ]);
  });

  it('AGENTS.md', () => {
    expect(checkAgentsFile('AGENTS.md', 'x\n'.repeat(81))).toHaveLength(1);
    expect(checkAgentsFile('AGENTS.md', 'x\n'.repeat(80))).toHaveLength(0);
  });

  it('folders, mirrors and versions', () => {
    const tree = makeTree({
      'src/tui/app.tsx': '',
      'src/session/journal/read.ts': '',
      'src/platform/version.ts': "export const V = '1.0.0';",
      'test/tui/app.test.tsx': '',
      'test/tui/gone.test.ts': '',
      'test/session/journal.test.ts': '',
      'test/e2e/whole.test.ts': '',
      'docs/a.md': '[b](b.md) [c](../src/tui/app.tsx#x) [d](https://example.org) [e](#e)',
      'package.json': '{"version":"1.0.1"}',
      'package-lock.json': '{ "version": "1.0.1" }',
      'man/zeke.1': '1.0.1',
      'CHANGELOG.md': '## 1.0.0',
      ...Object.fromEntries(Array.from({ length: 17 }, (_, at) => [`src/agent/f${at}.ts`, ''])),
    });
    expect(checkMirrors(tree).map(({ path }) => path)).toEqual(['test/tui/gone.test.ts']);
    expect(checkLinks(tree, 'docs/a.md').map(({ message }) => message)).toEqual([
      'links to b.md, which is not there.',
    ]);
    expect(checkFolderSizes(tree, 'src').map(({ path }) => path)).toEqual(['src/agent']);
    expect(checkVersions(tree).map(({ path }) => path)).toEqual([
      'src/platform/version.ts',
      'CHANGELOG.md',
    ]);
  });
});

function makeTree(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'zeke-tidy-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}
