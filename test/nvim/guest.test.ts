import { ExtData, encode } from '@msgpack/msgpack';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createNeovimDoor } from '../../src/nvim/door.ts';
import type { ServiceTable } from '../../src/nvim/services.ts';
import { ZekeError } from '../../src/platform/errors.ts';
import { connectLocal } from '../../src/platform/socket.ts';
import type { UserInput } from '../../src/session/ops.ts';
import type { TurnRunner } from '../../src/session/port.ts';
import type { LocalSession } from '../../src/session/session.ts';
import { attach } from '../../src/session/share/attach.ts';
import { newId } from '../../src/session/store.ts';
import { watch } from '../session/helpers.ts';
import { type HostedSession, hostSession } from '../session/share/hosted-session.ts';
import { RawNeovim } from './raw-neovim.ts';

const LIMITS = { maxFrameBytes: 4_000_000, maxBufferedBytes: 1_000_000 };

/** Says the message back; a number is that many pieces of ten characters, each a moment apart. */
const runner: TurnRunner = {
  async run({ turn, emit, signal }) {
    const { text } = turn.message;
    if (text === 'wait') {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return 'cancelled';
    }
    for (let index = 0; index < (Number(text) || 0); index += 1) {
      emit({ type: 'text-delta', turnId: turn.id, text: `${index}`.padStart(9, '0').concat(' ') });
      await new Promise(setImmediate);
    }
    emit({ type: 'text-delta', turnId: turn.id, text });
    return 'stop';
  },
};

let hosted: HostedSession;
let session: LocalSession;
let overlays: [string, string | undefined][];
let aborted: string[];
let doorsOpened: number;
const neovims: RawNeovim[] = [];

/** Services that show what becomes of a question; the real ones are tested with the program. */
function services(): ServiceTable {
  const refuse = () => Promise.reject(new ZekeError('provider', 'No.', { hint: 'Try later.' }));
  return {
    files: async ({ pattern }) => ({ paths: [pattern] }),
    edit: async ({ instruction }, { report, signal }) => {
      report({ text: 'one ' });
      report({ text: 'two' });
      if (instruction !== 'wait') {
        return { text: 'done', explanation: '', model: 'm/m', costUsd: null };
      }
      return await new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          aborted.push('edit');
          reject(new Error('aborted'));
        });
      });
    },
    'context-use': async (_, { sessionState }) => ({ tokens: sessionState().turns.length }),
    diff: async () => {
      throw new TypeError('a bug');
    },
    models: refuse,
    sessions: refuse,
    'search-sessions': refuse,
    'delete-session': refuse,
    'export-session': refuse,
    'earlier-turns': refuse,
    symbols: refuse,
    definition: refuse,
    cost: refuse,
    apply: refuse,
    complete: refuse,
    review: refuse,
    'commit-message': refuse,
  };
}

beforeEach(async () => {
  overlays = [];
  aborted = [];
  doorsOpened = 0;
  const doorOf = (project: string) => async () => {
    doorsOpened += 1;
    return createNeovimDoor({
      root: project,
      version: '9.9.9',
      services: services(),
      setOverlay: (path, text) => overlays.push([path, text]),
      log: () => undefined,
    });
  };
  const doorsOf = (project: string) => new Map([['neovim', doorOf(project)]]);
  hosted = await hostSession({ runner, limits: LIMITS, doorsOf });
  session = hosted.session;
});
afterEach(async () => {
  for (const { socket } of neovims.splice(0)) socket.destroy();
  await hosted.close();
});

async function connect(): Promise<RawNeovim> {
  const neovim = await RawNeovim.connect(hosted.address);
  neovims.push(neovim);
  return neovim;
}

async function joinNeovim(more = {}): Promise<RawNeovim> {
  const neovim = await connect();
  neovim.hello(more);
  await neovim.until('clients');
  return neovim;
}

const send = (message: UserInput) => ({ type: 'send', message }) as const;

async function attachClient() {
  const socket = await connectLocal(hosted.address);
  if (socket === undefined) throw new Error('nobody listens');
  return attach(socket, { clientName: 'test', seen: undefined });
}

