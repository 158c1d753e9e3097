/**
 * The colours of each theme. A theme paints text and never the background: `background` is the one
 * that it is made for, the least favourable of its kind that it is tested on.
 */

/** Roles that have a colour. */
export type PaletteRole =
  | 'heading'
  | 'code'
  | 'link'
  | 'muted'
  | 'user'
  | 'accent'
  | 'success'
  | 'warning'
  | 'error'
  | 'keyword'
  | 'string'
  | 'number'
  | 'comment'
  | 'type'
  | 'function'
  | 'property'
  | 'operator'
  | 'constant'
  | 'tag'
  | 'added'
  | 'removed'
  | 'hunk';

export interface Palette {
  readonly kind: 'dark' | 'light';
  readonly background: string;
  readonly colours: Readonly<Record<PaletteRole, string>>;
}

export interface ThemeEntry {
  readonly name: string;
  readonly description: string;
  /** Missing where the terminal or its background decides. */
  readonly palette?: Palette;
}

const NIGHT: Palette = {
  kind: 'dark',
  background: '#2b3040',
  colours: {
    heading: '#8ccbff',
    code: '#8fd9cf',
    link: '#9db9ff',
    muted: '#a3acbf',
    user: '#b5d5ff',
    accent: '#d7b5ff',
    success: '#9bdb9f',
    warning: '#f0cb80',
    error: '#ffa39f',
    keyword: '#d7b5ff',
    string: '#aedbaf',
    number: '#f5c08a',
    comment: '#a3acbf',
    type: '#84ddce',
    function: '#97c0ff',
    property: '#cbd5e4',
    operator: '#bcc8da',
    constant: '#f5c08a',
    tag: '#ffacac',
    added: '#9bdb9f',
    removed: '#ffa39f',
    hunk: '#84ddce',
  },
};

const EMBER: Palette = {
  kind: 'dark',
  background: '#332d29',
  colours: {
    heading: '#ffc07a',
    code: '#e6cf9c',
    link: '#a9c9e8',
    muted: '#b3a99d',
    user: '#ffd9a8',
    accent: '#f2a9c0',
    success: '#b9d68c',
    warning: '#f2cc6b',
    error: '#ff9f8c',
    keyword: '#ffb08a',
    string: '#bfd795',
    number: '#e3b3dd',
    comment: '#b3a99d',
    type: '#f0cb7d',
    function: '#a9c9e8',
    property: '#e0d3c2',
    operator: '#d1c3b1',
    constant: '#e3b3dd',
    tag: '#ffb08a',
    added: '#b9d68c',
    removed: '#ff9f8c',
    hunk: '#8fd0c5',
  },
};

const DAY: Palette = {
  kind: 'light',
  background: '#eef1f6',
  colours: {
    heading: '#0a5299',
    code: '#05605b',
    link: '#184fb5',
    muted: '#566070',
    user: '#0b478f',
    accent: '#6d32a6',
    success: '#17632a',
    warning: '#7a4a00',
    error: '#a8221b',
    keyword: '#6d2aa0',
    string: '#17612f',
    number: '#8a4200',
    comment: '#566070',
    type: '#045e65',
    function: '#184da8',
    property: '#384556',
    operator: '#434e60',
    constant: '#8a4200',
    tag: '#9c1d18',
    added: '#17632a',
    removed: '#a8221b',
    hunk: '#045e65',
  },
};

const PAPER: Palette = {
  kind: 'light',
  background: '#f0e8d6',
  colours: {
    heading: '#8a3a08',
    code: '#6a4708',
    link: '#1a4f86',
    muted: '#665c4d',
    user: '#743005',
    accent: '#8c2355',
    success: '#3d5c0f',
    warning: '#754800',
    error: '#a0261a',
    keyword: '#8f2f10',
    string: '#45600f',
    number: '#6f2f7a',
    comment: '#665c4d',
    type: '#735000',
    function: '#1a4f86',
    property: '#4a4032',
    operator: '#564b3c',
    constant: '#6f2f7a',
    tag: '#8f2f10',
    added: '#3d5c0f',
    removed: '#a0261a',
    hunk: '#0f5a56',
  },
};

const CONTRAST_DARK: Palette = {
  kind: 'dark',
  background: '#1c1c1c',
  colours: {
    heading: '#ffffff',
    code: '#7dffff',
    link: '#a8d1ff',
    muted: '#d0d0d0',
    user: '#ffff87',
    accent: '#ffb3ff',
    success: '#87ff87',
    warning: '#ffd75f',
    error: '#ffb0a8',
    keyword: '#ffb3ff',
    string: '#87ff87',
    number: '#ffd75f',
    comment: '#d0d0d0',
    type: '#7dffff',
    function: '#a8d1ff',
    property: '#ffffff',
    operator: '#ffffff',
    constant: '#ffd75f',
    tag: '#ffff87',
    added: '#87ff87',
    removed: '#ffb0a8',
    hunk: '#7dffff',
  },
};

const CONTRAST_LIGHT: Palette = {
  kind: 'light',
  background: '#f8f8f8',
  colours: {
    heading: '#000000',
    code: '#004a4a',
    link: '#0000a8',
    muted: '#3a3a3a',
    user: '#00005f',
    accent: '#5c006b',
    success: '#004d00',
    warning: '#5f2a00',
    error: '#870000',
    keyword: '#5c006b',
    string: '#004d00',
    number: '#5f2a00',
    comment: '#3a3a3a',
    type: '#004a4a',
    function: '#0000a8',
    property: '#000000',
    operator: '#000000',
    constant: '#5f2a00',
    tag: '#00005f',
    added: '#004d00',
    removed: '#870000',
    hunk: '#004a4a',
  },
};

/** The two faces of `contrast`: which one is used depends on the background. */
export const CONTRAST_PALETTES: Readonly<Record<'dark' | 'light', Palette>> = {
  dark: CONTRAST_DARK,
  light: CONTRAST_LIGHT,
};

/** Every theme that can be named, in the order in which it is offered. */
export const THEMES: readonly ThemeEntry[] = [
  { name: 'auto', description: 'night or day, as the background of the terminal is' },
  { name: 'night', description: 'dark, cool colours', palette: NIGHT },
  { name: 'ember', description: 'dark, warm colours', palette: EMBER },
  { name: 'day', description: 'light, cool colours', palette: DAY },
  { name: 'paper', description: 'light, warm colours', palette: PAPER },
  { name: 'contrast', description: 'the most contrast, on dark and on light' },
  { name: 'terminal', description: "the terminal's own sixteen colours" },
];
