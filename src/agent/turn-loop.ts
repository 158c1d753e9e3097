/**
 * One turn: ask the model, run the tools it calls, ask again, until it is done. Everything that
 * happens is emitted as events; the loop itself keeps nothing that the journal does not have.
 */
import type {
  ChatRequest,
  EndReason,
  JsonObject,
  StreamPart,
  ToolCallEnd,
} from '../providers/contract.ts';
import { estimateCostUsd } from '../providers/cost.ts';
import type { ContextRecord, TurnEndReason, TurnEventBody } from '../session/events.ts';
import type { TurnRun } from '../session/port.ts';
import { reduce, type SessionState, type Turn } from '../session/state.ts';
import type { EngineDeps, ResolvedModel } from './engine.ts';
import { systemPrompt } from './prompts/system.ts';
import type { SecretGate } from './secret-gate.ts';
import { outputAllowance, type Spending } from './spending.ts';
import { toModelRequest } from './to-model-request.ts';

/** Requests within one turn. Past this a model is going in circles; the user can say "go on". */
const MAX_STEPS = 40;

export interface TurnLoop {
  readonly deps: EngineDeps;
  readonly turnRun: TurnRun;
  readonly context: readonly ContextRecord[];
  readonly border: string;
  readonly spending: Spending;
  readonly secrets: SecretGate;
}

/** Runs the turn to its end. Rejects only for faults that are not the model host's. */
export async function runTurnLoop(loop: TurnLoop): Promise<TurnEndReason> {
  const { deps, turnRun } = loop;
  const resolved = await deps.resolveModel(turnRun.turn.model);
  const record = startRecord(loop);
  for (let step = 1; step <= MAX_STEPS; step += 1) {
    record.emit({ type: 'step-start', turnId: turnRun.turn.id, step });
    const prepared = prepareRequest(loop, resolved, record.turn());
    if (prepared.problem !== undefined) return stopFor(prepared.problem, record, turnRun);
    const outcome = await streamStep({ loop, resolved, request: prepared.request, record });
    if (outcome.reason !== 'tool_calls') return outcome.reason;
    const canGoOn = await runTools(loop, outcome.calls, record);
    if (turnRun.signal.aborted) return 'cancelled';
    if (!canGoOn) return 'tool_calls';
  }
  return 'max_steps';
}

/** Follows the turn as the journal will see it, so that the next step's request holds it all. */
interface TurnRecord {
  readonly emit: (event: TurnEventBody) => void;
  readonly turn: () => Turn;
}

function startRecord(loop: TurnLoop): TurnRecord {
  const { state, turn, emit } = loop.turnRun;
  let current: SessionState = { ...state, running: { ...turn, context: loop.context } };
  return {
    emit(event) {
      emit(event);
      current = reduce(current, { ...event, seq: current.seq, at: current.updatedAt });
    },
    turn: () => current.running ?? turn,
  };
}

interface Problem {
  readonly reason: 'max_cost' | 'error';
  readonly kind: string;
  readonly message: string;
}
type Prepared =
  | { readonly request: ChatRequest; readonly problem?: undefined }
  | { readonly problem: Problem };

function prepareRequest(loop: TurnLoop, resolved: ResolvedModel, turn: Turn): Prepared {
  const { deps, turnRun } = loop;
  const takesTools = resolved.info?.capabilities?.tools ?? true;
  const draft = toModelRequest({
    state: turnRun.state,
    turn,
    modelRef: turn.model,
    model: resolved.model,
    system: deps.options.system ?? defaultSystem(deps, takesTools),
    tools: deps.tools.map((tool) => tool.definition),
    takesTools,
    reasoningEffort: deps.options.reasoningEffort,
    maxOutputTokens: deps.options.maxOutputTokens,
    border: loop.border,
  });
  const { request, found } = loop.secrets.redactRequest(draft, turn.message);
  const names = [...new Set(found)].join(', ');
  if (found.length > 0 && deps.options.onSecret === 'refuse' && !resolved.provider.isLocal) {
    const message = `Nothing was sent: the request holds a secret (${names}). Remove it, or set secrets.on_secret to "redact".`;
    return { problem: { reason: 'error', kind: 'secret', message } };
  }
  if (found.length > 0) reportSecrets(loop, found);
  return limitCost(loop, resolved, request);
}

function defaultSystem(deps: EngineDeps, hasTools: boolean): string {
  const projectName = deps.root.split(/[\\/]/).at(-1) ?? deps.root;
  return systemPrompt({ projectName, platform: deps.platform, hasTools });
}

/** Said once for each kind of secret, not with every step. */
function reportSecrets(loop: TurnLoop, found: readonly string[]): void {
  const fresh = loop.secrets.takeUnreported(found);
  if (fresh.length === 0) return;
  const text = `Held back before sending: ${fresh.join(', ')} (replaced by placeholders).`;
  loop.turnRun.emit({ type: 'notice', level: 'warning', text });
}

function limitCost(loop: TurnLoop, resolved: ResolvedModel, request: ChatRequest): Prepared {
  const allowance = outputAllowance({
    request,
    info: resolved.info,
    isFree: resolved.provider.isFree === true,
    maxCostUsd: loop.deps.options.maxCostUsd,
    spentUsd: loop.spending.costUsd,
  });
  if (allowance.kind === 'refused') {
    return { problem: { reason: 'max_cost', kind: 'max-cost', message: allowance.message } };
  }
  if (allowance.maxOutputTokens === undefined) return { request };
  return { request: { ...request, maxOutputTokens: allowance.maxOutputTokens } };
}

