/** What the user did at the keyboard: named keys, typed text, pastes. Made from what was read. */
import { controlStroke, strokeOfSequence } from './keys/sequences.ts';
import type { Token } from './keys/tokens.ts';

export type Keystroke =
  | {
      readonly type: 'key';
      readonly name: string;
      /** The character of `Alt+…` as it was typed: many terminals write Escape and then it so, too. */
      readonly typed?: string;
    }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'paste'; readonly text: string };

/** More line feeds than this at once were not made by holding a key. */
const MAX_TYPED_LINE_FEEDS = 8;

/**
 * The strokes of one token. Fast typing and pastes without brackets come as one text. Right after a
 * part of such a paste an Enter that comes together with text belongs to it.
 */
export function strokesOf(token: Token, isAfterBurst = false): readonly Keystroke[] {
  if (token.type === 'paste') return [token];
  if (token.type === 'text') {
    const isPasted = isBurst(token.text) || (isAfterBurst && /[^\r]\r/.test(token.text));
    return isPasted ? [{ type: 'paste', text: token.text }] : splitTyped(token.text);
  }
  const stroke = strokeOfSequence(token.text);
  return stroke === undefined ? [] : [stroke];
}

/** Text with control characters in it: each of those is a key of its own. */
function splitTyped(text: string): readonly Keystroke[] {
  const strokes: Keystroke[] = [];
  for (const part of text.split(/([\x00-\x1f\x7f])/)) {
    if (part === '') continue;
    const isControl = part.length === 1 && (part < ' ' || part === '\x7f');
    strokes.push(isControl ? controlStroke(part) : { type: 'text', text: part });
  }
  return strokes;
}

/**
 * Text that goes on after a carriage return was pasted without brackets, whatever it is: nothing in
 * it is a key.
 */
function isBurst(text: string): boolean {
  const enter = text.indexOf('\r');
  if (enter >= 0 && /[^\x00-\x1f\x7f]/.test(text.slice(enter))) return true;
  return (text.match(/\n/g) ?? []).length > MAX_TYPED_LINE_FEEDS;
}
