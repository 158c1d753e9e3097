import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import type { ChatRequest } from '../../../src/providers/contract.ts';
import { createOllamaProvider } from '../../../src/providers/ollama/provider.ts';
import { collect } from '../../conformance/collect.ts';
import { startServer } from '../../platform/http/servers.ts';
import { shortRequest } from '../conversation.ts';
import { testClient, testHost } from '../provider-host.ts';

const SHARED = fileURLToPath(
  new URL('../../../../shared/transcripts/models/ollama.json', import.meta.url),
);
const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const part of opened.splice(0)) await part.close();
});

const SHOW = {
  model_info: { 'general.architecture': 'qwen3', 'qwen3.context_length': 40_960 },
  parameters: 'stop "x"\nnum_ctx                        12000',
  capabilities: ['completion', 'tools', 'thinking'],
};
const LINE = {
  model: 'm',
  message: { role: 'assistant', content: 'Hi' },
  done: true,
  done_reason: 'stop',
};

/** A server with one model; `show` is what it says of it, or a status. */
async function ollama(show: object | number) {
  const asked: { readonly path: string; readonly body: { readonly [field: string]: unknown } }[] =
    [];
  const server = await startServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => (text += chunk));
    request.on('end', () => {
      asked.push({ path: request.url ?? '', body: text === '' ? {} : JSON.parse(text) });
      if (request.url === '/api/show' && typeof show === 'number')
        response.writeHead(show).end('{}');
      else response.end(JSON.stringify(request.url === '/api/show' ? show : LINE));
    });
  });
  const http = testClient();
  opened.push(http, server);
  const provider = createOllamaProvider(testHost(server.url, http, { id: 'ollama' }));
  const ask = (request: ChatRequest) =>
    collect(provider.stream(request, { signal: new AbortController().signal }));
  const chats = () => asked.filter(({ path }) => path === '/api/chat').map(({ body }) => body);
  return { ask, asked, chats };
}

test('the context is asked for once per model and never shrinks', async () => {
  const { ask, asked, chats } = await ollama(SHOW);
  const long = {
    messages: [
      { role: 'user' as const, content: [{ type: 'text' as const, text: 'x'.repeat(50_000) }] },
    ],
  };
  expect((await ask(shortRequest('m'))).text).toBe('Hi');
  await ask(shortRequest('m', long));
  await ask(shortRequest('m'));
  expect(asked.filter(({ path }) => path === '/api/show')).toHaveLength(1);
  expect(chats().map(({ options }) => options)).toEqual([
    { num_ctx: 12_000 },
    { num_ctx: 32_768 },
    { num_ctx: 32_768 },
  ]);
});

test('what the model cannot do is not asked of it', async () => {
  const { ask, chats } = await ollama({ ...SHOW, capabilities: ['completion'] });
  const tools = [{ name: 't', description: 'd', inputSchema: {} }];
  await ask(shortRequest('m', { tools, reasoningEffort: 'high' }));
  expect(Object.keys(chats()[0] ?? {})).toEqual(['model', 'messages', 'stream', 'options']);
});

test('a server that will not describe the model is asked all the same, and again', async () => {
  const { ask, asked, chats } = await ollama(500);
  expect((await ask(shortRequest('m', { reasoningEffort: 'high' }))).reason).toBe('stop');
  await ask(shortRequest('m'));
  expect(chats()[0]).toMatchObject({ think: true, options: {} });
  expect(asked.filter(({ path }) => path === '/api/show')).toHaveLength(2);
});

if (existsSync(SHARED)) {
  test('recorded list', async () => {
    const server = await startServer((_, response) => response.end(readFileSync(SHARED)));
    const http = testClient();
    opened.push(http, server);
    const provider = createOllamaProvider(testHost(server.url, http));
    const models = await provider.listModels({ signal: new AbortController().signal });
    const ids = models.map(({ id }) => id);
    expect(ids.slice(0, 2)).toEqual(['vatistasdim/Cipher:latest', 'phi4:latest']);
  });
} else {
  process.stderr.write('ollama models: shared data absent, no recorded list\n');
}