function stopFor(problem: Problem, record: TurnRecord, turnRun: TurnRun): TurnEndReason {
  const { kind, message } = problem;
  record.emit({ type: 'error', turnId: turnRun.turn.id, kind, message, retryable: false });
  return problem.reason;
}

interface StepInput {
  readonly loop: TurnLoop;
  readonly resolved: ResolvedModel;
  readonly request: ChatRequest;
  readonly record: TurnRecord;
}
interface StepOutcome {
  readonly reason: TurnEndReason;
  readonly calls: readonly ToolCallEnd[];
}

async function streamStep(step: StepInput): Promise<StepOutcome> {
  const { signal } = step.loop.turnRun;
  const calls: ToolCallEnd[] = [];
  for await (const part of step.resolved.provider.stream(step.request, { signal })) {
    const reason = recordPart(part, step);
    if (part.type === 'tool-call-end') calls.push(part);
    if (reason !== undefined) return { reason: withCalls(reason, calls), calls };
  }
  throw new Error(
    `The provider ${step.resolved.provider.id} ended its stream without an end part.`,
  );
}

/** Calls that came whole are run whatever reason the host gave with them, unless it was cut. */
function withCalls(reason: TurnEndReason, calls: readonly ToolCallEnd[]): TurnEndReason {
  const isNormal = reason === 'stop' || reason === 'other';
  return isNormal && calls.length > 0 ? 'tool_calls' : reason;
}

/** Emits what a part means; returns the turn's reason when the stream is over. */
function recordPart(
  part: StreamPart,
  step: StepInput,
): EndReason | 'error' | 'cancelled' | undefined {
  const { record } = step;
  const turnId = step.loop.turnRun.turn.id;
  switch (part.type) {
    case 'text-delta':
      record.emit({ type: 'text-delta', turnId, text: part.text });
      return undefined;
    case 'reasoning-delta':
      record.emit({ type: 'reasoning-delta', turnId, text: part.text });
      return undefined;
    case 'reasoning-end': {
      const signed = part.signature === undefined ? {} : { signature: part.signature };
      record.emit({ type: 'reasoning-end', turnId, ...signed });
      return undefined;
    }
    case 'tool-call-end': {
      const { id, name, input = {}, signature } = part;
      const signed = signature === undefined ? {} : { signature };
      record.emit({ type: 'tool-call', turnId, id, name, input, ...signed });
      return undefined;
    }
    case 'usage':
      recordUsage(part.usage, step);
      return undefined;
    case 'end':
      return part.reason;
    case 'error': {
      if (part.error.kind === 'cancelled') return 'cancelled';
      const { kind, message, retryable } = part.error;
      record.emit({ type: 'error', turnId, kind, message, retryable });
      return 'error';
    }
    default:
      return undefined;
  }
}

function recordUsage(
  usage: Extract<StreamPart, { type: 'usage' }>['usage'],
  step: StepInput,
): void {
  const { provider, info } = step.resolved;
  const costUsd = provider.isFree ? 0 : (usage.costUsd ?? estimateCostUsd(usage, info?.price));
  step.loop.spending.costUsd += costUsd ?? 0;
  step.record.emit({
    type: 'usage',
    turnId: step.loop.turnRun.turn.id,
    inputTokens: usage.inputTokens ?? 0,
    outputTokens: usage.outputTokens ?? 0,
    cachedTokens: usage.cachedTokens ?? 0,
    reasoningTokens: usage.reasoningTokens ?? 0,
    costUsd: costUsd ?? null,
  });
}

/**
 * Runs the calls in order. False when none of them names a tool that was offered: there is nothing
 * to answer with, so the turn ends and says that the model waits for tools it was not given.
 */
async function runTools(
  loop: TurnLoop,
  calls: readonly ToolCallEnd[],
  record: TurnRecord,
): Promise<boolean> {
  const { deps, turnRun } = loop;
  const known = new Set(deps.tools.map((tool) => tool.definition.name));
  if (!calls.some((call) => known.has(call.name))) return false;
  for (const call of calls) {
    if (turnRun.signal.aborted) return false;
    const { output, isError } = await runTool(loop, call);
    const text = deps.redactor.redact(output).text;
    const failed = isError ? { isError } : {};
    record.emit({
      type: 'tool-result',
      turnId: turnRun.turn.id,
      id: call.id,
      output: text,
      ...failed,
    });
  }
  return true;
}

function runTool(
  loop: TurnLoop,
  call: ToolCallEnd,
): Promise<{ readonly output: string; readonly isError: boolean }> {
  const { deps, turnRun } = loop;
  const tool = deps.tools.find((candidate) => candidate.definition.name === call.name);
  const input: JsonObject | undefined = call.input;
  if (tool === undefined) {
    return Promise.resolve({ output: `There is no tool named ${call.name}.`, isError: true });
  }
  if (input === undefined) {
    const output = `The input is not a JSON object: ${call.inputText.slice(0, 200)}`;
    return Promise.resolve({ output, isError: true });
  }
  return tool.run(input, { root: deps.root, search: deps.search, signal: turnRun.signal });
}
