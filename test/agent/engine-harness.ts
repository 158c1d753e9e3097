/** An engine with a scripted model, and turns run as a session would run them. */
import { createEngine, type EngineDeps } from '../../src/agent/engine.ts';
import { createScanIndex } from '../../src/context/scan/scan-index.ts';
import { createRedactor } from '../../src/platform/secrets/redactor.ts';
import type { ContentStore } from '../../src/platform/storage/content-store.ts';
import { hashOf } from '../../src/platform/storage/content-store.ts';
import type { ModelInfo, Provider } from '../../src/providers/contract.ts';
import type { ApprovalRequest, TurnEndReason, TurnEventBody } from '../../src/session/events.ts';
import type { ApprovalDecision, UserInput } from '../../src/session/ops.ts';
import type { TurnRunner } from '../../src/session/port.ts';
import { EMPTY_STATE, reduce, type SessionState } from '../../src/session/state.ts';

/** Of a folder that is not there: everything it is asked finds nothing. */
const noSearch = createScanIndex({ root: '/nonexistent/project', env: {} });

export const echoTool = {
  definition: { name: 'echo', description: 'says it back', inputSchema: { type: 'object' } },
  run: (input: object) =>
    Promise.resolve({ output: `echo ${JSON.stringify(input)}`, isError: false }),
};

/** Contents in memory: the fake beside content-store.ts, for tests that touch no file. */
export function contentsInMemory(): ContentStore {
  const kept = new Map<string, Buffer>();
  return {
    put(bytes) {
      const hash = hashOf(bytes);
      kept.set(hash, Buffer.from(bytes));
      return hash;
    },
    get: (hash) => kept.get(hash),
  };
}

export function engineWith(
  provider: Provider,
  overrides: Partial<EngineDeps> = {},
  info?: ModelInfo,
): TurnRunner {
  return createEngine({
    platform: 'linux',
    root: '/project/demo',
    workingDirectory: '/project/demo',
    search: noSearch,
    resolveModel: () => Promise.resolve({ provider, model: 'one', info }),
    collectContext: () => Promise.resolve([]),
    redactor: createRedactor(),
    tools: [echoTool],
    policy: { edit: 'ask', command: 'ask', commandRules: [] },
    canAsk: true,
    contents: contentsInMemory(),
    env: { PATH: process.env.PATH },
    options: { onSecret: 'redact' },
    ...overrides,
  });
}

export interface Outcome {
  readonly reason: TurnEndReason;
  readonly events: readonly TurnEventBody[];
  readonly asked: readonly Omit<ApprovalRequest, 'id'>[];
  readonly state: SessionState;
}
export interface RunOptions {
  readonly text?: string;
  readonly message?: UserInput;
  readonly state?: SessionState;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: TurnEventBody) => void;
  readonly answer?: (
    request: Omit<ApprovalRequest, 'id'>,
  ) => ApprovalDecision | Promise<ApprovalDecision>;
}

/** Runs one turn as a session would: every event is reduced in order. */
export async function runTurn(engine: TurnRunner, options: RunOptions = {}): Promise<Outcome> {
  const events: TurnEventBody[] = [];
  const asked: Omit<ApprovalRequest, 'id'>[] = [];
  const turnId = `t${options.state?.seq ?? 0}`;
  const message = options.message ?? { text: options.text ?? 'hello' };
  let state = options.state ?? EMPTY_STATE;
  const start = { type: 'turn-start' as const, turnId, model: 'scripted/one', message };
  state = reduce(state, { ...start, seq: state.seq + 1, at: 5 });
  const turn = state.running;
  if (turn === undefined) throw new Error('no running turn');
  const reason = await engine.run({
    state,
    turn,
    signal: options.signal ?? new AbortController().signal,
    requestApproval: async (request) => {
      asked.push(request);
      return options.answer?.(request) ?? 'deny';
    },
    emit: (event) => {
      events.push(event);
      state = reduce(state, { ...event, seq: state.seq + 1, at: 5 });
      options.onEvent?.(event);
    },
  });
  state = reduce(state, { type: 'turn-end', turnId, reason, seq: state.seq + 1, at: 6 });
  return { reason, events, asked, state };
}

export const typesOf = (outcome: Outcome) => outcome.events.map((event) => event.type);

/** The text of the last turn. */
export function textOf({ state }: Outcome): string {
  const parts = state.turns.at(-1)?.parts ?? [];
  return parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
}
