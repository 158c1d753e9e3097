/** Turns the changes of a file into pieces that fit into a request, as the model will see them. */
import { cutToTokens, estimateTokens } from '../../context/budget.ts';
import type { CodeSearch } from '../../context/search.ts';
import { fileKindOf } from './code/file-kind.ts';
import { languageOf } from './code/languages.ts';
import type { DiffLine, FileDiff, Hunk } from './diff/diff.ts';
import type { ReadNewSide } from './diff/diff-source.ts';

/** Some hunks of one file, written out with the line numbers of the new side. */
export interface ReviewPiece {
  readonly file: FileDiff;
  readonly hunks: readonly Hunk[];
  readonly text: string;
  readonly tokens: number;
}

export interface SplitOptions {
  /** A piece is not larger than this, in estimated tokens. */
  readonly budgetTokens: number;
  readonly readNewSide: ReadNewSide;
  readonly search: CodeSearch | undefined;
  readonly signal: AbortSignal;
}

/** Unchanged lines shown before and after each hunk: enough for the function around it, mostly. */
const SURROUNDING_LINES = 20;
/** The share of a piece that definitions from elsewhere may take. */
const DEFINITIONS_SHARE = 0.2;
const MAX_DEFINITIONS = 4;
const MAX_DEFINITION_LINES = 25;
/** A line longer than this is data; its beginning is enough for a reviewer. */
const MAX_SHOWN_CHARACTERS = 400;

/** False for files whose changes no reviewer reads: binaries, lock files, vendored code. */
export function isWorthAsking(file: FileDiff): boolean {
  const kind = fileKindOf(file.path);
  const isForeign = kind.isGenerated || kind.isVendored;
  return file.change !== 'deleted' && !file.isBinary && !isForeign && file.hunks.length > 0;
}

/** The pieces of a file, in order. Reads the file's new side for what stands around the hunks. */
export async function splitFile(
  file: FileDiff,
  options: SplitOptions,
): Promise<readonly ReviewPiece[]> {
  const text = await options.readNewSide(file.path);
  const newSide = text === undefined ? undefined : text.split(/\r?\n/);
  const definitions = await relatedDefinitions(file, options);
  const room = options.budgetTokens - estimateTokens(definitions);
  const blocks = file.hunks.flatMap((hunk) =>
    splitHunk(hunk, room).map((part) => ({ hunk: part, text: writeHunk(part, newSide) })),
  );
  const pieces: ReviewPiece[] = [];
  let open: typeof blocks = [];
  const close = () => {
    if (open.length > 0) pieces.push(makePiece(file, open, definitions));
    open = [];
  };
  let tokens = 0;
  for (const block of blocks) {
    const blockTokens = estimateTokens(block.text);
    if (tokens + blockTokens > room) {
      close();
      tokens = 0;
    }
    open.push(block);
    tokens += blockTokens;
  }
  close();
  return pieces;
}

function makePiece(
  file: FileDiff,
  blocks: readonly { hunk: Hunk; text: string }[],
  definitions: string,
): ReviewPiece {
  const oldPath = file.oldPath === undefined ? '' : `, was ${file.oldPath}`;
  const head = `file ${JSON.stringify(file.path)} (${file.change}${oldPath})`;
  const text = [head, ...blocks.map((block) => block.text), definitions]
    .filter((part) => part !== '')
    .join('\n');
  return { file, hunks: blocks.map((block) => block.hunk), text, tokens: estimateTokens(text) };
}

/** Cuts a hunk that is larger than a piece between lines; numbers stay true. */
function splitHunk(hunk: Hunk, budgetTokens: number): readonly Hunk[] {
  // The surroundings are added later; they are left out where they would not fit.
  const limit = budgetTokens * 0.8;
  const parts: Hunk[] = [];
  let lines: DiffLine[] = [];
  let tokens = 0;
  for (const line of hunk.lines) {
    const lineTokens = estimateTokens(shownText(line.text)) + LINE_OVERHEAD_TOKENS;
    if (tokens + lineTokens > limit && lines.length > 0) {
      parts.push({ ...hunk, lines });
      [lines, tokens] = [[], 0];
    }
    lines.push(line);
    tokens += lineTokens;
  }
  if (lines.length > 0) parts.push({ ...hunk, lines });
  return parts;
}

