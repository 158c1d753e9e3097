/** The rules for one Lua file. StyLua sees to it that an `end` stands where its `function` began. */
import type { Problem } from './tidy-file.ts';

const MAX_LINES = 500;
const MAX_FUNCTION_LINES = 70;
const FUNCTION = /\bfunction\b\s*([\w.:]*)\s*\(/;
const REMINDER = /^\s*--+\s*(?:TODO|FIXME|XXX)\b/;
/** Neovim shows what is printed over what the person is doing: `vim.notify` is what they expect. */
const PRINT = /(?<![\w.:])print\(/;
/** `:checkhealth` is a page of text. */
const HEALTH = 'lua/zeke/health.lua';
const TOP_LEVEL_REQUIRE = /^\S.*\brequire\b/;
const SNAKE_CASE = /^[a-z0-9]+(?:_[a-z0-9]+)*\.lua$/;

export interface LuaFile {
  readonly path: string;
  readonly text: string;
}

/** Name, length of the file and of each function, and what has no place in a plugin. */
export function checkLuaFile({ path, text }: LuaFile): readonly Problem[] {
  const lines = text.replace(/\n$/, '').split('\n');
  return [...checkName(path), ...checkLength(path, lines), ...checkFunctions(path, lines)].concat(
    lines.flatMap((line, at) =>
      messagesOf(path, line).map((message) => ({ path, line: at + 1, message })),
    ),
  );
}

function checkName(path: string): readonly Problem[] {
  const name = path.slice(path.lastIndexOf('/') + 1);
  // Neovim finds the file of a filetype by the filetype's own name.
  if (path.startsWith('ftplugin/') || SNAKE_CASE.test(name)) return [];
  return [{ path, line: 1, message: 'is no snake_case name.' }];
}

function checkLength(path: string, lines: readonly string[]): readonly Problem[] {
  if (lines.length <= MAX_LINES) return [];
  const message = `has ${lines.length} lines, ${MAX_LINES} are allowed. Give one of its topics a file of its own.`;
  return [{ path, line: MAX_LINES + 1, message }];
}

function checkFunctions(path: string, lines: readonly string[]): readonly Problem[] {
  return lines.flatMap((line, at) => {
    const [, name] = FUNCTION.exec(codeOf(line)) ?? [];
    if (name === undefined) return [];
    const count = endOf(lines, at) - at + 1;
    if (count <= MAX_FUNCTION_LINES) return [];
    const message = `${name || 'a function'} has ${count} lines, ${MAX_FUNCTION_LINES} are allowed. Name its parts.`;
    return [{ path, line: at + 1, message }];
  });
}

/** The line of the `end` that closes what begins at `start`. */
function endOf(lines: readonly string[], start: number): number {
  const line = lines[start] ?? '';
  if (/\bend\b[^\w]*$/.test(codeOf(line))) return start;
  const indent = /^\s*/.exec(line)?.[0] ?? '';
  const end = lines.findIndex((one, at) => at > start && new RegExp(`^${indent}end\\b`).test(one));
  return end === -1 ? lines.length - 1 : end;
}

function messagesOf(path: string, line: string): readonly string[] {
  const code = codeOf(line);
  return [
    ...(REMINDER.test(line) ? ['a reminder. Do it, or write it into AGENTS.md under "Next".'] : []),
    ...(PRINT.test(code) && path !== HEALTH ? ['a print. Tell people with vim.notify.'] : []),
    ...(path.startsWith('plugin/') && TOP_LEVEL_REQUIRE.test(code)
      ? ['a require while Neovim starts. Require it in the function that needs it.']
      : []),
  ];
}

/** The line without its strings and its comment. */
function codeOf(line: string): string {
  return line.replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/g, '""').replace(/--.*$/, '');
}
