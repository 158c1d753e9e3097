/**
 * Puts a code block of an answer into a text without asking a model again. Pure. The block may be
 * search/replace blocks, a diff, the whole text anew, or a piece of it that begins and ends with
 * lines of the text; where that is not plain it is refused.
 */
import { applyAnswer } from './apply-answer.ts';
import { type LineRange, type Outcome, refuse } from './outcome.ts';
import { hasBlocks, readAnswer } from './read-answer.ts';
import { isDiffFence } from './read-diff.ts';

/** From this share of lines in common on, a block is the whole text with changes. */
const WHOLE_SHARE = 0.5;

/** The text after the change. `path` is the text's own, for a diff of several files. */
export function applyCode(text: string, code: string, path?: string): Outcome {
  const lines = code.replaceAll('\r\n', '\n').replace(/\n$/, '').split('\n');
  if (isDiffFence('', lines) || hasBlocks(lines)) {
    const reading = readAnswer(code, path);
    return reading.ok ? applyAnswer(text, reading.answer) : reading;
  }
  const old = text.split('\n');
  const whole = { form: 'whole', lines } as const;
  if (old.every((line) => line.trim() === '')) return applyAnswer(text, whole);
  const range = findFrame(old, lines);
  if (range !== undefined) return applyAnswer(text, whole, { range });
  if (shareInCommon(old, lines) >= WHOLE_SHARE) return applyAnswer(text, whole);
  return refuse(
    'Nothing says where in the text this block belongs: select its lines and edit them.',
  );
}

/** The lines from the block's first to its last one, where each stands in one place only. */
function findFrame(old: readonly string[], block: readonly string[]): LineRange | undefined {
  const said = block.filter((line) => line.trim() !== '');
  const first = onlyPlace(old, said[0]);
  const last = onlyPlace(old, said.at(-1));
  if (first === undefined || last === undefined || said.length < 2 || last <= first)
    return undefined;
  return { startLine: first + 1, endLine: last + 1 };
}

/** Where a line stands, from 0; a lone bracket says nothing about its place. */
function onlyPlace(lines: readonly string[], wanted: string | undefined): number | undefined {
  if (wanted === undefined || !/\w/.test(wanted)) return undefined;
  const place = lines.indexOf(wanted);
  return place !== -1 && place === lines.lastIndexOf(wanted) ? place : undefined;
}

function shareInCommon(old: readonly string[], fresh: readonly string[]): number {
  const known = new Set(fresh);
  const said = old.filter((line) => line.trim() !== '');
  return said.filter((line) => known.has(line)).length / said.length;
}
