/** What is said beside the turns, and what waits for one: where it stands, and how it is taken back. */
import { expect, it } from 'vitest';
import { describeNeovims, type NeovimKind } from '../helpers/neovim.ts';
import { ALONE, Conversation, turn } from './conversation.ts';

const RECORD_OPS = `asked = {}
  require("zeke.rpc").op = function(op)
    table.insert(asked, op)
    return "op" .. #asked
  end`;

async function open(kind: NeovimKind) {
  const neovim = await kind.start({ init: ALONE, width: 100, height: 40 });
  const conversation = new Conversation(neovim);
  await conversation.replace();
  await neovim.lua(RECORD_OPS);
  await neovim.command('ZekeChat');
  return { neovim, conversation };
}
const notice = (text: string, level = 'info') => ({ type: 'notice', level, text });
const textOf = (lines: readonly string[]) => lines.filter((line) => line !== '');

describeNeovims('notices of the conversation', (kind) => {
  it('stay where they stood, before, in and after a turn', async () => {
    const { neovim, conversation } = await open(kind);
    await conversation.tell(notice('before the first'));
    await conversation.begin('go');
    await conversation.answer('The answer');
    await conversation.tell(notice('in the middle', 'warning'));
    await conversation.answer(' goes on.');
    await conversation.tell({ type: 'tool-call', id: 'c', name: 'run', input: {} });
    await conversation.end('cancelled');
    await conversation.tell(notice('after the end'));
    await conversation.tell(
      notice('with the next'),
      { type: 'turn-start', turnId: 't2', model: 'test/one', message: { text: 'again' } },
      notice('in the second'),
      { type: 'text-delta', turnId: 't2', text: 'Second.' },
      { type: 'turn-end', turnId: 't2', reason: 'stop' },
    );
    const wanted = [
      'info: before the first',
      ...['## You', 'go', '## Zeke', 'The answer goes on.', 'warning: in the middle'],
      ...['▾ run · no result', '(no input)', 'Stopped.', 'info: after the end'],
      ...['info: with the next', '## You', 'again', '## Zeke', 'info: in the second', 'Second.'],
    ];
    expect(textOf(await conversation.lines())).toEqual(wanted);
    await neovim.command('buffer zeke://chat');
    await neovim.command('edit');
    await neovim.waitForScreen('info: in the second');
    expect(textOf(await conversation.lines())).toEqual(wanted);
  });

  it('of the opening are shown to one who has just joined, older ones are not', async () => {
    const { conversation } = await open(kind);
    await conversation.replace([turn('t0', 'question', 'answer')], {
      sessionId: 's2',
      seq: 90,
      notices: [
        { seq: 3, level: 'info', text: 'long ago' },
        { seq: 89, level: 'warning', text: 'The journal was repaired.' },
        { seq: 90, level: 'info', text: 'The model is another one.' },
      ],
    });
    expect(textOf(await conversation.lines()).slice(4)).toEqual([
      'warning: The journal was repaired.',
      'info: The model is another one.',
    ]);
  });
});

const found = (startLine: number, severity: string) => ({
  ...{ path: 'src/a.ts', startLine, endLine: startLine, severity, category: 'bug' },
  ...{ title: `A title\nof ${startLine}`, body: 'A long body.' },
});
function review(opId: string, findings: readonly object[], more: object = {}) {
  const said = { findings, summary: 'All in all.', notices: [], model: 'a/b', costUsd: 0 };
  return { type: 'review', opId, by: 'terminal', ...said, ...more };
}

