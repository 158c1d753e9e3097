/** A review is part of the conversation: two terminals and two Neovims see what each of them asks for. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeNeovims, type NeovimKind } from '../helpers/neovim.ts';
import type { Neovim } from '../helpers/neovim-process.ts';
import { RECORD_MESSAGES, waitForMessage } from '../helpers/proposals.ts';
import type { PtyProgram } from '../helpers/pty.ts';
import { TerminalPlace } from '../helpers/terminal-zeke.ts';
import { ZEKE } from '../helpers/zeke.ts';

const INIT = `vim.g.zeke = { binary = { ${JSON.stringify([process.execPath, ZEKE]).slice(1, -1)} } }
  ${RECORD_MESSAGES}`;
const OLD = 'function start() {\n  listen(80);\n}\n';
const NEW = 'function start() {\n  debugger;\n  listen(80);\n}\n';
const FOUND = 'src/app.js:2: major: Left from debugging: debugger [debugging-leftover]';
const FINDINGS = `return vim.tbl_map(function(item)
    return { vim.fn.bufname(item.bufnr), item.lnum }
  end, vim.fn.getqflist())`;
/** What the builtin engine finds, without a model. */
const ARGS = ['--model', 'builtin/zeke'];

let place: TerminalPlace;
beforeEach(async () => {
  place = new TerminalPlace();
  await place.start();
  git('init', '-q', '-b', 'main');
  mkdirSync(join(place.home.project, 'src'));
  writeFileSync(join(place.home.project, 'src', 'app.js'), OLD);
  git('add', '.');
  git('commit', '-qm', 'first');
  writeFileSync(join(place.home.project, 'src', 'app.js'), NEW);
});
afterEach(() => place.remove());

function git(...args: readonly string[]): void {
  const who = ['-c', 'user.name=Test', '-c', 'user.email=test@example.invalid'];
  execFileSync('git', [...who, ...args], { cwd: place.home.project, env: place.home.env });
}

async function openTerminal(): Promise<PtyProgram> {
  const terminal = place.open({ args: ARGS, columns: 120, rows: 40 });
  await terminal.waitForText('builtin/zeke');
  await terminal.waitForText('> Ask anything');
  return terminal;
}

async function openNeovim(kind: NeovimKind): Promise<Neovim> {
  const env = { ZEKE_MODEL: 'builtin/zeke' };
  const neovim = await kind.start({
    home: place.home,
    init: INIT,
    env,
    args: ['-n', 'src/app.js'],
  });
  await neovim.lua('require("zeke.rpc").join()');
  await neovim.waitFor('require("zeke.rpc").is_joined() and require("zeke.session").get() ~= nil');
  return neovim;
}

/** How often the finding was printed. */
const countIn = (terminal: PtyProgram) => terminal.text().split(FOUND).length - 1;

async function expectFound(neovim: Neovim): Promise<void> {
  await neovim.waitFor('#vim.diagnostic.get(0) == 1');
  expect(await neovim.lua(FINDINGS)).toEqual([['src/app.js', 2]]);
}

describeNeovims('a review in a conversation of two terminals and two Neovims', (kind) => {
  it('that a Neovim asks for is shown in the others, and to whoever joins later', async () => {
    const first = await openTerminal();
    const second = await openTerminal();
    const [asker, other] = await Promise.all([openNeovim(kind), openNeovim(kind)]);
    await asker.command('ZekeReview');
    await waitForMessage(asker, 'Review: 1 finding');
    await expectFound(asker);
    await waitForMessage(other, 'Reviewed in another Neovim: 1 finding');
    await expectFound(other);
    for (const terminal of [first, second]) {
      await terminal.waitForText(
        'Review of what changed since the last commit, asked for by neovim',
      );
      await terminal.waitForText('1 finding (1 major) in 1 file.');
      expect(countIn(terminal)).toBe(1);
    }
    const late = await openNeovim(kind);
    await expectFound(late);
    expect(await late.lua('return said')).toEqual([]);
    const lateTerminal = await openTerminal();
    await lateTerminal.waitForText(FOUND);
    expect(await asker.lua('return #said')).toBe(1);
    expect(await asker.lua('return vim.fn.getqflist({ nr = "$" }).nr')).toBe(1);
  });

  it('that a terminal asks for is shown in the others, and outlives its host', async () => {
    const asker = await openTerminal();
    const other = await openTerminal();
    const neovims = await Promise.all([openNeovim(kind), openNeovim(kind)]);
    asker.type('/review\r');
    await asker.waitForText('1 finding (1 major) in 1 file.');
    await other.waitForText('asked for by another terminal');
    await other.waitForText('1 finding (1 major) in 1 file.');
    for (const neovim of neovims) {
      await waitForMessage(neovim, 'Reviewed in a terminal: 1 finding');
      await expectFound(neovim);
    }
    expect(asker.text()).not.toContain('asked for by');
    expect([asker, other].map(countIn)).toEqual([1, 1]);
    asker.kill('SIGKILL');
    await asker.exit;
    await Promise.all(neovims.map((one) => one.waitFor('#require("zeke.session").clients() == 3')));
    const late = await openNeovim(kind);
    await expectFound(late);
    const again = await openTerminal();
    await again.waitForText(FOUND);
    expect(countIn(other)).toBe(1);
  });
});
