/**
 * Is this really an event, really an op? Journals are files that anything may have damaged, and
 * sockets carry what other programs send: both are checked here before the reducer sees them.
 */
import type { EventBody, SessionEvent } from './events.ts';
import type { Op, UserInput } from './ops.ts';
import { type Review, SEVERITIES } from './review.ts';

type Check = (value: unknown) => boolean;
type Shape = { readonly [field: string]: Check };
type Fields = { readonly [key: string]: unknown };

/** No file has more, and every editor can count to it. */
const MAX_LINE = 2 ** 31 - 1;

/** The event in a decoded line, or undefined when it is none. Unknown types are let through. */
export function parseEvent(value: unknown): SessionEvent | undefined {
  if (!isFields(value) || !isCount(value.seq) || !isNumber(value.at)) return undefined;
  if (typeof value.type !== 'string') return undefined;
  const shape = EVENT_SHAPES.get(value.type);
  if (shape !== undefined && !fits(value, shape)) return undefined;
  // Checked field by field above; an unknown type only moves the sequence number in the reducer.
  return value as SessionEvent;
}

/** The op that a front end sent, or undefined when it is none. */
export function parseOp(value: unknown): Op | undefined {
  if (!isFields(value) || typeof value.type !== 'string') return undefined;
  const shape = OP_SHAPES.get(value.type);
  if (shape === undefined || !fits(value, shape)) return undefined;
  return value as Op;
}

/** True for a JSON object: not null, not an array. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fits(value: Fields, shape: Shape): boolean {
  return Object.entries(shape).every(([field, check]) => check(value[field]));
}

const isString: Check = (value) => typeof value === 'string';
const isNumber: Check = (value) => Number.isFinite(value);
const isBoolean: Check = (value) => typeof value === 'boolean';
const isCount: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
const isLevel: Check = (value) => value === 'info' || value === 'warning';
const isCost: Check = (value) => value === null || isNumber(value);
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const object =
  (shape: Shape): Check =>
  (value) =>
    isFields(value) && fits(value, shape);

const isAttachment = object({ label: isString, text: isString });
const isOneOf =
  (...names: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && names.includes(value);
const isHash: Check = (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
const isHashOrNull: Check = (value) => value === null || isHash(value);
const isDecision = isOneOf('allow', 'always', 'deny');
const isImage = object({
  label: isString,
  mediaType: isOneOf('image/png', 'image/jpeg', 'image/gif', 'image/webp'),
  hash: isHash,
  sizeBytes: isCount,
});
const isUserInput: (value: unknown) => value is UserInput = object({
  kind: optional(isOneOf('command', 'compact', 'continue')),
  images: optional(listOf(isImage)),
  text: isString,
  mentions: optional(listOf(isString)),
  attachments: optional(listOf(isAttachment)),
  editor: optional(
    object({ path: optional(isString), line: optional(isCount), openFiles: listOf(isString) }),
  ),
}) as (value: unknown) => value is UserInput;
const isContextRecord = object({
  source: isString,
  title: isString,
  text: isString,
  reason: optional(isString),
});
/** A file of the project, as git names it: not one beside it. */
const isProjectPath: Check = (value) =>
  typeof value === 'string' &&
  /^[^/\0][^\0]{0,4095}$/.test(value) &&
  !value.split('/').includes('..');
const isLineNumber: Check = (value) =>
  isCount(value) && Number(value) >= 1 && Number(value) <= MAX_LINE;
const isFinding = object({
  path: isProjectPath,
  startLine: isLineNumber,
  endLine: isLineNumber,
  severity: isOneOf(...SEVERITIES),
  category: isString,
  rule: optional(isString),
  title: isString,
  body: isString,
  patch: optional(isString),
  lineHash: optional((value) => typeof value === 'string' && /^[0-9a-f]{16}$/.test(value)),
});
const REVIEW_SHAPE: { readonly [field in keyof Required<Review>]: Check } = {
  findings: listOf(isFinding),
  summary: isString,
  notices: listOf(isString),
  base: optional(isString),
  model: isString,
  costUsd: isCost,
};

const EVENT_SHAPE_TABLE: { readonly [type in EventBody['type']]: Shape } = {
  'session-start': {
    version: isCount,
    sessionId: isString,
    project: isString,
    model: isString,
    forkedFrom: optional(object({ sessionId: isString, turnCount: isCount })),
  },
  'session-rename': { title: isString },
  'model-switch': { model: isString },
  'message-queue': { turnId: isString, message: isUserInput },
  'message-unqueue': { turnId: isString, opId: optional(isString) },
  clear: {},
  'turn-retract': { turnId: isString },
  'compact-undo': { opId: optional(isString) },
  undo: {
    turnId: isString,
    restored: listOf(isString),
    kept: listOf(object({ path: isString, reason: isString })),
    opId: optional(isString),
  },
  review: { opId: isString, by: isString, ...REVIEW_SHAPE },
  'approval-request': {
    turnId: isString,
    id: isString,
    callId: isString,
    tool: isString,
    title: isString,
    detail: object({ type: isOneOf('diff', 'command'), text: isString }),
    scope: isString,
  },
  'approval-answer': {
    turnId: isString,
    id: isString,
    decision: isDecision,
    by: optional(isString),
  },
  'file-change': { turnId: isString, path: isString, before: isHashOrNull, after: isHashOrNull },
  compact: { turnId: isString, summary: isString, turnCount: isCount },
  notice: { level: isLevel, text: isString },
  'turn-start': { turnId: isString, model: isString, message: isUserInput },
  'turn-end': { turnId: isString, reason: isString },
  context: { turnId: isString, blocks: listOf(isContextRecord) },
  'step-start': { turnId: isString, step: isCount },
  'text-delta': { turnId: isString, text: isString },
  'reasoning-delta': { turnId: isString, text: isString },
  'reasoning-end': { turnId: isString },
  'tool-call': { turnId: isString, id: isString, name: isString, input: isFields },
  'tool-output': { turnId: isString, id: isString, text: isString },
  'tool-result': { turnId: isString, id: isString, output: isString, isError: optional(isBoolean) },
  usage: {
    turnId: isString,
    inputTokens: isNumber,
    outputTokens: isNumber,
    cachedTokens: isNumber,
    reasoningTokens: isNumber,
    costUsd: isCost,
  },
  error: { turnId: isString, kind: isString, message: isString, retryable: isBoolean },
};
const EVENT_SHAPES: ReadonlyMap<string, Shape> = new Map(Object.entries(EVENT_SHAPE_TABLE));

const OP_SHAPE_TABLE: { readonly [type in Op['type']]: Shape } = {
  send: { message: isUserInput },
  cancel: {},
  'switch-model': { model: isString },
  rename: { title: isString },
  clear: {},
  'open-session': { sessionId: optional(isString), resumesQueue: optional(isBoolean) },
  fork: { turnCount: isCount },
  approve: { requestId: isString, decision: isDecision },
  unqueue: { turnId: isString },
  retry: {},
  'undo-compact': {},
  'undo-last': {},
  'share-review': { review: object(REVIEW_SHAPE) },
};
const OP_SHAPES: ReadonlyMap<string, Shape> = new Map(Object.entries(OP_SHAPE_TABLE));