describeNeovims('a review in the conversation', (kind) => {
  it('is a line where it stood, which folds what was found', async () => {
    const { neovim, conversation } = await open(kind);
    await conversation.tell(review('r0', [found(3, 'minor')]));
    await conversation.begin('go');
    await conversation.answer('The answer');
    await conversation.tell(review('r1', [found(3, 'minor'), found(9, 'major')]));
    await conversation.answer(' goes on.');
    await conversation.end();
    await conversation.tell(review('r2', [], { by: 'neovim', base: 'main' }), notice('and on'));
    const wanted = [
      ...['review by a terminal · 1 finding', '## You', 'go', '## Zeke', 'The answer goes on.'],
      '▾ review by a terminal · 2 findings, 1 major',
      ...['- src/a.ts:3: minor: A title of 3', '- src/a.ts:9: major: A title of 9'],
      ...['review since main by another Neovim · nothing found', 'info: and on'],
    ];
    expect(textOf(await conversation.lines())).toEqual(wanted);
    await neovim.waitForScreen('▸ review by a terminal · 2 findings');
    await neovim.waitForScreen((lines) => !lines.join().includes('A title of 3'));
    await neovim.command('buffer zeke://chat');
    await neovim.command('edit');
    await neovim.waitForScreen('▸ review by a terminal · 2 findings');
    expect(textOf(await conversation.lines())).toEqual(wanted);
  });

  it('stands there for one who joins later, and not twice for one told anew', async () => {
    const { conversation } = await open(kind);
    const turns = [turn('t0', 'one', 'first'), turn('t1', 'two', 'second')];
    const shared = { ...review('r1', [found(3, 'critical')]), turnCount: 1 };
    const line = '▾ review by a terminal · 1 finding, 1 critical';
    for (const seq of [90, 91]) {
      await conversation.replace(turns, { seq, review: shared });
      const lines = textOf(await conversation.lines());
      expect(lines.filter((text) => text.includes('review'))).toEqual([line]);
      expect(lines.indexOf(line)).toBe(lines.indexOf('first') + 1);
    }
    const early = { ...shared, opId: 'r2', turnCount: 7 };
    await conversation.replace(turns, { sessionId: 's2', earlierTurnCount: 9, review: early });
    expect(textOf(await conversation.lines()).slice(0, 3)).toEqual([
      expect.stringContaining('9 earlier turns'),
      'review by a terminal · 1 finding, 1 critical',
      '## You',
    ]);
  });
});

describeNeovims('a message that waits', (kind) => {
  const queue = (id: string, text: string, more = {}) => ({
    type: 'message-queue',
    turnId: id,
    message: { text, ...more },
  });

  it('is taken back into the prompt with what went along: the one at the cursor, else the last', async () => {
    const { neovim, conversation } = await open(kind);
    await conversation.begin('go');
    const attachments = [{ label: 'a.ts:1-2', text: 'x' }];
    await conversation.tell(queue('q1', 'one\nof two lines', { attachments }), queue('q2', 'two'));
    await neovim.waitForScreen('waiting: two gz or :ZekeUnqueue');
    await neovim.command('Zeke unqueue');
    expect(await neovim.lua('return asked')).toEqual([{ type: 'unqueue', turnId: 'q2' }]);
    await conversation.tell({ type: 'message-unqueue', turnId: 'q2', opId: 'op1' });
    await neovim.waitFor('require("zeke.chat.prompt").text() == "two"');
    await conversation.tell(queue('q3', 'three'));
    await neovim.command('wincmd k');
    await neovim.lua('vim.fn.search("waiting: one")');
    await neovim.input('gz');
    await neovim.waitFor('asked[2] and asked[2].turnId == "q1"');
    await conversation.tell({ type: 'message-unqueue', turnId: 'q1', opId: 'op2' });
    await neovim.waitFor('require("zeke.chat.prompt").text() == "one\\nof two lines\\ntwo"');
    await neovim.waitForScreen('+ a.ts:1-2');
    expect(await conversation.lines()).toContain('waiting: three');
  });

  it('is left where somebody else took it, or its turn has begun, and that is said', async () => {
    const { neovim, conversation } = await open(kind);
    await neovim.command('ZekeUnqueue');
    await neovim.waitFor('vim.tbl_contains(said, "No message waits.")');
    await conversation.begin('go');
    await conversation.tell(queue('q1', 'one'), queue('q2', 'two'));
    await neovim.command('ZekeUnqueue');
    await conversation.tell({ type: 'message-unqueue', turnId: 'q2', opId: 'somebody' });
    await neovim.waitFor('table.concat(said):find("Somebody else has taken")');
    await neovim.command('ZekeUnqueue');
    await conversation.end();
    await conversation.begin('one', { turnId: 'q1' });
    await neovim.waitFor('table.concat(said):find("is being answered")');
    expect(await neovim.lua('return require("zeke.chat.prompt").text()')).toBe('');
  });
});

describeNeovims('the key that closes the conversation', (kind) => {
  it('ends the recording of a macro, while one is recorded', async () => {
    const { neovim } = await open(kind);
    await neovim.command('wincmd h');
    await neovim.input('qax');
    await neovim.waitFor('vim.fn.reg_recording() == "a"');
    await neovim.input('<C-w>lq');
    await neovim.waitFor('vim.fn.reg_recording() == ""');
    expect(await neovim.lua('return #vim.api.nvim_tabpage_list_wins(0)')).toBe(3);
    await neovim.input('<C-w>kq');
    await neovim.waitFor('#vim.api.nvim_tabpage_list_wins(0) == 1');
  });
});
