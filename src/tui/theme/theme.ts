/**
 * Colour roles. Components ask for a role, never for a colour. What a role looks like is decided
 * here once, from the name of a theme, the colours that the terminal has and its background.
 */
import type { Environment } from '../../platform/env.ts';
import { mixStyles, type Style } from '../styled-text.ts';
import { type ColourDepth, colourStyle, luminance, parseHex, type Rgb } from './colour.ts';
import { colourDepth } from './colour-depth.ts';
import { CONTRAST_PALETTES, type Palette, type PaletteRole, THEMES } from './palettes.ts';

export interface Theme {
  readonly heading: Style;
  readonly strong: Style;
  readonly emphasis: Style;
  readonly deleted: Style;
  /** Code within a line. */
  readonly code: Style;
  readonly link: Style;
  readonly quote: Style;
  /** Second to what matters: status, folded reasoning, fences. */
  readonly muted: Style;
  readonly user: Style;
  readonly accent: Style;
  readonly selected: Style;
  readonly success: Style;
  readonly warning: Style;
  readonly error: Style;
  /** Words of a programming language. */
  readonly keyword: Style;
  readonly string: Style;
  readonly number: Style;
  readonly comment: Style;
  readonly type: Style;
  readonly function: Style;
  readonly property: Style;
  readonly operator: Style;
  readonly constant: Style;
  readonly tag: Style;
  /** Lines of a diff; they carry their `+`, `-` and `@@` as well. */
  readonly added: Style;
  readonly removed: Style;
  readonly hunk: Style;
}

/** Roles without a colour of their own, alike in every theme. */
const SHARED = {
  strong: '1',
  emphasis: '3',
  deleted: '9',
  quote: '3',
  selected: '7',
} as const;

/** Weight, slant and underline of a role, which stay where there are no colours. */
const ATTRIBUTES: Readonly<Partial<Record<PaletteRole, Style>>> = {
  heading: '1',
  link: '4',
  user: '1',
};

/** The sixteen colours of the terminal: the user has made them readable on their own background. */
const SIXTEEN: Theme = {
  ...SHARED,
  heading: '1;36',
  code: '36',
  link: '4;34',
  muted: '2',
  user: '1;34',
  accent: '35',
  success: '32',
  warning: '33',
  error: '31',
  keyword: '35',
  string: '32',
  number: '36',
  comment: '2',
  type: '36',
  function: '34',
  property: '',
  operator: '',
  constant: '36',
  tag: '34',
  added: '32',
  removed: '31',
  hunk: '36',
};

/** Weight and slant are no colours: NO_COLOR keeps them. */
const COLOURLESS: Theme = {
  ...SIXTEEN,
  heading: '1',
  code: '',
  link: '4',
  user: '1',
  accent: '1',
  success: '',
  warning: '1',
  error: '1',
  keyword: '1',
  string: '',
  number: '',
  comment: '3',
  type: '',
  function: '',
  constant: '',
  tag: '1',
  added: '1',
  removed: '',
  hunk: '2',
};

/** Where the background is unknown, its own text colour is the one with the most contrast. */
const CONTRAST_WITHOUT_COLOURS: Theme = { ...COLOURLESS, muted: '', hunk: '', comment: '3' };

/** Half way between black and white for the eye. */
const MIDDLE_LUMINANCE = 0.18;

/**
 * The looks for this terminal. `auto` takes the first theme that is made for its background, or its
 * own sixteen colours while that is unknown. A name that is none counts as `auto`.
 */
export function chooseTheme(env: Environment, name = 'auto', background?: Rgb): Theme {
  const depth = colourDepth(env);
  const kind = backgroundKind(env, background);
  if (name === 'contrast') return contrastTheme(depth, kind);
  if (depth === 'none') return COLOURLESS;
  if (depth === 'sixteen') return SIXTEEN;
  const palette = THEMES.find((entry) => entry.name === name)?.palette;
  const isAutomatic = palette === undefined && name !== 'terminal';
  const chosen = isAutomatic
    ? THEMES.find((entry) => entry.palette?.kind === kind)?.palette
    : palette;
  return chosen === undefined ? SIXTEEN : paletteTheme(chosen, depth);
}

function contrastTheme(depth: ColourDepth, kind: 'dark' | 'light' | undefined): Theme {
  const hasColours = depth === 'palette' || depth === 'true';
  if (!hasColours || kind === undefined) return CONTRAST_WITHOUT_COLOURS;
  return paletteTheme(CONTRAST_PALETTES[kind], depth);
}

function backgroundKind(env: Environment, background?: Rgb): 'dark' | 'light' | undefined {
  if (background !== undefined) {
    return luminance(background) < MIDDLE_LUMINANCE ? 'dark' : 'light';
  }
  // Some terminals say it in a variable: the numbers of their text and background colour.
  const index = /^\d+;(?:\w+;)?(\d+)$/.exec(env.COLORFGBG ?? '')?.[1];
  if (index === undefined) return undefined;
  return index === '7' || index === '15' ? 'light' : 'dark';
}

function paletteTheme(palette: Palette, depth: 'palette' | 'true'): Theme {
  const style = (role: PaletteRole) =>
    mixStyles(ATTRIBUTES[role] ?? '', colourStyle(parseHex(palette.colours[role]), depth));
  return {
    ...SHARED,
    heading: style('heading'),
    code: style('code'),
    link: style('link'),
    muted: style('muted'),
    user: style('user'),
    accent: style('accent'),
    success: style('success'),
    warning: style('warning'),
    error: style('error'),
    keyword: style('keyword'),
    string: style('string'),
    number: style('number'),
    comment: style('comment'),
    type: style('type'),
    function: style('function'),
    property: style('property'),
    operator: style('operator'),
    constant: style('constant'),
    tag: style('tag'),
    added: style('added'),
    removed: style('removed'),
    hunk: style('hunk'),
  };
}
