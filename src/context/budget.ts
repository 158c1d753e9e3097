/** How much text fits: an estimate of tokens, and what is kept when the budget is short. */
import type { ContextBlock } from './source.ts';

const ASCII_CHARACTERS_PER_TOKEN = 3.4;
const CJK_CHARACTERS_PER_TOKEN = 1.1;
const OTHER_CHARACTERS_PER_TOKEN = 2;
/** Tokens of the borders and the title around one block. */
const BLOCK_OVERHEAD_TOKENS = 24;
/** A smaller rest of a block is not worth its borders. */
const SMALLEST_CUT_TOKENS = 80;

/** About how many tokens a model will count for this text. */
export function estimateTokens(text: string): number {
  let ascii = 0;
  let cjk = 0;
  let other = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x80) ascii++;
    else if (code >= 0x2e80 && code <= 0xd7ff) cjk++;
    else other++;
  }
  return Math.ceil(
    ascii / ASCII_CHARACTERS_PER_TOKEN +
      cjk / CJK_CHARACTERS_PER_TOKEN +
      other / OTHER_CHARACTERS_PER_TOKEN,
  );
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