describe('joining', () => {
  test('is welcomed, told the state and who is there, and shown to the others', async () => {
    const other = await attachClient();
    expect(doorsOpened).toBe(0);
    const neovim = await joinNeovim();
    expect(neovim.told.map(({ kind }) => kind)).toEqual(['welcome', 'state', 'clients']);
    const welcome = await neovim.until('welcome');
    expect(welcome).toMatchObject({ protocol: 1, version: '9.9.9', root: hosted.project });
    const state = await neovim.until('state');
    expect(state).toMatchObject({ sessionId: session.getState().sessionId, turns: [] });
    const clients = await neovim.until('clients');
    expect(clients.find(({ id }) => id === welcome.clientId)).toMatchObject({ name: 'neovim' });
    while (!other.getClients().some(({ name }) => name === 'neovim')) {
      await new Promise<void>((resolve) => other.subscribeClients(resolve));
    }
    neovim.socket.destroy();
    while (session.getClients().some(({ name }) => name === 'neovim')) {
      await new Promise<void>((resolve) => session.subscribeClients(resolve));
    }
    await other.close();
  });

  test('is told the last turns where it can ask for those before, else the last 200', async () => {
    for (let index = 0; index < 12; index += 1) {
      await session.sendAs(send({ text: `${index}`.padEnd(50_000, '.') }), newId(), 'test');
    }
    while (session.getState().turns.length < 12) {
      await new Promise<void>((resolve) => {
        const off = session.subscribe(() => {
          off();
          resolve();
        });
      });
    }
    const told = async (more: object) => {
      const { turns, earlierTurnCount } = await (await joinNeovim(more)).until('state');
      return [(turns as unknown[]).length, earlierTurnCount];
    };
    expect(await told({})).toEqual([12, 0]);
    expect(await told({ loadsEarlier: true })).toEqual([2, 10]);
  });

  test('what comes while the code is loaded is kept, in order', async () => {
    const neovim = await connect();
    neovim.hello();
    for (let index = 0; index < 50; index += 1)
      neovim.notify('ask', index, 'files', { pattern: `${index}`, limit: 1 });
    await neovim.until('answer', ({ id }) => id === 49);
    const ids = neovim.told.flatMap(({ kind, value }) => (kind === 'answer' ? [value.id] : []));
    expect(ids).toEqual(Array.from({ length: 50 }, (_, index) => index));
  });

  test.each([
    ['an old plugin', 0, 'plugin in this Neovim (protocol 0) is older', 'Update the zeke plugin'],
    ['no number', undefined, 'is older than Zeke 9.9.9', 'Update the zeke plugin'],
    [
      'an old Zeke',
      7,
      'is older than the plugin in this Neovim (protocol 7)',
      'Update the zeke program',
    ],
  ])('%s is told which side is older and what to do', async (_, protocol, what, todo) => {
    const neovim = await connect();
    neovim.hello({ protocol });
    const welcome = await neovim.until('welcome');
    expect(welcome).toMatchObject({ protocol: 1, version: '9.9.9' });
    expect(String(welcome.error)).toContain(what);
    expect(String(welcome.error)).toContain(todo);
    await neovim.untilClosed();
    expect(session.getClients().map(({ name }) => name)).not.toContain('neovim');
  });

  test('again, it gets only what it has missed', async () => {
    const first = await joinNeovim();
    first.notify('op', 1, send({ text: 'one' }));
    await first.untilEvent('turn-end');
    const { sessionId, seq } = session.getState();
    first.socket.destroy();
    session.send({ type: 'rename', title: 'called so' });
    const again = await connect();
    again.hello({ seen: { sessionId, seq } });
    await again.until('clients');
    expect(again.events()).toMatchObject([{ type: 'session-rename', seq: seq + 1 }]);
    expect(again.told.some(({ kind }) => kind === 'state')).toBe(false);
    const other = await connect();
    other.hello({ seen: { sessionId: 'elsewhere', seq } });
    expect(await other.until('state')).toMatchObject({ sessionId });
  });

  test('somebody for whom there is no door is served as ever: not at all', async () => {
    const stranger = await connect();
    stranger.notify('hello', { client: 'emacs', protocol: 1 });
    stranger.notify('hello', { client: '__proto__', protocol: 1 });
    stranger.hello();
    await stranger.until('clients');
  });
});

