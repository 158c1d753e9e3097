/** Turns before those that Zeke tells at first: loaded above what is read, which stays where it is. */
import { expect, it } from 'vitest';
import { describeNeovims, type NeovimKind } from '../helpers/neovim.ts';
import type { Neovim } from '../helpers/neovim-process.ts';
import { type AnswerAsk, type ScriptedAsk, startScriptedZeke } from '../helpers/scripted-zeke.ts';
import { ALONE, Conversation, turn } from './conversation.ts';

const BUFFER = 'vim.fn.bufnr("^zeke://chat$")';
/** First lines of all closed folds. */
const FOLDED = `return vim.api.nvim_win_call(vim.fn.bufwinid(${BUFFER}), function()
    local found, line = {}, 1
    while line <= vim.fn.line("$") do
      local last = vim.fn.foldclosedend(line)
      if last ~= -1 then table.insert(found, line) end
      line = math.max(line, last) + 1
    end
    return found
  end)`;
const RECORD_OPS = `asked = {}
  require("zeke.rpc").op = function(op) table.insert(asked, op) end`;

/** Turn number `number`, from 1, of a long conversation. */
function numbered(number: number, more: Readonly<Record<string, unknown>> = {}) {
  const code = `\`\`\`ts\nconst n = ${number};\n\`\`\``;
  const thought = { type: 'reasoning', step: 1, text: `thought ${number}\nmore`, isClosed: true };
  const said = { type: 'text', step: 1, text: `answer ${number}\n\n${code}` };
  return turn(`t${number}`, `question ${number}`, '', { parts: [thought, said], ...more });
}

const range = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => numbered(first + index));

/** Ten turns of forty are known; Zeke tells ten more for each question. */
async function start(kind: NeovimKind, answer: AnswerAsk = tellTen) {
  const zeke = await startScriptedZeke(answer);
  const neovim = await kind.start({ home: zeke.home, init: ALONE, width: 100, height: 40 });
  const conversation = new Conversation(neovim);
  await neovim.command('ZekeChat');
  await neovim.waitFor('require("zeke.rpc").is_joined()');
  await conversation.replace(range(31, 40), { earlierTurnCount: 30 });
  await neovim.waitForScreen('answer 40');
  await neovim.command('wincmd k');
  return { zeke, neovim, conversation };
}

function tellTen({ service, params, answer }: ScriptedAsk) {
  expect(service).toBe('earlier-turns');
  expect(params.sessionId).toBe('s1');
  const before = Number(params.before);
  answer({ turns: range(before - 9, before), earlierTurnCount: before - 10 });
}

const questions = async (conversation: Conversation) =>
  (await conversation.lines()).filter((line) => line.startsWith('question'));
const allFrom = (first: number) =>
  Array.from({ length: 41 - first }, (_, index) => `question ${first + index}`);
const waitForTurns = (neovim: Neovim, conversation: Conversation, first: number) =>
  neovim.waitFor(async () => (await questions(conversation)).length === 41 - first);
const goTo = (neovim: Neovim, text: string) =>
  neovim.lua('vim.api.nvim_win_set_cursor(0, { 1, 0 }) vim.fn.search("\\\\V" .. ..., "c")', text);
/** What is not written yet waits for as long as somebody selects: until the next Escape. */
async function hold(neovim: Neovim): Promise<void> {
  await neovim.input('V');
  await neovim.waitForScreen(() => neovim.mode === 'visual', 'visual mode');
}
/** What stands in each row of the conversation's window, and where the cursor is. */
const sight = (neovim: Neovim) =>
  neovim.lua<{ rows: string[]; cursor: number[] }>(
    `return vim.api.nvim_win_call(vim.fn.bufwinid(${BUFFER}), function()
       local rows = vim.api.nvim_buf_get_lines(0, vim.fn.line("w0") - 1, vim.fn.line("w$"), true)
       return { rows = rows, cursor = { vim.fn.winline(), vim.fn.wincol() } }
     end)`,
  );

