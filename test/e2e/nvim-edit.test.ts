/** Edits that a model proposes: the built program, a model server, and a Neovim. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type ModelServer, startModelServer, streamText } from '../helpers/model-server.ts';
import { describeNeovims, type NeovimKind } from '../helpers/neovim.ts';
import type { Neovim } from '../helpers/neovim-process.ts';
import { startWithLines, waitForMessage } from '../helpers/proposals.ts';
import { ZEKE } from '../helpers/zeke.ts';

const INIT = `vim.g.zeke = { binary = { ${JSON.stringify(process.execPath)}, ${JSON.stringify(ZEKE)} } }`;
const BASE = ['const a = 1;', 'const b = 2;', 'const c = 3;', '', 'print(a + b + c);'];
const CHANGED = ['const a = 1;', 'const bee = 2;', 'const c = 3;', '', 'print(a + bee + c);'];

const SEARCH_REPLACE = `Renamed.
<<<<<<< SEARCH
const b = 2;
=======
const bee = 2;
>>>>>>> REPLACE
<<<<<<< SEARCH
print(a + b + c);
=======
print(a + bee + c);
>>>>>>> REPLACE`;
const WRONG_NUMBERS = `\`\`\`diff
--- a/demo.ts
+++ b/demo.ts
@@ -90,2 +91,2 @@
 const a = 1;
-const b = 2;
+const bee = 2;
@@ -1,1 +7,1 @@
-print(a + b + c);
+print(a + bee + c);
\`\`\``;
const WHOLE = `\`\`\`ts\n${CHANGED.join('\n')}\n\`\`\``;

interface Scene {
  readonly neovim: Neovim;
  readonly server: ModelServer;
}

/** A Neovim with `demo.ts`, in the project of a home whose model answers with these texts in turn. */
async function play(kind: NeovimKind, answers: readonly string[], lines = BASE): Promise<Scene> {
  return await playWith(
    kind,
    (response, index) => streamText(response, [answers[index] ?? 'No.']),
    lines,
  );
}
async function playWith(
  kind: NeovimKind,
  answer: (response: ServerResponse, index: number) => void,
  lines = BASE,
): Promise<Scene> {
  const server = await startModelServer((response, _, index) => answer(response, index));
  onTestFinished(() => server.close());
  const env = { OPENAI_BASE_URL: server.baseUrl, OPENAI_API_KEY: 'test-key-of-no-worth' };
  const neovim = await startWithLines(kind, [], { init: INIT, env });
  writeFileSync(join(neovim.home.project, 'demo.ts'), `${lines.join('\n')}\n`);
  await neovim.command('edit! demo.ts');
  return { neovim, server };
}
const sent = (server: ModelServer, index = 0): string => server.requests[index]?.body ?? '';
/** An answer that is given when the test says so. */
function held() {
  const asked = Promise.withResolvers<ServerResponse>();
  return { hold: (response: ServerResponse) => asked.resolve(response), asked: asked.promise };
}

