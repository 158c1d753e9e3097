/**
 * Colour roles. Components ask for a role, never for a colour. The sixteen colours of the terminal
 * are used because the user has already made them readable on their own background.
 */
import type { Environment } from '../../platform/env.ts';
import type { Style } from '../styled-text.ts';

export interface Theme {
  readonly heading: Style;
  readonly strong: Style;
  readonly emphasis: Style;
  readonly deleted: Style;
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
}

const COLOURED: Theme = {
  heading: '1;36',
  strong: '1',
  emphasis: '3',
  deleted: '9',
  code: '36',
  link: '4;34',
  quote: '3',
  muted: '2',
  user: '1;34',
  accent: '35',
  selected: '7',
  success: '32',
  warning: '33',
  error: '31',
};

/** Weight and slant are no colours: NO_COLOR keeps them. */
const COLOURLESS: Theme = {
  ...COLOURED,
  heading: '1',
  code: '',
  link: '4',
  user: '1',
  accent: '1',
  success: '',
  warning: '1',
  error: '1',
};

/** The theme for this terminal: without colours under NO_COLOR or on a terminal that has none. */
export function chooseTheme(env: Environment): Theme {
  const hasNoColours = env.NO_COLOR !== undefined || env.TERM === 'dumb';
  return hasNoColours ? COLOURLESS : COLOURED;
}
