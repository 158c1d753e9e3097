/** What an escape sequence means: a key, a character, or neither. Pure. */
import type { Keystroke } from '../keystrokes.ts';
import { keyName, type Modifiers, NO_MODIFIERS } from './key-names.ts';
import { ESCAPE } from './tokens.ts';

/** Final characters of CSI and SS3 sequences. */
const BY_LETTER: Readonly<Record<string, string>> = {
  A: 'Up',
  B: 'Down',
  C: 'Right',
  D: 'Left',
  F: 'End',
  H: 'Home',
  P: 'F1',
  Q: 'F2',
  S: 'F4',
};
const BY_NUMBER: Readonly<Record<number, string>> = {
  1: 'Home',
  2: 'Insert',
  3: 'Delete',
  4: 'End',
  5: 'PageUp',
  6: 'PageDown',
  7: 'Home',
  8: 'End',
  11: 'F1',
  12: 'F2',
  13: 'F3',
  14: 'F4',
  15: 'F5',
  17: 'F6',
  18: 'F7',
  19: 'F8',
  20: 'F9',
  21: 'F10',
  23: 'F11',
  24: 'F12',
};
/** The number pad in application mode: `ESC O p` is 0. */
const KEYPAD_TEXT: Readonly<Record<string, string>> = {
  X: '=',
  j: '*',
  k: '+',
  l: ',',
  m: '-',
  n: '.',
  o: '/',
  ...Object.fromEntries(Array.from('pqrstuvwxy', (letter, digit) => [letter, String(digit)])),
};
/** Keys that the keyboard protocol numbers by code point. */
const BY_CODE: Readonly<Record<number, string>> = {
  9: 'Tab',
  13: 'Enter',
  27: 'Escape',
  127: 'Backspace',
  57414: 'Enter',
  57417: 'Left',
  57418: 'Right',
  57419: 'Up',
  57420: 'Down',
  57421: 'PageUp',
  57422: 'PageDown',
  57423: 'Home',
  57424: 'End',
  57425: 'Insert',
  57426: 'Delete',
};
const KEYPAD_FIRST = 57_399;
const KEYPAD_CHARACTERS = '0123456789./*-+\0=,';
/** Private use: keys that are nothing to us, such as a modifier alone. */
const isFunctional = (code: number) => code >= 0xe000 && code <= 0xf8ff;
/** Where a terminal reports the key without Shift; as on most keyboards. */
const SHIFTED: ReadonlyMap<string, string> = new Map(
  Array.from("`1234567890-=[]\\;',./", (plain, index): [string, string] => [
    plain,
    '~!@#$%^&*()_+{}|:"<>?'[index] ?? plain,
  ]),
);

/** Undefined for reports, released keys, and keys that nobody binds. */
export function strokeOfSequence(sequence: string): Keystroke | undefined {
  const hasSecondEscape = sequence.startsWith(ESCAPE + ESCAPE);
  const body = sequence.slice(hasSecondEscape ? 2 : 1);
  if (body === '' || body === ESCAPE) return key('Escape', NO_MODIFIERS);
  const alt = { ...NO_MODIFIERS, alt: hasSecondEscape };
  if (body.length > 1 && body.startsWith('[')) return csiStroke(body.slice(1), alt);
  if (body.length > 1 && body.startsWith('O')) return ss3Stroke(body.slice(1), alt);
  return body.length > 2 ? undefined : altStroke(body);
}

function key(base: string, modifiers: Modifiers): Keystroke {
  return { type: 'key', name: keyName(base, modifiers) };
}

/** The key of a control character. */
export function controlStroke(character: string, alt = false): Keystroke {
  const held = { ...NO_MODIFIERS, alt };
  if (character === '\r') return key('Enter', held);
  if (character === '\t') return key('Tab', held);
  if (character === '\x7f' || character === '\b') return key('Backspace', held);
  if (character === '\0') return key('Space', { ...held, ctrl: true });
  const letter = String.fromCharCode(character.charCodeAt(0) + 0x40);
  return key(letter, { ...held, ctrl: true });
}

function altStroke(character: string): Keystroke | undefined {
  const isControl = character < ' ' || character === '\x7f';
  if (isControl) return controlStroke(character, true);
  const stroke = key(character === ' ' ? 'Space' : character, { ...NO_MODIFIERS, alt: true });
  return stroke.type === 'key' ? { ...stroke, typed: character } : stroke;
}

const CSI = /^([\d;:]*)([A-Za-z~^$@])$/;

