import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createBuiltinProvider } from '../../../src/agent/builtin/provider.ts';
import { createScanIndex } from '../../../src/context/scan/scan-index.ts';
import type { CodeSearch } from '../../../src/context/search.ts';
import type { ChatRequest, Message, StreamPart } from '../../../src/providers/contract.ts';
import { bareEnvironment, git, makeWorkspace } from '../../helpers/workspace.ts';

const FILES = {
  'README.md': '# Shop\n\n[![badge](x)](y)\n\nSells things over HTTP.\n\n## Install\n',
  'package.json': '{"name":"shop","description":"A shop","scripts":{"test":"vitest"}}',
  'src/client.ts': `/** Talks to the server. */
import { backoff } from './backoff.ts';

/** Sends a request and tries again. */
export async function sendWithRetry(url: string): Promise<void> {
  await backoff(1);
  await fetch(url);
}
`,
  'src/backoff.ts':
    '/** Waits. */\nexport function backoff(attempt: number) {\n  return attempt;\n}\n',
  'src/fence.md': '````\n```\nunicorn fence\n',
};
const PROJECT = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');

function providerFor(root: string, search?: CodeSearch) {
  const env = bareEnvironment(root);
  return createBuiltinProvider({ search: search ?? createScanIndex({ root, env }), root, env });
}

function request(text: string, before: readonly Message[] = []): ChatRequest {
  const message: Message = { role: 'user', content: [{ type: 'text', text }] };
  return { model: 'zeke', messages: [...before, message] };
}

interface Asked {
  readonly root?: string;
  readonly search?: CodeSearch;
  readonly signal?: AbortSignal;
}

async function partsOf(chat: ChatRequest, asked: Asked = {}): Promise<readonly StreamPart[]> {
  const provider = providerFor(asked.root ?? makeWorkspace(FILES), asked.search);
  const signal = asked.signal ?? new AbortController().signal;
  const parts: StreamPart[] = [];
  for await (const part of provider.stream(chat, { signal })) parts.push(part);
  return parts;
}

async function answer(text: string, asked: Asked = {}): Promise<string> {
  const parts = await partsOf(request(text), asked);
  expect(parts.at(-1)).toEqual({ type: 'end', reason: 'stop' });
  return parts.map((part) => (part.type === 'text-delta' ? part.text : '')).join('');
}

describe('the stream', () => {
  it.each([
    'hello',
    'where is the retry logic?',
    'zzqqxx',
    'explain src/client.ts',
    '\0\u001b[31m',
    'list files',
  ])('has one start, one block of text, no usage to pay, and one end (%j)', async (text) => {
    const parts = await partsOf(request(text));
    const types = parts.map(({ type }) => type);
    expect(types.slice(0, 2)).toEqual(['start', 'text-start']);
    expect(types.slice(-3)).toEqual(['text-end', 'usage', 'end']);
    expect(new Set(types.slice(2, -3))).toEqual(new Set(['text-delta']));
    const free = {
      inputTokens: 0,
      outputTokens: 0,
      cachedTokens: 0,
      reasoningTokens: 0,
      costUsd: 0,
    };
    expect(parts.at(-2)).toEqual({ type: 'usage', usage: free });
  });

  it('says in its first line what it is', async () => {
    for (const text of ['hello', 'where is the retry logic?', 'zzqqxx']) {
      expect((await answer(text)).split('\n')[0]).toMatch(/no language model/);
    }
  });

  it('answers a request without any message', async () => {
    const parts = await partsOf({ model: 'zeke', messages: [] });
    expect(parts.at(-1)?.type).toBe('end');
  });

  it('ends with one error when it was aborted before', async () => {
    const parts = await partsOf(request('hello'), { signal: AbortSignal.abort() });
    expect(parts).toMatchObject([
      { type: 'error', error: { kind: 'cancelled', retryable: false } },
    ]);
  });

  it('ends with one error when it is aborted meanwhile', async () => {
    const controller = new AbortController();
    const provider = providerFor(PROJECT);
    const parts: StreamPart[] = [];
    const chat = request('where is the retry logic?');
    for await (const part of provider.stream(chat, { signal: controller.signal })) {
      parts.push(part);
      if (part.type === 'text-delta') controller.abort();
    }
    expect(parts.at(-1)).toMatchObject({ type: 'error', error: { kind: 'cancelled' } });
    expect(parts.filter(({ type }) => type === 'error' || type === 'end')).toHaveLength(1);
  });

  it('turns a failing search into one error', async () => {
    const fail = async () => {
      throw new Error('the index is broken');
    };
    const search = { search: fail, findDefinitions: fail, outline: fail, findFiles: fail };
    const parts = await partsOf(request('where is the retry logic?'), { search });
    const message = 'The built-in engine could not answer: the index is broken';
    expect(parts.at(-1)).toMatchObject({ type: 'error', error: { kind: 'server', message } });
  });

  it('offers its one model without a request', async () => {
    const models = await providerFor(PROJECT).listModels({ signal: AbortSignal.abort() });
    expect(models).toMatchObject([{ id: 'zeke', price: { input: 0, output: 0 } }]);
  });
});

