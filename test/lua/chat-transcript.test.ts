/** The conversation's buffer: what events add to it, and what it leaves alone. */
import { expect, it } from 'vitest';
import { describeNeovims, type NeovimKind, type NeovimOptions } from '../helpers/neovim.ts';
import { ALONE, Conversation, turn } from './conversation.ts';

async function open(kind: NeovimKind, options: NeovimOptions = {}) {
  const neovim = await kind.start({ init: ALONE, width: 100, height: 40, ...options });
  const conversation = new Conversation(neovim);
  await conversation.replace();
  await neovim.command('ZekeChat');
  return { neovim, conversation };
}

describeNeovims('the conversation', (kind) => {
  it('shows question and answer while the answer comes', async () => {
    const { neovim, conversation } = await open(kind);
    await conversation.begin('What is\nhere?');
    await neovim.waitForScreen('## Zeke');
    await conversation.answer('Two ');
    await conversation.answer('files:\n\n- a.ts\n- b.');
    await conversation.answer('ts\n');
    await conversation.end();
    await neovim.waitForScreen('- b.ts');
    expect(await conversation.lines()).toEqual([
      ...['## You', '', 'What is', 'here?', '', '## Zeke', ''],
      ...['Two files:', '', '- a.ts', '- b.ts', '', ''],
    ]);
    expect(neovim.screen().join('\n')).toContain('test/one');
  });

  it('folds reasoning and tools, and goes on inside of the fold', async () => {
    const { neovim, conversation } = await open(kind);
    await conversation.begin('go');
    await conversation.tell({ type: 'reasoning-delta', text: 'First\n' });
    await neovim.waitForScreen('▸ reasoning · 1 line');
    await neovim.input('ihello');
    await neovim.waitForScreen('hello');
    await conversation.tell({ type: 'reasoning-delta', text: 'second\nthird' });
    await conversation.tell({ type: 'reasoning-end' });
    await neovim.waitForScreen('▸ reasoning · 3 lines');
    await conversation.tell({
      type: 'tool-call',
      id: 'c',
      name: 'read_file',
      input: { path: 'a.ts' },
    });
    await neovim.waitForScreen('▸ read_file a.ts · running');
    await conversation.tell({ type: 'tool-output', id: 'c', text: 'x\ny\n' });
    await conversation.tell({ type: 'tool-result', id: 'c', output: 'one\ntwo\nthree' });
    await neovim.waitForScreen('▸ read_file a.ts · ok');
    await conversation.answer('Done.');
    await conversation.end();
    const rows = await neovim.waitForScreen('Done.');
    const shown = rows.map((row) => row.trim()).join('\n');
    expect(shown).not.toContain('third');
    expect(shown).not.toContain('three');
    expect(await conversation.lines()).toEqual([
      ...['## You', '', 'go', '', '## Zeke', ''],
      ...['▾ reasoning', '', '> First', '> second', '> third', ''],
      ...[
        '▾ read_file a.ts · ok',
        '',
        '```yaml',
        'path: a.ts',
        '```',
        '```text',
        'one',
        'two',
        'three',
        '```',
        '',
      ],
      ...['Done.', '', ''],
    ]);
  });

  it('never moves the cursor of one who reads, and follows the end for one who stands there', async () => {
    const { neovim, conversation } = await open(kind, { height: 16 });
    await conversation.begin('go');
    await conversation.answer('line\n'.repeat(60));
    await neovim.command('wincmd k');
    const cursor = () => neovim.lua<number[]>('return vim.api.nvim_win_get_cursor(0)');
    const last = () => neovim.lua<number>('return vim.api.nvim_buf_line_count(0)');
    expect((await cursor())[0]).toBe(await last());
    await conversation.answer('more\n'.repeat(10));
    expect((await cursor())[0]).toBe(await last());
    await neovim.lua('vim.api.nvim_win_set_cursor(0, { 20, 2 })');
    await conversation.answer('and more\n'.repeat(10));
    await conversation.end();
    expect(await cursor()).toEqual([20, 2]);
  });

  it('shows control characters of a model instead of obeying them', async () => {
    const { conversation } = await open(kind);
    await conversation.begin('a\u001bb');
    await conversation.answer('c\u001b]0;x\u0007d\r');
    await conversation.answer('\ne\r\nf');
    await conversation.end();
    expect((await conversation.lines()).join('|')).toContain('a<1b>b');
    expect((await conversation.lines()).slice(-5)).toEqual(['c<1b>]0;x<07>d', 'e', 'f', '', '']);
  });

  it('opens hundreds of turns with the last ones first', async () => {
    const { neovim, conversation } = await open(kind);
    const turns = Array.from({ length: 200 }, (_, index) =>
      turn(`t${index}`, `question ${index}`, `answer ${index}\n`.repeat(20)),
    );
    await conversation.replace(turns, { earlierTurnCount: 7 });
    await neovim.waitForScreen('answer 199');
    await neovim.waitFor(
      `vim.api.nvim_buf_get_lines(vim.fn.bufnr("^zeke://chat$"), 2, 5, false)[3] == "question 0"`,
    );
    const lines = await conversation.lines();
    expect(lines[0]).toMatch(/^7 earlier turns/);
    expect(lines.filter((line) => line.startsWith('question'))).toEqual(
      turns.map((_, index) => `question ${index}`),
    );
    expect(neovim.screen().join('\n')).toContain('answer 199');
  });
});
