import { describe, expect, it } from 'vitest';
import { createEngine, type EngineDeps } from '../../src/agent/engine.ts';
import type { CodeSearch } from '../../src/context/search.ts';
import { ZekeError } from '../../src/platform/errors.ts';
import { createRedactor } from '../../src/platform/secrets/redactor.ts';
import type { ModelInfo, Provider } from '../../src/providers/contract.ts';
import type { TurnEndReason, TurnEventBody } from '../../src/session/events.ts';
import { EMPTY_STATE, reduce, type SessionState } from '../../src/session/state.ts';
import { answerParts, createScriptedProvider, failure, toolParts } from './scripted-provider.ts';

const noSearch: CodeSearch = {
  search: () => Promise.resolve([]),
  findDefinitions: () => Promise.resolve([]),
  outline: () => Promise.resolve([]),
  findFiles: () => Promise.resolve([]),
};

const PRICED: ModelInfo = { id: 'one', maxOutputTokens: 1000, price: { input: 10, output: 20 } };

function engineWith(provider: Provider, overrides: Partial<EngineDeps> = {}, info?: ModelInfo) {
  return createEngine({
    platform: 'linux',
    root: '/project/demo',
    workingDirectory: '/project/demo',
    search: noSearch,
    resolveModel: () => Promise.resolve({ provider, model: 'one', info }),
    collectContext: () => Promise.resolve([]),
    redactor: createRedactor(),
    tools: [echoTool],
    options: { onSecret: 'redact' },
    ...overrides,
  });
}

const echoTool = {
  definition: { name: 'echo', description: 'says it back', inputSchema: { type: 'object' } },
  run: (input: object) =>
    Promise.resolve({ output: `echo ${JSON.stringify(input)}`, isError: false }),
};

interface Outcome {
  readonly reason: TurnEndReason;
  readonly events: readonly TurnEventBody[];
  readonly state: SessionState;
}

/** Runs one turn as a session would: every event is reduced in order. */
async function runTurn(
  engine: ReturnType<typeof createEngine>,
  options: {
    text?: string;
    state?: SessionState;
    signal?: AbortSignal;
    onEvent?: (event: TurnEventBody) => void;
  } = {},
): Promise<Outcome> {
  const events: TurnEventBody[] = [];
  const turnId = `t${options.state?.seq ?? 0}`;
  let state = options.state ?? EMPTY_STATE;
  const follow = (
    body:
      | TurnEventBody
      | { type: 'turn-start'; turnId: string; model: string; message: { text: string } },
  ) => {
    state = reduce(state, { ...body, seq: state.seq + 1, at: 5 });
  };
  follow({
    type: 'turn-start',
    turnId,
    model: 'scripted/one',
    message: { text: options.text ?? 'hello' },
  });
  const turn = state.running;
  if (turn === undefined) throw new Error('no running turn');
  const reason = await engine.run({
    state,
    turn,
    signal: options.signal ?? new AbortController().signal,
    requestApproval: async () => 'deny',
    emit: (event) => {
      events.push(event);
      follow(event);
      options.onEvent?.(event);
    },
  });
  state = reduce(state, { type: 'turn-end', turnId, reason, seq: state.seq + 1, at: 6 });
  return { reason, events, state };
}

const typesOf = (outcome: Outcome) => outcome.events.map((event) => event.type);

