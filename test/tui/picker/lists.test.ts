import { describe, expect, test } from 'vitest';
import { EMPTY_STATE, type Turn } from '../../../src/session/state.ts';
import { modelList, providerList, sessionList, turnList } from '../../../src/tui/picker/lists.ts';
import type { ListLoading, ListRequest } from '../../../src/tui/picker/picker-control.ts';
import type { TuiServices } from '../../../src/tui/services.ts';

const services: TuiServices = {
  listModels: async (_signal, onSome) => {
    const models = [
      {
        ref: 'a/one\x1b[2J',
        label: 'One',
        contextTokens: 200_000,
        price: '$1/$2 per 1M',
        capabilities: ['tools', 'images'],
      },
      { ref: 'b/two', label: 'two' },
    ];
    onSome?.(models);
    return models;
  },
  listProviders: async () => [
    { id: 'far', isUsable: false, detail: 'zeke auth add far' },
    { id: 'near', isUsable: true, detail: 'here' },
  ],
  listSessions: async () => [
    {
      id: 's1',
      title: 'Old\n\x1b[31mtalk',
      updatedAt: 0,
      turnCount: 1,
      model: 'a/one',
      isOpen: true,
      forkOf: 'The\x07 old',
    },
    {
      id: 's2',
      title: '',
      updatedAt: Date.now(),
      turnCount: 2,
      problem: 'written by a newer Zeke',
    },
    { id: 'now', title: 'This one', updatedAt: 0, turnCount: 2 },
  ],
  searchSessions: async () => [
    { id: 's1', excerpt: 'said\nthis \x07there' },
    { id: 'gone', excerpt: 'x' },
  ],
  findFiles: async () => [],
  contextTokens: () => undefined,
  history: { load: async () => [], append: async () => undefined },
  bannerLines: [],
};
const loading: ListLoading = { signal: new AbortController().signal, add: () => undefined };
const ignore = () => undefined;

async function rows(list: ListRequest): Promise<readonly string[]> {
  const items = await list.load(loading);
  return items.map(({ label, detail = '', isCurrent }) =>
    `${label} | ${detail}${isCurrent === true ? ' | now' : ''}`.trimEnd(),
  );
}

describe('lists', () => {
  test('models say what they hold, cost and can do; one provider’s alone where asked', async () => {
    expect(await rows(modelList(services, { current: 'b/two' }, ignore))).toEqual([
      'a/one | 200k context · $1/$2 per 1M · tools, images · One',
      'b/two |  | now',
    ]);
    const wanted = { current: 'b/two', provider: 'b' };
    expect(await rows(modelList(services, wanted, ignore))).toEqual(['b/two |  | now']);
  });

  test('providers that can be used come first', async () => {
    expect(await rows(providerList(services, 'near/x', ignore))).toEqual([
      'near | here | now',
      'far | not set up · zeke auth add far',
    ]);
  });

  test('sessions without the one that is open, found ones with what was said', async () => {
    const list = sessionList(services, { title: '', currentId: 'now' }, ignore);
    expect(await rows(list)).toEqual([
      'Old talk | open elsewhere · fork of The old · 1970-01-01 · 1 turn · a/one',
      '(no title) | written by a newer Zeke · just now · 2 turns',
    ]);
    const found = await list.search?.('this', loading.signal);
    expect(found?.map(({ id, detail }) => `${id} ${detail}`)).toEqual([
      's1 “said this there” · open elsewhere · fork of The old · 1970-01-01 · 1 turn · a/one',
    ]);
  });

  test('turns by number, the last one first', async () => {
    const turn = (message: Turn['message']) => ({ message, startedAt: 0 }) as Turn;
    const turns = [
      turn({ text: 'one\n\x1b[2Jmore' }),
      turn({ kind: 'command', text: 'ls' }),
      turn({ kind: 'compact', text: 'all' }),
      turn({ kind: 'continue', text: '' }),
    ];
    const options = { title: '', isWanted: () => true };
    const list = turnList({ ...EMPTY_STATE, turns }, options, ignore);
    expect((await list.load(loading)).map(({ label }) => label)).toEqual([
      '4. /continue',
      '3. /compact all',
      '2. ! ls',
      '1. one more',
    ]);
  });
});
