/**
 * The other end of a Neovim's socket, played by the test: it hosts a project's conversation as far as
 * the plugin can tell, and answers what is asked as the test says. For tests of Lua alone.
 */
import { mkdirSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { decodeMultiStream, encode } from '@msgpack/msgpack';
import { onTestFinished } from 'vitest';
import { NVIM_PROTOCOL_VERSION, RECEIVE, TO_NEOVIM, TO_ZEKE } from '../../src/nvim/protocol.ts';
import { resolvePaths, shortHash } from '../../src/platform/paths.ts';
import { Changes } from './changes.ts';
import { createTestHome, type TestHome } from './zeke.ts';

/** One question of the Neovim. */
export interface ScriptedAsk {
  readonly service: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** True once it is not wanted any more. */
  readonly isCancelled: boolean;
  /** Something on the way to the answer. */
  readonly report: (progress: object) => void;
  readonly answer: (result: unknown) => void;
  readonly fail: (error: { kind: string; message: string; hint?: string }) => void;
}
/** What happens to a question; one that nobody answers stays open. */
export type AnswerAsk = (ask: ScriptedAsk, index: number) => void;

export interface ScriptedZeke {
  readonly home: TestHome;
  readonly asks: readonly ScriptedAsk[];
  /** What the conversation was asked to do; each is confirmed at once. */
  readonly ops: readonly unknown[];
  /** Says something that nobody has asked for to every Neovim: `state`, `events` … */
  readonly tell: (kind: string, value: unknown) => void;
  /** Resolves when so many questions were asked, to the last of them. */
  asked(count: number): Promise<ScriptedAsk>;
  /** Resolves when the question is not wanted any more. */
  cancelled(ask: ScriptedAsk): Promise<void>;
}

/** Hosts the conversation of a new home, until the test ends. */
export async function startScriptedZeke(answer: AnswerAsk): Promise<ScriptedZeke> {
  const home = createTestHome();
  const asks: (ScriptedAsk & { id: unknown; isCancelled: boolean })[] = [];
  const ops: unknown[] = [];
  const changes = new Changes();
  const greeted = new Set<(kind: string, value: unknown) => void>();
  const receive = (socket: Socket, method: string, [first, second, third]: readonly unknown[]) => {
    const send = (kind: string, value: unknown) => {
      const call = ['nvim_exec_lua', [RECEIVE, [kind, JSON.stringify(value)]]];
      socket.write(encode([2, ...call]));
    };
    if (method === TO_ZEKE.hello) {
      send(TO_NEOVIM.welcome, welcome(home));
      greeted.add(send);
    } else if (method === TO_ZEKE.op) {
      ops.push(second);
      send(TO_NEOVIM.done, { id: first });
    } else if (method === TO_ZEKE.cancel) {
      for (const ask of asks) if (ask.id === first) ask.isCancelled = true;
    } else if (method === TO_ZEKE.ask) {
      const ask = {
        id: first,
        service: String(second),
        params: third as Record<string, unknown>,
        isCancelled: false,
        report: (progress: object) => send(TO_NEOVIM.progress, { id: first, ...progress }),
        answer: (result: unknown) => send(TO_NEOVIM.answer, { id: first, result }),
        fail: (error: object) => send(TO_NEOVIM.answer, { id: first, error }),
      };
      asks.push(ask);
      answer(ask, asks.length - 1);
    }
    changes.tell();
  };
  await listen(home, (socket) => void readMessages(socket, receive));
  const until = async <Value>(what: string, ask: () => Value | undefined) =>
    (await changes.until({
      ask,
      isWanted: (value) => value !== undefined,
      whyHopeless: () => undefined,
      fail: (why) => new Error(`${why} while waiting for ${what}`),
    })) as Value;
  return {
    home,
    asks,
    ops,
    tell: (kind, value) => {
      for (const send of greeted) send(kind, value);
    },
    asked: (count) => until(`question ${count}`, () => asks[count - 1]),
    cancelled: async (ask) => {
      await until('the question to be cancelled', () => (ask.isCancelled ? true : undefined));
    },
  };
}

function welcome(home: TestHome) {
  return {
    protocol: NVIM_PROTOCOL_VERSION,
    version: '0.0.0',
    process: `${process.pid}@test`,
    clientId: 'test',
    root: home.project,
  };
}

async function listen(home: TestHome, onConnection: (socket: Socket) => void): Promise<void> {
  const { runtimeDir } = resolvePaths(home.env, process.platform);
  mkdirSync(runtimeDir, { recursive: true, mode: 0o700 });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    // A Neovim that is ended in the middle of a write is no trouble of the test.
    socket.on('error', () => socket.destroy());
    onConnection(socket);
  });
  const path = join(runtimeDir, `${shortHash(home.project)}.sock`);
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
    home.remove();
  });
}

async function readMessages(
  socket: Socket,
  receive: (socket: Socket, method: string, params: readonly unknown[]) => void,
): Promise<void> {
  try {
    for await (const message of decodeMultiStream(socket)) {
      const [kind, method, params] = message as [number, string, readonly unknown[]];
      if (kind === 2) receive(socket, method, params);
    }
  } catch (error) {
    if (!socket.destroyed) throw error;
  }
}