describe('the engine', () => {
  it('answers, and counts what it cost from the price', async () => {
    const provider = createScriptedProvider([answerParts('hi there')]);
    const outcome = await runTurn(engineWith(provider, {}, PRICED));
    expect(outcome.reason).toBe('stop');
    expect(typesOf(outcome)).toEqual(['step-start', 'text-delta', 'usage']);
    expect(outcome.state.usage).toMatchObject({ inputTokens: 100, outputTokens: 10 });
    expect(outcome.state.usage.costUsd).toBeCloseTo((100 * 10 + 10 * 20) / 1e6, 12);
    expect(provider.requests[0]?.system).toContain('"demo"');
  });

  it('runs tools and sends their results back until the model is done', async () => {
    const provider = createScriptedProvider([toolParts('echo', '{"a":1}'), answerParts('done')]);
    const outcome = await runTurn(engineWith(provider));
    expect(outcome.reason).toBe('stop');
    expect(typesOf(outcome)).toEqual([
      'step-start',
      'tool-call',
      'usage',
      'tool-result',
      'step-start',
      'text-delta',
      'usage',
    ]);
    const second = provider.requests[1]?.messages ?? [];
    expect(second.map((message) => message.role)).toEqual(['user', 'assistant', 'tool']);
    expect(second[2]?.content[0]).toMatchObject({ id: 'c1', output: 'echo {"a":1}' });
  });

  it('ends the turn when only tools that were never offered are called', async () => {
    const provider = createScriptedProvider([toolParts('delete_everything', '{}')]);
    const outcome = await runTurn(engineWith(provider));
    expect(outcome.reason).toBe('tool_calls');
    expect(provider.requests).toHaveLength(1);
  });

  it('tells the model when the input of a call is no JSON', async () => {
    const provider = createScriptedProvider([toolParts('echo', '{"a":'), answerParts('sorry')]);
    const outcome = await runTurn(engineWith(provider));
    expect(outcome.events.find((event) => event.type === 'tool-result')).toMatchObject({
      isError: true,
      output: expect.stringContaining('not a JSON object'),
    });
    expect(outcome.reason).toBe('stop');
  });

  it('stops a model that never stops calling tools', async () => {
    const provider = createScriptedProvider(
      Array.from({ length: 60 }, () => toolParts('echo', '{}')),
    );
    const outcome = await runTurn(engineWith(provider));
    expect(outcome.reason).toBe('max_steps');
    expect(provider.requests).toHaveLength(40);
  });

  it('reports a failure of the host once, as data', async () => {
    const provider = createScriptedProvider([[failure('authentication', 'no key')]]);
    const outcome = await runTurn(engineWith(provider));
    expect(outcome.reason).toBe('error');
    expect(outcome.state.turns[0]?.error).toEqual({
      kind: 'authentication',
      message: 'no key',
      retryable: false,
    });
  });

  it('turns a thrown ZekeError into an error event with its hint', async () => {
    const engine = engineWith(createScriptedProvider([]), {
      resolveModel: () =>
        Promise.reject(new ZekeError('usage', 'No such model.', { hint: 'Try another.' })),
    });
    const outcome = await runTurn(engine);
    expect(outcome.reason).toBe('error');
    expect(outcome.events).toContainEqual(
      expect.objectContaining({
        type: 'error',
        kind: 'usage',
        message: 'No such model. Try another.',
      }),
    );
  });

  it('keeps what came when it is cancelled', async () => {
    const provider = createScriptedProvider([answerParts('part one').slice(0, 3)]);
    const abort = new AbortController();
    const outcome = await runTurn(engineWith(provider), {
      signal: abort.signal,
      onEvent: (event) => event.type === 'text-delta' && abort.abort(),
    });
    expect(outcome.reason).toBe('cancelled');
    expect(outcome.state.turns[0]?.parts).toEqual([{ type: 'text', step: 1, text: 'part one' }]);
  });

  it('records context, and does not repeat instructions that were told', async () => {
    const provider = createScriptedProvider([answerParts('one'), answerParts('two')]);
    const block = { source: 'instructions', title: 'AGENTS.md', text: 'Be kind.', priority: 9 };
    const engine = engineWith(provider, { collectContext: () => Promise.resolve([block]) });
    const first = await runTurn(engine);
    const second = await runTurn(engine, { state: first.state });
    expect(typesOf(first)[0]).toBe('context');
    expect(typesOf(second)).not.toContain('context');
    expect(JSON.stringify(provider.requests[1]).match(/Be kind\./g)).toHaveLength(1);
  });
});

