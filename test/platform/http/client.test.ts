import type { IncomingMessage } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import {
  createHttpClient,
  type HttpClient,
  type HttpClientOptions,
} from '../../../src/platform/http/client.ts';
import type { HttpError } from '../../../src/platform/http/errors.ts';
import { startServer } from './servers.ts';

const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const part of opened.splice(0)) await part.close();
});

function client(more: Partial<HttpClientOptions> = {}): HttpClient {
  const made = createHttpClient({
    env: {},
    userAgent: 'zeke/test',
    connectTimeoutMs: 20_000,
    firstByteTimeoutMs: 20_000,
    idleTimeoutMs: 20_000,
    ...more,
  });
  opened.push(made);
  return made;
}

const { signal } = new AbortController();

test('sends JSON with our own name and asks for no compression', async () => {
  let received: IncomingMessage | undefined;
  let body = '';
  const server = await startServer((request, response) => {
    received = request;
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => response.writeHead(201, { 'x-a': '1' }).end('done'));
  });
  opened.push(server);
  const response = await client().send({
    method: 'POST',
    url: `${server.url}/path?q=1`,
    headers: { authorization: 'Bearer key' },
    jsonBody: '{"ä":1}',
    signal,
  });
  expect(response.status).toBe(201);
  expect(response.headers['x-a']).toBe('1');
  expect(await response.text(100)).toBe('done');
  expect(body).toBe('{"ä":1}');
  expect(received?.url).toBe('/path?q=1');
  expect(received?.headers).toMatchObject({
    'user-agent': 'zeke/test',
    'accept-encoding': 'identity',
    'content-type': 'application/json',
    'content-length': '8',
    authorization: 'Bearer key',
  });
});

test('follows no redirect and does not repeat its query', async () => {
  let hits = 0;
  const server = await startServer((_, response) => {
    hits += 1;
    response.writeHead(307, { location: 'https://evil.test/steal?token=abc' }).end();
  });
  opened.push(server);
  const error: HttpError = await client()
    .send({ method: 'GET', url: server.url, signal })
    .then(() => Promise.reject(new Error('expected a failure')))
    .catch((reason) => reason);
  expect(error.reason).toBe('redirect');
  expect(error.message).toContain(
    'redirects to https://evil.test/steal; Zeke follows no redirects',
  );
  expect(error.message).not.toContain('abc');
  expect(hits).toBe(1);
});

describe('refuses before any socket is opened', () => {
  const cases: readonly [
    string,
    Partial<Parameters<HttpClient['send']>[0]>,
    HttpError['reason'],
  ][] = [
    ['a line break in the URL', { url: 'http://127.0.0.1:1/a\r\nX: y' }, 'refused'],
    ['a NUL in the host', { url: 'http://evil\0.test/' }, 'refused'],
    ['another scheme', { url: 'file:///etc/passwd' }, 'refused'],
    ['a login in the URL', { url: 'https://me:secret@model.test/' }, 'refused'],
    ['no URL', { url: 'model.test/v1' }, 'refused'],
    [
      'a line break in a header',
      { headers: { authorization: 'Bearer a\r\nX-Admin: 1' } },
      'refused',
    ],
    ['a header name that is none', { headers: { 'x y': '1' } }, 'refused'],
    [
      'a key over plain http to another machine',
      { url: 'http://model.test/v1', headers: { 'x-api-key': 'secret' } },
      'refused',
    ],
    [
      'a host that only begins like this machine',
      { url: 'http://127.0.0.1.evil.test/', headers: { authorization: 'Bearer secret' } },
      'refused',
    ],
  ];
  test.each(cases)('%s', async (_, request, reason) => {
    const sending = client().send({
      method: 'GET',
      url: 'http://127.0.0.1:1/',
      signal,
      ...request,
    });
    await expect(sending).rejects.toMatchObject({ name: 'HttpError', reason });
    await expect(sending).rejects.not.toThrow(/secret/);
  });

  test('everything but this machine when offline', async () => {
    const http = client({ offline: true, env: { HTTP_PROXY: 'http://127.0.0.1:1' } });
    const sending = http.send({ method: 'GET', url: 'https://api.openai.com/v1', signal });
    await expect(sending).rejects.toMatchObject({ reason: 'offline' });
    const server = await startServer((_, response) => response.end('local'));
    opened.push(server);
    const response = await http.send({ method: 'GET', url: server.url, signal });
    expect(await response.text(100)).toBe('local');
  });
});

test('a client that was closed ends its open connections', async () => {
  const server = await startServer((_, response) => void response.write('first'));
  opened.push(server);
  const http = client();
  const response = await http.send({ method: 'GET', url: server.url, signal });
  const reading = response.text(100);
  http.close();
  await expect(reading).rejects.toMatchObject({ reason: 'network' });
});
