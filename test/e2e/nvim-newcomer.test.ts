/** What docs/neovim.md promises, from a clone on, with the init.lua that it shows and nothing else. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeNeovims } from '../helpers/neovim.ts';
import { TerminalPlace } from '../helpers/terminal-zeke.ts';
import { PROJECT_ROOT } from '../helpers/zeke.ts';

const PAGE = readFileSync(join(PROJECT_ROOT, 'docs/neovim.md'), 'utf8');
const INIT = [/^```lua\n(vim\.opt\.runtimepath.*\n)/m, /^```lua\n(vim\.keymap\.set[\s\S]*?)^```/m]
  .map((block) => block.exec(PAGE)?.[1] ?? '')
  .join('');
/** What `npm ci` brings to a clone and builds there. */
const BUILT = ['node_modules', 'dist', 'native/prebuilt'];
const CODE = ['const wait = 5;', 'export const later = wait * 2;', ''].join('\n');
const EDIT = `<<<<<<< SEARCH
const wait = 5;
=======
const waitSeconds = 5;
>>>>>>> REPLACE
<<<<<<< SEARCH
export const later = wait * 2;
=======
export const later = waitSeconds * 2;
>>>>>>> REPLACE`;
const REVIEW = JSON.stringify({
  findings: [
    {
      path: 'app.js',
      startLine: 1,
      endLine: 1,
      severity: 'minor',
      category: 'bug',
      title: 'Five seconds of what?',
      body: 'Say where the number comes from.',
      code: 'const waitSeconds = 5;',
    },
  ],
  summary: 'A new name.',
});

let place: TerminalPlace;
beforeEach(async () => {
  place = new TerminalPlace();
  await place.start();
  writeFileSync(join(place.home.project, 'app.js'), CODE);
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.invalid', ...args], {
      cwd: place.home.project,
    });
  git('init', '-q');
  git('add', '.');
  git('commit', '-qm', 'first');
});
afterEach(() => place.remove());

/** What a clone of this checkout would hold, and no file that git does not know of. */
function clone(target: string): void {
  const list = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const files = execFileSync('git', list, { cwd: PROJECT_ROOT, encoding: 'utf8' }).split('\0');
  for (const path of files.filter((one) => one !== '' && existsSync(join(PROJECT_ROOT, one)))) {
    cpSync(join(PROJECT_ROOT, path), join(target, path));
  }
  for (const path of BUILT) {
    mkdirSync(dirname(join(target, path)), { recursive: true });
    symlinkSync(join(PROJECT_ROOT, path), join(target, path));
  }
}

async function answer(text: string): Promise<void> {
  const asked = await place.nextAnswer();
  asked.say(text);
  asked.end();
}

describeNeovims('a newcomer', (kind) => {
  it('shares a conversation, accepts a hunk and reads a review', async () => {
    clone(join(place.home.dir, 'zeke'));
    const neovim = await kind.start({
      home: place.home,
      isClean: false,
      init: INIT,
      env: {
        OPENAI_BASE_URL: place.server.baseUrl,
        OPENAI_API_KEY: 'test-key-of-no-worth',
        ZEKE_MODEL: 'openai/test',
      },
      args: ['app.js'],
      width: 120,
      height: 40,
    });
    expect(await neovim.messages()).toBe('');
    // The first conversation, in a terminal too.
    await neovim.input(':ZekeChat<CR>');
    await neovim.waitFor('require("zeke.session").get()');
    await neovim.waitFor('vim.bo.filetype == "zeke-prompt"');
    await neovim.input('iwhat is this?<C-s>');
    await answer('It waits.');
    await neovim.waitForScreen('It waits.');
    const terminal = await place.openReady({ args: [] });
    await terminal.waitForText('It waits.');
    terminal.type('for how long?\r');
    await answer('For five seconds.');
    await neovim.waitForScreen('For five seconds.');
    await neovim.input('<Esc>:ZekeToggle<CR>');
    // An edit, hunk by hunk.
    await neovim.waitFor('vim.fn.expand("%:t") == "app.js"');
    await neovim.input(':ZekeEdit say the unit<CR>');
    await answer(EDIT);
    await neovim.waitForScreen('const waitSeconds = 5;');
    expect((await neovim.lines()).join('\n')).toBe(CODE.trimEnd());
    await neovim.input('gg\\za');
    await neovim.waitFor(
      'vim.api.nvim_buf_get_lines(0, 0, 1, false)[1] == "const waitSeconds = 5;"',
    );
    await neovim.input(']z\\za');
    await neovim.waitFor('vim.api.nvim_buf_get_lines(0, 1, 2, false)[1]:find("waitSeconds")');
    expect(readFileSync(join(place.home.project, 'app.js'), 'utf8')).toBe(CODE);
    await neovim.input(':w<CR>');
    await neovim.waitFor('not vim.bo.modified');
    // A review of it.
    await neovim.input(':ZekeReview<CR>');
    await answer(REVIEW);
    await neovim.waitFor('vim.fn.getqflist({ title = 0, size = 0 }).size > 0');
    await neovim.waitForScreen('Five seconds of what?');
    await neovim.waitFor('#vim.diagnostic.get(vim.fn.bufnr("app.js")) == 1');
  });
});
