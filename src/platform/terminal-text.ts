/**
 * The one sanitizer between text from elsewhere and the terminal.
 *
 * Model answers, tool names, file contents, error bodies, titles, model ids and branch names are
 * all written by somebody else. Printed raw they could move the cursor over what was shown, set the
 * clipboard or the window title, make the terminal type an answer into the prompt, or hide text
 * from the reader that the model still sees. What leaves this file holds none of that:
 *
 * | removed                                   | why                                               |
 * |-------------------------------------------|---------------------------------------------------|
 * | C0 controls but `\n` and `\t`, DEL        | bell, cursor movement, flow control               |
 * | CR (`\r\n` becomes `\n`) and BS           | overwrite what was already shown                  |
 * | C1 controls (U+0080–9F)                   | the 8-bit forms of CSI, OSC, DCS …                |
 * | ESC sequences, whole, in both forms       | colours, cursor, title, clipboard, links, queries |
 * | bidi controls                             | show code in another order than it runs           |
 * | zero-width and other invisible characters | hide text, split words that a reader compares     |
 * | tag characters                            | a whole invisible alphabet                        |
 * | variation selectors that select nothing   | carry hidden bytes                                |
 * | lone surrogates (shown as U+FFFD)         | no character; terminals disagree about them       |
 *
 * A zero-width joiner stays between two pictographs and a variation selector after a character that
 * has variants, because emoji and Han names are made of them. U+2028 and U+2029 become `\n`.
 *
 * All of it is one state machine over code points, so cutting the text anywhere changes nothing and
 * the work is linear. A sequence is swallowed up to its end, or up to a limit after which the rest
 * is shown as plain text: one stray introducer must not hide an answer.
 */

/** Parameters of a CSI or a short escape sequence; real ones stay far below this. */
const MAX_CONTROL_CHARACTERS = 256;
/** Payload of OSC, DCS, APC, PM and SOS. Longer ones show their rest as text, without effect. */
const MAX_STRING_CHARACTERS = 4096;

/** Works on a text that arrives in pieces; the pieces may be cut anywhere. */
export interface TextSanitizer {
  /** What may be shown so far. Characters that need the next piece are held back. */
  push(chunk: string): string;
  /** What was held back. An unfinished escape sequence is dropped. The next text starts afresh. */
  flush(): string;
}

/** `text` without anything that a terminal would act on. */
export function sanitizeText(text: string): string {
  if (!SUSPICIOUS.test(text)) return text;
  const sanitizer = createTextSanitizer();
  return sanitizer.push(text) + sanitizer.flush();
}

/** As `sanitizeText`, on one line: for titles, model ids, paths, branch names. */
export function sanitizeLine(text: string): string {
  return sanitizeText(text).replace(/[\n\t]+/g, ' ');
}

/**
 * JSON text for a terminal: C1 controls, DEL and format characters (bidi, zero width) as \u escapes,
 * which is the same value. JSON escapes the other controls by itself.
 */
