/** What a Neovim has asked, from one host to the next. */
import { expect, it } from 'vitest';
import { describeNeovims } from '../../helpers/neovim.ts';

/** The types of the ops that a host is asked, when it comes. */
const ASKED = `local asked = {}
  require("zeke.link.outbox").open(function(op) table.insert(asked, op.op.type) end)
  return asked`;

describeNeovims('the outbox', (kind) => {
  it('asks the next host again, but not to stop what ended with the one before', async () => {
    const neovim = await kind.start();
    const add = (type: string) =>
      neovim.lua('require("zeke.link.outbox").add({ type = ... })', type);
    // The first host may have an answer that runs.
    await add('cancel');
    expect(await neovim.lua(ASKED)).toEqual(['cancel']);
    await add('retry');
    await neovim.lua('require("zeke.link.outbox").close()');
    await add('cancel');
    await add('send');
    expect(await neovim.lua(ASKED)).toEqual(['retry', 'send']);
    await neovim.lua('require("zeke.link.outbox").clear({ kind = "left", message = "gone" })');
    await add('cancel');
    expect(await neovim.lua(ASKED)).toEqual(['cancel']);
  });
});
