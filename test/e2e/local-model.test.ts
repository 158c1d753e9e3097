/** The built program with the real inference engine and models that the test writes itself. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChatRequest, FillRequest, StreamPart } from '../../src/providers/contract.ts';
import { createLocalProvider } from '../../src/providers/local/provider.ts';
import { fillModel, randomBytesAnswer, randomBytesModel, sentenceModel } from '../helpers/gguf.ts';
import { readTestSetup } from '../helpers/test-setup.ts';
import { createTestHome, runZeke, type TestHome } from '../helpers/zeke.ts';

const SENTENCE = 'Hello from a café: the engine is real.';
const SEED = 7;
const { engineFolder } = readTestSetup();
const folder = mkdtempSync(join(tmpdir(), 'zeke-gguf-'));
const sentencePath = join(folder, 'tiny.gguf');
const bytesPath = join(folder, 'bytes.gguf');
const fillPath = join(folder, 'coder.gguf');

beforeAll(() => {
  writeFileSync(sentencePath, sentenceModel(SENTENCE));
  writeFileSync(bytesPath, randomBytesModel(SEED));
  writeFileSync(fillPath, fillModel(SENTENCE));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('zeke with a local model', () => {
  it('says with one command what is missing where there is no engine', async () => {
    const home = createTestHome();
    try {
      await runZeke({ home, args: ['models', 'add-local', sentencePath] });
      const answer = await runZeke({ home, args: ['ask', '--model', 'local/tiny', 'hello'] });
      expect(answer.code).not.toBe(0);
      expect(answer.stdout).toBe('');
      expect(answer.stderr).toContain('npm install --prefix');
      expect(answer.stderr).toContain('node-llama-cpp');
    } finally {
      home.remove();
    }
  });

  it('answers through the built program', async (context) => {
    context.skip(engineFolder === undefined, 'the inference engine could not be fetched');
    const home = createTestHome();
    const env = { ZEKE_LOCAL_ENGINE: engineFolder };
    try {
      const added = await runZeke({ home, args: ['models', 'add-local', sentencePath], env });
      expect(added).toMatchObject({ code: 0 });
      const listed = await runZeke({ home, args: ['models'], env });
      expect(listed.stdout).toContain('local/tiny');
      const answer = await runZeke({ home, args: ['ask', '--model', 'local/tiny', 'hello'], env });
      expect(answer).toMatchObject({ code: 0, stdout: `${SENTENCE}\n` });
      await expectEvents(home, env);
    } finally {
      home.remove();
    }
  });

  it('reads broken UTF-8 as text and stops at the limit', async (context) => {
    context.skip(engineFolder === undefined, 'the inference engine could not be fetched');
    const home = createTestHome();
    const env = { ZEKE_LOCAL_ENGINE: engineFolder };
    try {
      await runZeke({ home, args: ['models', 'add-local', bytesPath], env });
      const args = ['ask', '--model', 'local/bytes', '--max-tokens', '90', 'go'];
      const answer = await runZeke({ home, args, env });
      expect(answer.code).toBe(0);
      expect(answer.stdout).toContain('\ufffd');
      // Only line feeds and tabs may reach a terminal: the model wrote escapes among the rest.
      expect([...answer.stdout].filter((one) => one < ' ' && one !== '\n' && one !== '\t')).toEqual(
        [],
      );
    } finally {
      home.remove();
    }
  });

  async function expectEvents(home: TestHome, env: NodeJS.ProcessEnv) {
    const args = ['ask', '--json', '--model', 'local/tiny', 'hello'];
    const { stdout } = await runZeke({ home, args, env });
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const text = events.filter(({ type }) => type === 'text-delta').map((event) => event.text);
    expect(text.join('')).toBe(SENTENCE);
    // The model is faster than a frame, so that some of its pieces come together.
    expect(text.length).toBeGreaterThan(1);
    expect(events.at(-1)).toMatchObject({ type: 'turn-end', reason: 'stop' });
  }
});

describe('the local provider on the real engine', () => {
  const models = {
    tiny: { path: sentencePath, contextTokens: undefined },
    small: { path: sentencePath, contextTokens: 512 },
    bytes: { path: bytesPath, contextTokens: undefined },
    coder: { path: fillPath, contextTokens: undefined },
    broken: { path: join(folder, 'broken.gguf'), contextTokens: undefined },
  };
  const provider = createLocalProvider({ models, env: { ZEKE_LOCAL_ENGINE: engineFolder } });

  async function ask(
    model: keyof typeof models,
    extra: Partial<ChatRequest> = {},
    signal = new AbortController().signal,
  ) {
    const parts: StreamPart[] = [];
    const content = [{ type: 'text', text: 'hi' }] as const;
    const request: ChatRequest = { model, messages: [{ role: 'user', content }], ...extra };
    for await (const part of provider.stream(request, { signal })) parts.push(part);
    const text = parts.map((part) => (part.type === 'text-delta' ? part.text : '')).join('');
    return { parts, text, last: parts.at(-1) };
  }

  it('keeps the shape of a stream', async (context) => {
    context.skip(engineFolder === undefined, 'the inference engine could not be fetched');
    const { parts, text } = await ask('tiny', { system: 'be brief' });
    expect(text).toBe(SENTENCE);
    expect(parts[0]).toMatchObject({ type: 'start' });
    expect(parts.slice(-3).map(({ type }) => type)).toEqual(['text-end', 'usage', 'end']);
    const usage = parts.find((part) => part.type === 'usage')?.usage;
    expect(usage?.inputTokens).toBeGreaterThan(10);
    expect(usage?.outputTokens).toBe(12);
  });

  it('decodes what the bytes say, however they are cut', async (context) => {
    context.skip(engineFolder === undefined, 'the inference engine could not be fetched');
    const { text, last } = await ask('bytes', { maxOutputTokens: 200 });
    const expected = new TextDecoder().decode(randomBytesAnswer(SEED, 200));
    expect(text.length).toBeGreaterThan(100);
    expect(expected.startsWith(text.slice(0, 100))).toBe(true);
    expect(last).toMatchObject({ type: 'end', reason: 'length' });
  });

  it('stops at a limit, at a stop text and when it is cancelled', async (context) => {
    context.skip(engineFolder === undefined, 'the inference engine could not be fetched');
    expect((await ask('tiny', { maxOutputTokens: 3 })).text).toBe('Hello from a');
    expect((await ask('tiny', { stop: [':'] })).text).toBe('Hello from a café');
    const cancel = new AbortController();
    const started = ask('bytes', {}, cancel.signal);
    cancel.abort();
    expect((await started).last).toMatchObject({ type: 'error', error: { kind: 'cancelled' } });
    expect((await ask('tiny')).text).toBe(SENTENCE);
  });

  it('answers two questions one after the other', async (context) => {
    context.skip(engineFolder === undefined, 'the inference engine could not be fetched');
    const answers = await Promise.all([ask('tiny'), ask('tiny')]);
    expect(answers.map(({ text }) => text)).toEqual([SENTENCE, SENTENCE]);
  });

  async function fill(
    model: keyof typeof models,
    extra: Partial<FillRequest> = {},
    signal = new AbortController().signal,
  ) {
    const request = { model, prefix: 'a = ', suffix: '\nend', maxOutputTokens: 64, ...extra };
    const stream = await provider.fill?.(request, { signal });
    if (stream === undefined) return undefined;
    const parts: StreamPart[] = [];
    for await (const part of stream) parts.push(part);
    const text = parts.map((part) => (part.type === 'text-delta' ? part.text : '')).join('');
    return { parts, text, last: parts.at(-1) };
  }

  it('fills in the middle where the model was trained to', async (context) => {
    context.skip(engineFolder === undefined, 'the inference engine could not be fetched');
    expect(await fill('tiny')).toBeUndefined();
    const filled = await fill('coder');
    expect(filled?.text).toBe(SENTENCE);
    expect(filled?.parts[0]).toMatchObject({ type: 'start', model: 'local/coder' });
    expect(filled?.last).toMatchObject({ type: 'end', reason: 'stop' });
    const usage = filled?.parts.find((part) => part.type === 'usage')?.usage;
    // A token for each byte, of which this vocabulary gives a space three, and the marks of the parts.
    expect(usage).toMatchObject({ inputTokens: 8 + 4 + 3, outputTokens: 12 });
    expect((await fill('coder', { maxOutputTokens: 3 }))?.text).toBe('Hello from a');
    expect((await fill('coder', { stop: [':'] }))?.text).toBe('Hello from a café');
    const others = await Promise.all([fill('coder'), fill('coder', { temperature: 0.8 })]);
    expect(others.map((one) => one?.text)).toEqual([SENTENCE, SENTENCE]);
  });

  it('fills while it answers, stops when it is cancelled and tells what is wrong', async (context) => {
    context.skip(engineFolder === undefined, 'the inference engine could not be fetched');
    const long = { prefix: 'word '.repeat(4000), suffix: ' word'.repeat(2000) };
    const cancel = new AbortController();
    const cancelled = fill('coder', long, cancel.signal);
    const answered = ask('coder', { maxOutputTokens: 1 });
    cancel.abort();
    expect((await cancelled)?.last).toMatchObject({ type: 'error', error: { kind: 'cancelled' } });
    expect((await answered).last?.type).toBe('end');
    expect((await fill('coder', long))?.text).toBe(SENTENCE);
    writeFileSync(join(folder, 'broken.gguf'), 'no model');
    const broken = await fill('broken');
    expect(broken?.last).toMatchObject({ type: 'error', error: { kind: 'invalid-request' } });
  });

  it('says what is wrong with a prompt or a file', async (context) => {
    context.skip(engineFolder === undefined, 'the inference engine could not be fetched');
    const content = [{ type: 'text', text: 'word '.repeat(400) }] as const;
    const tooLong = await ask('small', { messages: [{ role: 'user', content }] });
    expect(tooLong.last).toMatchObject({ type: 'error', error: { kind: 'context-overflow' } });
    writeFileSync(join(folder, 'broken.gguf'), 'no model');
    const broken = await ask('broken');
    expect(broken.last).toMatchObject({ type: 'error', error: { kind: 'invalid-request' } });
  });
});
