/**
 * The state of a conversation, and the pure reducer that makes it from events. No I/O, no clock:
 * replaying a journal gives the same state. A delta costs the same however long the conversation
 * is, because finished turns and the running one are kept apart.
 */
import type {
  ApprovalRequest,
  ContextRecord,
  FileChange,
  ForkOrigin,
  Json,
  JsonRecord,
  SessionEvent,
  TokenUsage,
  TurnEndReason,
} from './events.ts';
import type { UserInput } from './ops.ts';
import type { SharedReview } from './review.ts';
import { titleFrom } from './title.ts';
import { addUsage, NO_USAGE } from './usage.ts';

export interface SessionState {
  readonly sessionId: string;
  /** Real path of the project's root. */
  readonly project: string;
  /** Chosen by the user, or the beginning of the first message. */
  readonly title: string;
  /** `provider/model` of the next turn. */
  readonly model: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** The last event in this state. */
  readonly seq: number;
  /** Finished turns, oldest first. */
  readonly turns: readonly Turn[];
  readonly running: Turn | undefined;
  readonly queue: readonly QueuedMessage[];
  /** Turns before this index are not shown to the model any more (`/clear`). */
  readonly clearedTurnCount: number;
  /** The model is told this summary instead of the first turns (`/compact`). */
  readonly compaction: Compaction | undefined;
  /** What the running turn waits for an answer to. */
  readonly approval: ApprovalRequest | undefined;
  readonly forkedFrom: ForkOrigin | undefined;
  /** The last ops that took something back, so that one which is sent twice is done once. */
  readonly undoOps: readonly string[];
  readonly notices: readonly Notice[];
  /** The last review, for front ends that join later. */
  readonly review: SharedReview | undefined;
  /** Sum over all turns; costUsd is null while no price was known. */
  readonly usage: TokenUsage;
}

export interface Compaction {
  readonly summary: string;
  /** Turns before this index are what the summary stands for. */
  readonly turnCount: number;
}

export interface Turn {
  readonly id: string;
  readonly model: string;
  readonly message: UserInput;
  readonly context: readonly ContextRecord[];
  readonly parts: readonly TurnPart[];
  readonly usage: TokenUsage;
  /** Usage of the last request alone: its input is the context the model really holds. */
  readonly lastUsage: TokenUsage | undefined;
  readonly step: number;
  readonly error: TurnError | undefined;
  /** Absent while the turn runs. */
  readonly endReason: TurnEndReason | undefined;
  readonly startedAt: number;
  /** Files that its tools changed, in order. */
  readonly changes: readonly FileChange[];
  /** Its changes were taken back by `undo-last`. */
  readonly isUndone: boolean;
  /** Set aside: shown, but not told to the model. */
  readonly isRetracted: boolean;
}
/** A piece of the model's answer. `step` counts the requests within the turn, from 1. */
export type TurnPart =
  | { readonly type: 'text'; readonly step: number; readonly text: string }
  | {
      readonly type: 'reasoning';
      readonly step: number;
      readonly text: string;
      readonly isClosed: boolean;
      readonly signature?: Json;
    }
  | {
      readonly type: 'tool-call';
      readonly step: number;
      readonly id: string;
      readonly name: string;
      readonly input: JsonRecord;
      readonly signature?: Json;
      /** The end of what it prints while it runs; gone with the result, and never told to a model. */
      readonly outputTail?: string;
      readonly result?: { readonly output: string; readonly isError: boolean };
    };
export interface TurnError {
  readonly kind: string;
  readonly message: string;
  readonly retryable: boolean;
}
export interface QueuedMessage {
  readonly turnId: string;
  readonly message: UserInput;
}
export interface Notice {
  readonly seq: number;
  readonly level: 'info' | 'warning';
  readonly text: string;
}

/** A front end asks again at once or never: a few ids are enough. */
const MAX_UNDO_OPS = 16;
/** A few rows of the screen; all of an output comes with the result. */
const MAX_TAIL_CHARACTERS = 2000;

/** The state before the first event. */
export const EMPTY_STATE: SessionState = {
  sessionId: '',
  project: '',
  title: '',
  model: '',
  createdAt: 0,
  updatedAt: 0,
  seq: 0,
  turns: [],
  running: undefined,
  queue: [],
  clearedTurnCount: 0,
  compaction: undefined,
  approval: undefined,
  forkedFrom: undefined,
  undoOps: [],
  notices: [],
  review: undefined,
  usage: NO_USAGE,
};

