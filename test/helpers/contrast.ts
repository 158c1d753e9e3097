/** How readable a screen is: WCAG's contrast ratio of what stands on it. */
import type { Colour, PtyProgram } from './pty.ts';

/**
 * The lowest contrast of any character with a colour of its own against the background. Fails where
 * no character has one: then nothing was measured.
 */
export function lowestContrast(program: PtyProgram, background: Colour): number {
  const ratios = coloursOf(program).map((colour) => contrast(colour, background));
  if (ratios.length === 0) throw new Error('no character on the screen has a colour of its own');
  return Math.min(...ratios);
}

/** Between 1 and 21; https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio. */
export function contrast(left: Colour, right: Colour): number {
  const [dark = 0, light = 0] = [luminance(left), luminance(right)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance({ r, g, b }: Colour): number {
  const linear = (value: number): number => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

function coloursOf({ terminal }: PtyProgram): readonly Colour[] {
  const buffer = terminal.buffer.active;
  const found = new Set<number>();
  for (let row = 0; row < buffer.length; row += 1) {
    const line = buffer.getLine(row);
    for (let column = 0; column < terminal.cols; column += 1) {
      const cell = line?.getCell(column);
      if (cell?.isFgRGB() === true && cell.getChars().trim() !== '') found.add(cell.getFgColor());
    }
  }
  return [...found].map((rgb) => ({ r: (rgb >> 16) & 255, g: (rgb >> 8) & 255, b: rgb & 255 }));
}
