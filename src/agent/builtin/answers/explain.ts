/** Explains a file by its outline: what it says of itself, defines and imports, and who uses it. */
import type { CodeSymbol } from '../../../context/search.ts';
import { parseMention } from '../../../context/sources/mentions.ts';
import { readWorkspaceFile } from '../../../platform/walk/read-workspace-file.ts';
import { findLines } from '../find-lines.ts';
import { code, counted, fence } from '../markdown.ts';
import type { Workshop } from '../workshop.ts';
import { showDefinition } from './search.ts';

const MAX_SYMBOLS = 40;
const MAX_IMPORTS = 20;
const MAX_USERS = 15;

/** Explains a path, a path with lines, or the definition of a name. */
export async function* explainTarget(
  target: string,
  text: string,
  workshop: Workshop,
): AsyncGenerator<string> {
  const mention = parseMention(target);
  const path = await findPath(mention.path, workshop);
  const read = path === undefined ? undefined : await readWorkspaceFile(workshop.root, path);
  if (path === undefined || read?.ok !== true) {
    yield* showDefinition(target, text, workshop);
    return;
  }
  const lines = read.text.replace(/\n$/, '').split('\n');
  const range = {
    startLine: Math.min(mention.startLine ?? 1, lines.length),
    endLine: Math.min(mention.endLine ?? lines.length, lines.length),
  };
  const isPart = mention.startLine !== undefined;
  const symbols = await workshop.search.outline(path, workshop.signal);
  if (isPart) yield* explainLines({ path, lines, range, symbols });
  else yield* explainWhole({ path, lines, range, symbols });
  if (!isPart) yield* showImports(path, lines);
  yield* showUsers(path, workshop);
}

