/** How much text fits: an estimate of tokens, and what is kept when the budget is short. */
import type { ContextBlock } from './source.ts';

/**
 * What each kind of character costs in tokens. Fitted by least squares to two public tokenizers
 * (o200k and cl100k) over 1,000-character pieces of TypeScript, JavaScript, Python, Markdown, YAML
 * and JSON, and checked on translations into seven languages. The estimate is 0.9 to 1.2 times the
 * mean of the two for code, data and English or East Asian prose, and 0.85 to 1.4 times for others.
 */
const COST = {
  /** The first letter of a word or of a part of a name (`maxRetryCount` has three). */
  wordStart: 1,
  /** Every letter: long words are several tokens. */
  letter: 0.05,
  digit: 1.3,
  punctuation: 0.5,
  /** The break before a line, with its indentation. Single spaces belong to the next word. */
  lineBreak: 1,
  /** Chinese, Japanese and Korean. */
  cjk: 1,
  /** Any other character outside of ASCII. */
  other: 0.6,
} as const;
/** Tokens of the borders and the title around one block. */
const BLOCK_OVERHEAD_TOKENS = 24;
/** A smaller rest of a block is not worth its borders. */
const SMALLEST_CUT_TOKENS = 80;

/** About how many tokens a model will count for this text. */
export function estimateTokens(text: string): number {
  let tokens = 0;
  let before: CharacterKind = 'space';
  for (let index = 0; index < text.length; index++) {
    const kind = kindOf(text.charCodeAt(index));
    tokens += costOf(kind, before);
    before = kind;
  }
  return Math.ceil(tokens);
}

type CharacterKind =
  | 'lower'
  | 'upper'
  | 'digit'
  | 'punctuation'
  | 'space'
  | 'line-break'
  | 'cjk'
  | 'other';

function kindOf(code: number): CharacterKind {
  if (code >= 97 && code <= 122) return 'lower';
  if (code >= 65 && code <= 90) return 'upper';
  if (code >= 48 && code <= 57) return 'digit';
  if (code === 10) return 'line-break';
  if (code <= 32) return 'space';
  if (code < 128) return 'punctuation';
  return code >= 0x2e80 && code <= 0xd7ff ? 'cjk' : 'other';
}

function costOf(kind: CharacterKind, before: CharacterKind): number {
  switch (kind) {
    case 'lower':
      return before === 'lower' || before === 'upper' ? COST.letter : COST.wordStart + COST.letter;
    case 'upper':
      return before === 'upper' ? COST.letter : COST.wordStart + COST.letter;
    case 'line-break':
      return before === 'line-break' ? 0 : COST.lineBreak;
    case 'space':
      return 0;
    default:
      return COST[kind];
  }
}

/**
 * The blocks that fit, highest priority first. The first one that does not fit is cut at a line and
 * says so; what comes after it is kept only where it fits whole.
 */
export function fitBlocks(
  blocks: readonly ContextBlock[],
  budgetTokens: number,
): readonly ContextBlock[] {
  const ordered = [...blocks].sort((left, right) => right.priority - left.priority);
  const kept: ContextBlock[] = [];
  let leftTokens = budgetTokens;
  let hasCut = false;
  for (const block of ordered) {
    const isWhole = estimateTokens(block.text) + BLOCK_OVERHEAD_TOKENS <= leftTokens;
    if (!isWhole && hasCut) continue;
    const fitting: ContextBlock | undefined = isWhole ? block : cutBlock(block, leftTokens);
    if (fitting === undefined) continue;
    hasCut ||= !isWhole;
    kept.push(fitting);
    leftTokens -= estimateTokens(fitting.text) + BLOCK_OVERHEAD_TOKENS;
  }
  return kept;
}

function cutBlock(block: ContextBlock, budgetTokens: number): ContextBlock | undefined {
  const tokens = budgetTokens - BLOCK_OVERHEAD_TOKENS - CUT_NOTE_TOKENS;
  if (tokens < SMALLEST_CUT_TOKENS) return undefined;
  return { ...block, text: `${cutToTokens(block.text, tokens)}\n${CUT_NOTE}` };
}

const CUT_NOTE = '[Cut here: the rest did not fit into the context budget.]';
const CUT_NOTE_TOKENS = 20;

/** The first lines of a text that fit into a number of tokens. */
export function cutToTokens(text: string, tokens: number): string {
  let leftTokens = tokens;
  let end = 0;
  while (end < text.length) {
    const lineEnd = text.indexOf('\n', end);
    const next = lineEnd < 0 ? text.length : lineEnd + 1;
    leftTokens -= estimateTokens(text.slice(end, next));
    if (leftTokens < 0) break;
    end = next;
  }
  return text.slice(0, end).replace(/\n$/, '');
}
