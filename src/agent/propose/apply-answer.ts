/**
 * Puts a model's answer into a text, exactly or not at all. Pure. Every piece must fit one place and
 * only one; pieces may not overlap, and none may reach out of the lines that may change.
 */
import { describeMissing, findLines, quoteLines } from './find-lines.ts';
import { keepReturns } from './line-ends.ts';
import { type LineRange, type Outcome, refuse } from './outcome.ts';
import type { Answer, ReplaceBlock } from './read-answer.ts';
import type { DiffHunk } from './read-diff.ts';

/** Lines `start` up to `end` (indexes from 0, `end` not in) become `lines`. */
interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly lines: readonly string[];
}
type Placing =
  | { readonly ok: true; readonly replacement: Replacement }
  | { readonly ok: false; readonly problem: string };

const COMMENT = String.raw`^\s*(?://|#|--|/\*|<!--|;|%)[\s(]*`;
/** Comments that stand for lines the model did not write out: `// ... existing code ...`. */
const ELISIONS = [
  new RegExp(String.raw`${COMMENT}(?:\.{3}|…)`),
  new RegExp(
    String.raw`${COMMENT}(?:the )?(?:rest|remaining|remainder|existing|other|previous|unchanged)\b.*(?:\.{3}|…|unchanged|the same|here|as before)`,
    'i',
  ),
];

const CONFLICT_MARKER = /^\s*(?:<{5,9} ?(?:SEARCH|ORIGINAL|HEAD)|>{5,9} ?(?:REPLACE|UPDATED))\b/i;
/** With fewer lines around a selection nobody can say whether an answer repeats them. */
const MIN_OUTSIDE_LINES = 3;

/** Which lines may change, and what they are called in messages. */
export interface Scope {
  /** All lines may change without it. */
  readonly range?: LineRange | undefined;
  /** The number of the first line, where the text is a part of a larger one; 1 without it. */
  readonly firstLine?: number | undefined;
}

/** The text after the change. */
export function applyAnswer(text: string, answer: Answer, scope: Scope = {}): Outcome {
  const lines = text.split('\n');
  const { range, firstLine = 1 } = scope;
  const allowed = {
    start: (range?.startLine ?? 1) - 1,
    end: Math.min(range?.endLine ?? lines.length, lines.length),
    firstLine,
  };
  switch (answer.form) {
    case 'none':
      return { ok: true, text };
    case 'whole':
      return applyWhole(lines, answer.lines, allowed);
    case 'blocks':
      return applyAll(
        lines,
        allowed,
        answer.blocks.map((block) => placeBlock(lines, block, allowed)),
      );
    case 'diff':
      return applyAll(
        lines,
        allowed,
        answer.hunks.map((hunk) => placeHunk(lines, hunk, allowed)),
      );
  }
}

interface Allowed {
  readonly start: number;
  readonly end: number;
  readonly firstLine: number;
}

function nameLines({ start, end, firstLine }: Allowed): string {
  return `${start + firstLine}-${end + firstLine - 1}`;
}

function applyWhole(lines: readonly string[], fresh: readonly string[], allowed: Allowed): Outcome {
  const left = findElision(lines, fresh);
  if (left !== undefined) {
    return refuse(
      `The answer leaves lines out ("${left}"), so it cannot take the place of the text.`,
    );
  }
  const known = new Set(lines);
  const marker = fresh.find((line) => CONFLICT_MARKER.test(line) && !known.has(line));
  if (marker !== undefined) {
    return refuse(`The answer holds "${marker.trim()}", and no search/replace block can be read.`);
  }
  const old = lines.slice(allowed.start, allowed.end);
  if (countFences(fresh) % 2 === 1 && countFences(old) % 2 === 0) {
    return refuse('The code block of the answer ends within a code block that it holds.');
  }
  const meant = withoutSurroundings(lines, keepReturns(fresh, old), allowed);
  if (meant === undefined) {
    return refuse(
      `The answer holds lines from outside of the selected ${nameLines(allowed)}, ` +
        'which alone may change.',
    );
  }
  const whole = [...lines.slice(0, allowed.start), ...meant, ...lines.slice(allowed.end)];
  return { ok: true, text: whole.join('\n') };
}

/** The first line that stands for lines which the model did not write out. */
function findElision(lines: readonly string[], fresh: readonly string[]): string | undefined {
  const suspect = fresh.find((line) => ELISIONS.some((pattern) => pattern.test(line)));
  if (suspect === undefined) return undefined;
  const known = new Set(lines.map((line) => line.trimEnd()));
  return fresh
    .find((line) => ELISIONS.some((pattern) => pattern.test(line)) && !known.has(line.trimEnd()))
    ?.trim();
}

