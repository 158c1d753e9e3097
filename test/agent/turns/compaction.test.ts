import { describe, expect, test } from 'vitest';
import type { ModelInfo, StreamPart } from '../../../src/providers/contract.ts';
import type { SessionState } from '../../../src/session/state.ts';
import { reduce } from '../../../src/session/state.ts';
import { engineWith, runTurn, textOf, typesOf } from '../engine-harness.ts';
import { answerParts, createScriptedProvider, failure, toolParts } from '../scripted-provider.ts';

const SMALL: ModelInfo = { id: 'one', contextTokens: 2_000 };
const COMPACT = { kind: 'compact' as const, text: '' };

/** A conversation with one turn for each text, and the engine that held it. */
async function conversation(
  texts: readonly string[],
  scripts: readonly (readonly StreamPart[])[],
  setting: { readonly info?: ModelInfo; readonly isAuto?: boolean } = {},
) {
  const provider = createScriptedProvider([...texts.map(() => answerParts('answer')), ...scripts]);
  const options = { onSecret: 'redact' as const, compactsByItself: setting.isAuto === true };
  let state: SessionState | undefined;
  const info = { current: undefined as ModelInfo | undefined };
  const engine = engineWith(provider, {
    options,
    resolveModel: () => Promise.resolve({ provider, model: 'one', info: info.current }),
  });
  for (const text of texts) {
    state = (await runTurn(engine, { text, ...(state === undefined ? {} : { state }) })).state;
  }
  if (state === undefined) throw new Error('no turns');
  info.current = setting.info;
  return { engine, state, provider, last: () => provider.requests.at(-1) };
}

function withEvent(state: SessionState, type: 'compact-undo' | 'clear'): SessionState {
  return reduce(state, { type, seq: state.seq + 1, at: 9 });
}

