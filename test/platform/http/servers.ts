/** Real servers and proxies on loopback for the tests of the HTTP client. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TestServer {
  readonly port: number;
  readonly url: string;
  /** Sockets accepted so far. */
  readonly connections: () => number;
  close(): Promise<void>;
}

export function startServer(listener: RequestListener): Promise<TestServer> {
  return listen(createServer(listener), 'http');
}

export function startSecureServer(
  files: CertificateFiles,
  listener: RequestListener,
): Promise<TestServer> {
  const pem = { key: readFileSync(files.key), cert: readFileSync(files.certificate) };
  return listen(createSecureServer(pem, listener), 'https');
}

export interface TestProxy extends TestServer {
  /** First lines of what it was asked, with the login where one came. */
  readonly asked: readonly string[];
}

interface ProxyOptions {
  /** Takes CONNECT and never answers. */
  readonly isSilent?: boolean;
  /** Answers CONNECT with this status line. */
  readonly refusal?: string;
}

/** Forwards plain requests and opens CONNECT tunnels, all to loopback, whatever the host's name. */
export async function startProxy(options: ProxyOptions = {}): Promise<TestProxy> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const login = request.headers['proxy-authorization'];
    asked.push(`${request.method} ${request.url}${login === undefined ? '' : ` ${login}`}`);
    response.end(`forwarded ${request.headers.host}`);
  });
  server.on('connect', (request, socket: Socket) => {
    const login = request.headers['proxy-authorization'];
    asked.push(`CONNECT ${request.url}${login === undefined ? '' : ` ${login}`}`);
    if (options.isSilent === true) return;
    if (options.refusal !== undefined) {
      socket.end(`${options.refusal}\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const upstream = connect(Number(request.url?.split(':').at(-1)), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  return { ...(await listen(server, 'http')), asked };
}

async function listen(server: Server, scheme: string): Promise<TestServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => sockets.delete(socket));
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `${scheme}://127.0.0.1:${port}`,
    connections: () => connections,
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

export interface CertificateFiles {
  readonly folder: string;
  readonly authority: string;
  readonly key: string;
  readonly certificate: string;
  remove(): void;
}

/** A certificate authority of our own and a certificate for model.test and 127.0.0.1, by openssl. */
export function makeCertificates(): CertificateFiles {
  const folder = mkdtempSync(join(tmpdir(), 'zeke-tls-'));
  const openssl = (...args: string[]) =>
    execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  writeFileSync(join(folder, 'names.cnf'), 'subjectAltName=DNS:model.test,IP:127.0.0.1\n');
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...curve,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-subj',
    '/CN=Test CA',
    '-days',
    '2',
  );
  openssl(
    'req',
    ...curve,
    '-keyout',
    'server.key',
    '-out',
    'server.csr',
    '-subj',
    '/CN=model.test',
  );
  openssl(
    'x509',
    '-req',
    '-in',
    'server.csr',
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-out',
    'server.pem',
    '-days',
    '2',
    '-extfile',
    'names.cnf',
  );
  return {
    folder,
    authority: join(folder, 'ca.pem'),
    key: join(folder, 'server.key'),
    certificate: join(folder, 'server.pem'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
