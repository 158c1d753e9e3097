import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Environment } from '../../../src/platform/env.ts';
import { createHttpClient } from '../../../src/platform/http/client.ts';
import {
  type CertificateFiles,
  makeCertificates,
  startSecureServer,
  type TestServer,
} from './servers.ts';

let certificates: CertificateFiles;
let server: TestServer;
const clients: { close(): void }[] = [];
beforeAll(async () => {
  certificates = makeCertificates();
  server = await startSecureServer(certificates, (_, response) => response.end('secure'));
});
afterAll(async () => {
  await server.close();
  certificates.remove();
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});

async function get(env: Environment): Promise<string> {
  const limits = { connectTimeoutMs: 20_000, firstByteTimeoutMs: 20_000, idleTimeoutMs: 20_000 };
  const http = createHttpClient({ env, userAgent: 'zeke/test', ...limits });
  clients.push(http);
  const { signal } = new AbortController();
  const response = await http.send({ method: 'GET', url: server.url, signal });
  return response.text(100);
}

test('an unknown authority is refused, with what to do', async () => {
  await expect(get({})).rejects.toMatchObject({
    reason: 'tls',
    message: expect.stringMatching(/certificate of 127\.0\.0\.1:\d+ is not trusted/),
    hint: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
  });
});

describe('the authority of the environment is trusted', () => {
  test.each(['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE'])('%s', async (variable) => {
    expect(await get({ [variable]: certificates.authority })).toBe('secure');
  });

  test('SSL_CERT_DIR', async () => {
    const folder = join(certificates.folder, 'authorities');
    mkdirSync(folder);
    copyFileSync(certificates.authority, join(folder, 'own.pem'));
    writeFileSync(join(folder, 'README'), 'not a certificate');
    expect(await get({ SSL_CERT_DIR: folder })).toBe('secure');
  });
});

test.each(['SSL_CERT_FILE', 'SSL_CERT_DIR'])(
  '%s that cannot be read is named',
  async (variable) => {
    const missing = join(certificates.folder, 'missing');
    await expect(get({ [variable]: missing })).rejects.toMatchObject({
      kind: 'config',
      message: expect.stringContaining(`${variable} names ${missing}`),
    });
  },
);
