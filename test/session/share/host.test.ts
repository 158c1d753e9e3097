import { once } from 'node:events';
import { ExtData, encode } from '@msgpack/msgpack';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectLocal, type LocalSocket } from '../../../src/platform/socket.ts';
import type { SessionPort, TurnRunner } from '../../../src/session/port.ts';
import type { LocalSession } from '../../../src/session/session.ts';
import { type AttachedSession, attach } from '../../../src/session/share/attach.ts';
import { decodeMessage, encodeRequest, FrameSplitter } from '../../../src/session/share/wire.ts';
import { watch } from '../helpers.ts';
import { type HostedSession, hostSession } from './hosted-session.ts';

const LIMITS = { maxFrameBytes: 1_000_000, maxBufferedBytes: 100_000 };

/**
 * Says the message back, or as many thousand characters as it asks for, piece by piece. The steps
 * keep the pieces apart: those of one text would be gathered.
 */
const runner: TurnRunner = {
  async run({ turn, emit, requestApproval }) {
    const { text } = turn.message;
    if (text === 'ask') {
      const detail = { type: 'command', text: 'ls' } as const;
      await requestApproval({ callId: 'c', tool: 'run', title: 'run ls', detail, scope: 'all' });
      return 'stop';
    }
    const pieces = Number(text) || 0;
    for (let index = 0; index < pieces; index += 1) {
      emit({ type: 'text-delta', turnId: turn.id, text: `${'x'.repeat(999)}\n` });
      emit({ type: 'step-start', turnId: turn.id, step: index + 1 });
      await new Promise(setImmediate);
    }
    emit({ type: 'text-delta', turnId: turn.id, text });
    return 'stop';
  },
};

let hosted: HostedSession;
let session: LocalSession;
const sockets: LocalSocket[] = [];

beforeEach(async () => {
  hosted = await hostSession({ runner, limits: LIMITS });
  session = hosted.session;
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await hosted.close();
});

async function connect(): Promise<LocalSocket> {
  const socket = await connectLocal(hosted.address);
  if (socket === undefined) throw new Error('nobody listens');
  socket.on('error', () => undefined);
  sockets.push(socket);
  return socket;
}

async function enter(): Promise<AttachedSession> {
  return attach(await connect(), { clientName: 'test', seen: undefined });
}

/** Sends a request as any msgpack-RPC client would and waits for the answer. */
async function ask(socket: LocalSocket, method: string, params: readonly unknown[]) {
  const splitter = new FrameSplitter(LIMITS.maxFrameBytes);
  socket.write(encodeRequest(1, method, params));
  for await (const [chunk] of events(socket)) {
    for (const frame of splitter.push(chunk)) {
      const message = decodeMessage(frame);
      if (message.kind === 'response') return message;
    }
  }
  throw new Error('hung up');
}
async function* events(socket: LocalSocket): AsyncGenerator<[Buffer]> {
  for (;;) yield (await once(socket, 'data')) as [Buffer];
}

const say = (text: string) => ({ type: 'send', message: { text } }) as const;

