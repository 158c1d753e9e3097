/** What every kind of turn is carried out with. */
import type { TurnEndReason } from '../../session/events.ts';
import type { TurnRun } from '../../session/port.ts';
import type { Allowances } from '../approval.ts';
import type { EngineDeps } from '../engine.ts';
import type { TokenRatios } from '../request/context-limit.ts';
import type { SecretGate } from '../secret-gate.ts';
import type { Spending } from '../spending.ts';
import type { TurnRecord } from './turn-record.ts';

/** What an engine remembers from turn to turn, until its process ends. */
export interface EngineMemory {
  /** Marks the borders of data blocks. */
  readonly border: string;
  readonly spending: Spending;
  readonly secrets: SecretGate;
  readonly ratios: TokenRatios;
  /** What was answered with "always", by session. */
  readonly allowances: Map<string, Allowances>;
}

export interface TurnWork {
  readonly deps: EngineDeps;
  readonly memory: EngineMemory;
  readonly turnRun: TurnRun;
  readonly record: TurnRecord;
}

/** Why a turn, or a step of it, goes no further. */
export interface Problem {
  readonly reason: Extract<TurnEndReason, 'error' | 'max_cost'>;
  readonly kind: string;
  readonly message: string;
  readonly retryable?: boolean;
}

/** Says the problem, and gives the turn's end. */
export function stopFor(problem: Problem, work: TurnWork): TurnEndReason {
  const { kind, message, retryable = false } = problem;
  const turnId = work.turnRun.turn.id;
  work.record.emit({ type: 'error', turnId, kind, message, retryable });
  return problem.reason;
}
