/** The chat in Neovim and the built program: answers as they come, stopping, approvals, a selection. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import {
  type Answer,
  type ModelServer,
  sseChunk,
  startModelServer,
} from '../helpers/model-server.ts';
import { describeNeovims, type NeovimKind } from '../helpers/neovim.ts';
import { createTestHome, type TestHome, ZEKE } from '../helpers/zeke.ts';

const INIT = `vim.g.zeke = { binary = { ${JSON.stringify(process.execPath)}, ${JSON.stringify(ZEKE)} } }
  said = {}
  vim.notify = function(message) table.insert(said, message) end`;

async function newPlace(answer: Answer): Promise<{ home: TestHome; server: ModelServer }> {
  const home = createTestHome();
  const server = await startModelServer(answer);
  home.env.OPENAI_BASE_URL = server.baseUrl;
  home.env.OPENAI_API_KEY = 'test-key-of-no-worth';
  home.env.ZEKE_MODEL = 'openai/x';
  onTestFinished(async () => {
    await server.close();
    home.remove();
  });
  return { home, server };
}

const start = (kind: NeovimKind, home: TestHome, args: readonly string[] = []) =>
  kind.start({ home, init: INIT, args, width: 100, height: 30 });

describeNeovims('the chat', (kind) => {
  it('shows an answer in two Neovims while it comes, and moves no cursor', async () => {
    let goOn: (() => void) | undefined;
    const { home } = await newPlace((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(sseChunk({ role: 'assistant', content: 'The first half' }));
      goOn = () => {
        response.write(sseChunk({ content: ' and the second.' }));
        response.end(`${sseChunk({}, 'stop')}data: [DONE]\n\n`);
      };
    });
    writeFileSync(join(home.project, 'notes.txt'), 'one\ntwo\nthree\n');
    const first = await start(kind, home, ['notes.txt']);
    const second = await start(kind, home);
    await first.command('ZekeChat hello');
    await first.waitForScreen('The first half');
    await second.command('ZekeChat');
    await second.waitForScreen('The first half');
    await first.command('wincmd h');
    await first.lua('vim.api.nvim_win_set_cursor(0, { 2, 1 })');
    await first.input('a-typed');
    await first.waitForScreen('tw-typedo');
    goOn?.();
    await second.waitForScreen('and the second.');
    await first.waitForScreen('and the second.');
    expect(await first.lua('return vim.api.nvim_win_get_cursor(0)')).toEqual([2, 8]);
    expect(first.mode).toBe('insert');
  });
});
