import { describe, expect, it } from 'vitest';
import { ZekeError } from '../../src/platform/errors.ts';
import type { ModelInfo } from '../../src/providers/contract.ts';
import { echoTool, engineWith, runTurn, typesOf } from './engine-harness.ts';
import { answerParts, createScriptedProvider, failure, toolParts } from './scripted-provider.ts';

const PRICED: ModelInfo = { id: 'one', maxOutputTokens: 1000, price: { input: 10, output: 20 } };

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

  it('tells sources, tools and the model where the user was in an editor', async () => {
    const seen: unknown[] = [];
    const look = {
      definition: { name: 'look', description: 'looks', inputSchema: { type: 'object' } },
      run: (_: object, { nearby }: { readonly nearby?: unknown }) => {
        seen.push(nearby);
        return Promise.resolve({ output: 'seen', isError: false });
      },
    } as const;
    const provider = createScriptedProvider([toolParts('look', '{}'), answerParts('done')]);
    const engine = engineWith(provider, {
      tools: [look],
      collectContext: ({ nearby }) => {
        seen.push(nearby);
        return Promise.resolve([]);
      },
    });
    const editor = { path: 'src/a.ts', line: 3, openFiles: ['src/a.ts', 'b"\n.ts'] };
    await runTurn(engine, { message: { text: 'what is this?', editor } });
    const nearby = { cursor: { path: 'src/a.ts', line: 3 }, openFiles: editor.openFiles };
    expect(seen).toEqual([nearby, nearby]);
    const [told] = provider.requests[0]?.messages ?? [];
    expect(JSON.stringify(told)).toContain('cursor in src/a.ts:3');
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
