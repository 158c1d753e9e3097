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