/** The state after one more event. An event of an unknown type only moves `seq` and the time. */
export function reduce(state: SessionState, event: SessionEvent): SessionState {
  const next = { ...state, seq: event.seq, updatedAt: Math.max(state.updatedAt, event.at) };
  switch (event.type) {
    case 'session-start':
      return {
        ...next,
        sessionId: event.sessionId,
        project: event.project,
        model: event.model,
        createdAt: event.at,
        forkedFrom: event.forkedFrom,
      };
    case 'session-rename':
      return { ...next, title: event.title || firstTitle(state) };
    case 'model-switch':
      return { ...next, model: event.model };
    case 'message-queue': {
      const queued = { turnId: event.turnId, message: event.message };
      return { ...next, queue: [...state.queue, queued] };
    }
    case 'message-unqueue': {
      const queue = state.queue.filter(({ turnId }) => turnId !== event.turnId);
      return { ...next, queue, undoOps: addOp(state, event.opId) };
    }
    case 'clear':
      return { ...next, clearedTurnCount: state.turns.length, compaction: undefined };
    case 'turn-retract':
      return { ...next, turns: changeTurn(state, event.turnId, { isRetracted: true }) };
    case 'compact': {
      const { summary, turnCount } = event;
      return { ...next, compaction: { summary, turnCount }, running: reduceTurn(state, event) };
    }
    case 'compact-undo':
      return { ...next, compaction: undefined, undoOps: addOp(state, event.opId) };
    case 'undo': {
      const turns = changeTurn(state, event.turnId, { isUndone: true });
      return { ...next, turns, undoOps: addOp(state, event.opId) };
    }
    case 'approval-request': {
      const { id, callId, tool, title, detail, scope } = event;
      return { ...next, approval: { id, callId, tool, title, detail, scope } };
    }
    case 'approval-answer':
      return event.id === state.approval?.id ? { ...next, approval: undefined } : next;
    case 'notice': {
      const notice = { seq: event.seq, level: event.level, text: event.text };
      return { ...next, notices: [...state.notices, notice] };
    }
    case 'review': {
      const { type: _, seq: __, at: ___, ...review } = event;
      return { ...next, review: { ...review, turnCount: turnCountOf(state) } };
    }
    case 'turn-start':
      return startTurn(next, event);
    case 'turn-end':
      return endTurn(next, event.turnId, event.reason);
    case 'usage':
      return { ...next, usage: addUsage(state.usage, event), running: reduceTurn(state, event) };
    default:
      return { ...next, running: reduceTurn(state, event) };
  }
}

/** True while nothing was said or found in it: nobody would miss it. */
export function isUnused({ turns, running, queue, review }: SessionState): boolean {
  return turns.length === 0 && running === undefined && queue.length === 0 && review === undefined;
}

/** How many turns have begun. */
function turnCountOf({ turns, running }: SessionState): number {
  return turns.length + (running === undefined ? 0 : 1);
}

function startTurn(
  state: SessionState,
  event: Extract<SessionEvent, { type: 'turn-start' }>,
): SessionState {
  const running: Turn = {
    id: event.turnId,
    model: event.model,
    message: event.message,
    context: [],
    parts: [],
    usage: NO_USAGE,
    lastUsage: undefined,
    step: 0,
    error: undefined,
    endReason: undefined,
    startedAt: event.at,
    changes: [],
    isUndone: false,
    isRetracted: false,
  };
  return {
    ...state,
    running,
    title: state.title === '' ? titleFrom(event.message) : state.title,
    queue: state.queue.filter((queued) => queued.turnId !== event.turnId),
  };
}

function endTurn(state: SessionState, turnId: string, endReason: TurnEndReason): SessionState {
  const turn = state.running;
  if (turn?.id !== turnId) return state;
  const turns = [...state.turns, { ...turn, endReason }];
  return { ...state, running: undefined, approval: undefined, turns };
}

function changeTurn(
  state: SessionState,
  turnId: string,
  change: Partial<Pick<Turn, 'isRetracted' | 'isUndone'>>,
): readonly Turn[] {
  const index = state.turns.findLastIndex((turn) => turn.id === turnId);
  const turn = state.turns[index];
  return turn === undefined ? state.turns : state.turns.with(index, { ...turn, ...change });
}

