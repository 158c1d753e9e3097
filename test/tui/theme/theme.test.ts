import { describe, expect, test } from 'vitest';
import {
  contrast,
  luminance,
  nearestPaletteIndex,
  paletteColour,
  parseHex,
  type Rgb,
} from '../../../src/tui/theme/colour.ts';
import {
  CONTRAST_PALETTES,
  type Palette,
  type PaletteRole,
  THEMES,
} from '../../../src/tui/theme/palettes.ts';
import { chooseTheme } from '../../../src/tui/theme/theme.ts';

const BLACK: Rgb = { r: 0, g: 0, b: 0 };
const WHITE: Rgb = { r: 255, g: 255, b: 255 };
const TRUE = { TERM: 'xterm-256color', COLORTERM: 'truecolor' };
const PALETTE_TERM = { TERM: 'xterm-256color' };
const COLOURS = /\b[34][0-7]\b|\b9[0-7]\b/;
/** Second to everything else, by intent. */
const QUIET: readonly PaletteRole[] = ['muted', 'comment'];

const NAMED: readonly (readonly [string, Palette])[] = THEMES.flatMap(({ name, palette }) =>
  palette === undefined ? [] : [[name, palette] as const],
);

/** Role by role: a theme is only as readable as its weakest colour. */
function contrasts(palette: Palette): readonly (readonly [string, number])[] {
  const extreme = palette.kind === 'dark' ? BLACK : WHITE;
  const roles = Object.entries(palette.colours) as (readonly [PaletteRole, string])[];
  return roles.flatMap(([role, hex]) => {
    const exact = parseHex(hex);
    const near = paletteColour(nearestPaletteIndex(exact));
    return [exact, near].flatMap((colour) =>
      [parseHex(palette.background), extreme].map(
        (background) => [role, contrast(colour, background)] as const,
      ),
    );
  });
}

describe('contrast', () => {
  test.each(NAMED)('%s can be read on its background, as true colours and as 256', (_, palette) => {
    for (const [role, ratio] of contrasts(palette)) {
      const least = QUIET.includes(role as PaletteRole) ? 3 : 4.5;
      expect(ratio, role).toBeGreaterThanOrEqual(least);
    }
  });

  test.each(Object.entries(CONTRAST_PALETTES))(
    'contrast on %s reaches 7 everywhere',
    (kind, palette) => {
      expect(palette.kind).toBe(kind);
      for (const [role, ratio] of contrasts(palette)) expect(ratio, role).toBeGreaterThanOrEqual(7);
    },
  );

  test('black on white is 21, a colour on itself is 1', () => {
    expect(contrast(BLACK, WHITE)).toBeCloseTo(21);
    expect(contrast(WHITE, WHITE)).toBe(1);
    expect(luminance(parseHex('#808080'))).toBeCloseTo(0.2159, 3);
  });
});

describe('chooseTheme', () => {
  const dark = parseHex('#1e1e1e');
  const light = parseHex('#fafafa');
  const named = (name: string, env = TRUE) => chooseTheme(env, name);

  test('auto follows the background', () => {
    expect(chooseTheme(TRUE, 'auto', dark)).toEqual(named('night'));
    expect(chooseTheme(TRUE, 'auto', light)).toEqual(named('day'));
    expect(chooseTheme(TRUE)).toEqual(named('terminal'));
  });

  test.each([
    ['#002b36', 'night'],
    ['#282c34', 'night'],
    ['#3f3f3f', 'night'],
    ['#fdf6e3', 'day'],
    ['#ffffff', 'day'],
    ['#e0e0e0', 'day'],
  ])('a background of %s gets %s', (background, name) => {
    expect(chooseTheme(TRUE, 'auto', parseHex(background))).toEqual(named(name));
  });

  test.each([
    ['15;0', 'night'],
    ['0;15', 'day'],
    ['0;default;15', 'day'],
    ['15;default', 'terminal'],
    ['\x1b]11;?', 'terminal'],
  ])('COLORFGBG=%j means %s while the terminal says nothing', (COLORFGBG, name) => {
    expect(chooseTheme({ ...TRUE, COLORFGBG })).toEqual(named(name));
    expect(chooseTheme({ ...TRUE, COLORFGBG }, 'auto', light)).toEqual(named('day'));
  });

  test('a name that is none counts as auto', () => {
    expect(chooseTheme(TRUE, 'no such theme', light)).toEqual(named('day'));
    expect(chooseTheme(TRUE, '__proto__')).toEqual(named('terminal'));
  });

  test('contrast has a face for each background and none where it is unknown', () => {
    expect(chooseTheme(TRUE, 'contrast', dark)).not.toEqual(chooseTheme(TRUE, 'contrast', light));
    for (const style of Object.values(chooseTheme(TRUE, 'contrast')))
      expect(style).not.toMatch(COLOURS);
  });

  test('every theme has its own looks', () => {
    const looks = THEMES.filter(({ name }) => name !== 'auto').map(({ name }) =>
      JSON.stringify(chooseTheme(TRUE, name, dark)),
    );
    expect(new Set(looks).size).toBe(looks.length);
  });

  test.each(THEMES.map(({ name }) => name))('%s keeps weight and slant without colours', (name) => {
    for (const env of [
      { ...TRUE, NO_COLOR: '1' },
      { TERM: 'dumb' },
      { ...TRUE, FORCE_COLOR: '0' },
    ]) {
      const theme = chooseTheme(env, name, dark);
      for (const style of Object.values(theme)) expect(style).not.toMatch(COLOURS);
      expect([theme.strong, theme.emphasis, theme.heading, theme.link]).toEqual([
        '1',
        '3',
        '1',
        '4',
      ]);
    }
  });
});

describe('colours that the terminal has', () => {
  test.each([
    ['COLORTERM', TRUE, 'true'],
    ['24bit', { TERM: 'xterm', COLORTERM: '24bit' }, 'true'],
    ['kitty over ssh', { TERM: 'xterm-kitty' }, 'true'],
    ['a TERM with -direct', { TERM: 'xterm-direct' }, 'true'],
    ['Windows Terminal', { TERM: 'xterm', WT_SESSION: 'x' }, 'true'],
    ['GNOME', { TERM: 'xterm-256color', VTE_VERSION: '7600' }, 'true'],
    ['ssh', PALETTE_TERM, 'palette'],
    ['macOS', { TERM: 'xterm', TERM_PROGRAM: 'Apple_Terminal' }, 'palette'],
    ['tmux', { TERM: 'tmux-256color', TMUX: 'x', COLORTERM: 'truecolor' }, 'true'],
    ['tmux without a claim', { TERM: 'tmux-256color', TMUX: 'x' }, 'palette'],
    ['GNU screen', { TERM: 'screen.xterm-256color', COLORTERM: 'truecolor' }, 'palette'],
    ['a console', { TERM: 'linux' }, 'sixteen'],
    ['forced on', { TERM: 'dumb', FORCE_COLOR: '1' }, 'sixteen'],
    ['forced to 256', { TERM: 'dumb', FORCE_COLOR: '2' }, 'palette'],
    ['forced against NO_COLOR', { NO_COLOR: '1', FORCE_COLOR: '3' }, 'true'],
    ['forced off', { ...TRUE, FORCE_COLOR: 'false' }, 'none'],
  ])('%s', (_, env, depth) => {
    const { keyword } = chooseTheme(env, 'night');
    const found = /38;2;/.test(keyword)
      ? 'true'
      : /38;5;/.test(keyword)
        ? 'palette'
        : COLOURS.test(keyword)
          ? 'sixteen'
          : 'none';
    expect(found).toBe(depth);
  });
});
