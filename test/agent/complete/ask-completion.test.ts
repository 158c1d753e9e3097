import { describe, expect, test } from 'vitest';
import { askCompletion } from '../../../src/agent/complete/ask-completion.ts';
import type { SideAnswer, SideModel } from '../../../src/agent/side-request.ts';
import { createRedactor } from '../../../src/platform/secrets/redactor.ts';
import type { FillRequest, Provider, StreamPart } from '../../../src/providers/contract.ts';
import { answerParts, createScriptedProvider, failure } from '../scripted-provider.ts';

const TOKEN = `ghp_${'a1B2c3D4e5F6g7H8i9J0'.repeat(2).slice(0, 36)}`;
const signal = new AbortController().signal;

function depsOf(provider: Provider, onSecret: 'redact' | 'refuse' = 'redact') {
  const info = { id: 'm', price: { input: 1, output: 2 } };
  const model: SideModel = { provider, model: 'm', info, reasoningEffort: undefined };
  return { model, redactor: createRedactor(), onSecret, maxCostUsd: undefined };
}

/** A provider that fills in the middle, one script for each request. */
function fillingProvider(answers: readonly (string | undefined)[]) {
  const fills: FillRequest[] = [];
  const chat = createScriptedProvider([answerParts('<insert>in words</insert>')]);
  const provider: Provider = {
    ...chat,
    async fill(request) {
      const answer = answers[fills.length];
      fills.push(request);
      return answer === undefined ? undefined : stream(answerParts(answer));
    },
  };
  return { provider, fills };
}
async function* stream(parts: readonly StreamPart[]): AsyncGenerator<StreamPart> {
  yield* parts;
}

test('a model is asked in words, with what stands around the cursor', async () => {
  const provider = createScriptedProvider([answerParts('<insert>b + c;</insert>')]);
  const request = { path: 'a.ts', language: 'ts', prefix: 'const a = ', suffix: '\n', count: 1 };
  const costs: (number | null)[] = [];
  const answer = await askCompletion(depsOf(provider), request, {
    signal,
    onAnswer: ({ costUsd }) => costs.push(costUsd),
  });
  expect(answer).toEqual({ items: ['b + c;'], costUsd: 0.00012, isHeldBack: false });
  expect(costs).toEqual([0.00012]);
  expect(provider.requests[0]).toMatchObject({
    maxOutputTokens: 256,
    metadata: { intent: 'complete' },
  });
  expect(JSON.stringify(provider.requests[0]?.messages)).toContain('a.ts (ts), before the cursor');
});

test('several texts are asked for at once, and equal ones are one', async () => {
  const text = '<insert>a</insert><insert>a</insert><insert>b</insert><insert>c</insert>';
  const provider = createScriptedProvider([answerParts(text)]);
  const request = { prefix: 'x = ', suffix: '', count: 2 };
  const { items } = await askCompletion(depsOf(provider), request, { signal });
  expect(items).toEqual(['a', 'b']);
  expect(provider.requests).toHaveLength(1);
});

test('a model that fills in the middle is asked so, once for each text', async () => {
  const { provider, fills } = fillingProvider(['1', '2', '1']);
  const request = { prefix: 'x = ', suffix: ' + y', count: 3 };
  const { items, costUsd } = await askCompletion(depsOf(provider), request, { signal });
  expect(items).toEqual(['1', '2']);
  expect(costUsd).toBeCloseTo(0.00036);
  expect(fills[0]).toEqual({
    model: 'm',
    prefix: 'x = ',
    suffix: ' + y',
    temperature: 0,
    maxOutputTokens: 256,
    stop: ['\n'],
  });
  expect(fills.slice(1).every(({ temperature = 0 }) => temperature > 0)).toBe(true);
});

test('one that cannot is asked in words', async () => {
  const { provider } = fillingProvider([undefined]);
  const { items } = await askCompletion(
    depsOf(provider),
    { prefix: 'x', suffix: '', count: 1 },
    { signal },
  );
  expect(items).toEqual(['in words']);
});

test('a secret is hidden from the model and stands in its answer again', async () => {
  const redactor = createRedactor();
  const placeholder = redactor.redact(TOKEN).text;
  const { provider, fills } = fillingProvider([`use("${placeholder}")`]);
  const deps = { ...depsOf(provider), redactor };
  const prefix = `const token = "${TOKEN}";\n`;
  const { items } = await askCompletion(deps, { prefix, suffix: '', count: 1 }, { signal });
  expect(fills[0]?.prefix).toBe(`const token = "${placeholder}";\n`);
  expect(items).toEqual([`use("${TOKEN}")`]);
});

test('nothing is sent where a secret stands at the cursor, or may not leave', async () => {
  const { provider, fills } = fillingProvider(['a', 'b']);
  const within = { prefix: `t = "${TOKEN.slice(0, 20)}`, suffix: `${TOKEN.slice(20)}"`, count: 1 };
  expect(await askCompletion(depsOf(provider), within, { signal })).toMatchObject({
    items: [],
    isHeldBack: true,
  });
  const near = { prefix: `t = "${TOKEN}"\n`, suffix: '', count: 1 };
  expect(await askCompletion(depsOf(provider, 'refuse'), near, { signal })).toMatchObject({
    isHeldBack: true,
  });
  expect(fills).toEqual([]);
});

describe('a cancelled request', () => {
  /** What is told of the cost of one that plays the parts and is then aborted. */
  async function cancelAfter(parts: readonly StreamPart[], isFree = false) {
    const provider = { ...createScriptedProvider([parts]), isFree };
    const abort = new AbortController();
    const told: SideAnswer[] = [];
    const asked = askCompletion(
      depsOf(provider),
      { prefix: 'a = b + c;\n'.repeat(400), suffix: '', count: 1 },
      { signal: abort.signal, onAnswer: (answer) => told.push(answer) },
    );
    setImmediate(() => abort.abort());
    await expect(asked).rejects.toThrow('Cancelled.');
    return told;
  }

  test('costs what the host told by then, and is estimated otherwise', async () => {
    const [silent] = await cancelAfter([]);
    expect(silent).toMatchObject({ isCancelled: true, usage: { outputTokens: 0 } });
    expect(silent?.usage.inputTokens).toBeGreaterThan(1000);
    expect(silent?.costUsd).toBeGreaterThan(0.001);
    const [told] = await cancelAfter([
      { type: 'start' },
      { type: 'usage', usage: { inputTokens: 77, outputTokens: 1 } },
      { type: 'text-start', id: '0' },
      { type: 'text-delta', id: '0', text: 'word '.repeat(40) },
    ]);
    expect(told?.usage.inputTokens).toBe(77);
    expect(told?.usage.outputTokens).toBeGreaterThan(20);
  });

  test('costs nothing where answers are free, nor where it was not sent or was refused', async () => {
    expect(await cancelAfter([], true)).toEqual([]);
    const told: SideAnswer[] = [];
    const run = { onAnswer: (answer: SideAnswer) => told.push(answer) };
    const refused = depsOf(createScriptedProvider([[failure('authentication', 'No key.')]]));
    const request = { prefix: 'x', suffix: '', count: 1 };
    await expect(askCompletion(refused, request, { ...run, signal })).rejects.toThrow('No key.');
    const unsent = depsOf(createScriptedProvider([]));
    const aborted = AbortSignal.abort();
    await expect(askCompletion(unsent, request, { ...run, signal: aborted })).rejects.toThrow();
    expect(told).toEqual([]);
  });
});
