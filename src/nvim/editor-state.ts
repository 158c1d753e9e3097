/**
 * The conversation as a Neovim is told it: what somebody reads in a buffer, and not what a model was
 * sent. State and events are cut alike, so that a state made of the events is the state.
 */
import { keepEnds } from '../platform/shell/limited-output.ts';
import type {
  ApprovalRequest,
  ContextRecord,
  EventBody,
  ForkOrigin,
  Json,
  JsonRecord,
  SessionEvent,
  TokenUsage,
} from '../session/events.ts';
import type { UserInput } from '../session/ops.ts';
import type { SharedReview } from '../session/review.ts';
import type {
  Compaction,
  Notice,
  QueuedMessage,
  SessionState,
  Turn,
  TurnPart,
} from '../session/state.ts';

/** As SessionState, with bounds; what is undefined is absent in the JSON. */
export interface EditorState {
  readonly sessionId: string;
  readonly project: string;
  readonly title: string;
  readonly model: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly seq: number;
  /** The last finished turns, oldest first. */
  readonly turns: readonly EditorTurn[];
  /** How many turns came before `turns`. */
  readonly earlierTurnCount: number;
  readonly running: EditorTurn | undefined;
  readonly queue: readonly QueuedMessage[];
  /** Counted from the first turn of all, as in `compaction.turnCount`. */
  readonly clearedTurnCount: number;
  readonly compaction: Compaction | undefined;
  readonly approval: ApprovalRequest | undefined;
  readonly forkedFrom: ForkOrigin | undefined;
  /** The last ones. */
  readonly notices: readonly Notice[];
  /** `turnCount` is counted from the first turn of all. */
  readonly review: SharedReview | undefined;
  readonly usage: TokenUsage;
}
export type EditorTurn = Omit<Turn, 'context'> & { readonly context: readonly ContextTitle[] };
/** What the model was shown, without the text. */
export type ContextTitle = Omit<ContextRecord, 'text'>;
/** As SessionEvent, with `context` blocks that have no text. */
export type EditorEvent =
  | Exclude<SessionEvent, { type: 'context' }>
  | (Omit<Extract<SessionEvent, { type: 'context' }>, 'blocks'> & {
      readonly blocks: readonly ContextTitle[];
    });

const MAX_TURNS = 200;
/**
 * Of the JSON of the turns that are told at once, where more can be asked for: Neovim reads it and writes
 * it into its buffer in a moment.
 */
const PORTION_CHARACTERS = 256 * 1024;
const MAX_NOTICES = 50;
/** A tool's output, a file that a tool writes, a pasted text: of each both ends. */
const MAX_TEXT_CHARACTERS = 4000;
/** No tool takes input that is deeper; what is, is not shown. */
const MAX_INPUT_DEPTH = 16;

/** Turns that a Neovim asks for because it was told only later ones. */
export type EarlierTurns = Pick<EditorState, 'turns' | 'earlierTurnCount'>;

/** The state as it is told to a Neovim that joins or fell behind; `loadsEarlier` as in its greeting. */
export function toEditorState(state: SessionState, loadsEarlier = false): EditorState {
  const { turns, running, queue, compaction, notices, undoOps: _, ...rest } = state;
  return {
    ...rest,
    ...lastTurns(turns, loadsEarlier ? PORTION_CHARACTERS : Number.POSITIVE_INFINITY),
    running: running === undefined ? undefined : toEditorTurn(running),
    queue: queue.map(({ turnId, message }) => ({ turnId, message: cutMessage(message) })),
    compaction:
      compaction === undefined
        ? undefined
        : { ...compaction, summary: cutText(compaction.summary) },
    notices: notices.slice(-MAX_NOTICES),
  };
}

/** The last portion of the first `before` turns. */
export function toEarlierTurns({ turns }: SessionState, before: number): EarlierTurns {
  return lastTurns(turns.slice(0, before), PORTION_CHARACTERS);
}