describe('ops', () => {
  test('are carried out under its name, and confirmed', async () => {
    const neovim = await joinNeovim();
    neovim.notify('op', 'abcdefgh', send({ text: 'hello' }));
    await neovim.untilEvent('turn-end');
    expect(await neovim.until('done')).toEqual({ id: 'abcdefgh' });
    expect(session.getState().turns[0]).toMatchObject({ id: 'abcdefgh' });
  });

  test.each([[undefined], [{ type: 'rm' }], [{ type: 'send', message: 7 }], ['clear']])(
    'what is none is refused in words: %j',
    async (op) => {
      const neovim = await joinNeovim();
      neovim.notify('op', 1, op);
      const done = await neovim.until('done');
      expect(done).toMatchObject({ id: 1, error: { kind: 'usage' } });
      neovim.notify('op', 2, { type: 'rename', title: 'still here' });
      expect(await neovim.until('done', ({ id }) => id === 2)).toEqual({ id: 2 });
    },
  );

  test('a message knows where the user was', async () => {
    const neovim = await joinNeovim();
    neovim.notify('editor', { path: '/etc/passwd', line: 3, openFiles: ['../x', 'src/b.ts', 7] });
    neovim.notify('op', 1, send({ text: 'one' }));
    neovim.notify('editor', { path: 'src/a.ts', line: 3, openFiles: [] });
    neovim.notify('op', 2, send({ text: 'two' }));
    neovim.notify('op', 3, send({ text: 'true', kind: 'command' }));
    await neovim.until('done', ({ id }) => id === 3);
    const { turns, running, queue } = session.getState();
    const all = [...turns, ...(running === undefined ? [] : [running]), ...queue];
    expect(all.map(({ message }) => message.editor)).toEqual([
      { openFiles: ['src/b.ts'] },
      { path: 'src/a.ts', line: 3, openFiles: [] },
      undefined,
    ]);
  });

  test('buffers that are not saved are shown to the index, until it leaves', async () => {
    const neovim = await joinNeovim();
    neovim.notify('overlay', 'a.ts', 'text');
    neovim.notify('overlay', '../a.ts', 'text');
    neovim.notify('overlay', 'b.ts', 'more');
    neovim.notify('overlay', 'a.ts');
    neovim.notify('overlay', 'c.ts', 'x'.repeat(2_000_000));
    neovim.notify('op', 1, { type: 'clear' });
    await neovim.until('done');
    neovim.socket.destroy();
    while (session.getClients().length > 1) {
      await new Promise<void>((resolve) => session.subscribeClients(resolve));
    }
    expect(overlays).toEqual([
      ['a.ts', 'text'],
      ['b.ts', 'more'],
      ['a.ts', undefined],
      ['b.ts', undefined],
    ]);
  });
});

