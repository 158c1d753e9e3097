/**
 * Reads the change out of a model's answer. Pure. Three forms are known: search/replace blocks, a
 * unified diff, and one fenced block with the whole text; whatever stands beside is explanation.
 */
import { type Fence, listFences } from './fences.ts';
import { refuse } from './outcome.ts';
import { type DiffHunk, isDiff, isDiffFence, isDiffStart, readDiff } from './read-diff.ts';

export type Answer =
  | { readonly form: 'blocks'; readonly blocks: readonly ReplaceBlock[] }
  | { readonly form: 'diff'; readonly hunks: readonly DiffHunk[] }
  | { readonly form: 'whole'; readonly lines: readonly string[] }
  /** The model has only talked. */
  | { readonly form: 'none' };
export interface ReplaceBlock {
  readonly search: readonly string[];
  readonly replace: readonly string[];
}
export type AnswerReading =
  | { readonly ok: true; readonly answer: Answer; readonly explanation: string }
  | { readonly ok: false; readonly problem: string };

/** Seven of each are asked for; a model that miscounts is understood where it does so throughout. */
const SEARCH = /^(<{5,9}) ?SEARCH:?\s*$/;
const INDENTED_SEARCH = /^\s+<{5,9} ?SEARCH:?\s*$/;

/** `path` is the file's, for a diff of several files; undefined where the text has none. */
export function readAnswer(text: string, path?: string): AnswerReading {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  if (hasBlocks(lines)) return readBlocks(lines);
  if (lines.some((line) => INDENTED_SEARCH.test(line))) {
    return refuse(
      'A search/replace block of the answer is indented, so its lines are not as they are in the text.',
    );
  }
  const fences = listFences(lines);
  const diffs = fences.filter(({ language, lines: inside }) => isDiffFence(language, inside));
  if (diffs.length > 0) return readDiffs(diffs, lines, path);
  if (fences.length === 0) {
    return isDiff(lines) ? readBareDiff(lines, path) : { ok: true, ...noChange(text) };
  }
  const [only, ...others] = fences;
  if (only === undefined) return { ok: true, ...noChange(text) };
  const whole = others.length === 0 ? only : outermost(lines, fences);
  if (whole === undefined) {
    return refuse(
      `The answer has ${fences.length} code blocks and does not say which one is the change.`,
    );
  }
  if (!whole.isClosed) return refuse('The answer ends in the middle of its code block.');
  const answer: Answer = { form: 'whole', lines: whole.lines };
  return { ok: true, answer, explanation: without(lines, [whole]) };
}

/** True where a search/replace block begins. */
export function hasBlocks(lines: readonly string[]): boolean {
  return lines.some((line) => SEARCH.test(line));
}

function noChange(text: string): { readonly answer: Answer; readonly explanation: string } {
  return { answer: { form: 'none' }, explanation: text.trim() };
}

/** A Markdown text in a fence may hold fences of its own: then the first and the last line are it. */
function outermost(lines: readonly string[], fences: readonly Fence[]): Fence | undefined {
  const [first] = fences;
  const last = fences.at(-1);
  if (first === undefined || last === undefined) return undefined;
  if (!/^(?:markdown|md)$/.test(first.language) || !/^\s*`{3,}\s*$/.test(lines[last.end] ?? '')) {
    return undefined;
  }
  return {
    ...first,
    end: last.end,
    lines: lines.slice(first.start + 1, last.end),
    isClosed: true,
  };
}

function readDiffs(
  fences: readonly Fence[],
  lines: readonly string[],
  path: string | undefined,
): AnswerReading {
  const hunks: DiffHunk[] = [];
  for (const fence of fences) {
    if (!fence.isClosed) return refuse('The answer ends in the middle of its diff.');
    const diff = readDiff(fence.lines, path);
    if (!diff.ok) return diff;
    hunks.push(...diff.hunks);
  }
  return { ok: true, answer: { form: 'diff', hunks }, explanation: without(lines, fences) };
}

/** What stands before the first header is explanation, and may well begin with a hyphen. */
function readBareDiff(lines: readonly string[], path: string | undefined): AnswerReading {
  const start = lines.findIndex((_, at) => isDiffStart(lines.slice(at, at + 2)));
  const diff = readDiff(lines.slice(start), path);
  if (!diff.ok) return diff;
  const explanation = lines.slice(0, start).join('\n').trim();
  return { ok: true, answer: { form: 'diff', hunks: diff.hunks }, explanation };
}

function readBlocks(lines: readonly string[]): AnswerReading {
  const blocks: ReplaceBlock[] = [];
  const rest: string[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (!SEARCH.test(line)) {
      rest.push(line);
      continue;
    }
    const block = readBlock(lines, at);
    if (!block.ok) return block;
    blocks.push(block.block);
    at = block.end;
  }
  // The fences that stood around the blocks say nothing any more.
  const explanation = rest.filter((line) => !/^\s*(?:`{3,}|~{3,})/.test(line)).join('\n');
  return { ok: true, answer: { form: 'blocks', blocks }, explanation: explanation.trim() };
}

function readBlock(
  lines: readonly string[],
  start: number,
):
  | { readonly ok: true; readonly block: ReplaceBlock; readonly end: number }
  | { readonly ok: false; readonly problem: string } {
  const width = SEARCH.exec(lines[start] ?? '')?.[1]?.length ?? 0;
  const isDivider = (line: string) => line.trimEnd() === '='.repeat(width);
  const ends = new Set([`${'>'.repeat(width)} REPLACE`, `${'>'.repeat(width)}REPLACE`]);
  const dividers: number[] = [];
  for (let at = start + 1; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (SEARCH.test(line)) break;
    if (isDivider(line)) dividers.push(at);
    if (!ends.has(line.trimEnd())) continue;
    const [divider, ...more] = dividers;
    if (divider === undefined) break;
    if (more.length > 0) {
      return refuse('A search/replace block has more than one "=======" line: which one divides?');
    }
    const block = {
      search: lines.slice(start + 1, divider),
      replace: lines.slice(divider + 1, at),
    };
    return { ok: true, block, end: at };
  }
  return refuse('A search/replace block of the answer is not complete.');
}

function without(lines: readonly string[], fences: readonly Fence[]): string {
  const isInside = (at: number) => fences.some(({ start, end }) => at >= start && at <= end);
  return lines
    .filter((_, at) => !isInside(at))
    .join('\n')
    .trim();
}