function reduceTurn(state: SessionState, event: SessionEvent): Turn | undefined {
  const turn = state.running;
  if (turn === undefined || !('turnId' in event) || event.turnId !== turn.id) return turn;
  switch (event.type) {
    case 'context':
      return { ...turn, context: [...turn.context, ...event.blocks] };
    case 'step-start':
      return { ...turn, step: event.step };
    case 'text-delta':
      return { ...turn, parts: appendText(turn, event.text) };
    case 'reasoning-delta':
      return { ...turn, parts: appendReasoning(turn, event.text) };
    case 'reasoning-end':
      return { ...turn, parts: closeReasoning(turn, event.signature) };
    case 'tool-call': {
      const { id, name, input, signature } = event;
      const signed = signature === undefined ? {} : { signature };
      const call = { type: 'tool-call' as const, step: turn.step, id, name, input, ...signed };
      return { ...turn, parts: [...turn.parts, call] };
    }
    case 'tool-output':
      return { ...turn, parts: addToolOutput(turn.parts, event) };
    case 'tool-result':
      return { ...turn, parts: addToolResult(turn.parts, event) };
    case 'file-change': {
      const { path, before, after } = event;
      return { ...turn, changes: [...turn.changes, { path, before, after }] };
    }
    case 'usage':
      return { ...turn, usage: addUsage(turn.usage, event), lastUsage: pickUsage(event) };
    case 'error': {
      const { kind, message, retryable } = event;
      return { ...turn, error: { kind, message, retryable } };
    }
    default:
      return turn;
  }
}

function appendText(turn: Turn, text: string): readonly TurnPart[] {
  const last = turn.parts.at(-1);
  if (last?.type !== 'text' || last.step !== turn.step) {
    return [...turn.parts, { type: 'text', step: turn.step, text }];
  }
  return replaceLast(turn.parts, { ...last, text: last.text + text });
}

function appendReasoning(turn: Turn, text: string): readonly TurnPart[] {
  const last = turn.parts.at(-1);
  if (last?.type !== 'reasoning' || last.isClosed || last.step !== turn.step) {
    return [...turn.parts, { type: 'reasoning', step: turn.step, text, isClosed: false }];
  }
  return replaceLast(turn.parts, { ...last, text: last.text + text });
}

/** One flat copy of the references: a microsecond for a turn with a thousand parts. */
function replaceLast(parts: readonly TurnPart[], last: TurnPart): readonly TurnPart[] {
  const copy = parts.slice();
  copy[copy.length - 1] = last;
  return copy;
}

/** Closes the open reasoning block; a signature without text still makes a block to send back. */
function closeReasoning(turn: Turn, signature: Json | undefined): readonly TurnPart[] {
  const signed = signature === undefined ? {} : { signature };
  const index = turn.parts.findLastIndex((part) => part.type === 'reasoning' && !part.isClosed);
  const open = turn.parts[index];
  if (open?.type === 'reasoning' && open.step === turn.step) {
    return turn.parts.with(index, { ...open, isClosed: true, ...signed });
  }
  if (signature === undefined) return turn.parts;
  const block = {
    type: 'reasoning' as const,
    step: turn.step,
    text: '',
    isClosed: true,
    ...signed,
  };
  return [...turn.parts, block];
}

function addToolResult(
  parts: readonly TurnPart[],
  event: Extract<SessionEvent, { type: 'tool-result' }>,
): readonly TurnPart[] {
  return changeCall(parts, event.id, ({ outputTail: _, ...call }) => {
    return { ...call, result: { output: event.output, isError: event.isError ?? false } };
  });
}

function addToolOutput(
  parts: readonly TurnPart[],
  event: Extract<SessionEvent, { type: 'tool-output' }>,
): readonly TurnPart[] {
  return changeCall(parts, event.id, (call) => {
    if (call.result !== undefined) return call;
    const outputTail = ((call.outputTail ?? '') + event.text).slice(-MAX_TAIL_CHARACTERS);
    return { ...call, outputTail };
  });
}

type ToolCallPart = Extract<TurnPart, { type: 'tool-call' }>;

function changeCall(
  parts: readonly TurnPart[],
  id: string,
  change: (call: ToolCallPart) => ToolCallPart,
): readonly TurnPart[] {
  const index = parts.findLastIndex((part) => part.type === 'tool-call' && part.id === id);
  const call = parts[index];
  return call?.type === 'tool-call' ? parts.with(index, change(call)) : parts;
}

/** The title that a session has when nobody chose one. */
function firstTitle({ turns, running }: SessionState): string {
  for (const turn of turns) {
    const title = titleFrom(turn.message);
    if (title !== '') return title;
  }
  return running === undefined ? '' : titleFrom(running.message);
}

function addOp({ undoOps }: SessionState, opId: string | undefined): readonly string[] {
  return opId === undefined ? undoOps : [...undoOps.slice(1 - MAX_UNDO_OPS), opId];
}

function pickUsage(usage: TokenUsage): TokenUsage {
  const { inputTokens, outputTokens, cachedTokens, reasoningTokens, costUsd } = usage;
  return { inputTokens, outputTokens, cachedTokens, reasoningTokens, costUsd };
}
