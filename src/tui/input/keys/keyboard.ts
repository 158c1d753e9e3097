/**
 * Reads the keyboard, between the terminal and the renderer. Keys are told apart here, because the
 * renderer drops some (modifyOtherKeys, the number pad), types out the broken ones, and ends a paste
 * at the first mark that looks like an end. It still gets the bytes, for its own questions to the
 * terminal and for its own inputs.
 */
import { type Keystroke, strokesOf } from '../keystrokes.ts';
import { ESCAPE, PASTE_END, PASTE_START, type Token, tokenize, withoutHaste } from './tokens.ts';

export interface KeyboardSink {
  takeStrokes(strokes: readonly Keystroke[]): void;
  /** A sequence that is no key: what the terminal reports. */
  takeReport?(sequence: string): void;
}
export interface Keyboard {
  /** Standard input, as the renderer is to have it. */
  readonly stdin: NodeJS.ReadStream;
  /** Ends all waiting. */
  close(): void;
}

/** An ESC alone is the key when nothing has followed by then. */
const ESCAPE_MS = 25;
/** The rest of a sequence may be late on a slow line. */
const SEQUENCE_MS = 500;
/** What begins like a sequence this soon after an ESC belonged to it. */
const LATE_SEQUENCE_MS = 150;
/** Text with Enter in it waits for so long, because a paste comes in several parts. */
const BURST_MS = 12;
/** The parts of a paste without brackets may be so far apart on a slow line. */
const BURST_PAUSE_MS = 200;
/** A paste whose end never comes. */
const LOST_END_MS = 2_000;

const LATE_SEQUENCE = /^\[[\d;:]*[A-Za-z~]/;
/** Text after an ESC that came by itself: no terminal sends Alt with more than one character. */
const ALONE = /^[^\x1b[O][\s\S]/;
const KEYBOARD_ANSWER = /^\x1b\[\?\d+u$/;

/** Puts the reading of keys before the renderer. */
export function openKeyboard(stdin: NodeJS.ReadStream, sink: KeyboardSink): Keyboard {
  const reader = new KeyReader(stdin, sink);
  const proxy = new Proxy(stdin, {
    get(target, name) {
      if (name === 'read') return () => reader.read();
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { stdin: proxy, close: () => reader.close() };
}

class KeyReader {
  private readonly stdin: NodeJS.ReadStream;
  private readonly sink: KeyboardSink;
  /** Parts of what may be a paste, until nothing follows any more. */
  private held: string[] = [];
  private heldTail = '';
  private isPasteOpen = false;
  /** The beginning of a sequence. */
  private rest = '';
  private timer: NodeJS.Timeout | undefined;
  private check: NodeJS.Immediate | undefined;
  private lastEscapeAt = Number.NEGATIVE_INFINITY;
  private lastBurstAt = Number.NEGATIVE_INFINITY;
  private forRenderer = '';

  constructor(stdin: NodeJS.ReadStream, sink: KeyboardSink) {
    this.stdin = stdin;
    this.sink = sink;
  }

  /** In place of the stream's own: takes all there is and returns what the renderer may have. */
  read(): string | null {
    for (let chunk = this.stdin.read(); chunk !== null; chunk = this.stdin.read()) {
      this.take(String(chunk));
    }
    const text = this.forRenderer;
    this.forRenderer = '';
    return text === '' ? null : text;
  }

  close(): void {
    this.stopWaiting();
    this.held = [];
  }

  private take(chunk: string): void {
    this.stopWaiting();
    if (this.held.length > 0) this.hold(chunk);
    else {
      if (this.rest === ESCAPE && ALONE.test(chunk)) {
        this.rest = '';
        this.deliver([{ type: 'sequence', text: ESCAPE }]);
      }
      const isLate = performance.now() - this.lastEscapeAt < LATE_SEQUENCE_MS;
      const first = isLate && LATE_SEQUENCE.test(chunk) ? ESCAPE + chunk : this.rest + chunk;
      this.rest = '';
      if (mayGoOn(first)) this.hold(first);
      else this.process(first);
    }
  }

  private hold(chunk: string): void {
    // A mark may be cut by the border of two reads.
    const seam = this.heldTail + chunk;
    this.heldTail = seam.slice(1 - PASTE_END.length);
    const lastStart = seam.lastIndexOf(PASTE_START);
    const lastEnd = seam.lastIndexOf(PASTE_END);
    if (lastStart !== lastEnd) this.isPasteOpen = lastStart > lastEnd;
    this.held.push(chunk);
    this.wait(this.isPasteOpen ? LOST_END_MS : BURST_MS, () => {
      const text = this.held.join('');
      this.held = [];
      this.heldTail = '';
      this.isPasteOpen = false;
      this.process(text);
    });
  }

  private process(input: string): void {
    const { tokens, rest } = tokenize(input);
    this.deliver(withoutHaste(tokens));
    this.rest = rest;
    if (rest === '') return;
    if (rest.startsWith(PASTE_START)) {
      this.rest = '';
      this.deliver([{ type: 'paste', text: rest.slice(PASTE_START.length) }]);
      return;
    }
    const isEscape = rest === ESCAPE || rest === ESCAPE + ESCAPE;
    this.wait(isEscape ? ESCAPE_MS : SEQUENCE_MS, () => {
      this.rest = '';
      if (isEscape) this.lastEscapeAt = performance.now();
      // Longer beginnings are of no key; typing them out would be worse than losing them.
      const isKey = isEscape || [...rest].length === 2;
      if (isKey) this.deliver([{ type: 'sequence', text: rest }]);
    });
  }

  private deliver(tokens: readonly Token[]): void {
    const all: Keystroke[] = [];
    for (const token of tokens) {
      const isAfterBurst = performance.now() - this.lastBurstAt < BURST_PAUSE_MS;
      const strokes = strokesOf(token, isAfterBurst);
      all.push(...strokes);
      const isPaste = strokes[0]?.type === 'paste';
      if (!isPaste) this.forRenderer += token.text;
      else if (token.type === 'text') this.lastBurstAt = performance.now();
      const isReport = token.type === 'sequence' && strokes.length === 0;
      if (isReport && !KEYBOARD_ANSWER.test(token.text)) this.sink.takeReport?.(token.text);
    }
    if (all.length > 0) this.sink.takeStrokes(all);
  }

  /** Afterwards, and only if nothing more can be read: a busy program's timers are early. */
  private wait(ms: number, done: () => void): void {
    this.timer = setTimeout(() => {
      this.check = setImmediate(() => {
        done();
        // What was delivered by the clock the renderer has not read yet.
        if (this.forRenderer !== '') this.stdin.emit('readable');
      });
    }, ms);
  }

  private stopWaiting(): void {
    clearTimeout(this.timer);
    clearImmediate(this.check);
  }
}

/** Whether more may belong to this: a paste has begun, or there is text with a line break in it. */
function mayGoOn(input: string): boolean {
  if (input.includes(PASTE_START)) return true;
  if (!/[\r\n]/.test(input)) return false;
  return tokenize(input).tokens.some(
    ({ type, text }) => type === 'text' && /[\r\n]/.test(text) && /[^\x00-\x1f\x7f]/.test(text),
  );
}
