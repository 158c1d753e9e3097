/** Reads a model's answer: JSON as asked for, or what came instead. */
import { SEVERITIES, type Severity } from '../../session/review.ts';

/** A finding as the model told it; the line is not yet trusted. */
export interface RawFinding {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly severity: Severity;
  readonly category: string;
  readonly title: string;
  readonly body: string;
  /** The text of the line that is meant, as the model quotes it. */
  readonly code?: string;
  readonly patch?: string;
}
export interface ParsedAnswer {
  readonly findings: readonly RawFinding[];
  readonly summary: string;
  /** False when the answer held no JSON object that could be read: it is no review then. */
  readonly isReadable: boolean;
}

/** Past these nobody reads on; they also bound what a hostile answer can make us print. */
const MAX_FINDINGS = 200;
const MAX_TITLE_CHARACTERS = 200;
const MAX_BODY_CHARACTERS = 4000;
const MAX_PATCH_CHARACTERS = 20_000;

/**
 * Takes the findings out of an answer: with fences or prose around, trailing commas, other names for
 * fields and severities, or cut off in the middle, in which case the whole findings count.
 */
export function parseAnswer(text: string): ParsedAnswer {
  const objects = readObjects(text);
  const review = objects.find((object) => Array.isArray(object.findings));
  const candidates: readonly unknown[] =
    review === undefined ? objects : (review.findings as readonly unknown[]);
  const findings = candidates
    .slice(0, MAX_FINDINGS)
    .map(toFinding)
    .filter((finding) => finding !== undefined);
  const summary = typeof review?.summary === 'string' ? review.summary : '';
  const isEmptyList = /^\s*(?:```\w*\s*)?\[\s*\]/.test(text);
  return {
    findings,
    summary: summary.slice(0, MAX_BODY_CHARACTERS),
    isReadable: review !== undefined || findings.length > 0 || isEmptyList,
  };
}

type Fields = { readonly [name: string]: unknown };

/** Every outermost object that parses; inside one that does not, its innermost whole objects. */
function readObjects(text: string): readonly Fields[] {
  const objects: Fields[] = [];
  const starts: number[] = [];
  let isInString = false;
  /** Objects closed within an open one wait here, in case the open one never closes. */
  let inner: { start: number; value: Fields }[] = [];
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (isInString) {
      if (character === '\\') index += 1;
      else if (character === '"') isInString = false;
    } else if (character === '"' && starts.length > 0) {
      isInString = true;
    } else if (character === '{') {
      starts.push(index);
    } else if (character === '}') {
      const start = starts.pop();
      if (start === undefined) continue;
      const value = parseObject(text.slice(start, index + 1));
      if (value === undefined) continue;
      inner = inner.filter((known) => known.start < start);
      inner.push({ start, value });
      if (starts.length === 0) objects.push(...inner.splice(0).map((known) => known.value));
    }
  }
  return [...objects, ...inner.map((known) => known.value)];
}

function parseObject(text: string): Fields | undefined {
  for (const candidate of [text, repairJson(text)]) {
    try {
      const value: unknown = JSON.parse(candidate);
      if (typeof value === 'object' && value !== null) return value as Fields;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  return undefined;
}

/** Trailing commas and raw line ends in strings: the two faults that models make most. */
function repairJson(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|,(?=\s*[}\]])/gs, (part) =>
    part === ',' ? '' : part.replaceAll('\r', '').replaceAll('\n', '\\n').replaceAll('\t', '\\t'),
  );
}

function toFinding(value: unknown): RawFinding | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = value as Fields;
  const path = text(fields.path ?? fields.file ?? fields.filename);
  const lines = readLines(fields);
  const body = text(fields.body ?? fields.explanation ?? fields.description ?? fields.message);
  const title = text(fields.title) || firstSentence(body);
  if (path === '' || title === '' || lines === undefined) return undefined;
  const code = text(fields.code ?? fields.quote);
  const patch = text(fields.patch ?? fields.suggestion);
  return {
    path,
    ...lines,
    severity: readSeverity(text(fields.severity ?? fields.level)),
    category: text(fields.category).toLowerCase().slice(0, 40) || 'maintainability',
    title: title.replace(/\s+/g, ' ').slice(0, MAX_TITLE_CHARACTERS),
    body: body.slice(0, MAX_BODY_CHARACTERS),
    ...(code === '' ? {} : { code }),
    ...(patch === '' ? {} : { patch: patch.slice(0, MAX_PATCH_CHARACTERS) }),
  };
}

function readLines(fields: Fields): { startLine: number; endLine: number } | undefined {
  const start = fields.startLine ?? fields.start_line ?? fields.line ?? fields.lines;
  const numbers = text(start).match(/\d+/g)?.map(Number) ?? [];
  const [startLine] = numbers;
  if (startLine === undefined || !Number.isSafeInteger(startLine)) return undefined;
  const end = Number(text(fields.endLine ?? fields.end_line) || numbers[1] || startLine);
  return { startLine, endLine: Number.isSafeInteger(end) ? Math.max(startLine, end) : startLine };
}

const OTHER_SEVERITIES: { readonly [name: string]: Severity } = {
  blocker: 'critical',
  error: 'major',
  fatal: 'critical',
  high: 'major',
  low: 'minor',
  medium: 'minor',
  nit: 'info',
  note: 'info',
  suggestion: 'info',
  trivial: 'info',
  warning: 'minor',
};

function readSeverity(name: string): Severity {
  const lower = name.toLowerCase();
  return SEVERITIES.find((severity) => severity === lower) ?? OTHER_SEVERITIES[lower] ?? 'minor';
}

function text(value: unknown): string {
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.map(text).join('-');
  return typeof value === 'string' ? value : '';
}

function firstSentence(body: string): string {
  return /^[^\n]*?[.!?](?=\s|$)|^[^\n]*/.exec(body)?.[0] ?? '';
}