function csiStroke(body: string, alt: Modifiers): Keystroke | undefined {
  const consoleKey = /^\[([A-E])$/.exec(body)?.[1];
  if (consoleKey !== undefined) return key(`F${'ABCDE'.indexOf(consoleKey) + 1}`, alt);
  const [, parameters = '', final = ''] = CSI.exec(body) ?? [];
  if (final === '') return undefined;
  if (final === 'u') return codeStroke(parameters, alt);
  if (final === 'Z') return key('Tab', { ...alt, shift: true });
  if (/^[abcd]$/.test(final))
    return key(BY_LETTER[final.toUpperCase()] ?? '', { ...alt, shift: true });
  const [number = '', held = ''] = parameters.split(';');
  if (final === '~' && number === '27') return otherKeyStroke(parameters, alt);
  const modifiers = withEvent(held, alt);
  const isByNumber = '~^$@'.includes(final);
  const base = isByNumber ? BY_NUMBER[Number(number)] : BY_LETTER[final];
  if (base === undefined || modifiers === undefined) return undefined;
  return key(base, {
    ...modifiers,
    ctrl: modifiers.ctrl || final === '^' || final === '@',
    shift: modifiers.shift || final === '$' || final === '@',
  });
}

function ss3Stroke(body: string, alt: Modifiers): Keystroke | undefined {
  const [, held = '', final = ''] = /^(?:1;)?(\d*)([A-Za-z])$/.exec(body) ?? [];
  if (final === 'M') return key('Enter', alt);
  if (final === 'R') return key('F3', alt);
  if (/^[abcd]$/.test(final))
    return key(BY_LETTER[final.toUpperCase()] ?? '', { ...alt, ctrl: true });
  const text = KEYPAD_TEXT[final];
  if (text !== undefined) return { type: 'text', text };
  const base = BY_LETTER[final];
  const modifiers = withEvent(held, alt);
  return base === undefined || modifiers === undefined ? undefined : key(base, modifiers);
}

/** `5` or `5:1`: the modifiers plus one, and what happened; undefined when the key went up. */
function withEvent(held: string, alt: Modifiers): Modifiers | undefined {
  const [bits = '', event = ''] = held.split(':');
  if (event === '3') return undefined;
  const mask = Math.max(0, Number(bits) - 1);
  // Super and Hyper belong to the desktop.
  if ((mask & 0b11000) !== 0) return undefined;
  return {
    shift: (mask & 1) !== 0,
    alt: alt.alt || (mask & 0b100010) !== 0,
    ctrl: (mask & 4) !== 0,
  };
}

/** Kitty's protocol: `code:shifted:base ; modifiers:event ; text u`. */
function codeStroke(parameters: string, alt: Modifiers): Keystroke | undefined {
  const [codes = '', held = '', text = ''] = parameters.split(';');
  const [code = '', shifted = ''] = codes.split(':');
  const modifiers = withEvent(held, alt);
  if (modifiers === undefined || code === '') return undefined;
  const typed = text.split(':').map(characterOf).join('');
  return characterStroke(Number(code), modifiers, typed || characterOf(shifted));
}

/** xterm's modifyOtherKeys: `27 ; modifiers ; code ~`. Shift is in the code already. */
function otherKeyStroke(parameters: string, alt: Modifiers): Keystroke | undefined {
  const [, held = '', code = ''] = parameters.split(';');
  const modifiers = withEvent(held, alt);
  return modifiers === undefined || code === ''
    ? undefined
    : characterStroke(Number(code), modifiers, characterOf(code));
}

/** `shifted` is the character with Shift, where the terminal has said it. */
function characterStroke(
  code: number,
  modifiers: Modifiers,
  shifted: string,
): Keystroke | undefined {
  const named = BY_CODE[code];
  if (named !== undefined) return key(named, modifiers);
  const plain = KEYPAD_CHARACTERS[code - KEYPAD_FIRST] ?? characterOf(String(code));
  if (plain === '' || plain < ' ' || isFunctional(plain.codePointAt(0) ?? 0)) return undefined;
  const character = modifiers.shift ? withShift(plain, shifted) : plain;
  if (!modifiers.ctrl && !modifiers.alt) return { type: 'text', text: character };
  const isLetter = /^\p{L}$/u.test(plain);
  return key(plain === ' ' ? 'Space' : isLetter ? plain : character, modifiers);
}

function withShift(plain: string, shifted: string): string {
  if (shifted !== '' && shifted !== plain) return shifted;
  return SHIFTED.get(plain) ?? plain.toUpperCase();
}

function characterOf(code: string): string {
  const value = Number(code);
  const isCharacter = code !== '' && value <= 0x10_ff_ff && !(value >= 0xd800 && value <= 0xdfff);
  return isCharacter ? String.fromCodePoint(value) : '';
}
