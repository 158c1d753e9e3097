/** Turns what the terminal library reports into named keys and typed text. */
import type { Key } from 'ink';

export type Keystroke =
  | { readonly type: 'key'; readonly name: string }
  | { readonly type: 'text'; readonly text: string };

const NAMED: readonly (readonly [keyof Key, string])[] = [
  ['return', 'Enter'],
  ['escape', 'Escape'],
  ['tab', 'Tab'],
  ['backspace', 'Backspace'],
  ['delete', 'Delete'],
  ['upArrow', 'Up'],
  ['downArrow', 'Down'],
  ['leftArrow', 'Left'],
  ['rightArrow', 'Right'],
  ['home', 'Home'],
  ['end', 'End'],
  ['pageUp', 'PageUp'],
  ['pageDown', 'PageDown'],
];

/** The strokes of one report. Fast typing and pastes without brackets come as several. */
export function keystrokesOf(input: string, key: Key): readonly Keystroke[] {
  if (key.eventType === 'release') return [];
  const named = NAMED.find(([flag]) => key[flag] === true)?.[1];
  if (named !== undefined) return [keyStroke(named, key)];
  if ((key.ctrl || key.meta) && input !== '') return [keyStroke(input.toUpperCase(), key)];
  return splitTyped(input);
}

function keyStroke(name: string, key: Key): Keystroke {
  const isLetter = name.length === 1;
  const modifiers = [
    key.ctrl ? 'Ctrl+' : '',
    key.meta && name !== 'Escape' ? 'Alt+' : '',
    key.shift && !isLetter ? 'Shift+' : '',
  ];
  return { type: 'key', name: modifiers.join('') + name };
}

/**
 * Text with control characters in it: each of those is a key of its own. A carriage return is Enter
 * only at the end: before more text it is a line break of a paste that came without brackets.
 */
function splitTyped(input: string): readonly Keystroke[] {
  const strokes: Keystroke[] = [];
  for (const part of input.split(/([\x00-\x1f\x7f])/)) {
    if (part === '') continue;
    const isControl = part.length === 1 && (part < ' ' || part === '\x7f');
    strokes.push(isControl ? controlStroke(part) : { type: 'text', text: part });
  }
  const isEnter = (stroke: Keystroke) => stroke.type === 'key' && stroke.name === 'Enter';
  return strokes.map((stroke, index) =>
    isEnter(stroke) && index < strokes.length - 1 ? { type: 'text', text: '\n' } : stroke,
  );
}

function controlStroke(character: string): Keystroke {
  if (character === '\r') return { type: 'key', name: 'Enter' };
  if (character === '\t') return { type: 'key', name: 'Tab' };
  if (character === '\x1b') return { type: 'key', name: 'Escape' };
  if (character === '\x7f' || character === '\b') return { type: 'key', name: 'Backspace' };
  return { type: 'key', name: `Ctrl+${String.fromCharCode(character.charCodeAt(0) + 0x40)}` };
}