describe('questions', () => {
  test('have one answer, after what was reported', async () => {
    const neovim = await joinNeovim();
    neovim.notify('ask', 'q', 'edit', { instruction: 'go', text: '' });
    const answer = await neovim.until('answer');
    expect(answer).toMatchObject({ id: 'q', result: { text: 'done' } });
    const kinds = neovim.told.map(({ kind }) => kind);
    expect(kinds.indexOf('progress')).toBeLessThan(kinds.indexOf('answer'));
    expect(await neovim.until('progress')).toEqual({ id: 'q', text: 'one two' });
  });

  test.each([
    ['models', {}, { kind: 'provider', message: 'No.', hint: 'Try later.' }],
    ['files', { pattern: 7, limit: 1 }, { kind: 'usage' }],
    ['edit', [], { kind: 'usage' }],
    ['no-such', {}, { kind: 'usage' }],
    ['__proto__', {}, { kind: 'usage' }],
    ['diff', {}, { kind: 'internal', message: 'a bug' }],
  ])('that cannot be answered have an error: %s', async (name, params, error) => {
    const neovim = await joinNeovim();
    neovim.notify('ask', 1, name, params);
    expect(await neovim.until('answer')).toMatchObject({ id: 1, error });
  });

  test('text that is no UTF-8 is refused by name, not mangled', async () => {
    const neovim = await joinNeovim();
    const pattern = Buffer.from([0xa3, 0xff, 0xfe, 0x61]);
    const head = Buffer.from([0x93, 0x02, 0xa3, ...Buffer.from('ask'), 0x93, 0x01]);
    const name = Buffer.from([0xa5, ...Buffer.from('files')]);
    const params = Buffer.concat([
      Buffer.from([0x82, 0xa5, ...Buffer.from('limit'), 0x01, 0xa7, ...Buffer.from('pattern')]),
      pattern,
    ]);
    neovim.socket.write(Buffer.concat([head, name, params]));
    const answer = await neovim.until('answer');
    expect(answer).toMatchObject({ id: 1, error: { kind: 'usage' } });
    expect(JSON.stringify(answer)).toContain('pattern');
  });

  test('are settled when they are cancelled, and end when it hangs up', async () => {
    const neovim = await joinNeovim();
    neovim.notify('ask', 1, 'edit', { instruction: 'wait', text: '' });
    neovim.notify('cancel', 1);
    neovim.notify('cancel', 1);
    neovim.notify('cancel', 'never');
    expect(await neovim.until('answer')).toMatchObject({ id: 1, error: { kind: 'cancelled' } });
    neovim.notify('ask', 2, 'edit', { instruction: 'wait', text: '' });
    await neovim.until('progress', ({ id }) => id === 2);
    neovim.socket.destroy();
    while (session.getClients().length > 1) {
      await new Promise<void>((resolve) => session.subscribeClients(resolve));
    }
    expect(aborted).toEqual(['edit', 'edit']);
  });
});

describe('what happens', () => {
  test('is told in fewer, longer pieces, and nothing is lost', async () => {
    const neovim = await joinNeovim();
    neovim.notify('op', 1, send({ text: '3000' }));
    await neovim.untilEvent('turn-end');
    const told = neovim.events();
    const text = told.map((event) => (event.type === 'text-delta' ? event.text : '')).join('');
    const [turn] = session.getState().turns;
    expect(turn?.parts).toMatchObject([{ type: 'text', text }]);
    expect(told.at(-1)).toMatchObject({ type: 'turn-end' });
    const seqs = told.map(({ seq }) => Number(seq));
    expect(seqs).toEqual(seqs.toSorted((one, two) => one - two));
    const pieces = told.filter(({ type }) => type === 'text-delta').length;
    expect(pieces).toBeLessThan(1500);
  });

  test('to one that does not read: the state anew, once it does', async () => {
    const neovim = await joinNeovim();
    neovim.socket.pause();
    for (let index = 0; index < 40; index += 1) session.send(send({ text: 'x'.repeat(500_000) }));
    const other = watch(session);
    await other.until(() => other.ends().length >= 40);
    const before = neovim.told.length;
    neovim.socket.resume();
    await neovim.until('state', ({ seq }) => Number(seq) >= session.getState().seq);
    const later = neovim.told.slice(before).filter(({ kind }) => kind === 'state');
    expect(later).toHaveLength(1);
  });

  test('half a character reaches Lua as text that it can read', async () => {
    const neovim = await joinNeovim();
    session.send({ type: 'rename', title: 'a\ud800b \\ud800' });
    const [renamed] = await neovim.until('events');
    expect(renamed).toMatchObject({ title: 'a\ufffdb \\ud800' });
  });

  test('another session is told as a whole', async () => {
    const neovim = await joinNeovim();
    neovim.notify('op', 1, { type: 'switch-model', model: 'other/model' });
    await neovim.until('events', (events) => events.some(({ type }) => type === 'model-switch'));
  });
});