/** The last turns that fit, and one at least: whoever asks for more gets further each time. */
function lastTurns(turns: readonly Turn[], maxCharacters: number): EarlierTurns {
  const told: EditorTurn[] = [];
  let characters = 0;
  for (const turn of turns.slice(-MAX_TURNS).reverse()) {
    const editorTurn = toEditorTurn(turn);
    characters += JSON.stringify(editorTurn).length;
    if (told.length > 0 && characters > maxCharacters) break;
    told.push(editorTurn);
  }
  return { turns: told.reverse(), earlierTurnCount: turns.length - told.length };
}

/** An event as it is told to a Neovim. */
export function toEditorEvent(event: SessionEvent): EditorEvent {
  switch (event.type) {
    case 'context':
      return { ...event, blocks: event.blocks.map(toTitle) };
    case 'turn-start':
    case 'message-queue':
      return { ...event, message: cutMessage(event.message) };
    case 'tool-call':
      return { ...withoutSignature(event), input: cutInput(event.input) };
    case 'tool-result':
      return { ...event, output: cutText(event.output) };
    case 'reasoning-end':
      return withoutSignature(event);
    case 'compact':
      return { ...event, summary: cutText(event.summary) };
    default:
      return event;
  }
}

/** Pieces of the same part of an answer as one; undefined where they are not. */
export function mergePieces(first: EditorEvent, second: EditorEvent): EditorEvent | undefined {
  switch (first.type) {
    case 'text-delta':
    case 'reasoning-delta':
      return second.type === first.type && second.turnId === first.turnId
        ? { ...second, text: first.text + second.text }
        : undefined;
    case 'tool-output':
      return second.type === 'tool-output' && second.id === first.id
        ? { ...second, text: first.text + second.text }
        : undefined;
    default:
      return undefined;
  }
}

/** What may wait for the next frame: it comes in many pieces, and each is small. */
export function isPiece({ type }: { readonly type: EventBody['type'] }): boolean {
  return type === 'text-delta' || type === 'reasoning-delta' || type === 'tool-output';
}

function toEditorTurn(turn: Turn): EditorTurn {
  return {
    ...turn,
    message: cutMessage(turn.message),
    context: turn.context.map(toTitle),
    parts: turn.parts.flatMap(toEditorPart),
  };
}

function toEditorPart(part: TurnPart): readonly TurnPart[] {
  if (part.type === 'text') return [part];
  if (part.type === 'reasoning') {
    // One without text is there for its signature alone, which is the vendor's.
    return part.text === '' ? [] : [withoutSignature(part)];
  }
  const { result } = part;
  const shown =
    result === undefined ? {} : { result: { ...result, output: cutText(result.output) } };
  return [{ ...withoutSignature(part), input: cutInput(part.input), ...shown }];
}

function toTitle({ text: _, ...title }: ContextRecord): ContextTitle {
  return title;
}

function withoutSignature<T extends { readonly signature?: Json }>(value: T): Omit<T, 'signature'> {
  const { signature: _, ...rest } = value;
  return rest;
}

function cutMessage(message: UserInput): UserInput {
  if (message.attachments === undefined) return message;
  const attachments = message.attachments.map(({ label, text }) => ({
    label,
    text: cutText(text),
  }));
  return { ...message, attachments };
}

function cutInput(input: JsonRecord, depth = 0): JsonRecord {
  return Object.fromEntries(Object.entries(input).map(([key, value]) => [key, cut(value, depth)]));
}

function cut(value: Json, depth: number): Json {
  if (typeof value === 'string') return cutText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth === MAX_INPUT_DEPTH) return '…';
  if (isList(value)) return value.map((item) => cut(item, depth + 1));
  return cutInput(value, depth + 1);
}

function isList(value: readonly Json[] | JsonRecord): value is readonly Json[] {
  return Array.isArray(value);
}

/** Both ends of a text that is too long to be shown. */
export function cutText(text: string): string {
  return keepEnds(text, MAX_TEXT_CHARACTERS);
}
