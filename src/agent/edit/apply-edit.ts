/**
 * Replaces a piece of a text exactly, or says why not. Pure. Line ends do not have to be the same:
 * models are shown lines without `\r`; what is put in gets the line ends of the file.
 */
import { SECRET_PLACEHOLDER } from '../../platform/secrets/redactor.ts';

export interface Edit {
  readonly oldText: string;
  readonly newText: string;
  /** Every place, not the one and only. */
  readonly replaceAll: boolean;
}
export type EditOutcome =
  | { readonly ok: true; readonly text: string; readonly lines: readonly number[] }
  /** In words that help to try again. */
  | { readonly ok: false; readonly problem: string };

/** Places that are named when a text is found more than once, or nearly. */
const MAX_PLACES = 5;
const CONTEXT_LINES = 2;
const MAX_LINE_CHARACTERS = 200;
/** Looking for what is similar is for source code; a larger file is data. */
const MAX_SIMILAR_LINES = 20_000;

/** The text after the edit. */
export function applyEdit(text: string, edit: Edit): EditOutcome {
  const flat = text.replaceAll('\r\n', '\n');
  const oldText = edit.oldText.replaceAll('\r\n', '\n');
  const newText = edit.newText.replaceAll('\r\n', '\n');
  if (oldText === newText) return refuse('old_text and new_text are the same.');
  const starts = findAll(flat, oldText);
  if (starts.length === 0) return refuse(describeMissing(flat, oldText));
  const lines = lineNumbers(flat, starts);
  if (starts.length > 1 && !edit.replaceAll) return refuse(describeMany(lines));
  const eol = usualLineEnd(text);
  const places = starts.map((start) => ({ start, end: start + oldText.length }));
  const replaced = spliceRaw(text, places, newText.replaceAll('\n', eol));
  return { ok: true, text: replaced, lines };
}

/** The line end that most lines of a text have. */
export function usualLineEnd(text: string): '\n' | '\r\n' {
  const all = text.split('\n').length - 1;
  const windows = text.split('\r\n').length - 1;
  return windows * 2 > all ? '\r\n' : '\n';
}

function refuse(problem: string): EditOutcome {
  return { ok: false, problem };
}

function findAll(text: string, wanted: string): readonly number[] {
  const starts: number[] = [];
  for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + wanted.length)) {
    starts.push(at);
  }
  return starts;
}

interface Place {
  /** Offsets in the text without `\r` before `\n`. */
  readonly start: number;
  readonly end: number;
}

/** Every byte that is not replaced stays what it was. */
function spliceRaw(raw: string, places: readonly Place[], insert: string): string {
  const pieces: string[] = [];
  const walk = createRawWalk(raw);
  let from = 0;
  for (const { start, end } of places) {
    const rawStart = walk(start);
    pieces.push(raw.slice(from, rawStart), insert);
    from = walk(end);
  }
  pieces.push(raw.slice(from));
  return pieces.join('');
}

/** Turns growing flat offsets into raw ones, in one walk over the text. */
function createRawWalk(raw: string): (flat: number) => number {
  let nextBreak = raw.indexOf('\r\n');
  let removed = 0;
  return (flat) => {
    while (nextBreak !== -1 && nextBreak - removed < flat) {
      removed += 1;
      nextBreak = raw.indexOf('\r\n', nextBreak + 2);
    }
    return flat + removed;
  };
}

function lineNumbers(text: string, offsets: readonly number[]): readonly number[] {
  let line = 1;
  let from = 0;
  return offsets.map((offset) => {
    for (
      let at = text.indexOf('\n', from);
      at !== -1 && at < offset;
      at = text.indexOf('\n', at + 1)
    ) {
      line += 1;
      from = at + 1;
    }
    return line;
  });
}

function describeMany(lines: readonly number[]): string {
  const shown = lines.slice(0, MAX_PLACES).join(', ');
  const more = lines.length > MAX_PLACES ? ' …' : '';
  return `old_text is in the file ${lines.length} times (lines ${shown}${more}). Give more of the lines around it, or set replace_all.`;
}

function describeMissing(text: string, oldText: string): string {
  if (SECRET_PLACEHOLDER.test(oldText)) {
    return 'old_text holds the placeholder of a secret, which is not what the file says. Choose lines without it.';
  }
  const lines = text.split('\n').slice(0, MAX_SIMILAR_LINES);
  const wanted = oldText.replace(/^\n+|\n+$/g, '').split('\n');
  const loose = findLoose(lines, wanted);
  if (loose.length > 0) {
    const shown = loose.slice(0, MAX_PLACES).map((at) => show(lines, at, at + wanted.length - 1));
    return `old_text is not in the file as it is written; these lines differ from it in white space alone. Copy them exactly:\n${shown.join('\n…\n')}`;
  }
  const near = nearestLine(lines, wanted);
  if (near === undefined)
    return 'old_text is not in the file, and nothing like it. Read the file again.';
  const shown = show(lines, near - CONTEXT_LINES, near + wanted.length - 1 + CONTEXT_LINES);
  return `old_text is not in the file. The nearest lines are:\n${shown}`;
}

/** Where the wanted lines are, white space aside. */
function findLoose(lines: readonly string[], wanted: readonly string[]): readonly number[] {
  const plain = (line: string): string => line.replace(/\s+/g, '');
  const flat = lines.map(plain);
  const goal = wanted.map(plain);
  if (goal.every((line) => line === '')) return [];
  return flat.flatMap((_, at) =>
    goal.every((line, index) => flat[at + index] === line) ? [at] : [],
  );
}

/** The line most like the longest wanted one, moved to where the wanted lines would begin. */
function nearestLine(lines: readonly string[], wanted: readonly string[]): number | undefined {
  const longest = wanted.reduce(
    (best, line) => (line.trim().length > best.trim().length ? line : best),
    '',
  );
  const goal = pairsOf(longest);
  let best: number | undefined;
  let bestScore = 0.4;
  for (const [at, line] of lines.entries()) {
    const score = likeness(goal, pairsOf(line));
    if (score > bestScore) {
      best = at;
      bestScore = score;
    }
  }
  return best === undefined ? undefined : Math.max(0, best - wanted.indexOf(longest));
}

function pairsOf(line: string): ReadonlySet<string> {
  const text = line.trim().slice(0, MAX_LINE_CHARACTERS);
  return new Set(
    Array.from({ length: Math.max(0, text.length - 1) }, (_, at) => text.slice(at, at + 2)),
  );
}

function likeness(left: ReadonlySet<string>, right: ReadonlySet<string>): number {
  if (left.size === 0 || right.size === 0) return 0;
  let same = 0;
  for (const pair of left) if (right.has(pair)) same += 1;
  return (2 * same) / (left.size + right.size);
}

function show(lines: readonly string[], first: number, last: number): string {
  const from = Math.max(0, first);
  return lines
    .slice(from, last + 1)
    .map((line, index) => `${from + index + 1}\t${line.slice(0, MAX_LINE_CHARACTERS)}`)
    .join('\n');
}
