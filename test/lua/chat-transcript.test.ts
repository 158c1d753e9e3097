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

  it('marks what came from a cache', async () => {
    const { neovim, conversation } = await open(kind, { width: 160 });
    await conversation.begin('go');
    const usage = { inputTokens: 1200, outputTokens: 30, cachedTokens: 1000, reasoningTokens: 0 };
    await conversation.tell({ type: 'usage', ...usage, costUsd: 0.0123 });
    await conversation.answer('Done.');
    await conversation.end();
    await neovim.waitForScreen('test/one · 1.2k in, 30 out · $0.0123 · 1.0k cached');
  });

  it('says how a turn went: changes, errors with what to do, why it ended, what it cost', async () => {
    const { neovim, conversation } = await open(kind);
    await conversation.begin('go');
    const usage = { inputTokens: 1200, outputTokens: 30, cachedTokens: 0, reasoningTokens: 0 };
    await conversation.tell({ type: 'usage', ...usage, costUsd: 0.0123 });
    await conversation.tell({ type: 'file-change', path: 'src/a.ts', before: null, after: null });
    const message = 'The host did not answer.';
    await conversation.tell({ type: 'error', kind: 'network', message, retryable: true });
    await conversation.end('error');
    await neovim.waitForScreen('Error: The host did not answer.');
    expect((await conversation.lines()).slice(5)).toEqual([
      ...[
        '',
        '- changed: src/a.ts',
        'Error: The host did not answer.',
        ':ZekeRetry asks again.',
        '',
        '',
      ],
    ]);
    await neovim.waitForScreen('## Zeke test/one · 1.2k in, 30 out');
    await conversation.tell({ type: 'undo', restored: ['src/a.ts'], kept: [] });
    await conversation.tell({ type: 'turn-retract' });
    await neovim.waitForScreen('These changes were taken back.');
    await neovim.waitForScreen('## You (set aside');
  });

  it('shows what waits, what was said beside it, and where the memory of the model begins', async () => {
    const { neovim, conversation } = await open(kind);
    await conversation.begin('go');
    await conversation.tell({
      type: 'message-queue',
      turnId: 't2',
      message: { text: 'and\nthen' },
    });
    await neovim.waitForScreen('waiting: and then');
    await conversation.tell({
      type: 'notice',
      level: 'warning',
      text: 'The journal was repaired.',
    });
    await neovim.waitForScreen('warning: The journal was repaired.');
    await conversation.end();
    await conversation.tell({ type: 'clear' });
    await neovim.waitForScreen('the model is told nothing from above');
    await conversation.begin('and\nthen', { turnId: 't2' });
    await neovim.waitForScreen((rows) => !rows.join().includes('waiting:'));
    const rows = await neovim.waitForScreen('the model is told nothing from above');
    const rule = rows.findIndex((row) => row.includes('told nothing'));
    expect(rows[rule + 1]).toContain('## You');
    expect(await conversation.lines()).not.toContainEqual(expect.stringContaining('told nothing'));
  });

  it('tells commands, summaries, images and attachments apart', async () => {
    const { conversation } = await open(kind);
    await conversation.begin('', { message: { kind: 'command', text: 'npm test' } });
    await conversation.end();
    await conversation.begin('', {
      turnId: 't2',
      message: {
        text: 'see ```x',
        attachments: [{ label: 'a.ts:1-2', text: 'secret text' }],
        images: [{ label: 'p.png' }],
      },
    });
    await conversation.tell({ type: 'text-delta', turnId: 't2', text: '```ts\nnever closed' });
    await conversation.tell({ type: 'turn-end', turnId: 't2', reason: 'length' });
    expect(await conversation.lines()).toEqual([
      ...['## You ran', '', '```sh', 'npm test', '```', '', '## Output', ''],
      ...[
        '## You',
        '',
        'see ```x',
        '',
        '- attached: a.ts:1-2',
        '- image: p.png',
        '',
        '## Zeke',
        '',
      ],
      ...['```ts', 'never closed', '```', ''],
      ...[expect.stringMatching(/^The answer was cut/), '', ''],
    ]);
  });
});