/** The line number and mark in front of each line. */
const LINE_OVERHEAD_TOKENS = 3;

/** `   12   text`, `+  13   text`, `-       text`: the number is the line's on the new side. */
function writeHunk(hunk: Hunk, newSide: readonly string[] | undefined): string {
  const around = surroundings(hunk, newSide);
  const lines = hunk.lines.map((line) => {
    if (line.kind === 'removed') return `-        ${shownText(line.text)}`;
    return numbered(line.kind === 'added' ? '+' : ' ', line.newLine, line.text);
  });
  const section = hunk.section === '' ? '' : ` in ${hunk.section.trim()}`;
  return [`hunk${section}`, ...around.before, ...lines, ...around.after].join('\n');
}

function surroundings(hunk: Hunk, newSide: readonly string[] | undefined) {
  const shown = hunk.lines.filter((line) => line.kind !== 'removed');
  const [first, last] = [shown.at(0), shown.at(-1)];
  const isSameFile =
    newSide !== undefined &&
    shown.every((line) => newSide[line.newLine - 1] === line.text.replace(/\r$/, ''));
  // A diff may come from another state of the tree: then the file here would mislead.
  if (!isSameFile || first === undefined || last === undefined) return { before: [], after: [] };
  const start = Math.max(0, first.newLine - 1 - SURROUNDING_LINES);
  const write = (text: string, number: number) => numbered(' ', number, text);
  return {
    before: newSide
      .slice(start, first.newLine - 1)
      .map((text, index) => write(text, start + 1 + index)),
    after: newSide
      .slice(last.newLine, last.newLine + SURROUNDING_LINES)
      .map((text, index) => write(text, last.newLine + 1 + index)),
  };
}

function numbered(mark: string, newLine: number, text: string): string {
  return `${mark}${String(newLine).padStart(6)}  ${shownText(text)}`;
}

function shownText(text: string): string {
  return text.length <= MAX_SHOWN_CHARACTERS ? text : `${text.slice(0, MAX_SHOWN_CHARACTERS)}…`;
}

const CALL_OR_TYPE = /(?<![\w.])([A-Za-z_]\w{3,60})(?=\s*\()|:\s*([A-Z]\w{3,60})\b/g;
const NOT_DEFINED_ANYWHERE =
  /^(?:if|for|while|switch|catch|return|function|typeof|await|async|super|constructor|require|import|expect|describe|test|print|range|len|String|Number|Boolean|Array|Object|Promise|Error|Record|Readonly)$/;

/** Definitions, elsewhere in the project, of what the added lines call. */
async function relatedDefinitions(file: FileDiff, options: SplitOptions): Promise<string> {
  const { search, signal } = options;
  if (search === undefined || languageOf(file.path) === undefined) return '';
  const found: string[] = [];
  for (const name of calledNames(file).slice(0, MAX_DEFINITIONS)) {
    if (signal.aborted) return '';
    const hits = await search.findDefinitions(name, signal);
    const hit = hits.find((candidate) => candidate.path !== file.path);
    if (hit === undefined) continue;
    const lines = hit.text.split('\n').slice(0, MAX_DEFINITION_LINES).map(shownText);
    found.push(`definition of ${name} in ${hit.path}:${hit.startLine}\n${lines.join('\n')}`);
  }
  return cutToTokens(found.join('\n'), options.budgetTokens * DEFINITIONS_SHARE);
}

/** Names that added lines use most, without those that the file's own diff defines. */
function calledNames(file: FileDiff): readonly string[] {
  const counts = new Map<string, number>();
  for (const hunk of file.hunks) {
    for (const line of hunk.lines) {
      if (line.kind !== 'added') continue;
      for (const [, call, type] of line.text.matchAll(CALL_OR_TYPE)) {
        const name = call ?? type;
        if (name === undefined || NOT_DEFINED_ANYWHERE.test(name)) continue;
        counts.set(name, (counts.get(name) ?? 0) + 1);
      }
    }
  }
  return [...counts].sort((left, right) => right[1] - left[1]).map(([name]) => name);
}
