/** The theme in force. It may change while the program runs: by command, or when the terminal says its background. */
import type { Environment } from '../platform/env.ts';
import type { ThemeSwitch } from './commands/command.ts';
import type { Rgb } from './theme/colour.ts';
import { THEMES } from './theme/palettes.ts';
import { chooseTheme, type Theme } from './theme/theme.ts';

export class ThemeState implements ThemeSwitch {
  private readonly env: Environment;
  private readonly onChange: () => void;
  private name: string;
  private background: Rgb | undefined;
  private theme: Theme;

  constructor(env: Environment, name: string, onChange: () => void) {
    this.env = env;
    this.name = name;
    this.onChange = onChange;
    this.theme = chooseTheme(env, name);
  }

  /** What is drawn next has this theme. */
  readonly get = (): Theme => this.theme;

  names(): readonly string[] {
    return THEMES.map(({ name }) => name);
  }

  current(): string {
    return this.name;
  }

  choose(name: string): void {
    this.name = name;
    this.apply();
  }

  /** The terminal has said what stands behind its text. */
  setBackground(background: Rgb): void {
    this.background = background;
    this.apply();
  }

  private apply(): void {
    this.theme = chooseTheme(this.env, this.name, this.background);
    this.onChange();
  }
}

/** Some write what they do not understand; where there are no colours nobody needs to know. */
export function canAskBackground(env: Environment): boolean {
  return env.TERM !== 'linux' && env.TERM !== 'dumb' && env.NO_COLOR === undefined;
}