/** The same numbers below `limit` in every run. */
function randomNumbers(seed: number): (limit: number) => number {
  let last = seed;
  return (limit) => {
    last = (Math.imul(last, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((last / 2 ** 32) * limit);
  };
}

const HOSTILE: readonly [string, Uint8Array][] = [
  ['a byte that msgpack does not have', Uint8Array.of(0xc1)],
  ['a bare value', Uint8Array.of(0x2a)],
  ['a bare text', encode('GET / HTTP/1.1')],
  ['an answer to nothing', encode([1, 77, null, 'x'])],
  ['a message of an unknown kind', encode([7, 1, 'op', []])],
  ['an empty list', encode([])],
  ['200,000 levels', Buffer.concat([new Uint8Array(200_000).fill(0x91), Uint8Array.of(0x01)])],
  [
    '200,000 levels within an op',
    Buffer.concat([
      Buffer.from([0x93, 0x02, 0xa2, 0x6f, 0x70, 0x92, 0x01]),
      new Uint8Array(200_000).fill(0x91),
      Uint8Array.of(0x01),
    ]),
  ],
  ['a huge message', encode([2, 'op', ['y'.repeat(5_000_000)]])],
  ['a list that claims to be endless', Uint8Array.of(0xdd, 0xff, 0xff, 0xff, 0xff)],
  ['a key that is a prototype', encode([2, 'op', [1, JSON.parse('{"__proto__": 1}')]])],
  ['a handle that is none', encode([2, 'editor', [new ExtData(0, encode('x'))]])],
  ['a handle cut short', encode([2, 'editor', [new ExtData(1, new Uint8Array([0xcd]))]])],
];

describe('hostile bytes', () => {
  test.each(HOSTILE)('%s: that connection only', async (_, bytes) => {
    const [good, other, bad] = [await joinNeovim(), await attachClient(), await joinNeovim()];
    bad.socket.write(bytes);
    await bad.untilClosed();
    good.notify('op', 1, send({ text: 'still here' }));
    await good.untilEvent('turn-end');
    while (other.getState().turns.length === 0) {
      await new Promise<void>((resolve) => other.subscribe(() => resolve()));
    }
    await other.close();
  });

  test.each(HOSTILE)('%s right after hello', async (_, bytes) => {
    const bad = await connect();
    bad.hello();
    bad.socket.write(bytes);
    await bad.untilClosed();
    const good = await joinNeovim();
    good.notify('ask', 1, 'files', { pattern: 'x', limit: 1 });
    await good.until('answer');
  });

  test('messages with random bytes in them', async () => {
    const good = await joinNeovim();
    const greeting = encode([2, 'hello', [{ client: 'neovim', protocol: 1 }]]);
    const rest = [
      encode([2, 'op', ['abcdefgh', send({ text: 'hello' })]]),
      encode([2, 'ask', [1, 'files', { pattern: 'x', limit: 1 }]]),
      encode([2, 'overlay', ['a.ts', 'text']]),
      encode([2, 'editor', [{ path: 'a.ts', line: 1, openFiles: [new ExtData(0, encode(1))] }]]),
      encode([0, 1, 'nvim_command', ['x']]),
    ];
    const random = randomNumbers(5);
    for (let round = 0; round < 300; round += 1) {
      const bytes = Buffer.concat([greeting, ...rest]);
      // Half of them are greeted first, and are served by what comes after the greeting.
      const start = round % 2 === 0 ? greeting.length : 0;
      for (let count = random(4); count >= 0; count -= 1) {
        bytes[start + random(bytes.length - start)] = random(256);
      }
      const bad = await connectLocal(hosted.address);
      // It may be hung up on before it has said everything.
      bad?.on('error', () => undefined).resume();
      bad?.end(bytes.subarray(0, bytes.length - random(20)));
    }
    good.notify('ask', 'last', 'files', { pattern: 'x', limit: 1 });
    expect(await good.until('answer')).toMatchObject({ id: 'last' });
  });

  test('what means nothing here is passed over', async () => {
    const neovim = await joinNeovim();
    neovim.notify('nvim_buf_lines_event', new ExtData(0, encode(1)), 1, ['x']);
    neovim.notify('nvim_error_event', 0, 'E5108: attempt to index a nil value');
    neovim.notify('hello', { client: 'neovim', protocol: 1 });
    neovim.notify('op');
    neovim.notify('ask', {}, 'files');
    neovim.notify('editor', 'x');
    neovim.notify('overlay', 7, 7);
    neovim.notify('ask', 1, 'files', { pattern: 'x', limit: 1 });
    expect(await neovim.until('answer')).toMatchObject({ id: 1 });
  });
});