describe('answers', () => {
  it('shows the lines a question is about with path:line', async () => {
    const text = await answer('where is the retry logic?');
    expect(text).toContain('**`src/client.ts:4`** · `sendWithRetry`');
    expect(text).toContain('```ts\n/** Sends a request and tries again. */');
  });

  it('explains a file by what it says, defines, imports and who uses it', async () => {
    const text = await answer('explain src/backoff.ts');
    expect(text).toContain('> Waits.');
    expect(text).toContain('- function `backoff` (`src/backoff.ts:2`): Waits.');
    expect(text).toContain('It is used by:\n\n- `src/client.ts:2`');
    expect(await answer('explain client.ts')).toContain('It imports `./backoff.ts`.');
  });

  it('explains lines by what they stand in', async () => {
    const text = await answer('Explain src/client.ts:6-7');
    expect(text).toContain('### `src/client.ts:6-7`');
    expect(text).toContain('This is part of function `sendWithRetry` (`src/client.ts:5-8`).');
    expect(text).toContain('> Sends a request and tries again.');
  });

  it('explains a definition by its name', async () => {
    expect(await answer('what does sendWithRetry do?')).toContain('`src/client.ts:4`');
  });

  it('shows who uses a name', async () => {
    const text = await answer('who calls backoff?');
    expect(text).toContain('`backoff` is defined at `src/backoff.ts:2`.');
    expect(text).toContain('- `src/client.ts:6` `await backoff(1);`');
    expect(await answer('who calls nobodyKnowsThis?')).toContain('appears nowhere');
  });

  it('tells what the project is', async () => {
    const text = await answer('what does this project do?');
    expect(text).toContain('> Sells things over HTTP.');
    expect(text).not.toContain('badge');
    expect(text).toContain('- description: `A shop`');
    expect(text).toContain('- `src/` 3 files');
  });

  it('lists files', async () => {
    expect(await answer('list files in src')).toContain('3 files in `src/`:\n\n- `src/backoff.ts`');
    expect(await answer('list files in nowhere-at-all')).toContain('No file matches');
  });

  it('says plainly that it cannot write, and shows the places', async () => {
    const text = await answer('fix the retry in sendWithRetry');
    expect(text).toContain('takes a language model');
    expect(text).toContain('`src/client.ts:4`');
  });

  it('counts what a diff changes and reviews it by rules', async () => {
    const root = makeWorkspace(FILES);
    git(root, 'init', '-q');
    git(root, 'add', '-A');
    const diff = git(root, 'diff', '--cached');
    const text = await answer(`please look at this\n\n${diff}`);
    expect(text).toContain('This is a diff of 5 files: 23 lines added, 0 removed.');
    expect(text).toContain('- `src/backoff.ts` +4 −0');
    expect(text).toContain('The review rules find nothing in it.');
    expect(text).toContain('zeke review');
    const worse = diff.replace(/^\+(?!\+\+).*$/gm, '+debugger;');
    expect(await answer(worse)).toContain('(rule `debugging-leftover`)');
  });

  it('looks at the last message only, and at the data that came with it', async () => {
    const before: readonly Message[] = [
      { role: 'user', content: [{ type: 'text', text: 'list files' }] },
      { role: 'assistant', content: [{ type: 'text', text: 'diff --git a/x b/x' }] },
    ];
    const instructions =
      '<data b0 source="instructions" title="AGENTS.md">\nwho calls retry\n</data b0>';
    const mention = '<data b0 source="mention" title="src/client.ts:5-8">\ncode\n</data b0>';
    const chat = request(`${instructions}\n\n${mention}\n\n@src/client.ts:5-8`, before);
    const parts = await partsOf(chat);
    const text = parts.map((part) => (part.type === 'text-delta' ? part.text : '')).join('');
    expect(text).toContain('### `src/client.ts:5-8`');
  });

  it('shows the places that a piped text names', async () => {
    const trace = 'Error: busy\n  at go (/home/me/shop/src/backoff.ts:3:5)\n  at other.ts:1\n';
    const pipe = `<data b0 source="attachment" title="standard input">\n${trace}\n</data b0>`;
    for (const question of ['why does this fail?', 'explain this', '']) {
      const text = await answer(`${pipe}\n\n${question}`);
      expect(text).toContain('They name these places:\n\n**`src/backoff.ts:3`** · `backoff`');
      expect(text).not.toContain('other.ts');
    }
  });

  it('is quick on a piped text made to be slow', async () => {
    for (const text of ['a'.repeat(300_000), 'a/'.repeat(150_000), 'a.a'.repeat(100_000)]) {
      const pipe = `<data b0 source="attachment" title="x">\n${text}\n</data b0>`;
      expect(await answer(`${pipe}\n\nwhat is this?`)).toContain('1 line came with the message');
    }
  });

  it('lets no file close the fence that shows it', async () => {
    expect(await answer('unicorn fence')).toContain('`````md\n````\n```\nunicorn fence\n`````');
  });

  it('answers questions about this very project', async () => {
    const text = await answer('where is the ignore handling of the walk?', { root: PROJECT });
    expect(text).toContain('src/platform/walk/');
  });
});
