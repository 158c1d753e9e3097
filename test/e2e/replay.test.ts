/**
 * Recorded streams of real hosts, replayed by a loopback server into the built program: what
 * `zeke ask --json` prints is what an independent reader of the same bytes found.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestHome, PROJECT_ROOT, runZeke, type TestHome } from '../helpers/zeke.ts';

const SHARED = join(PROJECT_ROOT, '..', 'shared', 'transcripts');
const FORMATS = ['openai-chat', 'openai-compatible', 'anthropic', 'ollama', 'derived'];

interface Expectation {
  readonly text: string;
  readonly reasoning: string;
  readonly refusal: string | null;
  readonly tool_calls: readonly { name: string; args: unknown }[];
  readonly finish: string;
  readonly complete: boolean;
  readonly usage: Readonly<Record<string, number | null>>;
  readonly format: string;
}
interface Recording {
  readonly id: string;
  readonly body: Buffer;
  readonly expected: Expectation;
}

function recordings(): readonly Recording[] {
  if (!existsSync(SHARED)) {
    console.log('shared/transcripts is absent: the recorded streams are not replayed.');
    return [];
  }
  return FORMATS.flatMap((format) =>
    readdirSync(join(SHARED, format))
      .filter((name) => name.endsWith('.expect.json'))
      .map((name) => readRecording(join(SHARED, format), name.replace('.expect.json', '')))
      .filter(({ expected }) => !/gemini|responses/.test(expected.format)),
  );
}

function readRecording(folder: string, id: string): Recording {
  const expected = JSON.parse(readFileSync(join(folder, `${id}.expect.json`), 'utf8'));
  const body = ['.sse', '.ndjson'].map((ending) => join(folder, id + ending)).find(existsSync);
  return { id, body: readFileSync(body ?? ''), expected };
}

let home: TestHome;
let current: Buffer = Buffer.alloc(0);
let port = 0;
const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    if (request.method === 'POST' && request.url?.endsWith('/api/show')) {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{"model_info":{},"capabilities":["completion","tools"]}');
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    // In uneven pieces, so that events are cut at borders of every kind.
    for (let at = 0; at < current.length; at += 997) response.write(current.subarray(at, at + 997));
    response.end();
  });
});

beforeAll(async () => {
  home = createTestHome();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.close();
  home.remove();
});

const MODELS: Readonly<Record<string, string>> = { anthropic: 'anthropic/x', ollama: 'ollama/x' };

async function replay(recording: Recording) {
  current = recording.body;
  const url = `http://127.0.0.1:${port}`;
  const env = {
    OPENAI_BASE_URL: `${url}/v1`,
    OPENAI_API_KEY: 'test-key-of-no-worth',
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_KEY: 'test-key-of-no-worth',
    OLLAMA_HOST: url,
  };
  const model = MODELS[recording.expected.format] ?? 'openai/x';
  const args = ['ask', '--json', '--model', model, 'hello'];
  const { stdout } = await runZeke({ home, env, args });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; text?: string } & Record<string, unknown>);
}

/** Without a finish reason an answer is cut, unless the host ended it by its own end mark. */
function reasonOf(expected: Expectation): string {
  if (expected.finish !== 'none') return expected.finish;
  if (!expected.complete) return 'error';
  return expected.tool_calls.length > 0 ? 'tool_calls' : 'stop';
}

const ALL = recordings();

describe('recorded streams through zeke ask --json', () => {
  if (ALL.length === 0) {
    it('are absent here', () => expect(existsSync(SHARED)).toBe(false));
  }

  it.each(ALL.map((recording) => [recording.id, recording] as const))(
    '%s',
    async (_id, recording) => {
      const { expected } = recording;
      const events = await replay(recording);
      const textOf = (type: string) =>
        events.flatMap((event) => (event.type === type ? [event.text ?? ''] : [])).join('');
      expect(textOf('text-delta')).toBe(expected.refusal || expected.text);
      expect(textOf('reasoning-delta')).toBe(expected.reasoning);
      const calls = events.filter((event) => event.type === 'tool-call');
      const finished = expected.tool_calls.filter((call) => call.args !== null);
      expect(calls.map(({ name, input }) => ({ name, input }))).toEqual(
        finished.map((call) => ({ name: call.name, input: call.args })),
      );
      const end = events.at(-1);
      expect(end?.type).toBe('turn-end');
      expect(end?.reason).toBe(reasonOf(expected));
      const usage = events.find((event) => event.type === 'usage');
      if (expected.usage.input != null) expect(usage?.inputTokens).toBe(expected.usage.input);
      // Some hosts count reasoning apart from the output; here it is always part of it.
      const { output, reasoning } = expected.usage;
      if (output != null) {
        expect([output, output + (reasoning ?? 0)]).toContain(usage?.outputTokens);
      }
    },
  );
});
