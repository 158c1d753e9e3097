/** How many colours this terminal shows, from what the environment says about it. */
import type { Environment } from '../../platform/env.ts';
import type { ColourDepth } from './colour.ts';

/** `FORCE_COLOR` as Node and most tools read it; other values mean the same as 1. */
const FORCED: Readonly<Record<string, ColourDepth>> = {
  0: 'none',
  false: 'none',
  2: 'palette',
  3: 'true',
};
/** Terminals that show true colours and that a remote machine still knows by their TERM. */
const TRUE_COLOUR_TERM =
  /-direct$|^(?:xterm-)?(?:kitty|ghostty|alacritty|foot|wezterm|contour|rio)\b/;
const TRUE_COLOUR_PROGRAM = /^(?:iTerm\.app|WezTerm|ghostty|vscode|Hyper|rio|Tabby|WarpTerminal)$/;
/** The first version of the library behind GNOME's terminal and others that shows true colours. */
const FIRST_TRUE_COLOUR_VTE = 3600;

/** FORCE_COLOR first, then NO_COLOR, then what the terminal says of itself. */
export function colourDepth(env: Environment): ColourDepth {
  const { FORCE_COLOR: forced, TERM: term = '' } = env;
  if (forced !== undefined) return FORCED[forced] ?? atLeastSixteen(terminalDepth(env));
  if (env.NO_COLOR !== undefined || term === 'dumb') return 'none';
  return terminalDepth(env);
}

function atLeastSixteen(depth: ColourDepth): ColourDepth {
  return depth === 'none' ? 'sixteen' : depth;
}

function terminalDepth(env: Environment): ColourDepth {
  const { TERM: term = '', COLORTERM: claim = '', TERM_PROGRAM: program = '' } = env;
  if (term === 'dumb') return 'none';
  // GNU screen hands the variables of the outer terminal on and shows 256 colours at most.
  const isScreen = term.startsWith('screen') && env.TMUX === undefined;
  if (isScreen) return term.includes('256') ? 'palette' : 'sixteen';
  const isTrue =
    /^(?:truecolor|24bit)$/i.test(claim) ||
    TRUE_COLOUR_TERM.test(term) ||
    TRUE_COLOUR_PROGRAM.test(program) ||
    env.WT_SESSION !== undefined ||
    Number(env.VTE_VERSION ?? 0) >= FIRST_TRUE_COLOUR_VTE;
  if (isTrue) return 'true';
  return /256/.test(term) || program === 'Apple_Terminal' ? 'palette' : 'sixteen';
}
