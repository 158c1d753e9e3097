// A model host on this machine: OpenAI chat completions, as many tokens as asked for.
import { createServer } from 'node:http';

/**
 * @typedef {object} Seen
 * @property {number} at when the request's head arrived, on the clock of performance.now()
 * @property {number} bytes of head and body
 * @property {number} firstTokenAt when the first token was written; NaN before
 */

/**
 * @param {{ tokens: readonly string[], delayMs?: number }} answer
 */
export async function startModelServer({ tokens, delayMs = 0 }) {
  /** @type {Seen[]} */
  const seen = [];
  const server = createServer(async (request, response) => {
    const at = performance.now();
    let bytes = request.rawHeaders.reduce((sum, text) => sum + text.length + 2, 0);
    for await (const chunk of request) bytes += chunk.length;
    if (request.method !== 'POST') {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ object: 'list', data: [{ id: 'bench', object: 'model' }] }));
      return;
    }
    /** @type {Seen} */
    const entry = { at, bytes, firstTokenAt: Number.NaN };
    seen.push(entry);
    await stream(response, tokens, delayMs, entry);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    seen,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/**
 * @param {import('node:http').ServerResponse} response
 * @param {readonly string[]} tokens
 * @param {number} delayMs before the first token
 * @param {Seen} entry
 */
async function stream(response, tokens, delayMs, entry) {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
  if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
  entry.firstTokenAt = performance.now();
  for (const content of tokens) {
    const isRoom = response.write(event({ choices: [{ index: 0, delta: { content } }] }));
    if (!isRoom) await new Promise((resolve) => response.once('drain', resolve));
    if (response.destroyed) return;
  }
  response.write(event({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }));
  const usage = { prompt_tokens: 1, completion_tokens: tokens.length, total_tokens: 1 };
  response.write(event({ choices: [], usage }));
  response.end('data: [DONE]\n\n');
}

/** @param {object} part */
function event(part) {
  const base = { id: 'bench', object: 'chat.completion.chunk', created: 1, model: 'bench' };
  return `data: ${JSON.stringify({ ...base, ...part })}\n\n`;
}
