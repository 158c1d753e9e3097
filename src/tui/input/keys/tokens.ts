/**
 * Cuts what a terminal sent into typed text, escape sequences and pastes. Pure. A sequence that is
 * not complete is handed back, to be tried again with what comes next.
 */

export type Token =
  | { readonly type: 'text'; readonly text: string }
  /** A key, or a report of the terminal; whole, with its ESC. */
  | { readonly type: 'sequence'; readonly text: string }
  | { readonly type: 'paste'; readonly text: string };

export interface Tokens {
  readonly tokens: readonly Token[];
  /** The end of the input that is only the beginning of something. */
  readonly rest: string;
}

export const ESCAPE = '\x1b';
export const PASTE_START = '\x1b[200~';
export const PASTE_END = '\x1b[201~';

/** Longer ones are no keys and no reports that anybody asked for. */
const MAX_SEQUENCE_CHARACTERS = 128;
const MAX_STRING_CHARACTERS = 8192;

/** What stands at an ESC: how much of the input it takes, and the token, if it makes one. */
interface Piece {
  readonly end: number;
  readonly token?: Token;
}

export function tokenize(input: string): Tokens {
  const tokens: Token[] = [];
  let at = 0;
  while (at < input.length) {
    const start = input.indexOf(ESCAPE, at);
    const textEnd = start < 0 ? input.length : start;
    if (textEnd > at) tokens.push({ type: 'text', text: input.slice(at, textEnd) });
    if (start < 0) break;
    const found = pieceAt(input, start);
    if (found === undefined) return { tokens, rest: input.slice(start) };
    if (found.token !== undefined) tokens.push(found.token);
    at = found.end;
  }
  return { tokens, rest: '' };
}

/**
 * What came together with a paste, behind it: nobody types that fast. With a line break in it, it was
 * pasted, behind an end mark that is not the paste's own. Enter alone may be a program's.
 */
export function withoutHaste(tokens: readonly Token[]): readonly Token[] {
  const behind = tokens.findLastIndex(({ type }) => type === 'paste') + 1;
  const text = tokens.slice(behind).reduce((joined, token) => joined + token.text, '');
  if (behind === 0 || text === '\r' || !/[\r\n]/.test(text)) return tokens;
  return [...tokens.slice(0, behind), { type: 'paste', text }];
}

/** Undefined when it goes on after the end of the input. */
function pieceAt(input: string, start: number): Piece | undefined {
  if (input.startsWith(PASTE_START, start)) return pasteAt(input, start);
  // Alt with an arrow has an ESC of its own in front on some terminals.
  const prefix = input[start + 1] === ESCAPE ? 2 : 1;
  const kind = input[start + prefix];
  if (kind === undefined) return undefined;
  if (kind === '[') return csiAt(input, start, start + prefix + 1);
  if (kind === 'O') return ss3At(input, start, start + prefix + 1);
  if (kind === ']' || kind === 'P') return stringAt(input, start, start + prefix + 1);
  if (prefix === 2) return piece(input, start, start + 2);
  const code = input.codePointAt(start + 1) ?? 0;
  return piece(input, start, start + (code > 0xffff ? 3 : 2));
}

function piece(input: string, start: number, end: number): Piece {
  return { end, token: { type: 'sequence', text: input.slice(start, end) } };
}

/**
 * A paste ends at the last end mark before the next paste begins: a mark inside the pasted text must
 * not turn what follows it into typing.
 */
function pasteAt(input: string, start: number): Piece | undefined {
  const from = start + PASTE_START.length;
  const next = input.indexOf(PASTE_START, from);
  const limit = next < 0 ? input.length : next;
  const end = input.lastIndexOf(PASTE_END, limit - PASTE_END.length);
  if (end < from) {
    if (next < 0) return undefined;
    return { end: next, token: { type: 'paste', text: input.slice(from, next) } };
  }
  return {
    end: end + PASTE_END.length,
    token: { type: 'paste', text: input.slice(from, end) },
  };
}

/** Parameters, intermediates, one final character. What breaks it off is looked at anew. */
function csiAt(input: string, start: number, from: number): Piece | undefined {
  // Function keys of the Linux console have a second bracket.
  let at = input[from] === '[' ? from + 1 : from;
  for (; at < input.length; at += 1) {
    const code = input.charCodeAt(at);
    const isFinal = code >= 0x40 && code <= 0x7e;
    if (isFinal || isShiftedEditKey(input, from, at)) return piece(input, start, at + 1);
    const isInside = code >= 0x20 && code < 0x40 && at - from < MAX_SEQUENCE_CHARACTERS;
    if (!isInside) return { end: at };
  }
  return undefined;
}

/** rxvt writes Shift+Delete as `ESC [ 3 $`. */
function isShiftedEditKey(input: string, from: number, at: number): boolean {
  return input[at] === '$' && at === from + 1 && '235678'.includes(input[from] ?? '');
}

function ss3At(input: string, start: number, from: number): Piece | undefined {
  const match = /^(?:\d{1,2}(?:;\d{1,3})?)?/.exec(input.slice(from, from + 8));
  const at = from + (match?.[0].length ?? 0);
  if (at >= input.length) return undefined;
  const code = input.charCodeAt(at);
  if (code >= 0x40 && code <= 0x7e) return piece(input, start, at + 1);
  // Alt+O, and then something else.
  return piece(input, start, from);
}

/** OSC and DCS: answers to questions, up to BEL or ESC \. */
function stringAt(input: string, start: number, from: number): Piece | undefined {
  for (let at = from; at < input.length; at += 1) {
    const code = input.charCodeAt(at);
    if (code === 0x07) return piece(input, start, at + 1);
    if (code === 0x1b && at + 1 < input.length) {
      return input[at + 1] === '\\' ? piece(input, start, at + 2) : { end: at };
    }
    if (code < 0x20 && code !== 0x1b) return { end: at };
    if (at - from > MAX_STRING_CHARACTERS) return { end: at };
  }
  return undefined;
}
