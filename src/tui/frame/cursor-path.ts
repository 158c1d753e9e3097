/**
 * The renderer goes down to the end of its frame before it goes up to the row that has changed. A
 * window that has just become lower may have lost the rows below the cursor, though: the way down
 * then ends early, the way up ends in text that was finished long ago, and words of it are gone. A
 * frame that was on its way at that moment cannot know. So it goes straight to where it wants to be:
 * the row of the cursor is one that every terminal keeps.
 */

/** Two or more moves in a row: up and down, to the begin of a row further down or up, to a column. */
const MOVES = /(?:\x1b\[\d*[ABEFG]){2,}/g;
const MOVE = /\x1b\[(\d*)([ABEFG])/g;

/** The same frame, with one way instead of each detour. */
export function withStraightPaths(frame: string): string {
  return frame.replace(MOVES, straightened);
}

function straightened(moves: string): string {
  let down = 0;
  let column: number | undefined;
  for (const [, digits, kind] of moves.matchAll(MOVE)) {
    const count = Number(digits || 1);
    if (kind === 'G') column = count;
    else down += kind === 'A' || kind === 'F' ? -count : count;
    if (kind === 'E' || kind === 'F') column = 1;
  }
  const vertical = down === 0 ? '' : `\x1b[${Math.abs(down)}${down < 0 ? 'A' : 'B'}`;
  return column === undefined ? vertical : `${vertical}\x1b[${column}G`;
}