describeNeovims('earlier turns', (kind) => {
  it('come above what is read, portion by portion, and the view stays where it is', async () => {
    const { zeke, neovim, conversation } = await start(kind);
    expect((await conversation.lines())[0]).toBe(
      '30 earlier turns are not shown here; gl or :ZekeEarlier loads the last of them, :ZekeEarlier! all.',
    );
    await goTo(neovim, 'const n = 35;');
    await neovim.command('normal! 3l');
    const before = await sight(neovim);
    await neovim.input('gl');
    await waitForTurns(neovim, conversation, 21);
    expect(await questions(conversation)).toEqual(allFrom(21));
    expect(await sight(neovim)).toEqual(before);
    expect(await neovim.lua('return vim.api.nvim_get_current_line()')).toBe('const n = 35;');
    await neovim.waitFor(async () => (await conversation.lines())[0]?.startsWith('20 earlier'));
    await neovim.command('ZekeEarlier');
    await waitForTurns(neovim, conversation, 11);
    await neovim.lua('require("zeke.chat.actions").load_earlier()');
    await waitForTurns(neovim, conversation, 1);
    await neovim.waitFor(async () => (await conversation.lines())[0] === '## You');
    expect(await questions(conversation)).toEqual(allFrom(1));
    expect(await sight(neovim)).toEqual(before);
    expect(zeke.asks.map(({ params }) => params.before)).toEqual([30, 20, 10]);
    await neovim.command('ZekeEarlier');
    await neovim.waitFor('said[#said] and said[#said]:find("from its first turn on")');
  });

  it('leave one who stands at the top there, and the top of the turns below in its row', async () => {
    const { neovim, conversation } = await start(kind);
    await neovim.input('gggl');
    await waitForTurns(neovim, conversation, 21);
    expect(await neovim.lua('return vim.api.nvim_win_get_cursor(0)')).toEqual([1, 0]);
    await neovim.waitForScreen('20 earlier turns');
    await neovim.waitForScreen('question 21');
    // The head is in sight, the cursor below it.
    await goTo(neovim, 'question 21');
    const { cursor } = await sight(neovim);
    await neovim.input('gl');
    await waitForTurns(neovim, conversation, 11);
    expect((await sight(neovim)).cursor).toEqual(cursor);
    expect(await neovim.lua('return vim.api.nvim_get_current_line()')).toBe('question 21');
  });

  it('leave every window and every mark where it is', async () => {
    const { neovim, conversation } = await start(kind);
    const inWindows = () =>
      neovim.lua<{ row: number; line: string }[]>(
        `return vim.tbl_map(function(win)
           return vim.api.nvim_win_call(win, function()
             return { row = vim.fn.winline(), line = vim.api.nvim_get_current_line() }
           end)
         end, vim.fn.win_findbuf(${BUFFER}))`,
      );
    await goTo(neovim, 'question 34');
    await neovim.command('normal! ma');
    await neovim.command('split');
    await goTo(neovim, 'const n = 38;');
    await neovim.command('tab split');
    await goTo(neovim, 'answer 36');
    const before = await inWindows();
    expect(before.map(({ line }) => line).toSorted()).toEqual([
      'answer 36',
      'const n = 38;',
      'question 34',
    ]);
    await neovim.input('gl');
    await waitForTurns(neovim, conversation, 21);
    expect(await inWindows()).toEqual(before);
    await neovim.input("'a");
    await neovim.waitFor('vim.api.nvim_get_current_line() == "question 34"');
  });

  it('are loaded into a conversation that no window shows by opening it', async () => {
    const { neovim, conversation } = await start(kind);
    await neovim.command('ZekeClose');
    await neovim.command('ZekeEarlier');
    await waitForTurns(neovim, conversation, 21);
    await neovim.waitForScreen('answer 40');
  });

  it('come while an answer streams into the same buffer', async () => {
    let held: ScriptedAsk | undefined;
    const { neovim, conversation } = await start(kind, (ask) => {
      held = ask;
    });
    await conversation.begin('go on', { turnId: 'now' });
    await conversation.tell({ type: 'text-delta', turnId: 'now', text: 'The begin' });
    await goTo(neovim, 'question 37');
    const before = await sight(neovim);
    await neovim.input('gl');
    await neovim.waitFor(() => held);
    await conversation.tell({ type: 'text-delta', turnId: 'now', text: 'ning\nand ' });
    if (held) tellTen(held);
    await conversation.tell({ type: 'text-delta', turnId: 'now', text: 'the end.' });
    await conversation.tell({ type: 'turn-end', turnId: 'now', reason: 'stop' });
    await waitForTurns(neovim, conversation, 21);
    expect(await sight(neovim)).toEqual(before);
    expect((await conversation.lines()).slice(-4)).toEqual([
      'The beginning',
      'and the end.',
      '',
      '',
    ]);
  });

  it('come all with !, and no more of them once that is stopped', async () => {
    const { zeke, neovim, conversation } = await start(kind, (ask, index) => {
      if (index < 3) tellTen(ask);
    });
    await neovim.command('ZekeEarlier!');
    await waitForTurns(neovim, conversation, 1);
    expect(zeke.asks.length).toBe(3);

    await conversation.replace(range(31, 40), { sessionId: 's2', earlierTurnCount: 30 });
    await neovim.command('ZekeEarlier!');
    const ask = await zeke.asked(4);
    await neovim.command('ZekeStop');
    await zeke.cancelled(ask);
    ask.answer({ turns: range(21, 30), earlierTurnCount: 20 });
    await neovim.lua('require("zeke.chat.transcript").refresh()');
    expect(await neovim.lua('return require("zeke.session").get().earlierTurnCount')).toBe(30);
  });

  it('fold, jump, yank and are changed as the others', async () => {
    const { neovim, conversation } = await start(kind);
    await neovim.lua(RECORD_OPS);
    await goTo(neovim, 'question 31');
    await neovim.input('gl');
    await waitForTurns(neovim, conversation, 21);
    await neovim.input('[[[[');
    await neovim.waitForScreen('▸ reasoning · 2 lines');
    await neovim.waitForScreen('question 30');
    await goTo(neovim, 'const n = 24;');
    await neovim.input('gy');
    await neovim.waitFor('vim.fn.getreg("\\"") == "const n = 24;\\n"');
    await neovim.input('gm');
    await neovim.waitForScreen('changing message 24');
    await neovim.input('A, again<Esc><C-s>');
    await neovim.waitFor('#asked == 2');
    expect(await neovim.lua('return asked')).toMatchObject([
      { type: 'fork', turnCount: 23 },
      { type: 'send', message: { text: 'question 24, again' } },
    ]);
    // What happens to a turn that was loaded is shown there.
    await conversation.tell({ type: 'undo', turnId: 't24', restored: [], kept: [] });
    await neovim.waitFor(async () =>
      (await conversation.lines()).includes('These changes were taken back.'),
    );
  });

  it('bring a review, which stood above them all, to its turn', async () => {
    const { neovim, conversation } = await start(kind);
    const review = { opId: 'r1', by: 'terminal', turnCount: 25, findings: [], summary: '' };
    await conversation.replace(range(31, 40), {
      earlierTurnCount: 30,
      review: { ...review, notices: [], model: 'test/one' },
    });
    const above = async (line: RegExp) => {
      const lines = await conversation.lines();
      return lines.slice(
        0,
        lines.findIndex((one) => line.test(one)),
      );
    };
    await neovim.waitFor(async () => (await above(/^review by/)).length === 2);
    await neovim.input('gl');
    await waitForTurns(neovim, conversation, 21);
    await neovim.waitFor(async () => (await conversation.lines())[2] === '## You');
    expect((await above(/^review by/)).findLast((line) => line.startsWith('question'))).toBe(
      'question 25',
    );
    expect((await conversation.lines()).filter((line) => line.startsWith('review'))).toHaveLength(
      1,
    );
  });

  it('stay where the conversation is told anew, and go with it', async () => {
    const { neovim, conversation } = await start(kind);
    await neovim.command('ZekeEarlier');
    await waitForTurns(neovim, conversation, 21);
    await conversation.replace(range(33, 41), { earlierTurnCount: 32 });
    await neovim.waitForScreen('answer 41');
    await neovim.waitFor(
      async () => (await questions(conversation)).join() === [...allFrom(21), 'question 41'].join(),
    );
    await conversation.replace(range(3, 3), { sessionId: 's2', earlierTurnCount: 2 });
    expect(await questions(conversation)).toEqual(['question 3']);
  });

  it('leave one who reads in place, where the conversation is told anew', async () => {
    const { neovim, conversation } = await start(kind);
    await conversation.begin('go on', { turnId: 't41' });
    await conversation.tell({ type: 'text-delta', turnId: 't41', text: 'The beginning, ' });
    await goTo(neovim, 'question 37');
    const before = await sight(neovim);
    const said = { parts: [{ type: 'text', step: 1, text: 'The beginning, and the end.' }] };
    const turns = [...range(33, 40), turn('t41', 'go on', '', said), numbered(42)];
    await conversation.replace(turns, { earlierTurnCount: 32, clearedTurnCount: 41 });
    await neovim.waitFor(async () => (await conversation.lines()).includes('question 42'));
    expect(await sight(neovim)).toEqual(before);
    expect(await neovim.lua('return vim.api.nvim_get_current_line()')).toBe('question 37');
    const grown = await conversation.lines();
    await neovim.lua('require("zeke.chat.transcript").refresh()');
    await neovim.waitFor(async () => (await conversation.lines()).includes('question 31'));
    expect(await conversation.lines()).toEqual(grown);
    // Another answer than the one that is shown is written anew.
    const other = { parts: [{ type: 'text', step: 1, text: 'Else.' }] };
    await conversation.replace([numbered(40), turn('t41', 'go on', '', other), numbered(42)], {
      earlierTurnCount: 39,
    });
    await neovim.waitFor(async () => (await conversation.lines()).includes('question 31'));
    expect(await conversation.lines()).toContain('Else.');
    expect((await conversation.lines()).join()).not.toContain('The beginning');
  });

  it('move nothing under one who selects', async () => {
    const { neovim, conversation } = await start(kind);
    await goTo(neovim, 'question 38');
    await hold(neovim);
    await neovim.command('normal! 2j');
    const before = await conversation.lines();
    await neovim.command('ZekeEarlier');
    await neovim.waitFor('require("zeke.session").get().earlierTurnCount == 20');
    expect((await conversation.lines()).slice(1)).toEqual(before.slice(1));
    await neovim.input('y');
    await waitForTurns(neovim, conversation, 21);
    const yanked = await neovim.lua('return vim.fn.getreg("\\"", 1, true)');
    expect(yanked).toEqual(['question 38', '', '## Zeke']);
  });

  it('say what is wrong where Zeke is too old, or the conversation another one by now', async () => {
    const { neovim, conversation } = await start(kind, ({ service, fail }) =>
      fail({
        kind: 'usage',
        message: `This Zeke does not know the request "${service}".`,
        hint: 'Update the zeke program to the version of the plugin.',
      }),
    );
    await neovim.command('ZekeEarlier');
    await neovim.waitFor('said[1]');
    expect(await neovim.lua('return said')).toEqual([
      'This Zeke does not know the request "earlier-turns". Update the zeke program to the version of the plugin.',
    ]);
    expect(await questions(conversation)).toEqual(allFrom(31));
  });

  it('one that runs goes on while its first calls are still to come', async () => {
    const { neovim, conversation } = await start(kind);
    const turnId = 'now';
    const done = Array.from({ length: 200 }, (_, index) => ({
      ...{ type: 'tool-call', step: 1, id: `c${index}`, name: 'read_file' },
      input: { path: `src/${index}.ts` },
      result: { output: `line of ${index}\n`.repeat(60), isError: false },
    }));
    const open = { type: 'tool-call', step: 1, id: 'open', name: 'run', input: { command: 'ls' } };
    const { endReason: _, ...running } = turn(turnId, 'read all', '', { parts: [...done, open] });
    const context = [{ source: 'file', title: 'a.ts' }];
    await hold(neovim);
    await conversation.replace([numbered(1)], { running });
    for (let count = 0; count < 12; count += 1) {
      await conversation.tell({ type: 'tool-output', turnId, id: 'open', text: `out ${count}\n` });
      if (count === 3) await conversation.tell({ type: 'context', turnId, blocks: context });
    }
    await conversation.tell(
      { type: 'tool-result', turnId, id: 'open', output: 'all of it' },
      { type: 'notice', level: 'info', text: 'by the way' },
      { type: 'text-delta', turnId, text: 'All ' },
    );
    await conversation.tell({ type: 'text-delta', turnId, text: 'read.' });
    await conversation.tell({ type: 'turn-end', turnId, reason: 'length' });
    expect(await questions(conversation)).toEqual([]);
    await neovim.input('<Esc>');
    const shown = async () => ({
      lines: await conversation.lines(),
      folds: await neovim.lua<number[]>(FOLDED),
    });
    await neovim.waitFor(async () => (await conversation.lines()).includes('question 1'));
    const grown = await shown();
    expect(grown.folds.length).toBe(203);
    await neovim.lua('require("zeke.chat.transcript").refresh()');
    await neovim.waitFor(async () => (await conversation.lines()).includes('question 1'));
    expect(await shown()).toEqual(grown);
  });

  it('one of hundreds of calls comes piece by piece, and is the same in the end', async () => {
    const { neovim, conversation } = await start(kind);
    const calls = Array.from({ length: 200 }, (_, index) => ({
      ...{ type: 'tool-call', step: 1, id: `c${index}`, name: 'read_file' },
      input: { path: `src/${index}.ts` },
      result: { output: `line of ${index}\n`.repeat(60), isError: false },
    }));
    const parts = [...calls, { type: 'text', step: 2, text: 'All read.' }];
    await hold(neovim);
    await conversation.replace([numbered(1), turn('long', 'read all', '', { parts }), numbered(3)]);
    await conversation.tell({ type: 'turn-retract', turnId: 'long' });
    await conversation.tell({ type: 'undo', turnId: 'long', restored: [], kept: [] });
    expect(await questions(conversation)).toEqual(['question 3']);
    await neovim.input('<Esc>');
    await neovim.waitFor(async () => (await conversation.lines()).includes('question 1'));
    const lines = await conversation.lines();
    const names = lines.filter((line) => line.startsWith('▾ read_file'));
    expect(names).toEqual(calls.map(({ input }) => `▾ read_file ${input.path} · ok`));
    expect(lines.filter((line) => line.startsWith('## You'))).toEqual([
      '## You',
      '## You (set aside: the model is not told of it)',
      '## You',
    ]);
    const folded = await neovim.lua<number[]>(FOLDED);
    expect(folded.map((line) => lines[line - 1])).toEqual(['▾ reasoning', ...names, '▾ reasoning']);
    const end = lines.indexOf('All read.');
    expect(lines.slice(end, end + 4)).toEqual([
      'All read.',
      '',
      'These changes were taken back.',
      '',
    ]);
    await goTo(neovim, 'question 3');
    await neovim.input('[[[[');
    await neovim.waitFor(
      'vim.api.nvim_get_current_line() == "## You (set aside: the model is not told of it)"',
    );
  });
});
