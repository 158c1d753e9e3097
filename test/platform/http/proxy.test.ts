import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Environment } from '../../../src/platform/env.ts';
import { createHttpClient, type HttpClient } from '../../../src/platform/http/client.ts';
import { proxyFor } from '../../../src/platform/http/proxy.ts';
import {
  type CertificateFiles,
  makeCertificates,
  startProxy,
  startSecureServer,
  startServer,
} from './servers.ts';

const { signal } = new AbortController();
const opened: { close(): unknown }[] = [];
let certificates: CertificateFiles;
beforeAll(() => {
  certificates = makeCertificates();
});
afterAll(() => certificates.remove());
afterEach(async () => {
  for (const part of opened.splice(0)) await part.close();
});

function client(env: Environment, proxyLoopback = false): HttpClient {
  const limits = { connectTimeoutMs: 20_000, firstByteTimeoutMs: 20_000, idleTimeoutMs: 20_000 };
  const made = createHttpClient({ env, userAgent: 'zeke/test', proxyLoopback, ...limits });
  opened.push(made);
  return made;
}

describe('through a real proxy', () => {
  test('https goes through a tunnel, with the login, on one kept connection', async () => {
    const proxy = await startProxy();
    const server = await startSecureServer(certificates, (request, response) => {
      response.end(`secure ${request.headers.host}`);
    });
    opened.push(proxy, server);
    const proxyUrl = proxy.url.replace('http://', 'http://me:p%40ss@');
    const http = client({ https_proxy: proxyUrl, SSL_CERT_FILE: certificates.authority });
    for (let round = 0; round < 2; round += 1) {
      const url = `https://model.test:${server.port}/v1`;
      const response = await http.send({ method: 'GET', url, signal });
      expect(await response.text(100)).toBe(`secure model.test:${server.port}`);
    }
    const login = Buffer.from('me:p@ss').toString('base64');
    expect(proxy.asked).toEqual([`CONNECT model.test:${server.port} Basic ${login}`]);
    expect(server.connections()).toBe(1);
  });

  test('http is forwarded', async () => {
    const proxy = await startProxy();
    opened.push(proxy);
    const http = client({ HTTP_PROXY: proxy.url });
    const response = await http.send({ method: 'GET', url: 'http://model.test/v1?a=1', signal });
    expect(await response.text(100)).toBe('forwarded model.test');
    expect(proxy.asked).toEqual(['GET http://model.test/v1?a=1']);
  });

  test('a proxy that refuses is reported by its status', async () => {
    const refusing = await startServer(() => undefined);
    opened.push(refusing);
    const http = client({ HTTPS_PROXY: refusing.url });
    const sending = http.send({ method: 'GET', url: 'https://model.test/', signal });
    await expect(sending).rejects.toMatchObject({ name: 'HttpError' });
  });

  test('one that wants a login says so by its status, and the request stays here', async () => {
    const proxy = await startProxy({ refusal: 'HTTP/1.1 407 Proxy Authentication Required' });
    opened.push(proxy);
    const response = await client({ HTTPS_PROXY: proxy.url }).send({
      method: 'POST',
      url: 'https://model.test/',
      headers: { authorization: 'Bearer key' },
      jsonBody: '{}',
      signal,
    });
    expect(response.status).toBe(407);
    expect(await response.text(100)).toBe('');
    expect(proxy.asked).toEqual(['CONNECT model.test:443']);
  });

  test('a proxy that is not there is named, without its login', async () => {
    const gone = await startServer(() => undefined);
    await gone.close();
    const proxy = gone.url.replace('http://', 'http://me:secret@');
    for (const url of ['https://model.test/', 'http://model.test/']) {
      const sending = client({ ALL_PROXY: proxy }).send({ method: 'GET', url, signal });
      await expect(sending).rejects.toThrow(
        `model.test (through the proxy 127.0.0.1:${gone.port}): nobody listens there`,
      );
    }
  });

  test('this machine is reached directly unless asked otherwise', async () => {
    const proxy = await startProxy();
    const server = await startServer((_, response) => response.end('direct'));
    opened.push(proxy, server);
    const env = { HTTP_PROXY: proxy.url, ALL_PROXY: proxy.url };
    const direct = await client(env).send({ method: 'GET', url: server.url, signal });
    expect(await direct.text(100)).toBe('direct');
    const asked = await client(env, true).send({ method: 'GET', url: server.url, signal });
    expect(await asked.text(100)).toMatch(/^forwarded/);
  });
});

describe('which proxy', () => {
  const proxyOf = (url: string, env: Environment) => proxyFor(new URL(url), env)?.href;

  test.each<[string, Environment, string | undefined]>([
    ['https://model.test/', {}, undefined],
    ['https://model.test/', { HTTPS_PROXY: 'http://p:1' }, 'http://p:1/'],
    [
      'https://model.test/',
      { https_proxy: 'http://low:1', HTTPS_PROXY: 'http://up:1' },
      'http://low:1/',
    ],
    ['https://model.test/', { HTTP_PROXY: 'http://p:1' }, undefined],
    ['http://model.test/', { HTTP_PROXY: 'p:3128' }, 'http://p:3128/'],
    ['https://model.test/', { ALL_PROXY: 'http://p:1' }, 'http://p:1/'],
    ['https://model.test/', { ALL_PROXY: 'http://p:1', NO_PROXY: '*' }, undefined],
    ['https://model.test/', { ALL_PROXY: 'http://p:1', no_proxy: 'a.test, model.test' }, undefined],
    ['https://api.model.test/', { ALL_PROXY: 'http://p:1', NO_PROXY: '.model.test' }, undefined],
    ['https://api.model.test/', { ALL_PROXY: 'http://p:1', NO_PROXY: '*.model.test' }, undefined],
    ['https://notmodel.test/', { ALL_PROXY: 'http://p:1', NO_PROXY: 'model.test' }, 'http://p:1/'],
    [
      'https://model.test/',
      { ALL_PROXY: 'http://p:1', NO_PROXY: 'model.test:8443' },
      'http://p:1/',
    ],
    [
      'https://model.test:8443/',
      { ALL_PROXY: 'http://p:1', NO_PROXY: 'model.test:8443' },
      undefined,
    ],
    ['https://[2001:db8::1]/', { ALL_PROXY: 'http://p:1', NO_PROXY: '2001:db8::1' }, undefined],
  ])('%s with %o', (url, env, expected) => {
    expect(proxyOf(url, env)).toBe(expected);
  });

  test('a proxy of another kind is refused with a hint', () => {
    expect(() => proxyOf('https://model.test/', { ALL_PROXY: 'socks5://p:1' })).toThrow(
      /not an http or https URL/,
    );
  });
});
