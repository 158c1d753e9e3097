/** A real HTTP server on loopback that speaks OpenAI chat completions from a script. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly sizeBytes: number;
}
/** Writes one response; the request's number counts from 0. */
export type Answer = (response: ServerResponse, request: ReceivedRequest, index: number) => void;

export interface ModelServer {
  /** `http://127.0.0.1:<port>/v1`, for OPENAI_BASE_URL. */
  readonly baseUrl: string;
  /** The chats that were asked for; lists of models are answered and not counted. */
  readonly requests: readonly ReceivedRequest[];
  close(): Promise<void>;
}

/** `models` is what a request for the list of models is answered with. */
export async function startModelServer(
  answer: Answer,
  models: readonly string[] = ['test-model'],
): Promise<ModelServer> {
  const requests: ReceivedRequest[] = [];
  const server = createServer((request, response) => {
    if (request.method === 'GET') {
      response.writeHead(200, { 'content-type': 'application/json' });
      const data = models.map((id) => ({ id, object: 'model' }));
      response.end(JSON.stringify({ object: 'list', data }));
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const bytes = Buffer.concat(chunks);
      const received = {
        path: request.url ?? '',
        headers: request.headers,
        body: bytes.toString(),
        sizeBytes: bytes.length,
      };
      requests.push(received);
      answer(response, received, requests.length - 1);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** One `data:` line of a stream. */
export function sseChunk(delta: object, finishReason: string | null = null): string {
  const chunk = {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'test-model',
    choices: [{ index: 0, delta, finish_reason: finishReason }],
  };
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

/** Streams `pieces` as one finished answer. */
export function streamText(response: ServerResponse, pieces: readonly string[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(sseChunk({ role: 'assistant', content: '' }));
  for (const piece of pieces) response.write(sseChunk({ content: piece }));
  response.write(sseChunk({}, 'stop'));
  const usage = { prompt_tokens: 11, completion_tokens: pieces.length, total_tokens: 11 };
  response.write(`data: ${JSON.stringify({ choices: [], usage })}\n\n`);
  response.end('data: [DONE]\n\n');
}

/** Streams one tool call and ends with `tool_calls`. */
export function streamToolCall(response: ServerResponse, name: string, input: object): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const call = { index: 0, id: 'call_1', type: 'function', function: { name, arguments: '' } };
  response.write(sseChunk({ role: 'assistant', content: null, tool_calls: [call] }));
  const text = JSON.stringify(input);
  for (const piece of text.match(/.{1,5}/gs) ?? []) {
    response.write(sseChunk({ tool_calls: [{ index: 0, function: { arguments: piece } }] }));
  }
  response.write(sseChunk({}, 'tool_calls'));
  response.end('data: [DONE]\n\n');
}