describe('what a client may send', () => {
  test('hello answers with the protocol, the session and its state', async () => {
    const answer = await ask(await connect(), 'hello', [{ protocol: 1, client: 'nvim' }]);
    expect(answer.error).toBeNull();
    const { sessionId } = session.getState();
    expect(answer.result).toMatchObject({ protocol: 1, sessionId, seq: 1 });
    const { state } = answer.result as { state: string };
    expect(JSON.parse(state)).toMatchObject({ sessionId, model: 'test/model' });
  });

  test.each([
    ['another protocol', 'hello', [{ protocol: 2 }]],
    ['no protocol', 'hello', []],
    ['a method of Neovim', 'nvim_set_client_info', ['zeke', {}, 'remote', {}, {}]],
    ['an op before hello', 'op', [{ op: { type: 'clear' } }]],
  ])('%s is answered with an error and the connection stays', async (_, method, params) => {
    const socket = await connect();
    const answer = await ask(socket, method, params);
    expect(answer.error).toEqual(expect.any(String));
    expect((await ask(socket, 'hello', [{ protocol: 1 }])).error).toBeNull();
  });

  test('what is no op is answered with an error', async () => {
    const socket = await connect();
    await ask(socket, 'hello', [{ protocol: 1 }]);
    for (const op of [undefined, null, { type: 'rm -rf' }, { type: 'send', message: 7 }]) {
      expect((await ask(socket, 'op', [{ op }])).error).toEqual(expect.any(String));
    }
    expect((await ask(socket, 'op', [{ op: say('hi') }])).error).toBeNull();
  });

  test.each([
    ['a byte that msgpack does not have', Uint8Array.of(0xc1)],
    ['no message', encode('GET / HTTP/1.1')],
    ['a message of an unknown kind', encode([7, 1, 'hello', []])],
    ['a message that is too large', encode([2, 'x', ['y'.repeat(2_000_000)]])],
    ['a list that claims to be endless', Uint8Array.of(0xdd, 0xff, 0xff, 0xff, 0xff)],
    ['a hundred thousand levels', new Uint8Array(100_000).fill(0x91)],
  ])('%s drops that connection only', async (name, bytes) => {
    const good = await enter();
    const seen = watch(good);
    const bad = await connect();
    bad.resume();
    bad.write(bytes);
    // Levels that never end are only found out when the end does not come.
    if (name.includes('levels')) bad.write(new Uint8Array(1_000_000).fill(0x91));
    if (!bad.closed) await new Promise((resolve) => bad.once('close', resolve));
    good.send(say('still here'));
    await seen.until(() => seen.ends().length === 1);
    await good.close();
  });

  test('Neovim’s handles in a notification are passed over', async () => {
    const socket = await connect();
    socket.write(encode([2, 'nvim_buf_lines_event', [new ExtData(0, encode(1)), 1, ['x']]]));
    expect((await ask(socket, 'hello', [{ protocol: 1 }])).error).toBeNull();
  });

  test('one that hangs up at any moment is forgotten', async () => {
    for (let index = 0; index < 50; index += 1) {
      const socket = await connect();
      if (index % 2 === 0) socket.write(encodeRequest(1, 'hello', [{ protocol: 1 }]));
      if (index % 3 === 0) socket.write(Uint8Array.of(0x94, 0x00));
      socket.destroy();
    }
    const good = await enter();
    const seen = watch(good);
    good.send(say('hello'));
    await seen.until(() => seen.ends().length === 1);
    await good.close();
  });
});

describe('who answered', () => {
  test('is what the connection says, whatever the op says', async () => {
    const guest = await enter();
    const seen = watch(guest);
    guest.send(say('ask'));
    await seen.until(() => guest.getState().approval !== undefined);
    const requestId = guest.getState().approval?.id ?? '';
    const op = { type: 'approve', requestId, decision: 'allow', by: 'somebody else' };
    const socket = await connect();
    await ask(socket, 'hello', [{ protocol: 1, client: 'neo\u001b[2Jvim' }]);
    expect((await ask(socket, 'op', [{ op, by: 'somebody else' }])).error).toBeNull();
    await seen.until(() => seen.types().includes('approval-answer'));
    const answer = seen.events.find(({ type }) => type === 'approval-answer');
    expect(answer).toMatchObject({ decision: 'allow', by: 'neo2Jvim' });
    await guest.close();
  });
});

describe('what a client is shown', () => {
  test('the same events as everybody, whatever is in them', async () => {
    const [one, two] = [await enter(), await enter()];
    const seen = [watch(session), watch(one), watch(two)];
    const hostile = '\u001b]0;title\u0007 \ud800 \u202e __proto__ \u2028';
    one.send(say(hostile));
    for (const each of seen) await each.until(() => each.ends().length === 1);
    expect(seen[1]?.events).toEqual(seen[0]?.events);
    expect(seen[2]?.events).toEqual(seen[0]?.events);
    expect(two.getState()).toEqual(session.getState());
    await Promise.all([one.close(), two.close()]);
  });

  test('who has seen the beginning gets the rest, who has not gets everything', async () => {
    const early = await enter();
    const seenEarly = watch(early);
    early.send(say('one'));
    await seenEarly.until(() => seenEarly.ends().length === 1);
    const seen = early.getState();
    await early.close();
    session.send(say('two'));
    const all = watch(session);
    await all.until(() => all.ends().length === 1);
    const again = await attach(await connect(), { clientName: 'test', seen });
    expect(again.missed).toEqual(all.events);
    expect(again.getState()).toEqual(session.getState());
    const fresh = await enter();
    expect(fresh.getState()).toEqual(session.getState());
    expect(fresh.missed).toBeUndefined();
    await Promise.all([again.close(), fresh.close()]);
  });

  test('one that does not read holds nobody up and gets the state anew when it reads', async () => {
    const slowSocket = await connect();
    const slow = await attach(slowSocket, { clientName: 'slow', seen: undefined });
    const fast = await enter();
    const [seenSlow, seenFast] = [watch(slow), watch(fast)];
    slowSocket.pause();
    fast.send(say('3000'));
    await seenFast.until(() => seenFast.ends().length === 1);
    expect(seenSlow.ends()).toEqual([]);
    slowSocket.resume();
    await seenSlow.until(() => slow.getState().seq === session.getState().seq);
    expect(seenSlow.batches).toContainEqual([]);
    expect(slow.getState()).toEqual(session.getState());
    slow.send(say('and on'));
    await seenSlow.until(() => seenSlow.ends().length >= 1 && slow.getState().turns.length === 2);
    await Promise.all([slow.close(), fast.close()]);
  });

  test('when the host leaves, what it said last still arrives', async () => {
    const client = await enter();
    const seen = watch(client);
    const lost = Promise.withResolvers<void>();
    client.onLost(() => lost.resolve());
    session.send(say('100'));
    await seen.until(() => seen.events.length > 2);
    await session.close();
    await hosted.host.close();
    await lost.promise;
    expect(seen.ends()).toEqual(['cancelled']);
    await client.close();
  });
});