// Put together at run time, so that no scanner takes this file for a leak.
const SECRET = ['ghp', 'q7Rz2mVx9KbT4nYw8LdC3sHf6JpA1gE5uXoZ'].join('_');

describe('secrets', () => {
  it('never leave, and are reported once', async () => {
    const provider = createScriptedProvider([toolParts('echo', '{}'), answerParts('ok')]);
    const outcome = await runTurn(engineWith(provider), { text: `my token is ${SECRET}` });
    expect(JSON.stringify(provider.requests)).not.toContain(SECRET);
    expect(JSON.stringify(provider.requests)).toContain('[secret:');
    expect(outcome.events.filter((event) => event.type === 'notice')).toHaveLength(1);
  });

  it('are taken out of a message before it is journalled, and still reported or refused', async () => {
    const provider = createScriptedProvider([answerParts('ok')]);
    const engine = engineWith(provider);
    const message = engine.redactMessage?.({
      text: `token ${SECRET}`,
      attachments: [{ label: 'log', text: SECRET }],
    });
    expect(JSON.stringify(message)).not.toContain(SECRET);
    const outcome = await runTurn(engine, { text: message?.text ?? '' });
    expect(typesOf(outcome)).toContain('notice');
    const refusing = engineWith(provider, { options: { onSecret: 'refuse' } });
    const held = refusing.redactMessage?.({ text: SECRET });
    const refused = await runTurn(refusing, { text: held?.text ?? '' });
    expect(refused.state.turns[0]?.error?.kind).toBe('secret');
  });

  it('are held back from tool results and context before the journal sees them', async () => {
    const leaky = {
      ...echoTool,
      run: () => Promise.resolve({ output: `key ${SECRET}`, isError: false }),
    };
    const provider = createScriptedProvider([toolParts('echo', '{}'), answerParts('ok')]);
    const engine = engineWith(provider, {
      tools: [leaky],
      collectContext: () =>
        Promise.resolve([{ source: 'mention', title: 'a', text: SECRET, priority: 1 }]),
    });
    const outcome = await runTurn(engine);
    expect(JSON.stringify(outcome.events)).not.toContain(SECRET);
  });

  it('stop the request where the user asked for refusal, except on this machine', async () => {
    const options = { onSecret: 'refuse' as const };
    const provider = createScriptedProvider([answerParts('ok')]);
    const outcome = await runTurn(engineWith(provider, { options }), { text: SECRET });
    expect(outcome.reason).toBe('error');
    expect(outcome.state.turns[0]?.error?.kind).toBe('secret');
    expect(provider.requests).toHaveLength(0);
    const local = createScriptedProvider([answerParts('ok')], { isLocal: true });
    const allowed = await runTurn(engineWith(local, { options }), { text: SECRET });
    expect(allowed.reason).toBe('stop');
  });
});

describe('the cost limit', () => {
  it('caps the answer to what is left', async () => {
    const provider = createScriptedProvider([answerParts('ok')]);
    await runTurn(
      engineWith(provider, { options: { onSecret: 'redact', maxCostUsd: 0.012 } }, PRICED),
    );
    const limit = provider.requests[0]?.maxOutputTokens ?? 0;
    expect(limit).toBeGreaterThan(16);
    expect(limit).toBeLessThan(600);
  });

  it('sends nothing once it is reached, and nothing to a model without a price', async () => {
    const options = { onSecret: 'redact' as const, maxCostUsd: 0.000_001 };
    const provider = createScriptedProvider([answerParts('ok')]);
    const reached = await runTurn(engineWith(provider, { options }, PRICED));
    expect(reached.reason).toBe('max_cost');
    const unknown = await runTurn(engineWith(provider, { options }));
    expect(unknown.state.turns[0]?.error?.message).toContain('price');
    expect(provider.requests).toHaveLength(0);
  });
});
