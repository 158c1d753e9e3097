import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Answer,
  type ModelServer,
  sseChunk,
  startModelServer,
  streamText,
  streamToolCall,
} from '../helpers/model-server.ts';
import { createTestHome, runZeke, type TestHome } from '../helpers/zeke.ts';

let home: TestHome;
let server: ModelServer | undefined;

beforeEach(() => {
  home = createTestHome();
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  home.remove();
});

async function withServer(answer: Answer) {
  server = await startModelServer(answer);
  return { OPENAI_BASE_URL: server.baseUrl, OPENAI_API_KEY: 'test-key-of-no-worth' };
}

const events = (stdout: string) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string } & Record<string, unknown>);

describe('zeke ask', () => {
  it('prints the answer of a host and nothing else on standard output', async () => {
    const env = await withServer((response) => streamText(response, ['Hel', 'lo ', 'wörld 👍']));
    const result = await runZeke({ home, env, args: ['ask', '--model', 'openai/gpt-x', 'hi'] });
    expect(result).toMatchObject({ code: 0, stdout: 'Hello wörld 👍\n', stderr: '' });
    const request = server?.requests[0];
    expect(request?.path).toBe('/v1/chat/completions');
    expect(request?.headers.authorization).toBe('Bearer test-key-of-no-worth');
    expect(JSON.parse(request?.body ?? '{}')).toMatchObject({ model: 'gpt-x', stream: true });
    expect(request?.sizeBytes).toBeLessThanOrEqual(8 * 1024);
  });

  it('puts piped input before the question as data', async () => {
    const env = await withServer((response) => streamText(response, ['ok']));
    await runZeke({
      home,
      env,
      args: ['ask', '--model', 'openai/x', 'what broke?'],
      input: 'E: boom',
    });
    const body = server?.requests[0]?.body ?? '';
    expect(body).toContain('E: boom');
    expect(body.indexOf('E: boom')).toBeLessThan(body.indexOf('what broke?'));
  });

  it('takes the piped input as the question when there is no other', async () => {
    const env = await withServer((response) => streamText(response, ['ok']));
    const result = await runZeke({
      home,
      env,
      args: ['ask', '--model', 'openai/x'],
      input: 'why?',
    });
    expect(result.code).toBe(0);
    expect(server?.requests[0]?.body).toContain('why?');
  });

  it('prints events with --json, from session-start to turn-end', async () => {
    const env = await withServer((response) => streamText(response, ['one ', 'two']));
    const result = await runZeke({
      home,
      env,
      args: ['ask', '--json', '--model', 'openai/x', 'hi'],
    });
    const printed = events(result.stdout);
    expect(printed[0]).toMatchObject({ type: 'session-start', version: 1, model: 'openai/x' });
    const text = printed.filter((event) => event.type === 'text-delta').map((event) => event.text);
    expect(text.join('')).toBe('one two');
    expect(printed).toContainEqual(
      expect.objectContaining({
        type: 'usage',
        inputTokens: 11,
        outputTokens: 2,
        cachedTokens: 0,
        reasoningTokens: 0,
        costUsd: null,
      }),
    );
    expect(printed.at(-1)).toMatchObject({ type: 'turn-end', reason: 'stop' });
    const order = printed.map((event) => event.seq as number);
    expect(order).toEqual([...order].sort((left, right) => left - right));
  });

  it('streams: the first words arrive before the answer is done', async () => {
    let finish: (() => void) | undefined;
    const env = await withServer((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(sseChunk({ role: 'assistant', content: 'first' }));
      finish = () => {
        response.write(sseChunk({ content: ' last' }, 'stop'));
        response.end('data: [DONE]\n\n');
      };
    });
    const result = await runZeke({
      home,
      env,
      args: ['ask', '--model', 'openai/x', 'hi'],
      // The server only goes on once the first words were seen: a program that waits would hang.
      onStdout: (text) => text.includes('first') && finish?.(),
    });
    expect(result.stdout).toBe('first last\n');
  });

  it('runs its own tools and tells what it does on standard error', async () => {
    writeFileSync(join(home.project, 'notes.txt'), 'the answer is 42\n');
    const env = await withServer((response, _request, index) => {
      if (index === 0) streamToolCall(response, 'read_file', { path: 'notes.txt' });
      else streamText(response, ['It is 42.']);
    });
    const result = await runZeke({ home, env, args: ['ask', '--model', 'openai/x', 'answer?'] });
    expect(result.stdout).toBe('It is 42.\n');
    expect(result.stderr).toContain('read_file');
    expect(server?.requests[1]?.body).toContain('the answer is 42');
  });

  it('reads AGENTS.md as instructions, says so, and sends them', async () => {
    mkdirSync(join(home.project, '.git'));
    mkdirSync(join(home.project, 'sub'));
    writeFileSync(join(home.project, 'AGENTS.md'), 'Always answer in rhyme.');
    const env = await withServer((response) => streamText(response, ['ok']));
    const cwd = join(home.project, 'sub');
    const result = await runZeke({ home, env, cwd, args: ['ask', '--model', 'openai/x', 'hi'] });
    expect(result.stderr).toContain('AGENTS.md');
    expect(server?.requests[0]?.body).toContain('Always answer in rhyme.');
  });

  it('lets nothing through that a terminal would obey', async () => {
    const hostile = 'a\u001b[2Jb\u001b]52;c;aGk=\u0007c\u009b31md\u202ee\rf';
    const env = await withServer((response) => streamText(response, [...hostile]));
    const text = await runZeke({ home, env, args: ['ask', '--model', 'openai/x', 'hi'] });
    expect(text.stdout).toMatch(/^a.*b.*c.*d.*e.*f\n$/);
    expect(text.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    const json = await runZeke({ home, env, args: ['ask', '--json', '--model', 'openai/x', 'hi'] });
    expect(json.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    const deltas = events(json.stdout).filter((event) => event.type === 'text-delta');
    expect(deltas.map((event) => event.text).join('')).toBe(hostile);
  });

  it('answers without any model, by the built-in engine', async () => {
    writeFileSync(
      join(home.project, 'retry.ts'),
      'export function retryLater() {\n  return 3;\n}\n',
    );
    const args = ['ask', 'where is retryLater defined?'];
    const result = await runZeke({ home, args });
    expect(result.code).toBe(0);
    expect(result.stdout).toContain('retry.ts:1');
  });
});

describe('what goes wrong', () => {
  it('ends with 4 and names the variable when there is no key', async () => {
    const result = await runZeke({ home, args: ['ask', '--model', 'openai/x', 'hi'] });
    expect(result.code).toBe(4);
    expect(result.stdout).toBe('');
    expect(result.stderr).toContain('OPENAI_API_KEY');
  });

  it('ends with 4 when the host refuses the key, and never shows it', async () => {
    const env = await withServer((response) => {
      response.writeHead(401, { 'content-type': 'application/json' });
      response.end('{"error":{"message":"Incorrect API key provided: test-key-of-no-worth"}}');
    });
    const result = await runZeke({ home, env, args: ['ask', '--model', 'openai/x', 'hi'] });
    expect(result.code).toBe(4);
    expect(result.stderr).not.toContain('test-key-of-no-worth');
    expect(server?.requests).toHaveLength(1);
  });

  it('ends with 3 when the connection is cut, and keeps what came', async () => {
    const env = await withServer((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(sseChunk({ role: 'assistant', content: 'half an ans' }));
      setImmediate(() => response.destroy());
    });
    const result = await runZeke({ home, env, args: ['ask', '--model', 'openai/x', 'hi'] });
    expect(result.code).toBe(3);
    expect(result.stderr).not.toBe('');
  });

  it('ends with 2 when there is nothing to ask', async () => {
    const result = await runZeke({ home, args: ['ask'] });
    expect(result.code).toBe(2);
    expect(result.stdout).toBe('');
  });

  it('sends nothing from this machine with --offline', async () => {
    const env = { OPENAI_API_KEY: 'test-key-of-no-worth' };
    const args = ['ask', '--offline', '--model', 'openai/gpt-x', 'hi'];
    const result = await runZeke({ home, env, args });
    expect(result.code).toBe(3);
    expect(result.stderr).toContain('offline');
  });
});