export function escapeInvisible(json: string): string {
  return json.replace(/[\x7f-\x9f\p{Cf}]/gu, (character) =>
    [...Array(character.length).keys()]
      .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

/** A sanitizer for one stream of text. Its output joined equals `sanitizeText` of the whole. */
export function createTextSanitizer(): TextSanitizer {
  return new StreamSanitizer();
}

/** C0 but newline and tab, DEL, C1. */
const CONTROL_RANGES = String.raw`\x00-\x08\x0b-\x1f\x7f-\x9f`;
/** Characters without a width or an ink of their own, bidi controls included. */
const INVISIBLE_RANGES =
  String.raw`\xad\u061c\u180e\u200b-\u200f\u202a-\u202e` +
  String.raw`\u2060-\u206f\ufeff\ufff9-\ufffb`;
const COMBINING_GRAPHEME_JOINER = String.raw`\u034f`;
/** Every code unit that needs a look; text without one of these is passed on as it is. */
const SUSPICIOUS = new RegExp(
  `${COMBINING_GRAPHEME_JOINER}|[${CONTROL_RANGES}${INVISIBLE_RANGES}` +
    String.raw`\u2028\u2029\ufe00-\ufe0f\ud800-\udfff]`,
);
const INVISIBLE = new RegExp(
  String.raw`^(?:${COMBINING_GRAPHEME_JOINER}|[${INVISIBLE_RANGES}\u{e0000}-\u{e007f}])$`,
  'u',
);
const VARIATION_SELECTOR = /^[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]$/u;
const PICTOGRAPH = /^\p{Extended_Pictographic}$/u;
/** What a pictograph may be followed by and still be joined to the next one. */
const PICTOGRAPH_MODIFIER = /^[\ufe0f\u{1f3fb}-\u{1f3ff}]$/u;
const HAS_EMOJI_VARIANTS = /^\p{Emoji}$/u;
const HAS_HAN_VARIANTS = /^\p{Script=Han}$/u;

const ESC = 0x1b;
const BEL = 0x07;
const CANCEL = 0x18;
const SUBSTITUTE = 0x1a;
const STRING_TERMINATOR = 0x9c;
const JOINER = '\u200d';

type Mode = 'ground' | 'escape' | 'escape-rest' | 'csi' | 'string' | 'string-escape';

class StreamSanitizer implements TextSanitizer {
  private mode: Mode = 'ground';
  /** Characters swallowed in the open sequence. */
  private swallowedCount = 0;
  private highSurrogate = '';
  /** A joiner after a pictograph waits for the next character to know whether it joins. */
  private hasPendingJoiner = false;
  private lastShown = '';
  private isLastJoinable = false;
  private output = '';

  push(chunk: string): string {
    const text = this.highSurrogate + chunk;
    this.highSurrogate = '';
    if (this.mode === 'ground' && !this.hasPendingJoiner && !SUSPICIOUS.test(text)) {
      this.remember(text.at(-1) ?? this.lastShown);
      return text;
    }
    for (let index = 0; index < text.length; index += 1) {
      const unit = text.charCodeAt(index);
      if (isHighSurrogate(unit) && index === text.length - 1) {
        this.highSurrogate = text.charAt(index);
        break;
      }
      const character = characterAt(text, index);
      this.take(character);
      index += character.length - 1;
    }
    return this.takeOutput();
  }

  flush(): string {
    if (this.highSurrogate !== '') this.take(this.highSurrogate);
    this.mode = 'ground';
    this.highSurrogate = '';
    this.hasPendingJoiner = false;
    this.lastShown = '';
    this.isLastJoinable = false;
    return this.takeOutput();
  }

  private takeOutput(): string {
    const output = this.output;
    this.output = '';
    return output;
  }

  private take(character: string): void {
    const code = character.codePointAt(0) ?? 0;
    const next = this.takeIn(character, code);
    if (next !== this.mode) this.swallowedCount = 0;
    this.mode = next;
  }

  /** Each `take…` handles one character in its mode and returns the mode for the next one. */
  private takeIn(character: string, code: number): Mode {
    switch (this.mode) {
      case 'ground':
        return this.takeGround(character, code);
      case 'escape':
        return this.takeEscape(character, code);
      case 'escape-rest':
      case 'csi':
        return this.takeControl(this.mode, character, code);
      case 'string':
        return this.takeString(code);
      case 'string-escape':
        // ESC \ ends the string; any other ESC ends it too and starts a sequence of its own.
        return code === 0x5c ? 'ground' : this.takeEscape(character, code);
    }
  }

  private takeGround(character: string, code: number): Mode {
    if (code === ESC) return 'escape';
    if (code === 0x9b) return 'csi';
    if (isStringIntroducer(code)) return 'string';
    if (isControl(code)) return 'ground';
    if (character === JOINER) this.hasPendingJoiner = this.isLastJoinable;
    else if (VARIATION_SELECTOR.test(character)) this.showSelector(character, code);
    else if (!INVISIBLE.test(character)) this.show(visibleForm(character, code));
    return 'ground';
  }

  /** Keeps one selector, and only where it has something to select. */
  private showSelector(character: string, code: number): void {
    const isEmojiForm = code === 0xfe0e || code === 0xfe0f;
    const base = isEmojiForm ? HAS_EMOJI_VARIANTS : HAS_HAN_VARIANTS;
    if (this.hasPendingJoiner || !base.test(this.lastShown)) return;
    this.output += character;
    this.remember(character);
  }

  private show(character: string): void {
    if (this.hasPendingJoiner && PICTOGRAPH.test(character)) this.output += JOINER;
    this.hasPendingJoiner = false;
    this.output += character;
    this.remember(character);
  }

  private remember(character: string): void {
    const isModifier = PICTOGRAPH_MODIFIER.test(character);
    this.isLastJoinable = PICTOGRAPH.test(character) || (isModifier && this.isLastJoinable);
    this.lastShown = character;
  }

  /** The character after ESC decides what kind of sequence it is. */
  private takeEscape(character: string, code: number): Mode {
    if (code === 0x5b) return 'csi';
    if (code < 0x60 && isStringIntroducer(code + 0x40)) return 'string';
    if (code >= 0x20 && code <= 0x2f) return 'escape-rest';
    const isFinal = code >= 0x30 && code <= 0x7e;
    return isFinal ? 'ground' : this.takeGround(character, code);
  }

  /** Parameters and intermediates up to the final character; anything else breaks it off. */
  private takeControl(mode: 'csi' | 'escape-rest', character: string, code: number): Mode {
    const firstFinal = mode === 'csi' ? 0x40 : 0x30;
    if (code >= firstFinal && code <= 0x7e) return 'ground';
    this.swallowedCount += 1;
    const isInside = code >= 0x20 && code < firstFinal;
    if (isInside && this.swallowedCount <= MAX_CONTROL_CHARACTERS) return mode;
    return this.takeGround(character, code);
  }

  private takeString(code: number): Mode {
    if (code === ESC) return 'string-escape';
    const isEnd = code === BEL || code === STRING_TERMINATOR;
    if (isEnd || code === CANCEL || code === SUBSTITUTE) return 'ground';
    this.swallowedCount += 1;
    return this.swallowedCount < MAX_STRING_CHARACTERS ? 'string' : 'ground';
  }
}

function characterAt(text: string, index: number): string {
  return String.fromCodePoint(text.codePointAt(index) ?? 0);
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

/** C0 but newline and tab, DEL, and C1. */
function isControl(code: number): boolean {
  return (code < 0x20 && code !== 0x0a && code !== 0x09) || (code >= 0x7f && code <= 0x9f);
}

/** DCS, SOS, OSC, PM and APC in their 8-bit form; the 7-bit form is ESC and the code less 0x40. */
function isStringIntroducer(code: number): boolean {
  return code === 0x90 || code === 0x98 || (code >= 0x9d && code <= 0x9f);
}

function visibleForm(character: string, code: number): string {
  if (code === 0x2028 || code === 0x2029) return '\n';
  return code >= 0xd800 && code <= 0xdfff ? '\ufffd' : character;
}
