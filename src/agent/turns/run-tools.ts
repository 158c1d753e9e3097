/** Runs the tools that a model called: reading ones at once, acting ones after they were allowed. */
import { ZekeError } from '../../platform/errors.ts';
import type { ToolCallEnd } from '../../providers/contract.ts';
import { allowAlways, decide, NO_ALLOWANCES, scopeOf } from '../approval.ts';
import { nearbyOf } from '../request/editor-place.ts';
import type { ActContext, ActingTool, Plan, ToolOutput } from '../tools/tool.ts';
import type { TurnWork } from './turn-work.ts';

/**
 * Runs the calls in order. False when none of them names a tool that was offered: there is nothing
 * to answer with, so the turn ends and says that the model waits for tools it was not given.
 */
export async function runTools(work: TurnWork, calls: readonly ToolCallEnd[]): Promise<boolean> {
  const { deps, turnRun, record } = work;
  const known = new Set(deps.tools.map((tool) => tool.definition.name));
  if (!calls.some((call) => known.has(call.name))) return false;
  for (const call of calls) {
    if (turnRun.signal.aborted) return false;
    const { output, isError } = await runTool(work, call);
    const failed = isError ? { isError } : {};
    record.emit({
      type: 'tool-result',
      turnId: turnRun.turn.id,
      id: call.id,
      output: deps.redactor.redact(output).text,
      ...failed,
    });
  }
  return true;
}

async function runTool(work: TurnWork, call: ToolCallEnd): Promise<ToolOutput> {
  const { deps, turnRun } = work;
  const tool = deps.tools.find((candidate) => candidate.definition.name === call.name);
  if (tool === undefined) return failed(`There is no tool named ${call.name}.`);
  if (call.input === undefined) {
    return failed(`The input is not a JSON object: ${call.inputText.slice(0, 200)}`);
  }
  const { signal, turn } = turnRun;
  const context = { root: deps.root, search: deps.search, signal, ...nearbyOf(turn.message) };
  if ('run' in tool) return tool.run(call.input, context);
  try {
    const plan = await tool.plan(call.input, context);
    return 'act' in plan ? await actOn(work, plan, { tool, callId: call.id }) : plan;
  } catch (error) {
    if (!(error instanceof ZekeError)) throw error;
    return failed(error.hint === undefined ? error.message : `${error.message} ${error.hint}`);
  }
}

interface Caller {
  readonly tool: ActingTool;
  readonly callId: string;
}

async function actOn(work: TurnWork, plan: Plan, caller: Caller): Promise<ToolOutput> {
  const refusal = await refusalOf(work, plan, caller);
  if (refusal !== undefined) return failed(refusal);
  // An answer may come in the same moment as the user stops the turn.
  if (work.turnRun.signal.aborted) return failed('This call was not run: the user stopped it.');
  const { startLiveOutput } = await import('./live-output.ts');
  const { deps, turnRun, record } = work;
  const turnId = turnRun.turn.id;
  const live = startLiveOutput(deps.redactor, (text) =>
    record.emit({ type: 'tool-output', turnId, id: caller.callId, text }),
  );
  try {
    return await plan.act(actContext(work, live.push));
  } finally {
    live.stop();
  }
}

/** Undefined when the plan may be carried out; else what the model is told. */
async function refusalOf(
  work: TurnWork,
  plan: Plan,
  { tool, callId }: Caller,
): Promise<string | undefined> {
  const { deps, memory, turnRun } = work;
  const { sessionId } = turnRun.state;
  // Looked up for every call: the answer to the one before may cover this one.
  const allowed = memory.allowances.get(sessionId) ?? NO_ALLOWANCES;
  const verdict = decide(plan.action, deps.policy, allowed);
  if (verdict === 'deny') return 'The settings of the user do not allow this.';
  if (verdict === 'allow') return undefined;
  if (!deps.canAsk) {
    return 'This needs the consent of the user, and nobody can be asked here. Say what you would do instead.';
  }
  const clean = (text: string): string => deps.redactor.redact(text).text;
  const decision = await turnRun.requestApproval({
    callId,
    tool: tool.definition.name,
    title: clean(plan.title),
    detail: { ...plan.detail, text: clean(plan.detail.text) },
    scope: clean(scopeOf(plan.action)),
  });
  if (decision === 'deny') {
    return 'The user declined this. Do not try to reach the same another way; ask what they want instead.';
  }
  if (decision === 'always') memory.allowances.set(sessionId, allowAlways(plan.action, allowed));
  return undefined;
}

function actContext(
  { deps, turnRun, record }: TurnWork,
  onOutput: (text: string) => void,
): ActContext {
  const { root, search, env, contents } = deps;
  return {
    root,
    search,
    env,
    contents,
    signal: turnRun.signal,
    onOutput,
    onChange: (change) => record.emit({ type: 'file-change', turnId: turnRun.turn.id, ...change }),
  };
}

function failed(output: string): ToolOutput {
  return { output, isError: true };
}