describe('/compact', () => {
  test('streams the summary, and the next turn is told it instead of what came before', async () => {
    const scripts = [answerParts('We chose SQLite.'), answerParts('sure')];
    const talk = await conversation(['first question', 'second question'], scripts);
    const outcome = await runTurn(talk.engine, { state: talk.state, message: COMPACT });
    expect(outcome.reason).toBe('stop');
    expect(textOf(outcome)).toBe('We chose SQLite.');
    expect(outcome.state.compaction).toEqual({ summary: 'We chose SQLite.', turnCount: 2 });
    expect(JSON.stringify(talk.last()?.messages)).toContain('second question');
    expect(talk.last()?.tools).toBeUndefined();
    expect(outcome.events.filter(({ type }) => type === 'notice')).toHaveLength(1);

    await runTurn(talk.engine, { state: outcome.state, text: 'third question' });
    const told = JSON.stringify(talk.last()?.messages);
    expect(told).toContain('We chose SQLite.');
    expect(told).toContain('third question');
    expect(told).not.toMatch(/first question|second question|answer"/);
    expect(talk.last()?.messages.map(({ role }) => role)).toEqual(['user']);
  });

  test('says what matters, where the user did', async () => {
    const talk = await conversation(['a question'], [answerParts('summary')]);
    const message = { kind: 'compact' as const, text: 'the database' };
    await runTurn(talk.engine, { state: talk.state, message });
    expect(JSON.stringify(talk.last()?.messages.at(-1))).toContain('the database');
  });

  test('taken back, everything is told again but the summary and its turn', async () => {
    const talk = await conversation(
      ['first question'],
      [answerParts('SUMMARY'), answerParts('ok')],
    );
    const outcome = await runTurn(talk.engine, { state: talk.state, message: COMPACT });
    await runTurn(talk.engine, { state: withEvent(outcome.state, 'compact-undo'), text: 'next' });
    const told = JSON.stringify(talk.last()?.messages);
    expect(told).toContain('first question');
    expect(told).not.toContain('SUMMARY');
  });

  test('a second summary is made of the first one and what came since; a clear forgets both', async () => {
    const scripts = [
      answerParts('FIRST'),
      answerParts('answer'),
      answerParts('SECOND'),
      answerParts('ok'),
    ];
    const talk = await conversation(['old question'], scripts);
    const first = await runTurn(talk.engine, { state: talk.state, message: COMPACT });
    const between = await runTurn(talk.engine, { state: first.state, text: 'newer question' });
    const second = await runTurn(talk.engine, { state: between.state, message: COMPACT });
    const asked = JSON.stringify(talk.last()?.messages);
    expect(asked).toContain('FIRST');
    expect(asked).toContain('newer question');
    expect(asked).not.toContain('old question');
    expect(second.state.compaction).toEqual({ summary: 'SECOND', turnCount: 3 });
    await runTurn(talk.engine, { state: withEvent(second.state, 'clear'), text: 'fresh start' });
    expect(JSON.stringify(talk.last()?.messages)).not.toMatch(/FIRST|SECOND|newer/);
  });

  test.each<[string, readonly StreamPart[], string]>([
    ['empty', answerParts('  \n'), 'is empty'],
    ['failed', [failure('server', 'The host is down.')], 'The host is down.'],
    [
      'cut',
      [...answerParts('half a summ').slice(0, -1), { type: 'end', reason: 'length' }],
      'output limit',
    ],
  ])('a summary that is %s replaces nothing', async (_what, script, words) => {
    const talk = await conversation(['a question'], [script]);
    const outcome = await runTurn(talk.engine, { state: talk.state, message: COMPACT });
    expect(outcome.reason).toBe('error');
    expect(outcome.state.compaction).toBeUndefined();
    expect(outcome.state.turns.at(-1)?.error?.message).toContain(words);
  });

  test('that is stopped replaces nothing', async () => {
    const talk = await conversation(['a question'], [answerParts('half').slice(0, 3)]);
    const abort = new AbortController();
    const outcome = await runTurn(talk.engine, {
      state: talk.state,
      message: COMPACT,
      signal: abort.signal,
      onEvent: (event) => event.type === 'text-delta' && abort.abort(),
    });
    expect(outcome.reason).toBe('cancelled');
    expect(outcome.state.compaction).toBeUndefined();
  });

  test('with nothing to summarise says so', async () => {
    const engine = engineWith(createScriptedProvider([]));
    const outcome = await runTurn(engine, { message: COMPACT });
    expect(outcome.state.turns[0]?.error?.message).toContain('nothing to summarise');
  });

  test('of a conversation larger than the model leaves out the long and the old, not the new', async () => {
    const texts = ['oldest', 'older', 'newest'].map((name) => `${name} ${'word '.repeat(700)}`);
    const talk = await conversation(texts, [answerParts('summary')], { info: SMALL });
    const outcome = await runTurn(talk.engine, { state: talk.state, message: COMPACT });
    expect(outcome.state.compaction?.turnCount).toBe(3);
    const asked = JSON.stringify(talk.last()?.messages);
    expect(asked).toContain('newest');
    expect(asked).not.toContain('oldest');
  });

  test('tells calls of tools as text, because none are offered', async () => {
    const provider = createScriptedProvider([
      toolParts('echo', '{"a":1}'),
      answerParts('done'),
      answerParts('summary'),
    ]);
    const engine = engineWith(provider);
    const first = await runTurn(engine);
    await runTurn(engine, { state: first.state, message: COMPACT });
    const messages = JSON.stringify(provider.requests[2]?.messages);
    expect(messages).not.toMatch(/"tool-call"|"tool-result"/);
    expect(messages).toContain('Used echo');
  });
});

describe('a message that would not fit', () => {
  const long = 'word '.repeat(3_000);

  test('is explained in numbers, with what to do, and nothing is sent', async () => {
    const talk = await conversation([long], [], { info: SMALL });
    const before = talk.provider.requests.length;
    const outcome = await runTurn(talk.engine, { state: talk.state, text: 'next' });
    expect(talk.provider.requests).toHaveLength(before);
    expect(outcome.reason).toBe('error');
    const error = outcome.state.turns.at(-1)?.error;
    expect(error).toMatchObject({ kind: 'context-overflow', retryable: true });
    expect(error?.message).toMatch(/about \d,\d{3} tokens; scripted\/one holds 2,000/);
    expect(error?.message).toContain('/compact');
  });

  test('by itself is not blamed on the conversation', async () => {
    const engine = engineWith(createScriptedProvider([]), {}, SMALL);
    const message = (await runTurn(engine, { text: long })).state.turns[0]?.error?.message;
    expect(message).toContain('This message is about');
    expect(message).not.toContain('/compact');
  });

  test('that the host refuses is explained the same way', async () => {
    const refusal: StreamPart = {
      type: 'error',
      error: { kind: 'context-overflow', message: 'Too long.', retryable: false },
    };
    const talk = await conversation(['a question'], [[refusal]]);
    const outcome = await runTurn(talk.engine, { state: talk.state, text: 'next' });
    const error = outcome.state.turns.at(-1)?.error;
    expect(error).toMatchObject({ kind: 'context-overflow', retryable: true });
    expect(error?.message).toMatch(/^Too long\. The request was about \d+ tokens\..*\/compact/);
  });

  test('learns from what the host counts', async () => {
    const info = { id: 'one', contextTokens: 1_000 };
    const counted = answerParts('x').map(
      (part): StreamPart =>
        part.type === 'usage' ? { type: 'usage', usage: { inputTokens: 10_000 } } : part,
    );
    const provider = createScriptedProvider([counted, answerParts('y')]);
    const engine = engineWith(provider, {}, info);
    const text = 'word '.repeat(350);
    const first = await runTurn(engine, { text });
    expect(first.reason).toBe('stop');
    expect((await runTurn(engine, { text: `${text} more` })).reason).toBe('error');
  });

  test('is summarised first where the settings say so, announced, and then answered', async () => {
    const scripts = [answerParts('short summary'), answerParts('the answer')];
    const talk = await conversation([long], scripts, { info: SMALL, isAuto: true });
    const outcome = await runTurn(talk.engine, { state: talk.state, text: 'next' });
    expect(outcome.reason).toBe('stop');
    expect(textOf(outcome)).toBe('the answer');
    expect(outcome.state.compaction).toEqual({ summary: 'short summary', turnCount: 1 });
    const told = JSON.stringify(talk.last()?.messages);
    expect(told).toContain('short summary');
    expect(told).not.toContain('word word');
    const notices = outcome.state.notices.map(({ text }) => text).join(' ');
    expect(notices).toContain('compact.auto');
    expect(notices).toContain('/compact undo');
    expect(typesOf(outcome).indexOf('compact')).toBeLessThan(
      typesOf(outcome).indexOf('text-delta'),
    );
  });

  test('is explained when the summary fails, and nothing is replaced', async () => {
    const scripts = [[failure('server', 'down')]];
    const talk = await conversation([long], scripts, { info: SMALL, isAuto: true });
    const outcome = await runTurn(talk.engine, { state: talk.state, text: 'next' });
    expect(outcome.state.compaction).toBeUndefined();
    expect(outcome.state.turns.at(-1)?.error?.kind).toBe('context-overflow');
    expect(outcome.state.notices.at(-1)?.text).toContain('down');
  });
});

test('instructions are told again after a summary has replaced the turn that had them', async () => {
  const provider = createScriptedProvider([
    answerParts('one'),
    answerParts('SUMMARY'),
    answerParts('two'),
  ]);
  const block = { source: 'instructions', title: 'AGENTS.md', text: 'Be kind.', priority: 9 };
  const engine = engineWith(provider, { collectContext: () => Promise.resolve([block]) });
  const first = await runTurn(engine);
  const second = await runTurn(engine, { state: first.state, message: COMPACT });
  await runTurn(engine, { state: second.state, text: 'and now?' });
  expect(JSON.stringify(provider.requests[2])).toContain('Be kind.');
});

describe('a continued answer', () => {
  test('keeps the part that came, and asks for the rest', async () => {
    const provider = createScriptedProvider([
      answerParts('The answer is fo').slice(0, 3),
      answerParts('rty-two.'),
      answerParts('thanks'),
    ]);
    const engine = engineWith(provider);
    const abort = new AbortController();
    const cut = await runTurn(engine, {
      signal: abort.signal,
      onEvent: (event) => event.type === 'text-delta' && abort.abort(),
    });
    const message = { kind: 'continue' as const, text: '' };
    const rest = await runTurn(engine, { state: cut.state, message });
    expect(textOf(rest)).toBe('rty-two.');
    const asked = provider.requests[1]?.messages ?? [];
    expect(asked.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(JSON.stringify(asked[1])).toContain('The answer is fo');
    expect(JSON.stringify(asked[2])).toContain('exactly where it stopped');
    await runTurn(engine, { state: rest.state, text: 'ok' });
    const roles = provider.requests[2]?.messages.map(({ role }) => role);
    expect(roles).toEqual(['user', 'assistant', 'user', 'assistant', 'user']);
  });

  test('of nothing is an error in words', async () => {
    const engine = engineWith(createScriptedProvider([]));
    const outcome = await runTurn(engine, { message: { kind: 'continue', text: '' } });
    expect(outcome.state.turns[0]?.error?.message).toContain('no answer to go on with');
  });
});

test('a turn that was set aside is not told', async () => {
  const talk = await conversation(['bad question', 'good question'], [answerParts('ok')]);
  const turnId = talk.state.turns[0]?.id ?? '';
  const state = reduce(talk.state, {
    type: 'turn-retract',
    turnId,
    seq: talk.state.seq + 1,
    at: 9,
  });
  await runTurn(talk.engine, { state, text: 'next' });
  const told = JSON.stringify(talk.last()?.messages);
  expect(told).toContain('good question');
  expect(told).not.toContain('bad question');
});
