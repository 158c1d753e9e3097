import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  createHttpClient,
  type HttpClient,
  type HttpClientOptions,
} from '../../../src/platform/http/client.ts';
import type { HttpError } from '../../../src/platform/http/errors.ts';
import { startProxy, startServer, type TestServer } from './servers.ts';

const GENEROUS_MS = 20_000;
const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const part of opened.splice(0)) await part.close();
});

function client(more: Partial<HttpClientOptions> = {}): HttpClient {
  const made = createHttpClient({
    env: {},
    userAgent: 'zeke/test',
    connectTimeoutMs: GENEROUS_MS,
    firstByteTimeoutMs: GENEROUS_MS,
    idleTimeoutMs: GENEROUS_MS,
    ...more,
  });
  opened.push(made);
  return made;
}

async function server(...args: Parameters<typeof startServer>): Promise<TestServer> {
  const started = await startServer(...args);
  opened.push(started);
  return started;
}

const never = () => new AbortController().signal;

/** The HttpError that the promise rejects with. */
async function failure(promise: Promise<unknown>): Promise<HttpError> {
  return promise.then(
    () => {
      throw new Error('expected a failure');
    },
    (error: HttpError) => error,
  );
}

describe('time limits', () => {
  test('no answer within the first-byte limit', async () => {
    const { url } = await server(() => undefined);
    const http = client({ firstByteTimeoutMs: 50 });
    const error = await failure(http.send({ method: 'GET', url, signal: never() }));
    expect(error.reason).toBe('first-byte-timeout');
    expect(error.message).toMatch(/127\.0\.0\.1:\d+ sent no answer within 0\.05 s/);
  });

  test('headers but no body within the first-byte limit', async () => {
    const { url } = await server((_, response) => response.writeHead(200).flushHeaders());
    // A busy machine may take longer for the headers than anybody wants to wait for the body.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const http = client();
    const response = await http.send({ method: 'GET', url, signal: never() });
    const reading = failure(response.text(100));
    await setImmediate();
    vi.advanceTimersByTime(GENEROUS_MS);
    expect((await reading).reason).toBe('first-byte-timeout');
  });

  test('a body that stalls', async () => {
    const { url } = await server((_, response) => void response.write('beginning'));
    const http = client({ idleTimeoutMs: 50 });
    const response = await http.send({ method: 'GET', url, signal: never() });
    const seen: string[] = [];
    const reading = (async () => {
      for await (const chunk of response.body) seen.push(Buffer.from(chunk).toString());
    })();
    expect((await failure(reading)).reason).toBe('idle-timeout');
    expect(seen).toEqual(['beginning']);
  });

  test('a slow reader is no stalled body', async () => {
    const { url } = await server((_, response) => {
      for (let part = 0; part < 3; part += 1) response.write(`part ${part};`);
      response.end();
    });
    const http = client({ idleTimeoutMs: 30 });
    const response = await http.send({ method: 'GET', url, signal: never() });
    let text = '';
    for await (const chunk of response.body) {
      text += Buffer.from(chunk).toString();
      // Longer than the limit: the time that the reader takes must not count.
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    expect(text).toBe('part 0;part 1;part 2;');
  });

  test('a proxy that never opens the tunnel', async () => {
    const proxy = await startProxy({ isSilent: true });
    opened.push(proxy);
    const http = client({ env: { HTTPS_PROXY: proxy.url }, connectTimeoutMs: 100 });
    const sending = http.send({ method: 'GET', url: 'https://model.test/', signal: never() });
    expect((await failure(sending)).reason).toBe('connect-timeout');
  });
});

describe('a stream of small pieces', () => {
  test('is read in fewer pieces than it was sent in, and nothing is missing', async () => {
    const pieces = Array.from({ length: 40 }, (_, index) => `piece ${index};`);
    const { url } = await server(async (_, response) => {
      for (const piece of pieces) {
        response.write(piece);
        await setImmediate();
      }
      response.end();
    });
    const response = await client().send({ method: 'GET', url, signal: never() });
    const read: string[] = [];
    for await (const chunk of response.body) read.push(Buffer.from(chunk).toString());
    expect(read.join('')).toBe(pieces.join(''));
    expect(read.length).toBeLessThan(pieces.length);
  });

  test('cancelling does not wait for more of it', async () => {
    let more = (): void => undefined;
    const { url } = await server((_, response) => {
      more = () => void response.write('piece');
      more();
    });
    const controller = new AbortController();
    const response = await client().send({ method: 'GET', url, signal: controller.signal });
    const chunks = response.body[Symbol.asyncIterator]();
    for (let read = 0; read < 10; read += 1) {
      await chunks.next();
      more();
    }
    const next = failure(chunks.next());
    controller.abort();
    expect((await next).reason).toBe('cancelled');
  });
});

describe('cancelling', () => {
  test('destroys the socket while the answer is awaited', async () => {
    const arrived = Promise.withResolvers<ServerResponse>();
    const { url } = await server((_, response) => arrived.resolve(response));
    const controller = new AbortController();
    const sending = failure(client().send({ method: 'GET', url, signal: controller.signal }));
    const response = await arrived.promise;
    const closed = once(response, 'close');
    controller.abort();
    expect((await sending).reason).toBe('cancelled');
    await closed;
  });

  test('destroys the socket in the middle of the body', async () => {
    const arrived = Promise.withResolvers<ServerResponse>();
    const { url } = await server((_, response) => {
      response.write('first');
      arrived.resolve(response);
    });
    const controller = new AbortController();
    const response = await client().send({ method: 'GET', url, signal: controller.signal });
    const closed = once(await arrived.promise, 'close');
    const reading = failure(
      (async () => {
        for await (const _chunk of response.body) controller.abort();
      })(),
    );
    expect((await reading).reason).toBe('cancelled');
    await closed;
  });

  test('with the last piece of the body in hand ends the request and nothing else', async () => {
    const uncaught: unknown[] = [];
    const note = (error: unknown) => uncaught.push(error);
    process.on('uncaughtExceptionMonitor', note);
    onTestFinished(() => void process.off('uncaughtExceptionMonitor', note));
    const { url } = await server((_, response) => response.end('all of it'));
    const http = client();
    const controller = new AbortController();
    const response = await http.send({ method: 'GET', url, signal: controller.signal });
    for await (const _chunk of response.body) controller.abort();
    const next = await http.send({ method: 'GET', url, signal: never() });
    expect(await next.text(100)).toBe('all of it');
    expect(uncaught).toEqual([]);
  });

  test('reaches a tunnel that is still opening', async () => {
    const proxy = await startProxy({ isSilent: true });
    opened.push(proxy);
    const controller = new AbortController();
    const http = client({ env: { HTTPS_PROXY: proxy.url } });
    const sending = failure(
      http.send({ method: 'GET', url: 'https://model.test/', signal: controller.signal }),
    );
    await expect.poll(() => proxy.asked.length).toBe(1);
    controller.abort();
    expect((await sending).reason).toBe('cancelled');
  });

  test('a signal that was aborted before opens no connection', async () => {
    const { url, connections } = await server((_, response) => response.end());
    const error = await failure(client().send({ method: 'GET', url, signal: AbortSignal.abort() }));
    expect(error.reason).toBe('cancelled');
    expect(connections()).toBe(0);
  });
});

describe('connections', () => {
  test('one is kept for the next request', async () => {
    const { url, connections } = await server((_, response) => response.end('ok'));
    const http = client();
    for (let round = 0; round < 3; round += 1) {
      const response = await http.send({ method: 'GET', url, signal: never() });
      expect(await response.text(100)).toBe('ok');
    }
    expect(connections()).toBe(1);
  });

  test('an answer that is left before its end still frees its connection', async () => {
    const { url, connections } = await server((_, response) => response.end('mark'));
    const http = client();
    for (let round = 0; round < 5; round += 1) {
      const response = await http.send({ method: 'GET', url, signal: never() });
      for await (const _chunk of response.body) break;
      await setImmediate();
    }
    expect(connections()).toBe(1);
  });

  test('one that the host closed meanwhile is replaced', async () => {
    let handled = 0;
    const { url, connections } = await server((request, response) => {
      handled += 1;
      if (handled === 2) request.socket.destroy();
      else response.end(`answer ${handled}`);
    });
    const http = client();
    const first = await http.send({ method: 'GET', url, signal: never() });
    expect(await first.text(100)).toBe('answer 1');
    const second = await http.send({ method: 'GET', url, signal: never() });
    expect(await second.text(100)).toBe('answer 3');
    expect(connections()).toBe(2);
  });

  test('a body that breaks off is an error, not an end', async () => {
    const { url } = await server((request, response) => {
      response.write('half');
      void setImmediate().then(() => request.socket.destroy());
    });
    const response = await client().send({ method: 'GET', url, signal: never() });
    expect((await failure(response.text(100))).reason).toBe('network');
  });

  test('nobody listening is said in words', async () => {
    const gone = await startServer(() => undefined);
    await gone.close();
    const error = await failure(client().send({ method: 'GET', url: gone.url, signal: never() }));
    expect(error.reason).toBe('network');
    expect(error.message).toMatch(/nobody listens there/);
  });

  test('text is read up to its limit only', async () => {
    const { url } = await server((_, response) => response.end('x'.repeat(5000)));
    const response = await client().send({ method: 'GET', url, signal: never() });
    expect(await response.text(100)).toBe('x'.repeat(100));
  });

  test('a compressed body that nobody asked for is refused', async () => {
    const { url } = await server((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('?');
    });
    const response = await client().send({ method: 'GET', url, signal: never() });
    expect((await failure(response.text(100))).message).toMatch(/compressed with gzip/);
  });
});
