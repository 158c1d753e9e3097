/**
 * Parts keys from what the terminal says of itself. Answers to queries and reports of focus and
 * mouse come in the same stream as keys, whenever the terminal gets to it: late, in several reads,
 * between two keys. None of it may ever look typed. Pure: knows no stream and no timer.
 */

export type TerminalReport =
  /** The colour behind the text, each part from 0 to 255. */
  | { readonly type: 'background'; readonly r: number; readonly g: number; readonly b: number }
  /** What the terminal is; it answers queries in order, so nothing asked before is still to come. */
  | { readonly type: 'attributes' }
  | { readonly type: 'focus'; readonly isFocused: boolean }
  | { readonly type: 'wheel'; readonly direction: 'up' | 'down' };

const PASTE_START = '\x1b[200~';
const PASTE_END = '\x1b[201~';
const OSC_REPLY =
  /^\x1b\]1[01];rgba?:([0-9a-fA-F]{1,4})\/([0-9a-fA-F]{1,4})\/([0-9a-fA-F]{1,4})(?:\/[0-9a-fA-F]{1,4})?(?:\x07|\x1b\\)/;
/** Every beginning of such an answer that is no whole one yet. */
const OSC_BEGINNING =
  /^\x1b(?:\](?:1(?:[01](?:;(?:r(?:g(?:b(?:a?(?::[0-9a-fA-F/]{0,19}\x1b?)?)?)?)?)?)?)?)?)?$/;
const ATTRIBUTES = /^\x1b\[\?[\d;]*c/;
const FOCUS = /^\x1b\[([IO])/;
const MOUSE = /^\x1b\[<(\d+);\d+;\d+[Mm]/;
const WHEEL_UP = 64;
const WHEEL_DOWN = 65;

export class ReplyFilter {
  private readonly report: (report: TerminalReport) => void;
  /** The beginning of what may become an answer. */
  private held = '';
  /** What went out as a key at the end of the last read though it may begin an answer. */
  private passed = '';
  private isPasting = false;
  private pasteTail = '';

  constructor(report: (report: TerminalReport) => void) {
    this.report = report;
  }

  /** The keys in what was read. A beginning of an answer is held until the next read or `flush`. */
  push(chunk: string): string {
    let rest = this.held + chunk;
    this.held = '';
    if (this.passed !== '') {
      // The escape character was taken for a key: the remainder is an answer all the same.
      const whole = this.passed + rest;
      const late = OSC_REPLY.exec(whole);
      if (late !== null) rest = whole.slice(this.take(late));
      else if (OSC_BEGINNING.test(whole)) {
        this.held = rest;
        return '';
      }
      this.passed = '';
    }
    let keys = '';
    while (rest !== '') {
      const [text, next] = this.isPasting ? this.pasted(rest) : this.typed(rest);
      keys += text;
      rest = next;
    }
    return keys;
  }

  /** True while the beginning of an answer is held that may as well be a key: Escape, Alt+]. */
  get holdsKey(): boolean {
    return this.passed === '' && this.held !== '' && this.held.length <= 2;
  }

  /** What went out as a key was one: it is too long ago for anything else. */
  forget(): void {
    if (this.held === '') this.passed = '';
  }

  /** Gives out what is held: no more of it has come. */
  flush(): string {
    const keys = this.held;
    this.held = '';
    this.passed = keys;
    return keys;
  }

  /** A paste is never searched for answers. Its end may be cut by the border of two reads. */
  private pasted(rest: string): readonly [string, string] {
    const seam = this.pasteTail + rest;
    const end = seam.indexOf(PASTE_END);
    if (end === -1) {
      this.pasteTail = seam.slice(1 - PASTE_END.length);
      return [rest, ''];
    }
    this.isPasting = false;
    const length = end + PASTE_END.length - this.pasteTail.length;
    this.pasteTail = '';
    return [rest.slice(0, length), rest.slice(length)];
  }

  private typed(rest: string): readonly [string, string] {
    const start = rest.indexOf('\x1b');
    if (start === -1) return [rest, ''];
    if (start > 0) return [rest.slice(0, start), rest.slice(start)];
    if (rest.startsWith(PASTE_START)) {
      this.isPasting = true;
      return [PASTE_START, rest.slice(PASTE_START.length)];
    }
    const length = this.takeReport(rest);
    if (length > 0) return ['', rest.slice(length)];
    if (OSC_BEGINNING.test(rest)) {
      this.held = rest;
      return ['', ''];
    }
    return ['\x1b', rest.slice(1)];
  }

  /** How many characters of the beginning are a report. */
  private takeReport(rest: string): number {
    const colour = OSC_REPLY.exec(rest);
    if (colour !== null) return this.take(colour);
    const attributes = ATTRIBUTES.exec(rest);
    if (attributes !== null) {
      this.report({ type: 'attributes' });
      return attributes[0].length;
    }
    const focus = FOCUS.exec(rest);
    if (focus !== null) {
      this.report({ type: 'focus', isFocused: focus[1] === 'I' });
      return focus[0].length;
    }
    const mouse = MOUSE.exec(rest);
    if (mouse === null) return 0;
    const button = Number(mouse[1]);
    if (button === WHEEL_UP) this.report({ type: 'wheel', direction: 'up' });
    if (button === WHEEL_DOWN) this.report({ type: 'wheel', direction: 'down' });
    return mouse[0].length;
  }

  private take(colour: RegExpExecArray): number {
    const [whole, red = '', green = '', blue = ''] = colour;
    const isBackground = whole.startsWith('\x1b]11');
    if (isBackground) {
      this.report({ type: 'background', r: level(red), g: level(green), b: level(blue) });
    }
    return whole.length;
  }
}

/** `f` and `ffff` both mean the most there is. */
function level(hex: string): number {
  return Math.round((255 * Number.parseInt(hex, 16)) / (16 ** hex.length - 1));
}
