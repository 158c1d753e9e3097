/** Colours as numbers: how readable one is on another, and how to say it to a terminal. */
import type { Style } from '../styled-text.ts';

/** Red, green and blue, 0 to 255 each. */
export interface Rgb {
  readonly r: number;
  readonly g: number;
  readonly b: number;
}

/** How many colours a terminal can show; `none` where colours are not wanted. */
export type ColourDepth = 'none' | 'sixteen' | 'palette' | 'true';

/** `#7cc7ff` as numbers. */
export function parseHex(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return { r: (value >> 16) & 255, g: (value >> 8) & 255, b: value & 255 };
}

/** Relative luminance after WCAG 2: 0 is black, 1 is white. */
export function luminance({ r, g, b }: Rgb): number {
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

function linear(channel: number): number {
  const share = channel / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}

/** Contrast ratio after WCAG 2: 1 for equal colours, 21 for black on white. */
export function contrast(one: Rgb, other: Rgb): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

/** The parameters that make text this colour. */
export function colourStyle(colour: Rgb, depth: 'palette' | 'true'): Style {
  if (depth === 'palette') return `38;5;${nearestPaletteIndex(colour)}`;
  return `38;2;${colour.r};${colour.g};${colour.b}`;
}

/** Levels of a channel in the 6×6×6 cube of the 256 colours. */
const CUBE_LEVELS = [0, 95, 135, 175, 215, 255];
const CUBE_START = 16;
const GREY_START = 232;
const PALETTE_END = 256;

/**
 * The nearest of the 256 colours. The first sixteen are left out: every user has others there.
 */
export function nearestPaletteIndex(colour: Rgb): number {
  let best = CUBE_START;
  let bestDistance = Infinity;
  for (let index = CUBE_START; index < PALETTE_END; index += 1) {
    const distance = distanceBetween(colour, paletteColour(index));
    if (distance < bestDistance) {
      best = index;
      bestDistance = distance;
    }
  }
  return best;
}

/** What colour 16 to 255 of the palette looks like. */
export function paletteColour(index: number): Rgb {
  if (index >= GREY_START) {
    const level = 8 + (index - GREY_START) * 10;
    return { r: level, g: level, b: level };
  }
  const place = index - CUBE_START;
  const level = (step: number) => CUBE_LEVELS[step % CUBE_LEVELS.length] ?? 0;
  return { r: level(Math.floor(place / 36)), g: level(Math.floor(place / 6)), b: level(place) };
}

/** Squared, and weighted by how well the eye sees each channel at this redness. */
function distanceBetween(one: Rgb, other: Rgb): number {
  const redness = (one.r + other.r) / 2;
  const red = (2 + redness / 256) * (one.r - other.r) ** 2;
  const green = 4 * (one.g - other.g) ** 2;
  const blue = (2 + (255 - redness) / 256) * (one.b - other.b) ** 2;
  return red + green + blue;
}
