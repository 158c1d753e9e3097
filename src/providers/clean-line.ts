/** A host's sentence as one line of plain text. */

/** Longer error texts are cut: some hosts send the whole prompt back. */
const MAX_CHARACTERS = 600;

/** Control and invisible characters become spaces, runs of space one, and the end is cut. */
export function cleanLine(text: string): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  return plain.length <= MAX_CHARACTERS ? plain : `${plain.slice(0, MAX_CHARACTERS)} …`;
}
