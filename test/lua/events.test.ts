/** `User` autocmds: what happens is told by name and with data, whoever did it. */
import { expect, it } from 'vitest';
import { describeNeovims } from '../helpers/neovim.ts';
import { propose, RECORD_MESSAGES } from '../helpers/proposals.ts';
import { startScriptedZeke } from '../helpers/scripted-zeke.ts';
import { Conversation } from './conversation.ts';

const REVIEWED = { findings: [], summary: 'Nothing.', notices: [], fileCount: 1 };
const APPROVAL = {
  type: 'approval-request',
  id: 'a',
  callId: 'c',
  tool: 'run_command',
  title: 'Run ls',
  detail: { type: 'command', text: 'ls' },
  scope: 'ls',
};

describeNeovims('events', (kind) => {
  it('tell of the conversation, of hunks, of reviews and of who is attached', async () => {
    const zeke = await startScriptedZeke((ask) => {
      if (ask.service === 'review') ask.answer(REVIEWED);
    });
    const neovim = await kind.start({ home: zeke.home, init: RECORD_MESSAGES });
    const events = await neovim.recordEvents('User', 'Zeke*');
    const told = async (name: string) => {
      await neovim.waitFor(() => events.some(({ match }) => match === name));
      return events.findLast(({ match }) => match === name)?.data;
    };
    await neovim.command('ZekeJoin');
    expect(await told('ZekeJoined')).toMatchObject({ root: zeke.home.project, version: '0.0.0' });
    const conversation = new Conversation(neovim);
    await conversation.replace();
    await neovim.lua(
      'require("zeke.rpc").receive("clients", ...)',
      JSON.stringify([{ id: 'test', name: 'neovim', isHost: false }]),
    );
    expect(await told('ZekeClients')).toMatchObject({
      clients: [{ name: 'neovim', isSelf: true }],
    });
    await conversation.begin('Hello');
    expect(await told('ZekeTurnStart')).toMatchObject({ turnId: 't1', message: { text: 'Hello' } });
    await conversation.tell(APPROVAL, {
      type: 'approval-answer',
      id: 'a',
      decision: 'allow',
      by: 'terminal',
    });
    expect(await told('ZekeApprovalRequest')).toMatchObject({ id: 'a', title: 'Run ls' });
    expect(await told('ZekeApprovalAnswer')).toMatchObject({ decision: 'allow', by: 'terminal' });
    await conversation.tell({ type: 'model-switch', model: 'test/two' });
    expect(await told('ZekeModelSwitch')).toMatchObject({ model: 'test/two' });
    await conversation.end();
    expect(await told('ZekeTurnEnd')).toMatchObject({ reason: 'stop' });

    await neovim.setLines(['one', 'two', 'three']);
    await propose(neovim, ['ONE', 'two', 'THREE']);
    expect(await told('ZekeProposalOpened')).toMatchObject({ title: 'Test', hunks: 2 });
    await neovim.command('1ZekeAccept');
    expect(await told('ZekeHunkAccepted')).toMatchObject({
      startLine: 1,
      old: ['one'],
      new: ['ONE'],
    });
    await neovim.command('3ZekeReject');
    expect(await told('ZekeHunkRejected')).toMatchObject({ startLine: 3, new: ['THREE'] });
    expect(await told('ZekeProposalClosed')).toMatchObject({ accepted: 1, rejected: 1 });

    await neovim.command('ZekeReview main');
    expect(await told('ZekeReviewStart')).toMatchObject({ base: 'main' });
    expect(await told('ZekeReviewDone')).toMatchObject({ count: 0 });
    await neovim.command('ZekeLeave');
    expect(await told('ZekeLeft')).toMatchObject({ willRejoin: false });
  });
});