describeNeovims('an edit by a model', (kind) => {
  it.each([
    ['search/replace blocks', SEARCH_REPLACE],
    ['a diff with wrong line numbers', WRONG_NUMBERS],
    ['the whole file', WHOLE],
  ])('is applied exactly from %s', async (_, answer) => {
    const { neovim, server } = await play(kind, [answer]);
    await neovim.command('ZekeEdit rename b to bee');
    await neovim.waitForScreen('Zeke 2/2');
    expect(await neovim.lines()).toEqual(BASE);
    expect(sent(server)).toContain('rename b to bee');
    expect(sent(server)).toContain('demo.ts (typescript)');
    await neovim.command('ZekeAcceptAll');
    expect(await neovim.lines()).toEqual(CHANGED);
    expect(readFileSync(join(neovim.home.project, 'demo.ts'), 'utf8')).toBe(`${BASE.join('\n')}\n`);
  });

  it('is refused where it fits two places, or none', async () => {
    const twice = '<<<<<<< SEARCH\nsame\n=======\nother\n>>>>>>> REPLACE';
    const { neovim } = await play(kind, [twice, SEARCH_REPLACE], ['same', 'x', 'same']);
    await neovim.command('ZekeEdit change it');
    await waitForMessage(
      neovim,
      'stand in 2 places (lines 1, 3), and nothing says which one is meant.',
    );
    await neovim.command('ZekeEdit change it');
    await waitForMessage(neovim, 'The lines that begin with "const b = 2;" are not in the text.');
    expect(await neovim.lines()).toEqual(['same', 'x', 'same']);
    const [month = ''] = readdirSync(join(neovim.home.dir, 'state', 'spending'));
    const spent = readFileSync(join(neovim.home.dir, 'state', 'spending', month), 'utf8');
    expect(
      spent
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { purpose: 'edit', inputTokens: 11 },
      { purpose: 'edit', inputTokens: 11 },
    ]);
  });

  it('lands on its lines whatever was typed while the model worked', async () => {
    const { hold, asked } = held();
    const { neovim } = await playWith(kind, hold);
    await neovim.command('ZekeEdit rename b to bee');
    await neovim.waitForScreen('Zeke: edit … · :ZekeStop');
    const response = await asked;
    await neovim.input('ggOconst b = 2;<Esc>Gcctyped meanwhile<Esc>');
    await neovim.waitFor('vim.api.nvim_buf_get_lines(0, -2, -1, false)[1] == "typed meanwhile"');
    streamText(response, [SEARCH_REPLACE]);
    await waitForMessage(
      neovim,
      '1 hunk(s) refused. Lines 5-5 of what was sent were changed meanwhile.',
    );
    await neovim.command('ZekeAcceptAll');
    expect(await neovim.lines()).toEqual([
      'const b = 2;',
      ...CHANGED.slice(0, 4),
      'typed meanwhile',
    ]);
    await neovim.waitForScreen((rows) => !rows.some((row) => row.includes(':ZekeStop')));
  });

  it('lands on its lines in a file that changed on the disk meanwhile', async () => {
    const { hold, asked } = held();
    const { neovim } = await playWith(kind, hold);
    const events = await neovim.recordEvents('User', 'ZekeEdit*');
    await neovim.command('ZekeEdit rename b to bee');
    const response = await asked;
    const onDisk = ['first', ...BASE.slice(0, 4), 'print(b);'];
    writeFileSync(join(neovim.home.project, 'demo.ts'), `${onDisk.join('\n')}\n`);
    await neovim.command('set autoread | silent checktime');
    await neovim.waitFor('vim.api.nvim_buf_get_lines(0, 0, 1, false)[1] == "first"');
    streamText(response, [SEARCH_REPLACE]);
    await waitForMessage(neovim, 'Lines 5-5 of what was sent were changed meanwhile.');
    await neovim.command('ZekeAcceptAll');
    expect(await neovim.lines()).toEqual(['first', ...CHANGED.slice(0, 4), 'print(b);']);
    expect(events.map(({ match, data }) => [match, data])).toMatchObject([
      ['ZekeEditStart', { label: 'edit' }],
      ['ZekeEditEnd', { label: 'edit', reason: 'answered' }],
    ]);
  });

  it('is stopped, and the model with it', async () => {
    const { hold, asked } = held();
    const { neovim } = await playWith(kind, hold);
    await neovim.command('ZekeEdit rename b to bee');
    const response = await asked;
    const isClosed = new Promise((resolve) => response.on('close', resolve));
    await neovim.waitForScreen(':ZekeStop');
    await neovim.command('ZekeStop');
    await isClosed;
    await waitForMessage(neovim, 'Stopped.');
    await neovim.waitForScreen((rows) => !rows.some((row) => row.includes(':ZekeStop')));
    expect(await neovim.lines()).toEqual(BASE);
  });

  it('is stopped by closing its buffer', async () => {
    const { hold, asked } = held();
    const { neovim } = await playWith(kind, hold);
    await neovim.command('ZekeEdit rename b to bee');
    const response = await asked;
    const isClosed = new Promise((resolve) => response.on('close', resolve));
    await neovim.command('enew | bdelete! demo.ts');
    await isClosed;
    await waitForMessage(neovim, 'The buffer was closed, so the request was stopped: edit.');
  });

  it('ends with an error when the Zeke that works on it is killed', async () => {
    const { hold, asked } = held();
    const { neovim } = await playWith(kind, hold);
    await neovim.command('ZekeEdit rename b to bee');
    await asked;
    const host = await neovim.lua<string>('return require("zeke.rpc").status().welcome.process');
    process.kill(Number.parseInt(host, 10), 'SIGKILL');
    await waitForMessage(neovim, 'The Zeke that worked on this is gone. Ask again.');
    await neovim.waitForScreen((rows) => !rows.some((row) => row.includes(':ZekeStop')));
  });

  it('changes the selected lines alone', async () => {
    const outside = '<<<<<<< SEARCH\nconst c = 3;\n=======\nconst d = 3;\n>>>>>>> REPLACE';
    const { neovim, server } = await play(kind, ['```ts\nconst bee = 2;\n```', outside]);
    await neovim.command('2ZekeEdit rename b to bee');
    await neovim.waitForScreen('Zeke 1/1');
    expect(sent(server)).toContain('the selected lines, which alone may change');
    await neovim.command('2 | ZekeAccept');
    expect((await neovim.lines())[1]).toBe('const bee = 2;');
    await neovim.command('2ZekeRefactor');
    await waitForMessage(neovim, 'outside of the selected 2-2');
  });

  it('is made of some lines of a text that is too large as a whole', async () => {
    const replace = '<<<<<<< SEARCH\nline 60000\n=======\nline sixty\nthousand\n>>>>>>> REPLACE';
    const twice = '<<<<<<< SEARCH\nline 59700\n=======\nx\n>>>>>>> REPLACE';
    const lines = Array.from({ length: 400_000 }, (_, index) => `line ${index + 1}`);
    const { neovim, server } = await play(kind, [replace, twice, replace], lines);
    await neovim.command('ZekeEdit spell it out');
    await waitForMessage(neovim, 'demo.ts has 4.5 MB, and Zeke edits texts of up to 2 MB. Select');
    await neovim.command('1,$ZekeEdit spell it out');
    await waitForMessage(neovim, 'The lines of demo.ts have 4.5 MB');
    await neovim.command('59999,60001ZekeEdit spell it out');
    await neovim.command('call append(0, "above") | call append(60001, "inside")');
    await neovim.waitFor('#require("zeke.edit").list() == 1');
    expect(sent(server)).toContain('line 59600\\n');
    expect(sent(server)).not.toContain('line 59500\\n');
    await neovim.command('$ | ZekeNextHunk');
    await neovim.command('ZekeAccept');
    expect(await neovim.lua('return vim.api.nvim_buf_get_lines(0, 59999, 60004, false)')).toEqual([
      ...['line 59999', 'line sixty', 'thousand', 'inside', 'line 60001'],
    ]);
    await neovim.command('60000ZekeEdit spell it out');
    await waitForMessage(
      neovim,
      'The answer changes line 59701, outside of the selected 60000-60000',
    );
  });

  it('is made with the code of the project that it has to do with', async () => {
    const { neovim, server } = await play(kind, [SEARCH_REPLACE]);
    const other =
      'export function totalOfBees(bees: number[]): number {\n  return bees.length;\n}\n';
    writeFileSync(join(neovim.home.project, 'bees.ts'), other);
    // An edit waits for a first index a while only, which may not do on a busy machine.
    await neovim.lua(`require("zeke.rpc").ask("definition", { name = "totalOfBees" }, {
      on_done = function(_, result) defined = result and result.definition end })`);
    await neovim.waitFor('defined');
    await neovim.command('ZekeEdit rename b as totalOfBees wants it');
    await neovim.waitForScreen('Zeke 2/2');
    expect(sent(server)).toContain('bees.ts:1-');
    expect(sent(server)).toContain('return bees.length;');
  });

  it('is meant for the file that the user left for the conversation', async () => {
    const { neovim } = await play(kind, [SEARCH_REPLACE]);
    await neovim.command('ZekeChat');
    await neovim.waitFor('vim.startswith(vim.bo.filetype, "zeke-")');
    await neovim.command('ZekeEdit rename b to bee');
    await neovim.waitForScreen('Zeke 2/2');
    expect(await neovim.lua('return #require("zeke.edit").list(vim.fn.bufnr("demo.ts"))')).toBe(1);
  });

  it('is asked for what to do where nothing is said', async () => {
    const { neovim, server } = await play(kind, [SEARCH_REPLACE]);
    await neovim.input(':ZekeEdit<CR>');
    await neovim.waitForScreen('Zeke, edit:');
    await neovim.input('rename it please<CR>');
    await neovim.waitForScreen('Zeke 2/2');
    expect(sent(server)).toContain('rename it please');
  });

  it('fixes what the diagnostics under the cursor say', async () => {
    const { neovim, server } = await play(kind, [SEARCH_REPLACE]);
    await neovim.lua(`vim.diagnostic.set(vim.api.nvim_create_namespace("test"), 0, {
      { lnum = 1, col = 0, message = "b is a bad name", severity = vim.diagnostic.severity.WARN },
      { lnum = 2, col = 0, message = "c is fine" },
    })`);
    await neovim.command('2 | ZekeFix');
    await neovim.waitForScreen('Zeke 2/2');
    expect(sent(server)).toContain('line 2: warning: b is a bad name');
    expect(sent(server)).not.toContain('c is fine');
  });

  it('is refused for a file that holds secrets, of which nothing is sent', async () => {
    const { neovim, server } = await play(kind, [SEARCH_REPLACE]);
    writeFileSync(join(neovim.home.project, '.env'), 'PASSWORD=hunter2\n');
    await neovim.command('edit .env');
    await neovim.command('ZekeEdit sort this');
    await waitForMessage(neovim, '.env holds secrets, so nothing was sent.');
    await neovim.command('ZekeTests');
    await neovim.waitFor('#said == 2');
    expect(server.requests).toEqual([]);
  });

  it('says where there is nothing to change', async () => {
    const { neovim } = await play(kind, ['It is fine as it is.']);
    await neovim.command('ZekeOptimize');
    await waitForMessage(neovim, 'Zeke: optimize: nothing to change. It is fine as it is.');
  });

  it('writes tests into a buffer of their own', async () => {
    const { neovim, server } = await play(kind, ['```ts\ntest("a", () => {});\n```']);
    await neovim.command('ZekeTests');
    await neovim.waitForScreen('test("a", () => {});');
    expect(sent(server)).toContain('what this is about: demo.ts');
    await waitForMessage(neovim, '1 hunk to decide. Name the file by :w <name>.');
    expect(await neovim.lines()).toEqual(BASE);
    await neovim.command('wincmd l | ZekeAcceptAll');
    expect(await neovim.lines()).toEqual(['test("a", () => {});']);
    expect(await neovim.lua('return vim.bo.filetype')).toBe('typescript');
  });

  it.each([
    ['src/bees.ts', 'test/bees.test.ts'],
    ['src/hive/bees.py', 'tests/hive/test_bees.py'],
    ['bees.go', 'bees_test.go'],
    ['latest.lua', 'spec/latest_spec.lua'],
  ])('adds the tests of %s to %s, which is there', async (code, tests) => {
    const more = '<<<<<<< SEARCH\nold test\n=======\nold test\nnew test\n>>>>>>> REPLACE';
    const { neovim, server } = await play(kind, [more, more]);
    for (const [path, text] of [
      [code, 'the code\n'],
      [tests, 'old test\n'],
    ] as const) {
      mkdirSync(dirname(join(neovim.home.project, path)), { recursive: true });
      writeFileSync(join(neovim.home.project, path), text);
    }
    await neovim.command(`edit ${code} | ZekeTests`);
    await neovim.waitForScreen('Zeke 1/1');
    expect(sent(server)).toContain(`what this is about: ${code}`);
    expect(sent(server)).toContain(tests);
    expect(await neovim.lines()).toEqual(['the code']);
    await neovim.command('wincmd l | ZekeAcceptAll');
    expect(await neovim.lines()).toEqual(['old test', 'new test']);
    expect(readFileSync(join(neovim.home.project, tests), 'utf8')).toBe('old test\n');
    await neovim.command('silent undo | ZekeRejectAll | ZekeTests');
    await neovim.waitForScreen('Zeke 1/1');
    expect(await neovim.lua('return #vim.api.nvim_list_wins()')).toBe(2);
  });

  it('is refused by the built-in engine, with what to do', async () => {
    const neovim = await startWithLines(kind, BASE, { init: INIT });
    await neovim.command('ZekeDocs');
    await waitForMessage(
      neovim,
      'The built-in engine is no language model and writes no code. Choose a model with :ZekeModel',
    );
  });

  it('is what a code block says, too', async () => {
    const { neovim, server } = await play(kind, []);
    const apply = `require("zeke.edit").apply(0, { code = ..., title = "Block" })`;
    await neovim.lua(apply, WRONG_NUMBERS.split('\n').slice(1, -1).join('\n'));
    await neovim.waitForScreen('Zeke 2/2');
    await neovim.command('ZekeAcceptAll');
    expect(await neovim.lines()).toEqual(CHANGED);
    await neovim.lua(apply, 'something(else);');
    await waitForMessage(
      neovim,
      'The code was not applied. Nothing says where in the text this block belongs',
    );
    expect(server.requests).toHaveLength(0);
  });
});

