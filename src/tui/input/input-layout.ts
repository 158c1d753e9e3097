/** Places the text being written on rows, and the cursor on it. Pure. */

import {
  type Line,
  lineText,
  lineWidth,
  plainLine,
  span,
  truncateLine,
  wrapLine,
} from '../styled-text.ts';
import type { Theme } from '../theme/theme.ts';
import { PROMPT_MARK } from '../transcript/turn-lines.ts';
import type { EditorState } from './editor.ts';

export interface InputLayout {
  readonly rows: readonly Line[];
  /** Column and row of the cursor, from the top left of the rows. */
  readonly cursor: { readonly x: number; readonly y: number };
}
export interface InputSize {
  readonly columns: number;
  readonly maxRows: number;
}

const PLACEHOLDER = 'Ask anything. / for commands, @ for files.';
const INDENT = ' '.repeat(PROMPT_MARK.length);

/** At most `maxRows` rows of the input, those around the cursor. */
export function layoutInput(editor: EditorState, size: InputSize, theme: Theme): InputLayout {
  // One column stays free, so that the cursor behind a full row is still on the screen.
  const width = Math.max(1, size.columns - PROMPT_MARK.length - 1);
  const mark = span(PROMPT_MARK, theme.muted);
  if (editor.text === '') {
    const hint = truncateLine(plainLine(PLACEHOLDER, theme.muted), width);
    return { rows: [[mark, ...hint]], cursor: { x: PROMPT_MARK.length, y: 0 } };
  }
  const { rows, cursor } = wrapText(editor, width);
  const first = Math.max(0, Math.min(cursor.y - size.maxRows + 1, rows.length - size.maxRows));
  const shown = rows.slice(first, first + size.maxRows);
  return {
    rows: shown.map((row, index) => [first + index === 0 ? mark : span(INDENT), ...row]),
    cursor: { x: cursor.x + PROMPT_MARK.length, y: cursor.y - first },
  };
}

function wrapText(
  editor: EditorState,
  width: number,
): { rows: readonly Line[]; cursor: { x: number; y: number } } {
  const rows: Line[] = [];
  let cursor = { x: 0, y: 0 };
  let lineStart = 0;
  for (const text of editor.text.replaceAll('\t', ' ').split('\n')) {
    let rowStart = lineStart;
    for (const row of wrapLine(plainLine(text), width)) {
      const before = editor.cursor - rowStart;
      const content = lineText(row);
      if (before >= 0 && before <= content.length) {
        cursor = { x: lineWidth(plainLine(content.slice(0, before))), y: rows.length };
      }
      rowStart += content.length;
      rows.push(row);
    }
    lineStart += text.length + 1;
  }
  return { rows, cursor };
}
