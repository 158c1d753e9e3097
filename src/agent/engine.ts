/** Carries out turns: finds the context, then lets the turn loop talk to the model. */
import { randomBytes } from 'node:crypto';
import type { CodeSearch } from '../context/search.ts';
import type { ContextBlock, ContextQuestion } from '../context/source.ts';
import { errorMessage, ZekeError } from '../platform/errors.ts';
import type { Redactor } from '../platform/secrets/redactor.ts';
import type { ModelInfo, Provider, ReasoningEffort } from '../providers/contract.ts';
import type { ContextRecord, TurnEndReason } from '../session/events.ts';
import type { TurnRun, TurnRunner } from '../session/port.ts';
import type { SessionState } from '../session/state.ts';
import { createSecretGate } from './secret-gate.ts';
import type { Spending } from './spending.ts';
import type { AgentTool } from './tools/tool.ts';
import { runTurnLoop } from './turn-loop.ts';

/** What the engine needs, all passed in: it touches neither the disk nor the network itself. */
export interface EngineDeps {
  /** The operating system's name, for the prompt. */
  readonly platform: string;
  /** Real path of the project's root. */
  readonly root: string;
  readonly workingDirectory: string;
  readonly search: CodeSearch;
  readonly resolveModel: (modelRef: string) => Promise<ResolvedModel>;
  readonly collectContext: (question: ContextQuestion) => Promise<readonly ContextBlock[]>;
  readonly redactor: Redactor;
  readonly tools: readonly AgentTool[];
  readonly options: EngineOptions;
}
export interface ResolvedModel {
  readonly provider: Provider;
  /** The vendor's model id. */
  readonly model: string;
  /** What is known of it; undefined gives safe defaults. */
  readonly info: ModelInfo | undefined;
}
export interface EngineOptions {
  /** Replaces the system prompt (`zeke ask --system`). */
  readonly system?: string | undefined;
  readonly maxOutputTokens?: number | undefined;
  readonly reasoningEffort?: ReasoningEffort | undefined;
  /** US dollars that this engine may spend in all. */
  readonly maxCostUsd?: number | undefined;
  readonly onSecret: 'redact' | 'refuse';
}

/** An engine for one process. What it spent counts against `maxCostUsd` until the process ends. */
export function createEngine(deps: EngineDeps): TurnRunner {
  const border = randomBytes(6).toString('hex');
  const spending: Spending = { costUsd: 0 };
  const secrets = createSecretGate(deps.redactor);
  return {
    redactMessage: secrets.redactMessage,
    async run(turnRun: TurnRun): Promise<TurnEndReason> {
      try {
        const context = await findContext(deps, turnRun);
        if (context.length > 0) {
          turnRun.emit({ type: 'context', turnId: turnRun.turn.id, blocks: context });
        }
        return await runTurnLoop({ deps, turnRun, context, border, spending, secrets });
      } catch (error) {
        if (turnRun.signal.aborted) return 'cancelled';
        turnRun.emit({
          type: 'error',
          turnId: turnRun.turn.id,
          kind: error instanceof ZekeError ? error.kind : 'internal',
          message: describe(error),
          retryable: false,
        });
        return 'error';
      }
    },
  };
}

function describe(error: unknown): string {
  const hint = error instanceof ZekeError && error.hint !== undefined ? ` ${error.hint}` : '';
  return errorMessage(error) + hint;
}

/** Context of this turn; instructions that the model was already given are not repeated. */
async function findContext(deps: EngineDeps, run: TurnRun): Promise<readonly ContextRecord[]> {
  const blocks = await deps.collectContext({
    text: run.turn.message.text,
    mentions: run.turn.message.mentions ?? [],
    root: deps.root,
    workingDirectory: deps.workingDirectory,
    signal: run.signal,
  });
  const told = instructionsTold(run.state);
  return blocks
    .map((block) => ({ ...block, text: deps.redactor.redact(block.text).text }))
    .filter((block) => !(block.source === 'instructions' && told.has(block.text)))
    .map(({ source, title, text, reason }) => ({
      source,
      title,
      text,
      ...(reason === undefined ? {} : { reason }),
    }));
}

function instructionsTold(state: SessionState): ReadonlySet<string> {
  const blocks = state.turns.slice(state.clearedTurnCount).flatMap((turn) => turn.context);
  const instructions = blocks.filter((block) => block.source === 'instructions');
  return new Set(instructions.map((block) => block.text));
}
