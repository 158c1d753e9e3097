/** Carries out turns: finds the context, then lets the turn loop talk to the model. */
import { randomBytes } from 'node:crypto';
import type { CodeIndex } from '../context/code-index.ts';
import type { ContextBlock, ContextQuestion } from '../context/source.ts';
import type { Environment } from '../platform/env.ts';
import { errorMessage, ZekeError } from '../platform/errors.ts';
import type { Redactor } from '../platform/secrets/redactor.ts';
import type { ContentStore } from '../platform/storage/content-store.ts';
import type { ModelInfo, Provider, ReasoningEffort } from '../providers/contract.ts';
import type { ContextRecord, TurnEndReason } from '../session/events.ts';
import type { TurnRun, TurnRunner } from '../session/port.ts';
import type { Spent } from '../session/spending-log.ts';
import type { SessionState } from '../session/state.ts';
import type { ApprovalPolicy } from './approval.ts';
import { TokenRatios } from './request/context-limit.ts';
import { nearbyOf } from './request/editor-place.ts';
import { toldConversation } from './request/told-turns.ts';
import { createSecretGate } from './secret-gate.ts';
import type { AgentTool } from './tools/tool.ts';
import { runTurnLoop } from './turn-loop.ts';
import { startRecord } from './turns/turn-record.ts';
import { type EngineMemory, stopFor, type TurnWork } from './turns/turn-work.ts';

/** What the engine needs, all passed in: it opens neither files nor connections by itself. */
export interface EngineDeps {
  /** The operating system's name, for the prompt. */
  readonly platform: string;
  /** Real path of the project's root. */
  readonly root: string;
  readonly workingDirectory: string;
  readonly search: CodeIndex;
  readonly resolveModel: (modelRef: string) => Promise<ResolvedModel>;
  readonly collectContext: (question: ContextQuestion) => Promise<readonly ContextBlock[]>;
  readonly redactor: Redactor;
  readonly tools: readonly AgentTool[];
  /** What tools may do without asking. */
  readonly policy: ApprovalPolicy;
  /** Somebody can be asked: a front end with a person in front of it is there. */
  readonly canAsk: boolean;
  /** What was in files before and after they were changed, and the images of messages. */
  readonly contents: ContentStore;
  /** Commands get it without anything that looks like a key. */
  readonly env: Environment;
  /** Hears of every request that was paid for, or could have been. */
  readonly onSpent?: (spent: Spent) => void;
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
  /** A conversation that would not fit any more is summarised first (`compact.auto`). */
  readonly compactsByItself?: boolean | undefined;
}

/** An engine for one process. What it spent counts against `maxCostUsd` until the process ends. */
export function createEngine(deps: EngineDeps): TurnRunner {
  const memory: EngineMemory = {
    border: randomBytes(6).toString('hex'),
    spending: { costUsd: 0 },
    secrets: createSecretGate(deps.redactor),
    ratios: new TokenRatios(),
    allowances: new Map(),
  };
  return {
    redactMessage: memory.secrets.redactMessage,
    async run(turnRun: TurnRun): Promise<TurnEndReason> {
      const work = { deps, memory, turnRun, record: startRecord(turnRun) };
      try {
        return await runTurn(work);
      } catch (error) {
        if (turnRun.signal.aborted) return 'cancelled';
        const kind = error instanceof ZekeError ? error.kind : 'internal';
        return stopFor({ reason: 'error', kind, message: describe(error) }, work);
      }
    },
    async undo(turn) {
      const { undoTurn } = await import('./undo.ts');
      return undoTurn(deps, turn);
    },
  };
}

async function runTurn(work: TurnWork): Promise<TurnEndReason> {
  const { deps, turnRun, record } = work;
  const { turn, state } = turnRun;
  switch (turn.message.kind) {
    case 'command': {
      const { runCommandTurn } = await import('./turns/command-turn.ts');
      return runCommandTurn(work);
    }
    case 'compact': {
      const { runCompactTurn } = await import('./turns/compaction.ts');
      return runCompactTurn(work);
    }
    case 'continue': {
      if (toldConversation(state).turns.length > 0) return runTurnLoop(work);
      const message = 'There is no answer to go on with: the model is told no earlier turn.';
      return stopFor({ reason: 'error', kind: 'usage', message }, work);
    }
    default: {
      const blocks = await findContext(deps, turnRun);
      if (blocks.length > 0) record.emit({ type: 'context', turnId: turn.id, blocks });
      return runTurnLoop(work);
    }
  }
}

function describe(error: unknown): string {
  const hint = error instanceof ZekeError && error.hint !== undefined ? ` ${error.hint}` : '';
  return errorMessage(error) + hint;
}

/** Context of this turn; instructions that the model was already given are not repeated. */
async function findContext(deps: EngineDeps, run: TurnRun): Promise<readonly ContextRecord[]> {
  const { text, mentions = [] } = run.turn.message;
  const blocks = await deps.collectContext({
    text,
    mentions,
    ...nearbyOf(run.turn.message),
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
  const blocks = toldConversation(state).turns.flatMap((turn) => turn.context);
  const instructions = blocks.filter((block) => block.source === 'instructions');
  return new Set(instructions.map((block) => block.text));
}
