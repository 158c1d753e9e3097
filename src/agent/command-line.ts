/**
 * Reads a line of shell as far as it is plain: simple commands, joined by `&&`, `||`, `;` or `|`.
 * Pure. Whatever else a shell can do is not understood here on purpose, so that nothing is taken for
 * harmless because it was parsed differently than the shell does.
 */

/** The words of one simple command, the program first. */
export type CommandWords = readonly string[];

/** Space and tab alone: other white space separates for some shells and not for others. */
const BLANKS = /[ \t]+/y;
const OPERATOR = /&&|\|\||[;|](?![;|&])/y;
/** Characters that mean nothing to any shell, wherever they stand. */
const BARE = /[A-Za-z0-9_./:@%+,=-]+/y;
const SINGLE_QUOTED = /'([^'\p{Cc}\p{Cf}]*)'/uy;
const DOUBLE_QUOTED = /"([^"$`\\!\p{Cc}\p{Cf}]*)"/uy;

/** Words that begin a construct, or run what follows them as shell. */
const SHELL_WORDS = new Set(
  (
    'if then elif else fi for while until do done case esac select function in time coproc ' +
    'eval exec source . alias unalias export declare typeset local readonly set unset shopt trap ' +
    'command builtin enable hash'
  ).split(' '),
);

/** The simple commands of the line, or undefined where it holds anything more. */
export function parseCommandLine(line: string): readonly CommandWords[] | undefined {
  const commands: string[][] = [[]];
  for (let at = 0; at < line.length; ) {
    const blanks = matchAt(BLANKS, line, at);
    const operator = matchAt(OPERATOR, line, at);
    if (blanks !== undefined) at += blanks.whole.length;
    else if (operator !== undefined) {
      commands.push([]);
      at += operator.whole.length;
    } else {
      const word = readWord(line, at);
      if (word === undefined) return undefined;
      commands.at(-1)?.push(word.text);
      at = word.end;
    }
  }
  return commands.every(isPlain) ? commands : undefined;
}

interface Match {
  readonly whole: string;
  /** What is between the quotes. */
  readonly inner: string;
}

function matchAt(pattern: RegExp, line: string, at: number): Match | undefined {
  pattern.lastIndex = at;
  const match = pattern.exec(line);
  return match === null ? undefined : { whole: match[0], inner: match[1] ?? match[0] };
}

function readWord(
  line: string,
  start: number,
): { readonly text: string; readonly end: number } | undefined {
  let text = '';
  let at = start;
  for (;;) {
    const piece =
      matchAt(BARE, line, at) ??
      matchAt(SINGLE_QUOTED, line, at) ??
      matchAt(DOUBLE_QUOTED, line, at);
    if (piece === undefined) break;
    text += piece.inner;
    at += piece.whole.length;
  }
  return at === start ? undefined : { text, end: at };
}

/** `NAME=value` before a program changes what it does. */
function isPlain([program]: CommandWords): boolean {
  return (
    program !== undefined && program !== '' && !program.includes('=') && !SHELL_WORDS.has(program)
  );
}
