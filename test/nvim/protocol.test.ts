import { expect, test } from 'vitest';
import { NVIM_PROTOCOL_VERSION, SERVICES, TO_NEOVIM, TO_ZEKE } from '../../src/nvim/protocol.ts';
import { describeNeovims } from '../helpers/neovim.ts';

describeNeovims('protocol.lua', (kind) => {
  test('says the same as protocol.ts', async () => {
    const script = 'io.stdout:write(vim.json.encode(require("zeke.protocol")))';
    const { stdout, stderr } = await kind.runLua(script);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      VERSION: NVIM_PROTOCOL_VERSION,
      TO_ZEKE,
      TO_NEOVIM,
      SERVICES: [...SERVICES],
    });
  });
});