/** The path itself where it is a file, else the one file that a shortened path can only mean. */
async function findPath(wanted: string, { search, signal }: Workshop): Promise<string | undefined> {
  const isPathLike = /[./\\]/.test(wanted) || /^[A-Z][a-z]+file$/.test(wanted);
  if (!isPathLike) return undefined;
  const path = wanted.replace(/^\.\//, '');
  const all = await search.findFiles({ pattern: '', limit: Infinity, signal });
  if (all.includes(path)) return path;
  const ending = all.filter((candidate) => candidate.endsWith(`/${path}`));
  return ending[0];
}

interface Explained {
  readonly path: string;
  readonly lines: readonly string[];
  readonly range: { readonly startLine: number; readonly endLine: number };
  readonly symbols: readonly CodeSymbol[];
}

function* explainWhole({ path, lines, symbols }: Explained): Generator<string> {
  yield `### ${code(path)}\n\n${counted(lines.length, 'line')}, ${counted(symbols.length, 'definition')}.\n\n`;
  const about = leadingComment(lines);
  if (about !== '') yield `It says of itself:\n\n${quote(about)}\n\n`;
  if (symbols.length > 0) yield 'It defines:\n\n';
  yield* listSymbols(path, symbols, lines);
}

function* explainLines({ path, lines, range, symbols }: Explained): Generator<string> {
  const { startLine, endLine } = range;
  yield `### ${code(`${path}:${startLine}-${endLine}`)}\n\n`;
  yield `${fence(lines.slice(startLine - 1, endLine).join('\n'), path)}\n`;
  const around = symbols.filter((one) => one.startLine <= startLine && one.endLine >= endLine);
  const within = symbols.filter((one) => one.startLine >= startLine && one.startLine <= endLine);
  const innermost = around.at(-1);
  if (innermost !== undefined && !within.includes(innermost)) {
    yield `This is part of ${innermost.kind} ${code(innermost.name)} (${code(`${path}:${innermost.startLine}-${innermost.endLine}`)}).\n\n`;
    const about = commentAbove(lines, innermost.startLine);
    if (about !== '') yield `${quote(about)}\n\n`;
  }
  if (within.length > 0) yield 'These lines define:\n\n';
  yield* listSymbols(path, within, lines);
}

function* listSymbols(
  path: string,
  symbols: readonly CodeSymbol[],
  lines: readonly string[],
): Generator<string> {
  for (const symbol of symbols.slice(0, MAX_SYMBOLS)) {
    const indent = symbol.container === undefined ? '' : '  ';
    const about = firstSentence(commentAbove(lines, symbol.startLine));
    const note = about === '' ? '' : `: ${about}`;
    yield `${indent}- ${symbol.kind} ${code(symbol.name)} (${code(`${path}:${symbol.startLine}`)})${note}\n`;
  }
  const more = symbols.length - MAX_SYMBOLS;
  if (more > 0) yield `- and ${counted(more, 'more definition')}\n`;
  if (symbols.length > 0) yield '\n';
}

/** What a line imports; the forms with quotes first, because `import type` has no name before. */
const IMPORTS: readonly RegExp[] = [
  /(?:\bfrom\s+|\bimport\s+|\brequire\(?\s*|\bimport\(|@import\()['"](?<name>[^'"]+)['"]/,
  /^\s*from\s+(?<name>[\w.]+)\s+import\b/,
  /^\s*import\s+(?:static\s+)?(?<name>[\w.]+);?\s*(?:as\s+\w+\s*)?$/,
  /^\s*(?:pub\s+)?use\s+(?<name>[\w:\\]+)/,
  /^\s*#\s*include\s*[<"](?<name>[^>"]+)[>"]/,
];

function importedBy(line: string): string | undefined {
  if (line.length > MAX_IMPORT_CHARACTERS) return undefined;
  for (const pattern of IMPORTS) {
    const name = pattern.exec(line)?.groups?.name;
    if (name !== undefined) return name;
  }
  return undefined;
}

const MAX_IMPORT_CHARACTERS = 500;

function* showImports(path: string, lines: readonly string[]): Generator<string> {
  if (/\.(?:md|mdx|txt|rst)$/.test(path)) return;
  const modules = new Set<string>();
  for (const line of lines) {
    const name = importedBy(line);
    if (name !== undefined) modules.add(name);
  }
  if (modules.size === 0) return;
  const shown = [...modules].slice(0, MAX_IMPORTS).map(code).join(', ');
  const more = modules.size - MAX_IMPORTS;
  yield `It imports ${shown}${more > 0 ? ` and ${more} more` : ''}.\n\n`;
}

async function* showUsers(path: string, workshop: Workshop): AsyncGenerator<string> {
  const stem = path.slice(path.lastIndexOf('/') + 1).replace(/\.[^.]*$/, '');
  if (stem.length < 2) return;
  const isImport = /\b(?:import|from|require|include|use|mod|using|source|load)\b/;
  const end = new RegExp(
    `(?:^|[\\s/"'.<({,:])${escapePattern(stem)}(?:\\.\\w+)?["'\\s>;),:{]|${escapePattern(stem)}$`,
  );
  const found = await findLines(workshop, {
    text: stem,
    fits: (line, other) => other !== path && isImport.test(line) && end.test(line),
    limit: MAX_USERS + 1,
  });
  const users = [...new Map(found.map((line) => [line.path, line])).values()];
  if (users.length === 0) return;
  yield 'It is used by:\n\n';
  for (const user of users.slice(0, MAX_USERS)) yield `- ${code(`${user.path}:${user.line}`)}\n`;
  if (users.length > MAX_USERS) yield '- and more\n';
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|-]/g, '\\$&');
}

/** The comment a file begins with, without its marks. */
function leadingComment(lines: readonly string[]): string {
  const start = lines.findIndex((line) => line.trim() !== '' && !line.startsWith('#!'));
  const comment: string[] = [];
  for (const line of lines.slice(Math.max(0, start), start + 20)) {
    if (!/^\s*(?:\/\/|\/?\*|#|--|;;|"""|''')/.test(line) && !isOpen(comment)) break;
    comment.push(line);
  }
  return stripMarks(comment);
}

/** True inside of a Python docstring or a block comment without stars. */
function isOpen(comment: readonly string[]): boolean {
  const text = comment.join('\n');
  const quotes = text.match(/"""|'''/g)?.length ?? 0;
  return quotes % 2 === 1 || (text.includes('/*') && !text.includes('*/'));
}

function commentAbove(lines: readonly string[], startLine: number): string {
  const comment: string[] = [];
  for (let index = startLine - 2; index >= 0 && comment.length < 20; index--) {
    const line = lines[index] ?? '';
    if (!/^\s*(?:\/\/|\/?\*|#(?!include|define)|--|;;)/.test(line)) break;
    comment.unshift(line);
  }
  return stripMarks(comment);
}

function stripMarks(lines: readonly string[]): string {
  return lines
    .map((line) =>
      line.replace(
        /^\s*(?:\/\*+|\*+\/|\/\/+!?|\*|#+!?|--+|;;+|"""|''')?\s?|\s*(?:\*+\/|"""|''')\s*$/g,
        '',
      ),
    )
    .join('\n')
    .trim();
}

function firstSentence(text: string): string {
  const flat = text.replace(/\s+/g, ' ');
  const sentence = /^.*?[.!?](?=\s|$)/.exec(flat)?.[0] ?? flat;
  return sentence.length > 140 ? `${sentence.slice(0, 139)}…` : sentence;
}

function quote(text: string): string {
  return text
    .split('\n')
    .slice(0, 12)
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');
}
