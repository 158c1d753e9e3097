/** A text with its comments and strings blanked out, so that what is left is code. */

interface Marks {
  readonly line: readonly string[];
  readonly block: readonly (readonly [open: string, close: string])[];
  readonly quotes: readonly string[];
}

const C_LIKE: Marks = { line: ['//'], block: [['/*', '*/']], quotes: ['"', "'", '`'] };
const HASH: Marks = { line: ['#'], block: [], quotes: ['"""', "'''", '"', "'"] };
const LUA: Marks = { line: ['--'], block: [['--[[', ']]']], quotes: ['"', "'"] };
/** An apostrophe is a life time as often as a character, and a line's strings are few. */
const RUST_LIKE: Marks = { line: ['//'], block: [['/*', '*/']], quotes: ['"'] };

const BY_EXTENSION: ReadonlyMap<string, Marks> = new Map([
  ...['py', 'pyi', 'rb', 'sh', 'bash', 'zsh', 'yml', 'yaml', 'toml', 'pl', 'r'].map(
    (extension) => [extension, HASH] as const,
  ),
  ...['lua', 'sql', 'hs', 'elm'].map((extension) => [extension, LUA] as const),
  ...['rs', 'zig'].map((extension) => [extension, RUST_LIKE] as const),
]);

/** `text` with every comment and string turned into spaces; lines and offsets stay as they are. */
export function codeOf(path: string, text: string): string {
  const marks = BY_EXTENSION.get(path.slice(path.lastIndexOf('.') + 1).toLowerCase()) ?? C_LIKE;
  let code = '';
  let kept = 0;
  for (let at = 0; at < text.length; ) {
    const end = endOfMarked(text, at, marks);
    if (end === undefined) {
      at++;
      continue;
    }
    code += text.slice(kept, at) + text.slice(at, end).replace(/[^\n]/g, ' ');
    kept = end;
    at = end;
  }
  return code + text.slice(kept);
}

/** Where a comment or string that begins at `at` ends; undefined where none begins. */
function endOfMarked(text: string, at: number, marks: Marks): number | undefined {
  for (const [open, close] of marks.block) {
    if (text.startsWith(open, at)) return endAfter(text, close, at + open.length);
  }
  if (marks.line.some((mark) => text.startsWith(mark, at))) {
    const end = text.indexOf('\n', at);
    return end < 0 ? text.length : end;
  }
  const quote = marks.quotes.find((mark) => text.startsWith(mark, at));
  return quote === undefined ? undefined : endOfString(text, at, quote);
}

function endAfter(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at < 0 ? text.length : at + mark.length;
}

/** A string in single or double quotes ends with its line at the latest. */
function endOfString(text: string, start: number, quote: string): number {
  const spansLines = quote.length > 1 || quote === '`';
  for (let at = start + quote.length; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text.startsWith(quote, at)) return at + quote.length;
    else if (text[at] === '\n' && !spansLines) return at;
  }
  return text.length;
}
