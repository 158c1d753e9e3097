/** The rules for one Zig file. `zig fmt` sees to it that a brace closes where its line began. */
import type { Problem } from './tidy-file.ts';

const MAX_LINES = 700;
const MAX_FUNCTION_LINES = 70;
const FUNCTION = /^(\s*)(?:(?:pub|export|inline|noinline) )*fn (\w+|@"[^"]+")/;
const TEST = /^test\b.*\{$/;
const REMINDER = /^\s*\/\/[/!]?\s*(?:TODO|FIXME|XXX)\b/;

export interface ZigFile {
  readonly path: string;
  readonly text: string;
}

/** Length of the file without its tests, of each function, and reminders. */
export function checkZigFile({ path, text }: ZigFile): readonly Problem[] {
  const lines = text.replace(/\n$/, '').split('\n');
  return [
    ...checkLength(path, lines),
    ...checkFunctions(path, lines),
    ...checkReminders(path, lines),
  ];
}

function checkLength(path: string, lines: readonly string[]): readonly Problem[] {
  const tests = lines.flatMap((line, at) =>
    TEST.test(line) ? [endOf(lines, at, '') - at + 1] : [],
  );
  const count = lines.length - tests.reduce((sum, length) => sum + length, 0);
  if (count <= MAX_LINES) return [];
  const message = `has ${count} lines without its tests, ${MAX_LINES} are allowed. Give one of its topics a file of its own.`;
  return [{ path, line: 1, message }];
}

function checkFunctions(path: string, lines: readonly string[]): readonly Problem[] {
  return lines.flatMap((line, at) => {
    const [, indent, name] = FUNCTION.exec(line) ?? [];
    if (indent === undefined) return [];
    const end = endOf(lines, at, indent);
    // A function that gives a type is a container with functions of its own.
    const isContainer = lines.slice(at, end).some((one) => /\) type \{$/.test(one));
    const count = end - at + 1;
    if (isContainer || count <= MAX_FUNCTION_LINES) return [];
    const message = `${name} has ${count} lines, ${MAX_FUNCTION_LINES} are allowed. Name its parts.`;
    return [{ path, line: at + 1, message }];
  });
}

/** The line that closes what begins at `start`; a declaration without a body ends in `;` there. */
function endOf(lines: readonly string[], start: number, indent: string): number {
  for (let at = start; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const isWhole = at === start && /(?:;|\})$/.test(line);
    if (
      isWhole ||
      line === `${indent}}` ||
      (at > start && line.startsWith(`${indent})`) && line.endsWith(';'))
    ) {
      return at;
    }
  }
  return lines.length - 1;
}

function checkReminders(path: string, lines: readonly string[]): readonly Problem[] {
  const message = 'a reminder. Do it, or write it into AGENTS.md under "Next".';
  return lines.flatMap((line, at) =>
    REMINDER.test(line) ? [{ path, line: at + 1, message }] : [],
  );
}
