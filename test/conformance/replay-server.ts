/** A real HTTP server on loopback that plays a recorded body back in pieces. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Playback {
  readonly contentType: string;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly pieces: readonly Uint8Array[];
}

export interface ReplayServer {
  readonly url: string;
  /** What the next request to the streaming path gets. */
  play(playback: Playback): void;
  close(): Promise<void>;
}

/** Every POST gets the playback, but /api/show, which knows nothing. */
export async function startReplayServer(): Promise<ReplayServer> {
  let playback: Playback = { contentType: 'text/plain', pieces: [] };
  const server = createServer((request, response) => answer(request, response, playback));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    play(next) {
      playback = next;
    },
    close: () => closeServer(server),
  };
}

function answer(request: IncomingMessage, response: ServerResponse, playback: Playback): void {
  request.resume();
  if (request.url === '/api/show') {
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"not here"}');
    return;
  }
  response.writeHead(playback.status ?? 200, {
    'content-type': playback.contentType,
    ...playback.headers,
  });
  // Each write is a chunk of its own on the wire; none is awaited.
  for (const piece of playback.pieces) response.write(piece);
  response.end();
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}

/** The bytes cut into pieces of `size`. */
export function inPieces(bytes: Uint8Array, size: number): readonly Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; start += size) {
    pieces.push(bytes.subarray(start, start + size));
  }
  return pieces;
}

/** The bytes cut after the first byte of every character that takes several. */
export function cutCharacters(bytes: Uint8Array): readonly Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let start = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    if ((bytes[at] ?? 0) < 0xc0) continue;
    pieces.push(bytes.subarray(start, at + 1));
    start = at + 1;
  }
  return [...pieces, bytes.subarray(start)];
}
