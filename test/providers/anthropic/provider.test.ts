import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { createAnthropicProvider } from '../../../src/providers/anthropic/provider.ts';
import { collect } from '../../conformance/collect.ts';
import { startServer } from '../../platform/http/servers.ts';
import { shortRequest } from '../conversation.ts';
import { testClient, testHost } from '../provider-host.ts';

const SHARED = fileURLToPath(
  new URL('../../../../shared/transcripts/models/anthropic.json', import.meta.url),
);
const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const part of opened.splice(0)) await part.close();
});

async function listModels(answer: string, path = '') {
  const asked: string[] = [];
  const server = await startServer((request, response) => {
    asked.push(`${request.url} ${request.headers['anthropic-version']}`);
    response.end(answer);
  });
  const http = testClient();
  opened.push(http, server);
  const provider = createAnthropicProvider(testHost(server.url + path, http, { id: 'anthropic' }));
  return { models: await provider.listModels({ signal: new AbortController().signal }), asked };
}

test('a base URL with and without its version', async () => {
  expect((await listModels('{}')).asked).toEqual(['/v1/models?limit=1000 2023-06-01']);
  expect((await listModels('{}', '/v1')).asked).toEqual(['/v1/models?limit=1000 2023-06-01']);
});

test('models by their own words, prices by the catalogue', async () => {
  const data = [{ id: 'claude-haiku-4-5-20251001', display_name: 'Haiku' }, { name: 'no id' }];
  const { models } = await listModels(JSON.stringify({ data }));
  expect(models).toHaveLength(1);
  expect(models[0]).toMatchObject({ name: 'Haiku', contextTokens: 200_000, price: { input: 1 } });
});

test('an error that comes with status 200 and as plain JSON', async () => {
  const server = await startServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end('{"type":"error","error":{"type":"api_error","message":"Broken"}}');
  });
  const http = testClient();
  opened.push(http, server);
  const provider = createAnthropicProvider(testHost(server.url, http));
  const { signal } = new AbortController();
  const answer = await collect(provider.stream(shortRequest('claude'), { signal }));
  expect(answer.error).toMatchObject({ kind: 'server', status: 500 });
});

if (existsSync(SHARED)) {
  test('recorded list', async () => {
    const { models } = await listModels(readFileSync(SHARED, 'utf8'));
    expect(models[0]).toMatchObject({
      id: 'claude-sonnet-5',
      name: 'Claude Sonnet 5',
      contextTokens: 1_000_000,
      maxOutputTokens: 128_000,
      capabilities: { tools: true, images: true, reasoning: true },
    });
  });
} else {
  process.stderr.write('anthropic models: shared data absent, no recorded list\n');
}