describeNeovims('a commit message', (kind) => {
  const stage = (folder: string) => {
    execFileSync('git', ['init', '-q'], { cwd: folder });
    execFileSync('git', ['add', 'demo.ts'], { cwd: folder });
  };

  it('is shown, yanked, and put into the commit buffer', async () => {
    const { neovim, server } = await play(kind, [
      'Add demo\n\nIt shows b.',
      'Add demo again',
      'Third',
    ]);
    stage(neovim.home.project);
    await neovim.command('ZekeCommit');
    await neovim.waitForScreen('It shows b.');
    expect(sent(server)).toContain('+const b = 2;');
    expect(await neovim.lua('return vim.fn.getreg(vim.v.register)')).toBe(
      'Add demo\n\nIt shows b.\n',
    );
    expect(await neovim.lines()).toEqual(BASE);

    await neovim.command('only | edit! .git/COMMIT_EDITMSG');
    await neovim.setLines(['', '# Please enter the commit message']);
    await neovim.command('set filetype=gitcommit | ZekeCommit');
    await neovim.waitFor('vim.api.nvim_buf_get_lines(0, 0, 1, false)[1] == "Add demo again"');
    expect(await neovim.lines()).toEqual([
      'Add demo again',
      '',
      '# Please enter the commit message',
    ]);
    await neovim.command('ZekeCommit');
    await neovim.waitForScreen('Zeke 1/1');
    await neovim.command('ZekeAcceptAll');
    expect((await neovim.lines())[0]).toBe('Third');
  });

  it.each([
    ['another comment character', ['; Please enter the message', '; Lines with ";" are ignored']],
    [
      'a diff of its own',
      ['! ------------------------ >8 ------------------------', '-const a;', '+#'],
    ],
  ])('stands above what git says, with %s', async (_, said) => {
    const { neovim } = await play(kind, ['Add demo\n\nIt is new.', 'Other']);
    stage(neovim.home.project);
    await neovim.command('only | edit! .git/COMMIT_EDITMSG');
    await neovim.setLines(['', ...said]);
    await neovim.command('set filetype=gitcommit | ZekeCommit');
    await neovim.waitFor('vim.api.nvim_buf_get_lines(0, 0, 1, false)[1] == "Add demo"');
    expect(await neovim.lines()).toEqual(['Add demo', '', 'It is new.', '', ...said]);
    expect(await neovim.lua('return vim.fn.line(".")')).toBe(1);
    await neovim.command('ZekeCommit');
    await neovim.waitForScreen('Zeke 1/');
    await neovim.command('ZekeAcceptAll');
    expect(await neovim.lines()).toEqual(['Other', '', ...said]);
  });

  it('is asked for without the lines of files that hold secrets, which is said', async () => {
    const { neovim, server } = await play(kind, ['Add demo']);
    const { project } = neovim.home;
    stage(project);
    writeFileSync(join(project, '.env'), 'of-no-pattern\n');
    execFileSync('git', ['add', '-f', '.env'], { cwd: project });
    await neovim.command('ZekeCommit');
    await waitForMessage(neovim, 'because files of this name hold secrets: .env.');
    await neovim.waitForScreen('Add demo');
    expect(sent(server)).toContain('+const b = 2;');
    expect(sent(server)).not.toContain('of-no-pattern');
  });

  it('needs something staged', async () => {
    const { neovim } = await play(kind, []);
    execFileSync('git', ['init', '-q'], { cwd: neovim.home.project });
    await neovim.command('ZekeCommit');
    await waitForMessage(neovim, 'Nothing is staged. Stage what belongs together with "git add"');
  });
});
