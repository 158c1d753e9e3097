/**
 * The model is switched in the middle of a conversation: from Anthropic's wire format to OpenAI's
 * and back, on real servers. What one vendor signed or named must never reach the other.
 */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createEngine } from '../../src/agent/engine.ts';
import { createScanIndex } from '../../src/context/scan/scan-index.ts';
import { loadConfig } from '../../src/platform/config/load.ts';
import { createRedactor } from '../../src/platform/secrets/redactor.ts';
import { createContentStore } from '../../src/platform/storage/content-store.ts';
import { createProviderRegistry } from '../../src/providers/registry.ts';
import type { SessionPort } from '../../src/session/port.ts';
import { createEphemeralSession } from '../../src/session/session.ts';
import type { SessionState } from '../../src/session/state.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

type Body = { readonly messages: readonly Record<string, unknown>[] } & Record<string, unknown>;

async function serve(answer: (response: ServerResponse, index: number) => void) {
  const bodies: Body[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      bodies.push(JSON.parse(Buffer.concat(chunks).toString()) as Body);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      answer(response, bodies.length - 1);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies };
}

const event = (value: { type: string }) =>
  `event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`;

function anthropicBlock(index: number, block: object, ...deltas: object[]): string {
  return [
    event({ type: 'content_block_start', index, content_block: block } as never),
    ...deltas.map((delta) => event({ type: 'content_block_delta', index, delta } as never)),
    event({ type: 'content_block_stop', index } as never),
  ].join('');
}

function anthropicAnswer(blocks: readonly string[], stopReason: string): string {
  const usage = { input_tokens: 5, output_tokens: 1 };
  const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-x', usage };
  return [
    event({ type: 'message_start', message } as never),
    ...blocks,
    event({ type: 'message_delta', delta: { stop_reason: stopReason }, usage } as never),
    event({ type: 'message_stop' }),
  ].join('');
}

function anthropicWithTool(response: ServerResponse, index: number): void {
  const thinking = anthropicBlock(
    0,
    { type: 'thinking', thinking: '', signature: '' },
    { type: 'thinking_delta', thinking: 'private thoughts' },
    { type: 'signature_delta', signature: 'SIGNATURE-OF-A' },
  );
  const call = anthropicBlock(
    1,
    { type: 'tool_use', id: 'toolu_01ABC', name: 'echo', input: {} },
    { type: 'input_json_delta', partial_json: '{"say":"hi"}' },
  );
  const text = anthropicBlock(
    0,
    { type: 'text', text: '' },
    { type: 'text_delta', text: 'From A.' },
  );
  response.end(
    index === 0
      ? anthropicAnswer([thinking, call], 'tool_use')
      : anthropicAnswer([text], 'end_turn'),
  );
}

