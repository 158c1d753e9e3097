/**
 * Puts a model's answer into a text, exactly or not at all. Pure. Every piece must fit one place and
 * only one; pieces may not overlap, and none may reach out of the lines that may change.
 */
import { findLines, quoteLines } from './find-lines.ts';
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

/** The text after the change. `range`: the lines that may change, all of them without it. */
export function applyAnswer(text: string, answer: Answer, range?: LineRange): Outcome {
  const lines = text.split('\n');
  const allowed = {
    start: (range?.startLine ?? 1) - 1,
    end: Math.min(range?.endLine ?? lines.length, lines.length),
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
        answer.hunks.map((hunk) => placeHunk(lines, hunk)),
      );
  }
}

interface Allowed {
  readonly start: number;
  readonly end: number;
}

function applyWhole(lines: readonly string[], fresh: readonly string[], allowed: Allowed): Outcome {
  const known = new Set(lines);
  const elision = fresh.find((line) => isElision(line) && !known.has(line));
  if (elision !== undefined) {
    return refuse(
      `The answer leaves lines out ("${elision.trim()}"), so it cannot take the place of the text.`,
    );
  }
  const whole = [...lines.slice(0, allowed.start), ...fresh, ...lines.slice(allowed.end)];
  return { ok: true, text: whole.join('\n') };
}

function isElision(line: string): boolean {
  return ELISIONS.some((pattern) => pattern.test(line));
}

function applyAll(
  lines: readonly string[],
  allowed: Allowed,
  placings: readonly Placing[],
): Outcome {
  const replacements: Replacement[] = [];
  for (const placing of placings) {
    if (!placing.ok) return placing;
    replacements.push(placing.replacement);
  }
  replacements.sort((left, right) => left.start - right.start);
  const result: string[] = [];
  let from = 0;
  for (const { start, end, lines: fresh } of replacements) {
    if (start < from) return refuse(`Two changes of the answer overlap at line ${start + 1}.`);
    if (start < allowed.start || end > allowed.end) {
      const selected = `${allowed.start + 1}-${allowed.end}`;
      return refuse(`The answer changes line ${start + 1}, outside of the selected ${selected}.`);
    }
    result.push(...lines.slice(from, start), ...fresh);
    from = end;
  }
  result.push(...lines.slice(from));
  return { ok: true, text: result.join('\n') };
}

function placeBlock(lines: readonly string[], block: ReplaceBlock, allowed: Allowed): Placing {
  const { search, replace } = block;
  if (search.every((line) => line.trim() === '')) {
    const isEmpty = lines.slice(allowed.start, allowed.end).every((line) => line === '');
    if (isEmpty) {
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
  return placeAt(places, search, (start) => ({
    start,
    end: start + search.length,
    lines: replace,
  }));
}

function placeHunk(lines: readonly string[], hunk: DiffHunk): Placing {
  const old = hunk.lines.filter(({ kind }) => kind !== 'added').map(({ text }) => text);
  if (old.length === 0) {
    const isEmpty = lines.every((line) => line === '');
    const fresh = hunk.lines.map(({ text }) => text);
    if (isEmpty) return { ok: true, replacement: { start: 0, end: lines.length, lines: fresh } };
    return refuse('A hunk of the diff has no line of the file around it, so it has no place.');
  }
  const found = findLines(lines, old);
  // Among several the stated number decides where it is right; a wrong one decides nothing.
  const stated = found.filter((at) => at + 1 === hunk.statedLine);
  return placeAt(stated.length === 1 ? stated : found, old, (start) =>
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

function placeAt(
  places: readonly number[],
  wanted: readonly string[],
  make: (start: number) => Replacement,
): Placing {
  const [only, ...others] = places;
  if (only === undefined) {
    return refuse(`The lines that begin with ${quoteLines(wanted)} are not in the text.`);
  }
  if (others.length > 0) {
    const at = places.slice(0, 5).map((place) => place + 1);
    return refuse(
      `The lines that begin with ${quoteLines(wanted)} stand in ${places.length} places ` +
        `(lines ${at.join(', ')}), and nothing says which one is meant.`,
    );
  }
  return { ok: true, replacement: make(only) };
}