describe('who is attached', () => {
  const namesOf = (port: SessionPort) => port.getClients().map(({ name }) => name);
  const untilNames = async (port: SessionPort, names: readonly string[]): Promise<void> => {
    while (JSON.stringify(namesOf(port)) !== JSON.stringify(names)) {
      await new Promise<void>((resolve) => {
        const forget = port.subscribeClients(() => {
          forget();
          resolve();
        });
      });
    }
  };
  const enterAs = async (clientName: string) =>
    attach(await connect(), { clientName, seen: undefined });

  test('everybody sees everybody, knows which one it is, and who hosts', async () => {
    expect(namesOf(session)).toEqual(['terminal']);
    const one = await enterAs('ask');
    const two = await enterAs('neovim');
    const all = ['terminal', 'ask', 'neovim'];
    for (const port of [session, one, two]) await untilNames(port, all);
    const selves = [session, one, two].map((port) => port.getClients().map(({ isSelf }) => isSelf));
    expect(selves).toEqual([
      [true, false, false],
      [false, true, false],
      [false, false, true],
    ]);
    const ids = [session, one, two].map((port) => port.getClients().map(({ id }) => id));
    expect(ids[1]).toEqual(ids[0]);
    expect(ids[2]).toEqual(ids[0]);
    expect(new Set(ids[0]).size).toBe(3);
    expect(two.getClients().map(({ isHost }) => isHost)).toEqual([true, false, false]);
    await one.close();
    for (const port of [session, two]) await untilNames(port, ['terminal', 'neovim']);
    await two.close();
    await untilNames(session, ['terminal']);
  });

  test.each([
    ['nothing', undefined, 'unnamed'],
    ['no text', { toString: 'x' }, 'unnamed'],
    ['only what cannot be shown', '\u001b\u0007\u202e\u200b \ud800', 'unnamed'],
    ['escape sequences', 'nv\u001b[31mim\u0007', 'nv31mim'],
    ['half a megabyte', 'x'.repeat(500_000), 'x'.repeat(32)],
    ['lines', 'two\nlines', 'twolines'],
    ['another script', 'терминал 端末', 'терминал 端末'],
  ])('a name that is %s', async (_, client, shown) => {
    const socket = await connect();
    const answer = await ask(socket, 'hello', [{ protocol: 1, client }]);
    const { clients, clientId } = answer.result as { clients: string; clientId: string };
    const own = (JSON.parse(clients) as { id: string; name: string }[]).find(
      ({ id }) => id === clientId,
    );
    expect(own?.name).toBe(shown);
    expect(namesOf(session)).toEqual(['terminal', shown]);
  });

  test('one that says hello again and again is one', async () => {
    const socket = await connect();
    for (let index = 0; index < 20; index += 1) {
      await ask(socket, 'hello', [{ protocol: 1, client: `name${index}` }]);
    }
    expect(namesOf(session)).toEqual(['terminal', 'name0']);
  });

  test('one that has not said hello is nobody, and may ask whether the host is there', async () => {
    const socket = await connect();
    expect((await ask(socket, 'ping', [])).result).toBe(true);
    expect(namesOf(session)).toEqual(['terminal']);
  });

  test('many that come and go at once leave a right list', async () => {
    const many = await Promise.all(Array.from({ length: 60 }, (_, index) => enterAs(`c${index}`)));
    const [last, ...others] = many.toReversed();
    await Promise.all(others.map((one) => one.close()));
    if (last === undefined) throw new Error('nobody is left');
    await untilNames(last, ['terminal', 'c59']);
    await untilNames(session, ['terminal', 'c59']);
    await last.close();
  });
});