function openAiText(response: ServerResponse): void {
  const chunk = (delta: object, finish: string | null) =>
    `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
  response.end(`${chunk({ content: 'From B.' }, null)}${chunk({}, 'stop')}data: [DONE]\n\n`);
}

const noSearch = createScanIndex({ root: '/nonexistent/project', env: {} });
const echo = {
  definition: { name: 'echo', description: 'says it back', inputSchema: { type: 'object' } },
  run: () => Promise.resolve({ output: 'hi', isError: false }),
};

async function conversation(urls: { anthropic: string; openai: string }) {
  const env = {
    HOME: '/nonexistent',
    ZEKE_CONFIG_DIR: '/nonexistent/config',
    ANTHROPIC_BASE_URL: urls.anthropic,
    OPENAI_BASE_URL: `${urls.openai}/v1`,
  };
  const stateDir = '/nonexistent/s';
  const configDir = '/nonexistent/config';
  const paths = { configDir, stateDir, cacheDir: stateDir, runtimeDir: '/x' };
  const { config } = await loadConfig({ paths, env, root: '/nonexistent', flags: {} });
  const findKey = () => Promise.resolve('key-of-no-worth');
  const registry = createProviderRegistry({ config, env, findKey, offline: false });
  const engine = createEngine({
    platform: 'linux',
    root: '/project',
    workingDirectory: '/project',
    search: noSearch,
    resolveModel: (modelRef) => registry.resolve(modelRef),
    collectContext: () => Promise.resolve([]),
    redactor: createRedactor(),
    tools: [echo],
    policy: { edit: 'deny', command: 'deny', commandRules: [] },
    canAsk: false,
    contents: createContentStore('/nonexistent/contents'),
    env: {},
    options: { onSecret: 'redact' },
  });
  const model = 'anthropic/claude-x';
  return createEphemeralSession({ project: '/project', model, runner: engine });
}

/** Resolves with the state once `count` turns are done. */
function turnsDone(session: SessionPort, count: number): Promise<SessionState> {
  return new Promise((resolve) => {
    const stop = session.subscribe((_events, state) => {
      if (state.turns.length < count) return;
      stop();
      resolve(state);
    });
  });
}

describe('switching the model in the middle of a conversation', () => {
  it('carries the conversation over, without signatures and foreign ids, and back again', async () => {
    const anthropic = await serve(anthropicWithTool);
    const openai = await serve(openAiText);
    const session = await conversation({ anthropic: anthropic.url, openai: openai.url });

    const first = turnsDone(session, 1);
    session.send({ type: 'send', message: { text: 'one' } });
    await first;
    // The second step of the same turn went back with the signature, as the vendor demands.
    expect(JSON.stringify(anthropic.bodies[1])).toContain('SIGNATURE-OF-A');
    expect(JSON.stringify(anthropic.bodies[1])).toContain('toolu_01ABC');

    session.send({ type: 'switch-model', model: 'openai/gpt-x' });
    const second = turnsDone(session, 2);
    session.send({ type: 'send', message: { text: 'two' } });
    const state = await second;
    const sent = JSON.stringify(openai.bodies[0]);
    expect(openai.bodies[0]?.model).toBe('gpt-x');
    expect(sent).not.toContain('SIGNATURE-OF-A');
    expect(sent).not.toContain('private thoughts');
    expect(sent).not.toContain('toolu_');
    expect(sent).toContain('From A.');
    const roles = openai.bodies[0]?.messages.map((message) => message.role);
    expect(roles).toEqual(['system', 'user', 'assistant', 'tool', 'assistant', 'user']);
    expect(state.turns.map((turn) => turn.model)).toEqual(['anthropic/claude-x', 'openai/gpt-x']);

    session.send({ type: 'switch-model', model: 'anthropic/claude-x' });
    const third = turnsDone(session, 3);
    session.send({ type: 'send', message: { text: 'three' } });
    await third;
    expect(JSON.stringify(anthropic.bodies[2])).toContain('From B.');
    expect(JSON.stringify(anthropic.bodies[2])).toContain('SIGNATURE-OF-A');
    await session.close();
  });

  it('lets the running turn finish on the old model', async () => {
    let release: (() => void) | undefined;
    const anthropic = await serve((response) => {
      const text = anthropicBlock(0, { type: 'text', text: '' }, { type: 'text_delta', text: 'A' });
      const answer = anthropicAnswer([text], 'end_turn');
      response.write(answer.slice(0, answer.indexOf('event: message_delta')));
      release = () => response.end(answer.slice(answer.indexOf('event: message_delta')));
    });
    const openai = await serve(openAiText);
    const session = await conversation({ anthropic: anthropic.url, openai: openai.url });
    const done = turnsDone(session, 2);
    session.subscribe((events) => {
      if (events.some((one) => one.type === 'text-delta' && one.text === 'A')) {
        session.send({ type: 'switch-model', model: 'openai/gpt-x' });
        session.send({ type: 'send', message: { text: 'queued' } });
      }
      if (events.some((one) => one.type === 'message-queue')) release?.();
    });
    session.send({ type: 'send', message: { text: 'first' } });
    const state = await done;
    expect(state.turns.map((turn) => [turn.model, turn.endReason])).toEqual([
      ['anthropic/claude-x', 'stop'],
      ['openai/gpt-x', 'stop'],
    ]);
    expect(anthropic.bodies).toHaveLength(1);
    expect(openai.bodies).toHaveLength(1);
    await session.close();
  });
});
