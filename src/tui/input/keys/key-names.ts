/** How keys are called: in the table, in the config, and as terminals report them. Pure. */

export interface Modifiers {
  readonly ctrl: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
}
/** `types`: it would take a character away from typing. `same`: terminals report another key. */
export type KeyProblem = 'unknown' | 'types' | { readonly same: string };

export const NO_MODIFIERS = { ctrl: false, alt: false, shift: false };

/** Names that are written in full, by what people call them in small letters. */
const NAMED: ReadonlyMap<string, string> = new Map([
  ...[
    'Enter',
    'Escape',
    'Tab',
    'Backspace',
    'Delete',
    'Insert',
    'Up',
    'Down',
    'Left',
    'Right',
    'Home',
    'End',
    'PageUp',
    'PageDown',
    'Space',
    ...Array.from({ length: 12 }, (_, index) => `F${index + 1}`),
  ].map((name): [string, string] => [name.toLowerCase(), name]),
  ['return', 'Enter'],
  ['esc', 'Escape'],
  ['del', 'Delete'],
  ['ins', 'Insert'],
  ['pgup', 'PageUp'],
  ['pgdn', 'PageDown'],
]);
const MODIFIERS: ReadonlyMap<string, keyof Modifiers> = new Map([
  ['ctrl', 'ctrl'],
  ['control', 'ctrl'],
  ['alt', 'alt'],
  ['meta', 'alt'],
  ['option', 'alt'],
  ['shift', 'shift'],
]);
const MODIFIER = /^(ctrl|control|alt|meta|option|shift)[+-](.+)$/isu;
/** Control characters that stand for a key of their own. */
const SAME_KEYS: ReadonlyMap<string, string> = new Map([
  ['Ctrl+I', 'Tab'],
  ['Ctrl+M', 'Enter'],
  ['Ctrl+[', 'Escape'],
  ['Ctrl+H', 'Backspace'],
]);

/** The name of a key with modifiers, in the one order in which names are written. */
export function keyName(base: string, { ctrl, alt, shift }: Modifiers): string {
  const isCharacter = [...base].length === 1;
  const name = isCharacter ? base.toUpperCase() : base;
  // Shift makes another character of a character; only with Ctrl is it told apart.
  const hasShift = shift && (!isCharacter || (ctrl && /^\p{L}$/u.test(base)));
  return `${ctrl ? 'Ctrl+' : ''}${alt ? 'Alt+' : ''}${hasShift ? 'Shift+' : ''}${name}`;
}

/** A key as somebody wrote it (`ctrl-x`, `Alt+enter`), as the table would write it. */
export function canonicalKey(
  written: string,
):
  | { readonly ok: true; readonly name: string }
  | { readonly ok: false; readonly problem: KeyProblem } {
  const held = { ...NO_MODIFIERS };
  let base = written.trim();
  for (let match = MODIFIER.exec(base); match !== null; match = MODIFIER.exec(base)) {
    const [, modifier = '', rest = ''] = match;
    held[MODIFIERS.get(modifier.toLowerCase()) ?? 'ctrl'] = true;
    base = rest;
  }
  const isKnown = NAMED.has(base.toLowerCase()) || /^[^\s\p{C}]$/u.test(base);
  if (!isKnown) return { ok: false, problem: 'unknown' };
  const name = keyName(NAMED.get(base.toLowerCase()) ?? base, held);
  const isTyping =
    ([...base].length === 1 || base.toLowerCase() === 'space') && !held.ctrl && !held.alt;
  if (isTyping) return { ok: false, problem: 'types' };
  const same = SAME_KEYS.get(name);
  return same === undefined ? { ok: true, name } : { ok: false, problem: { same } };
}
