/**
 * Where characters, words and lines of a text begin and end. Pure, and each looks at the text around
 * the position only, however long it is.
 */

/** Clusters longer than this are cut: a flood of combining marks is no character. */
const MAX_CLUSTER_UNITS = 128;
/** Printable ASCII: each is a character of its own, whatever stands beside it. */
const isPlain = (code: number) => code >= 0x20 && code < 0x7f;

/** The border of a character before the position; 0 at the start. */
export function previousBorder(text: string, position: number): number {
  if (position <= 1) return 0;
  const last = text.charCodeAt(position - 1);
  if (isPlain(last) && isPlain(text.charCodeAt(position - 2))) return position - 1;
  const from = clusterWindowStart(text, position);
  return position - (graphemes(text.slice(from, position)).at(-1)?.length ?? 0);
}

/** The border of a character behind the position; the length of the text at its end. */
export function nextBorder(text: string, position: number): number {
  if (position >= text.length) return text.length;
  const isAlone = isPlain(text.charCodeAt(position));
  const next = text.charCodeAt(position + 1);
  if (isAlone && (Number.isNaN(next) || isPlain(next) || next === 0x0a)) return position + 1;
  const window = text.slice(position, position + MAX_CLUSTER_UNITS);
  return position + (graphemes(window)[0]?.length ?? 0);
}

/** Behind something that ends a cluster for certain. */
function clusterWindowStart(text: string, position: number): number {
  const limit = Math.max(0, position - MAX_CLUSTER_UNITS);
  for (let at = position - 2; at > limit; at -= 1) {
    const code = text.charCodeAt(at);
    if (code === 0x0a || (isPlain(code) && isPlain(text.charCodeAt(at + 1)))) return at + 1;
  }
  return limit;
}

/** The characters of a text as people count them. */
export function graphemes(text: string): readonly string[] {
  return Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
}

export function lineStart(text: string, position: number): number {
  return position === 0 ? 0 : text.lastIndexOf('\n', position - 1) + 1;
}

export function lineEnd(text: string, position: number): number {
  const end = text.indexOf('\n', position);
  return end < 0 ? text.length : end;
}

export type CharacterTest = (character: string) => boolean;

export const isLetterOrDigit: CharacterTest = (character) => /^[\p{L}\p{N}\p{M}_]/u.test(character);
export const isSpace: CharacterTest = (character) => /^\s/u.test(character);

/** Goes left over characters that pass the test. */
export function skipLeft(text: string, position: number, passes: CharacterTest): number {
  let at = position;
  while (at > 0) {
    const before = at - (isLowSurrogate(text.charCodeAt(at - 1)) && at > 1 ? 2 : 1);
    if (!passes(text.slice(before, at))) break;
    at = before;
  }
  return at;
}

/** Goes right over characters that pass the test. */
export function skipRight(text: string, position: number, passes: CharacterTest): number {
  let at = position;
  while (at < text.length) {
    const after = at + (isHighSurrogate(text.charCodeAt(at)) && at + 1 < text.length ? 2 : 1);
    if (!passes(text.slice(at, after))) break;
    at = after;
  }
  return at;
}

/** The start of the word at or before the position: letters and digits only. */
export function wordStart(text: string, position: number): number {
  const end = skipLeft(text, position, (character) => !isLetterOrDigit(character));
  return skipLeft(text, end, isLetterOrDigit);
}

/** The end of the word at or behind the position. */
export function wordEnd(text: string, position: number): number {
  const start = skipRight(text, position, (character) => !isLetterOrDigit(character));
  return skipRight(text, start, isLetterOrDigit);
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}
