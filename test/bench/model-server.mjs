// A model host on this machine: OpenAI chat completions, as many tokens as asked for.
import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * @typedef {object} Seen
 * @property {number} at when the request's head arrived, on the clock of performance.now()
 * @property {number} bytes of head and body
 * @property {number} firstTokenAt when the first token was written; NaN before
 * @property {number} lastTokenAt when the last token was written; NaN before
 * @property {number[]} tokensAt when each token was written, where they are paced
 *
 * @typedef {object} Answer
 * @property {readonly string[]} tokens
 * @property {number} [delayMs] before the first token
 * @property {number} [perSecond] tokens a second; as fast as they are taken without it
 */

/** @param {Answer} answer */
export async function startModelServer(answer) {
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
    const entry = {
      at,
      bytes,
      firstTokenAt: Number.NaN,
      lastTokenAt: Number.NaN,
      tokensAt: [],
    };
    seen.push(entry);
    await stream(response, answer, entry);
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
 * @param {Answer} answer
 * @param {Seen} entry
 */
async function stream(response, { tokens, delayMs = 0, perSecond }, entry) {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
  if (delayMs > 0) await pause(delayMs);
  entry.firstTokenAt = performance.now();
  if (perSecond === undefined) await writeAtOnce(response, tokens);
  else await writePaced(response, { tokens, perSecond }, entry);
  if (response.destroyed) return;
  entry.lastTokenAt = performance.now();
  response.write(event({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }));
  const usage = { prompt_tokens: 1, completion_tokens: tokens.length, total_tokens: 1 };
  response.write(event({ choices: [], usage }));
  response.end('data: [DONE]\n\n');
}

/** @param {import('node:http').ServerResponse} response @param {readonly string[]} tokens */
async function writeAtOnce(response, tokens) {
  for (const content of tokens) {
    const isRoom = response.write(tokenEvent(content));
    if (!isRoom) await new Promise((resolve) => response.once('drain', resolve));
    if (response.destroyed) return;
  }
}

/**
 * Each token at its own time on the clock: a late one does not make all that follow late.
 * @param {import('node:http').ServerResponse} response
 * @param {{ tokens: readonly string[], perSecond: number }} answer
 * @param {Seen} entry
 */
async function writePaced(response, { tokens, perSecond }, entry) {
  const startedAt = performance.now();
  for (const [index, content] of tokens.entries()) {
    const waitMs = startedAt + (index * 1000) / perSecond - performance.now();
    if (waitMs > 0) await pause(waitMs);
    if (response.destroyed) return;
    entry.tokensAt.push(performance.now());
    response.write(tokenEvent(content));
  }
}

/** @param {string} content */
function tokenEvent(content) {
  return event({ choices: [{ index: 0, delta: { content } }] });
}

/** @param {object} part */
function event(part) {
  const base = { id: 'bench', object: 'chat.completion.chunk', created: 1, model: 'bench' };
  return `data: ${JSON.stringify({ ...base, ...part })}\n\n`;
}