function countFences(lines: readonly string[]): number {
  return lines.filter((line) => /^ {0,3}`{3,}/.test(line)).length;
}

/**
 * The lines for the selection alone: a model that was asked for them may answer with the whole text.
 * Undefined where the answer holds what stands around and is not the whole text either.
 */
function withoutSurroundings(
  lines: readonly string[],
  fresh: readonly string[],
  { start, end }: Allowed,
): readonly string[] | undefined {
  const [before, after] = [lines.slice(0, start), lines.slice(end)];
  const selected = new Set(lines.slice(start, end));
  const outside = [...before, ...after].filter((line) => /\w{2}/.test(line) && !selected.has(line));
  if (outside.length < MIN_OUTSIDE_LINES) return fresh;
  const isWhole =
    fresh.length >= before.length + after.length &&
    before.every((line, at) => fresh[at] === line) &&
    after.every((line, at) => fresh[fresh.length - after.length + at] === line);
  if (isWhole) return fresh.slice(before.length, fresh.length - after.length);
  const known = new Set(fresh);
  const repeated = outside.filter((line) => known.has(line)).length;
  return repeated > outside.length / 2 ? undefined : fresh;
}

function applyAll(
  lines: readonly string[],
  allowed: Allowed,
  placings: readonly Placing[],
): Outcome {
  const replacements: Replacement[] = [];
  for (const placing of placings) {
    if (!placing.ok) return placing;
    const left = findElision(lines, placing.replacement.lines);
    if (left !== undefined) return refuse(`A change of the answer leaves lines out ("${left}").`);
    replacements.push(placing.replacement);
  }
  replacements.sort((left, right) => left.start - right.start || left.end - right.end);
  const result: string[] = [];
  let from = 0;
  let last: Replacement | undefined;
  for (const replacement of replacements) {
    const { start, end, lines: fresh } = replacement;
    const isSameGap = last !== undefined && last.start === last.end && last.start === start;
    if (start < from || isSameGap) {
      return refuse(`Two changes of the answer overlap at line ${start + allowed.firstLine}.`);
    }
    if (start < allowed.start || end > allowed.end) {
      const line = start + allowed.firstLine;
      return refuse(
        `The answer changes line ${line}, outside of the selected ${nameLines(allowed)}.`,
      );
    }
    const beside = Math.max(0, start - 1);
    const old = start === end ? lines.slice(beside, beside + 1) : lines.slice(start, end);
    result.push(...lines.slice(from, start), ...keepReturns(fresh, old));
    from = end;
    last = replacement;
  }
  result.push(...lines.slice(from));
  return { ok: true, text: result.join('\n') };
}

function placeBlock(lines: readonly string[], block: ReplaceBlock, allowed: Allowed): Placing {
  const { search, replace } = block;
  if (search.every((line) => line.trim() === '')) {
    const old = lines.slice(allowed.start, allowed.end);
    const isMeant = search.length <= 1 ? old.length === 1 : search.length === old.length;
    if (old.every((line) => line === '') && (search.length === 0 || isMeant)) {
      return { ok: true, replacement: { start: allowed.start, end: allowed.end, lines: replace } };
    }
    return refuse('A search/replace block searches for nothing, so it has no place.');
  }
  const everywhere = findLines(lines, search);
  const inside = everywhere.filter(
    (at) => at >= allowed.start && at + search.length <= allowed.end,
  );
  // What is outside of the selection cannot be meant; that it is there is said where nothing else is.
  const places = inside.length > 0 ? inside : everywhere;
  const { firstLine } = allowed;
  return placeAt({ lines, wanted: search, places, firstLine }, (start) => ({
    start,
    end: start + search.length,
    lines: keepSpaceAtEnds(block, lines.slice(start, start + search.length)),
  }));
}

/** A line that the block repeats stays as it is in the text, white space at its end included. */
function keepSpaceAtEnds(block: ReplaceBlock, old: readonly string[]): readonly string[] {
  const found = new Map<string, string>();
  for (const [at, line] of block.search.entries()) found.set(line, old[at] ?? line);
  return block.replace.map((line) => found.get(line) ?? line);
}

function placeHunk(lines: readonly string[], hunk: DiffHunk, { firstLine }: Allowed): Placing {
  const old = hunk.lines.filter(({ kind }) => kind !== 'added').map(({ text }) => text);
  if (old.length === 0) {
    const isEmpty = lines.every((line) => line === '');
    const fresh = hunk.lines.map(({ text }) => text);
    if (isEmpty) return { ok: true, replacement: { start: 0, end: lines.length, lines: fresh } };
    return refuse('A hunk of the diff has no line of the file around it, so it has no place.');
  }
  const found = findLines(lines, old);
  // Among several the stated number decides where it is right; a wrong one decides nothing.
  const stated = found.filter((at) => at + firstLine === hunk.statedLine);
  const places = stated.length === 1 ? stated : found;
  return placeAt({ lines, wanted: old, places, firstLine }, (start) =>
    trimContext(lines, hunk, start),
  );
}

/** Lines around the change stay as they are in the text, white space included. */
function trimContext(lines: readonly string[], hunk: DiffHunk, start: number): Replacement {
  const fresh: string[] = [];
  let at = start;
  for (const { kind, text } of hunk.lines) {
    if (kind === 'added') fresh.push(text);
    if (kind === 'context') fresh.push(lines[at] ?? '');
    if (kind !== 'added') at += 1;
  }
  const isChange = (line: { readonly kind: string }) => line.kind !== 'context';
  const before = hunk.lines.findIndex(isChange);
  const after = hunk.lines.length - 1 - hunk.lines.findLastIndex(isChange);
  return {
    start: start + before,
    end: at - after,
    lines: fresh.slice(before, fresh.length - after),
  };
}

/** Lines that an answer wants, and where they were found, in the lines of the text. */
interface Search {
  readonly lines: readonly string[];
  readonly wanted: readonly string[];
  readonly places: readonly number[];
  readonly firstLine: number;
}

function placeAt(
  { lines, wanted, places, firstLine }: Search,
  make: (start: number) => Replacement,
): Placing {
  const [only, ...others] = places;
  if (only === undefined) {
    return refuse(
      `The lines that begin with ${quoteLines(wanted)} are not in the text.${describeMissing(lines, wanted, firstLine)}`,
    );
  }
  if (others.length > 0) {
    const at = places.slice(0, 5).map((place) => place + firstLine);
    return refuse(
      `The lines that begin with ${quoteLines(wanted)} stand in ${places.length} places ` +
        `(lines ${at.join(', ')}), and nothing says which one is meant.`,
    );
  }
  return { ok: true, replacement: make(only) };
}
