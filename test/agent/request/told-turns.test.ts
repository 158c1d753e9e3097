/**
 * Whatever happened in a conversation, the next request is one that every vendor takes: calls and
 * results in pairs, ids used once, roles taking turns. Random conversations, every wire family.
 */
import { describe, expect, test } from 'vitest';
import { createImageGate } from '../../../src/agent/request/images.ts';
import { shrinkTurns } from '../../../src/agent/request/shrink-turns.ts';
import { toldConversation } from '../../../src/agent/request/told-turns.ts';
import { toModelRequest } from '../../../src/agent/to-model-request.ts';
import { toMessagesBody } from '../../../src/providers/anthropic/to-request.ts';
import type { ChatRequest } from '../../../src/providers/contract.ts';
import { toLocalRequest } from '../../../src/providers/local/to-request.ts';
import { toOllamaMessages } from '../../../src/providers/ollama/to-request.ts';
import { toChatCompletion } from '../../../src/providers/openai-chat/to-request.ts';
import type { EventBody } from '../../../src/session/events.ts';
import type { UserInput } from '../../../src/session/ops.ts';
import { EMPTY_STATE, reduce, type SessionState } from '../../../src/session/state.ts';
import { seededRandom } from '../../helpers/workspace.ts';
import { contentsInMemory } from '../engine-harness.ts';

const ROUNDS = 400;
const MODELS = ['anthropic/a', 'openai/b', 'ollama/c'];
const contents = contentsInMemory();
const hash = contents.put(Buffer.from('image'));

class Chance {
  readonly random: () => number;
  constructor(seed: number) {
    this.random = seededRandom(seed);
  }
  below(count: number): number {
    return Math.floor(this.random() * count);
  }
  is(share: number): boolean {
    return this.random() < share;
  }
  of<T>(some: readonly T[]): T {
    return some[this.below(some.length)] as T;
  }
}

function randomState(chance: Chance): SessionState {
  let state = EMPTY_STATE;
  const say = (body: EventBody): void => {
    state = reduce(state, { ...body, seq: state.seq + 1, at: 1 });
  };
  for (let number = chance.below(7); number >= 0; number -= 1) {
    const turnId = `t${number}`;
    say({ type: 'turn-start', turnId, model: chance.of(MODELS), message: randomMessage(chance) });
    randomAnswer(chance, turnId).forEach(say);
    // The last one is still running, with every result it asked for.
    if (number === 0) break;
    const reason = chance.of(['stop', 'cancelled', 'error', 'length', 'interrupted'] as const);
    say({ type: 'turn-end', turnId, reason });
    if (chance.is(0.15)) say({ type: 'turn-retract', turnId });
    if (chance.is(0.1)) say({ type: 'clear' });
    if (chance.is(0.15)) {
      say({
        type: 'compact',
        turnId,
        summary: 'what was said',
        turnCount: chance.below(state.turns.length + 1),
      });
    }
    if (chance.is(0.1)) say({ type: 'compact-undo' });
  }
  return state;
}

function randomMessage(chance: Chance): UserInput {
  const kind = chance.of([
    'command',
    'compact',
    'continue',
    undefined,
    undefined,
    undefined,
  ] as const);
  const image = { label: '[image 1]', mediaType: 'image/png', sizeBytes: 5 } as const;
  return {
    ...(kind === undefined ? {} : { kind }),
    text: chance.of(['', '  ', 'a question', 'ls']),
    ...(chance.is(0.2)
      ? { images: [{ ...image, hash: chance.is(0.7) ? hash : 'f'.repeat(64) }] }
      : {}),
    ...(chance.is(0.2) ? { attachments: [{ label: 'log', text: 'lines' }] } : {}),
  };
}

function randomAnswer(chance: Chance, turnId: string): readonly EventBody[] {
  const events: EventBody[] = [];
  for (let step = 1; step <= chance.below(4); step += 1) {
    events.push({ type: 'step-start', turnId, step });
    if (chance.is(0.3)) {
      events.push({ type: 'reasoning-delta', turnId, text: 'hm' });
      if (chance.is(0.7)) events.push({ type: 'reasoning-end', turnId, signature: { s: 'x' } });
    }
    if (chance.is(0.6))
      events.push({ type: 'text-delta', turnId, text: chance.of(['text', ' \n', '']) });
    for (let call = chance.below(3); call > 0; call -= 1) {
      // Hosts that count from 1 give the same ids again and again, even within a step.
      const id = chance.of(['call_1', 'toolu_x', `c${step}${call}`]);
      events.push({ type: 'tool-call', turnId, id, name: 'read_file', input: { path: 'a' } });
      if (chance.is(0.7))
        events.push({ type: 'tool-result', turnId, id, output: chance.of(['', 'file']) });
    }
  }
  return events;
}

