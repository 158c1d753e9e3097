/** Reasoning that comes in pieces: folded to a line, or shown. */
import { sanitizeText } from '../../platform/terminal-text.ts';
import { type Line, plainLine } from '../styled-text.ts';
import type { Theme } from '../theme/theme.ts';

/** Unfolded reasoning that is still coming shows this much of its end. */
const MAX_OPEN_CHARACTERS = 2000;

export class Reasoning {
  private text = '';
  /** Counted as the words come, so that a frame costs nothing. */
  private wordCount = 0;

  push(text: string): void {
    const starts = text.match(/(?<=\s)\S/g)?.length ?? 0;
    const isNewWord = /^\S/.test(text) && !/\S$/.test(this.text);
    this.wordCount += starts + (isNewWord ? 1 : 0);
    this.text += text;
  }

  /** How much there is, and what it says where that is wanted. */
  lines(
    isOpen: boolean,
    { theme, isShown }: { readonly theme: Theme; readonly isShown: boolean },
  ): readonly Line[] {
    const words = this.wordCount === 1 ? '1 word' : `${this.wordCount} words`;
    const folded = plainLine(`${isOpen ? 'thinking' : 'thought'} (${words})`, theme.muted);
    if (!isShown) return [folded];
    const text = isOpen ? this.text.slice(-MAX_OPEN_CHARACTERS) : this.text;
    const lines = sanitizeText(text.trim()).split('\n');
    return [folded, ...lines.map((line) => plainLine(line, theme.muted))];
  }
}
