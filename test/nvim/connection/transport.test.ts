import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NeovimClient } from 'neovim/lib/api/client.js';
import { Buffer as NvimBuffer, Tabpage, Window } from 'neovim/lib/api/extTypes.js';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createClient, GuestTransport } from '../../../src/nvim/connection/transport.ts';
import {
  connectOrListen,
  type LocalListener,
  type SocketAddress,
  socketAddress,
} from '../../../src/platform/socket.ts';
import { RpcConnection } from '../../../src/session/share/rpc.ts';
import { describeNeovims, type NeovimKind } from '../../helpers/neovim.ts';

/** What a Neovim at the other end is for us. */
interface Joined {
  readonly client: NeovimClient;
  readonly connection: RpcConnection;
  readonly heard: [string, readonly unknown[]][];
}

describeNeovims('the connection of a Neovim', (kind) => {
  let folder: string;
  let address: SocketAddress;
  let listener: LocalListener;
  let joined: PromiseWithResolvers<Joined>;
  const consoleBefore = { ...console };

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'zeke-transport-'));
    address = socketAddress(join(folder, 'run'), 'it');
    joined = Promise.withResolvers();
    const meeting = await connectOrListen(address, (socket) => {
      const connection = new RpcConnection(socket, 10_000_000, {
        onRequest: () => undefined,
        onNotification: () => undefined,
        onClose: () => undefined,
      });
      const heard: Joined['heard'] = [];
      const transport = new GuestTransport(connection, (method, params) => {
        heard.push([method, params]);
      });
      connection.handOver({
        onFrame: (frame) => transport.receive(frame),
        onDrain: () => undefined,
        onClose: () => transport.end(),
      });
      joined.resolve({ client: createClient(transport), connection, heard });
    });
    if (meeting.role !== 'listening') throw new Error('somebody is here already');
    listener = meeting.listener;
  });
  afterEach(async () => {
    (await joined.promise).connection.drop();
    await listener.close();
    rmSync(folder, { recursive: true, force: true });
    expect({ ...console }).toEqual(consoleBefore);
  });

  async function start({ start: startNeovim }: NeovimKind) {
    const neovim = await startNeovim();
    const lua = 'vim.g.channel = vim.fn.sockconnect("pipe", ..., { rpc = true })';
    await neovim.request('nvim_exec_lua', lua, [address.path]);
    return { neovim, ...(await joined.promise) };
  }

  test('buffers, windows and tab pages are such, both ways', async () => {
    const { neovim, client, heard } = await start(kind);
    const buffer = await client.request('nvim_get_current_buf');
    expect(buffer).toBeInstanceOf(NvimBuffer);
    expect(await client.request('nvim_get_current_win')).toBeInstanceOf(Window);
    expect(await client.request('nvim_get_current_tabpage')).toBeInstanceOf(Tabpage);
    await client.request('nvim_buf_set_lines', [buffer, 0, -1, true, ['from here']]);
    expect(await neovim.lines()).toEqual(['from here']);
    expect(await client.buffer.lines).toEqual(['from here']);
    await neovim.command('call rpcnotify(g:channel, "told", nvim_get_current_win())');
    await client.request('nvim_get_mode');
    expect(heard.map(([method]) => method)).toEqual(['told']);
  });

  test('text that is no UTF-8 survives, and so does what is', async () => {
    const { client } = await start(kind);
    const lua = 'vim.api.nvim_buf_set_lines(0, 0, -1, true, { "\\255\\254abc", "grün ✓", "" })';
    await client.request('nvim_exec_lua', [lua, []]);
    const lines = (await client.request('nvim_buf_get_lines', [0, 0, -1, true])) as unknown[];
    expect(Buffer.from(lines[0] as Uint8Array).toString('latin1')).toBe('\xff\xfeabc');
    expect(lines.slice(1)).toEqual(['grün ✓', '']);
    await client.request('nvim_buf_set_lines', [0, 0, -1, true, lines]);
    const again = await client.request('nvim_buf_get_lines', [0, 0, -1, true]);
    expect(again).toEqual(lines);
  });

  test('what Neovim refuses is an error in its words', async () => {
    const { client } = await start(kind);
    await expect(client.request('nvim_no_such_thing')).rejects.toThrow('nvim_no_such_thing');
    await expect(client.request('nvim_exec_lua', ['error("mine")', []])).rejects.toThrow('mine');
  });

  test('requests settle when it dies', async () => {
    const { neovim, client } = await start(kind);
    const lua = 'vim.wait(60000, function() return false end)';
    const asked = client.request('nvim_exec_lua', [lua, []]);
    const gone = expect(asked).rejects.toThrow('Neovim is gone');
    await neovim.kill();
    await gone;
    await expect(client.request('nvim_get_mode')).rejects.toThrow('Neovim is gone');
  });

  test('a request from there is refused at once', async () => {
    const { neovim } = await start(kind);
    const lua = 'return { pcall(vim.rpcrequest, vim.g.channel, "hello") }';
    const [isOk, why] = (await neovim.request('nvim_exec_lua', lua, [])) as [boolean, string];
    expect(isOk).toBe(false);
    expect(why).toContain('notifications only');
  });
});