function requestFor(state: SessionState, chance: Chance): ChatRequest {
  const turn = state.running;
  if (turn === undefined) throw new Error('nothing runs');
  const info = chance.of([undefined, { id: 'm', capabilities: { images: chance.is(0.5) } }]);
  const told = toldConversation(state);
  const shrunk = [...shrinkTurns(told.turns)];
  return toModelRequest({
    state,
    turn,
    told: { ...told, turns: chance.is(0.5) ? told.turns : (chance.of(shrunk) ?? told.turns) },
    modelRef: turn.model,
    model: 'm',
    system: 'system',
    tools: [{ name: 'read_file', description: 'reads', inputSchema: { type: 'object' } }],
    takesTools: chance.is(0.75),
    border: 'b0',
    images: createImageGate({ contents, info, modelRef: turn.model, running: turn }),
  });
}

/** A message of any family, as far as the rules look at it. */
interface Wire {
  readonly role: string;
  readonly calls: readonly string[];
  readonly results: readonly string[];
  readonly isEmpty: boolean;
}

/** Calls are answered at once, in order and once each; the rest takes turns and begins with the user. */
function checkWire(messages: readonly Wire[], resultRole: string): void {
  const ids = messages.flatMap(({ calls }) => calls);
  expect(new Set(ids).size).toBe(ids.length);
  expect(messages[0]?.role).toBe('user');
  let open: readonly string[] = [];
  let before = '';
  for (const { role, calls, results, isEmpty } of messages) {
    expect(isEmpty).toBe(false);
    expect(results).toEqual(open.slice(0, results.length));
    if (results.length > 0) open = open.slice(results.length);
    if (role !== resultRole || results.length === 0) expect(open).toEqual([]);
    if (results.length === 0) expect(role).not.toBe(before);
    before = role;
    if (calls.length > 0) open = calls;
  }
  expect(open).toEqual([]);
}

interface AnyMessage {
  readonly role: string;
  readonly content?: unknown;
  readonly tool_call_id?: string;
  readonly tool_calls?: readonly { readonly id: string }[];
}

const fromChat = (message: AnyMessage): Wire => ({
  role: message.role,
  calls: (message.tool_calls ?? []).map(({ id }) => id),
  results: message.tool_call_id === undefined ? [] : [message.tool_call_id],
  isEmpty:
    message.role !== 'tool' &&
    (message.content === '' || message.content === null || message.content === undefined) &&
    (message.tool_calls ?? []).length === 0,
});

interface AnthropicBlock {
  readonly type: string;
  readonly id?: string;
  readonly tool_use_id?: string;
}

function fromAnthropic({ role, content }: AnyMessage): Wire {
  const blocks = content as readonly AnthropicBlock[];
  const results = blocks.flatMap(({ tool_use_id: id }) => id ?? []);
  // Results come before anything else in their message.
  const first = blocks.slice(0, results.length);
  expect(first.every(({ type }) => type === 'tool_result')).toBe(true);
  const calls = blocks.flatMap(({ type, id }) =>
    type === 'tool_use' && id !== undefined ? [id] : [],
  );
  return { role, calls, results, isEmpty: blocks.length === 0 };
}

describe.each([1, 2, 3])('random conversations (seed %i)', (seed) => {
  const chance = new Chance(seed);
  const requests = Array.from({ length: ROUNDS }, () => requestFor(randomState(chance), chance));

  test('the neutral request', () => {
    for (const { messages } of requests) {
      const wire = messages.map(
        (message): Wire => ({
          role: message.role,
          calls: message.content.flatMap((part) => (part.type === 'tool-call' ? [part.id] : [])),
          results: message.content.flatMap((part) =>
            part.type === 'tool-result' ? [part.id] : [],
          ),
          isEmpty: message.content.length === 0,
        }),
      );
      checkWire(wire, 'tool');
    }
    // The sample is one: most of what can happen is in it.
    const all = JSON.stringify(requests);
    for (const what of [
      'tool-call',
      'reasoning',
      'image',
      'summary',
      'I ran this',
      'before this call was done',
    ]) {
      expect(all).toContain(what);
    }
  });

  test('OpenAI chat completions', () => {
    for (const request of requests) {
      const body = toChatCompletion(request, { isOpenAi: true });
      const messages = body.messages as readonly AnyMessage[];
      checkWire(messages.filter(({ role }) => role !== 'system').map(fromChat), 'tool');
    }
  });

  test('Ollama', () => {
    for (const request of requests) {
      const messages = toOllamaMessages(request) as readonly AnyMessage[];
      checkWire(messages.filter(({ role }) => role !== 'system').map(fromChat), 'tool');
    }
  });

  test('Anthropic', () => {
    for (const request of requests) {
      const { messages } = toMessagesBody(request) as { messages: readonly AnyMessage[] };
      checkWire(messages.map(fromAnthropic), 'user');
    }
  });

  test('the local engine', () => {
    for (const request of requests) {
      const history = toLocalRequest(request).history.filter(({ type }) => type !== 'system');
      const types = history.map(({ type }) => type);
      expect(types).toEqual(types.map((_, index) => (index % 2 === 0 ? 'user' : 'model')));
    }
  });
});
