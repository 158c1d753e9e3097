/**
 * Changes one setting in a TOML text and leaves everything else as it was: comments, order, blank
 * lines, quotes, line ends. Load this file only when something is edited: the parser is large.
 */
import type { AST } from 'toml-eslint-parser';
import { formatPath } from './read-settings.ts';
import type { ConfigValue } from './schema.ts';
import { isPrefix, parseTomlTree, type TomlEntry, type TomlTree } from './toml-tree.ts';

/** The text with the setting at `path` having that value. The text must be valid TOML. */
export function setTomlValue(text: string, path: readonly string[], value: ConfigValue): string {
  const tree = parseTomlTree(text);
  const existing = tree.entries.find((entry) => formatPath(entry.path) === formatPath(path));
  const written = formatValue(value);
  if (existing !== undefined) return replaceValue(text, tree, { entry: existing, written });
  const inline = deepestInlineTable(tree, path);
  if (inline !== undefined) return addToInlineTable(text, inline, { path, written });
  return addLine(text, tree, { path, written });
}

/** The text without the setting, or without the whole table, at `path`. */
export function unsetTomlValue(text: string, path: readonly string[]): string {
  const tree = parseTomlTree(text);
  const isOutermost = ({ container }: TomlEntry): boolean =>
    !tree.entries.some((other) => isPrefix(path, other.path) && samePath(other.path, container));
  const entries = tree.entries.filter((entry) => isPrefix(path, entry.path) && isOutermost(entry));
  const cuts = [
    ...entries.map((entry) =>
      entry.isInline ? inlineCut(text, entry) : lineCut(text, entry.node),
    ),
    ...tree.headers
      .filter((header) => isPrefix(path, header.path))
      .map(({ node }) => lineCut(text, node.key)),
  ];
  return cuts
    .sort((left, right) => right.start - left.start)
    .reduce((result, cut) => {
      const kept = commentsWithin(tree, cut, text);
      return result.slice(0, cut.start) + kept + result.slice(cut.end);
    }, text);
}

/** A value as TOML writes it. */
function formatValue(value: ConfigValue): string {
  if (typeof value === 'string') return formatString(value);
  if (typeof value === 'object') return `[${value.map(formatString).join(', ')}]`;
  return String(value);
}

interface Change {
  readonly path: readonly string[];
  readonly written: string;
}
interface Cut {
  readonly start: number;
  readonly end: number;
}

/** JSON's escapes are TOML's too, except that TOML wants DEL escaped as well. */
function formatString(text: string): string {
  return JSON.stringify(text).replaceAll('\x7f', '\\u007F');
}

function samePath(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && isPrefix(left, right);
}

/** Comments inside a list that is replaced move to lines of their own above it. */
function replaceValue(
  text: string,
  tree: TomlTree,
  { entry, written }: { readonly entry: TomlEntry; readonly written: string },
): string {
  const [start, end] = entry.node.value.range;
  const lineStart = startOfLine(text, entry.node.range[0]);
  const comments = commentsWithin(tree, { start, end }, text);
  return (
    text.slice(0, lineStart) + comments + text.slice(lineStart, start) + written + text.slice(end)
  );
}

function deepestInlineTable(
  tree: TomlTree,
  path: readonly string[],
): { readonly path: readonly string[]; readonly node: AST.TOMLInlineTable } | undefined {
  return tree.entries
    .flatMap(({ path: at, node: { value } }) =>
      value.type === 'TOMLInlineTable' && isPrefix(at, path) ? [{ path: at, node: value }] : [],
    )
    .sort((left, right) => right.path.length - left.path.length)[0];
}

function addToInlineTable(
  text: string,
  table: { readonly path: readonly string[]; readonly node: AST.TOMLInlineTable },
  { path, written }: Change,
): string {
  const pair = `${formatPath(path.slice(table.path.length))} = ${written}`;
  const last = table.node.body.at(-1);
  if (last === undefined) {
    return `${text.slice(0, table.node.range[0])}{ ${pair} }${text.slice(table.node.range[1])}`;
  }
  const end = last.range[1];
  return `${text.slice(0, end)}, ${pair}${text.slice(end)}`;
}

/** Adds a line where its neighbours are, or a new table at the end. */
function addLine(text: string, tree: TomlTree, { path, written }: Change): string {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const parent = path.slice(0, -1);
  const lines = tree.entries.filter((entry) => !entry.isInline);
  const neighbour = lines.findLast(
    (entry) => isPrefix(parent, entry.path) && isNear(entry, parent),
  );
  if (neighbour !== undefined) {
    const key = formatPath(path.slice(neighbour.container.length));
    const indent = indentOf(text, neighbour.node.range[0]);
    const at = { index: endOfLine(text, neighbour.node.range[1]), newline };
    return insertLine(text, at, `${indent}${key} = ${written}`);
  }
  const header = tree.headers.find(
    ({ path: at, node }) => node.kind === 'standard' && samePath(at, parent),
  );
  const line = `${formatPath(path.slice(-1))} = ${written}`;
  if (header !== undefined) {
    return insertLine(text, { index: endOfLine(text, header.node.key.range[1]), newline }, line);
  }
  if (parent.length === 0) return addAtTop(text, line, newline);
  const gap = text.trim() === '' ? '' : newline;
  return `${endWithNewline(text, newline)}${gap}[${formatPath(parent)}]${newline}${line}${newline}`;
}

/** Directly in the table, or a dotted key of it: not in a table of its own further down. */
function isNear(entry: TomlEntry, parent: readonly string[]): boolean {
  return entry.container.length <= parent.length && entry.path.length > parent.length;
}

/** Above the first table, but below a comment that heads the file. */
function addAtTop(text: string, line: string, newline: string): string {
  const heading = /^(?:[ \t]*#[^\n]*\n)+(?=[ \t]*\r?\n)/.exec(text)?.[0] ?? '';
  const rest = text.slice(heading.length);
  const gap = heading === '' ? '' : newline;
  if (rest.trim() === '') return `${heading}${gap}${line}${newline}`;
  return heading === ''
    ? `${line}${newline}${newline}${rest}`
    : `${heading}${newline}${line}${newline}${rest}`;
}

function insertLine(
  text: string,
  { index, newline }: { readonly index: number; readonly newline: string },
  line: string,
): string {
  const before = endWithNewline(text.slice(0, index), newline);
  return `${before}${line}${newline}${text.slice(index)}`;
}

function endWithNewline(text: string, newline: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}${newline}`;
}

function startOfLine(text: string, index: number): number {
  return text.lastIndexOf('\n', index - 1) + 1;
}

/** The index after the line's end. */
function endOfLine(text: string, index: number): number {
  const end = text.indexOf('\n', index);
  return end === -1 ? text.length : end + 1;
}

function indentOf(text: string, index: number): string {
  const start = startOfLine(text, index);
  return /^[ \t]*/.exec(text.slice(start, index))?.[0] ?? '';
}

function lineCut(text: string, node: { readonly range: readonly [number, number] }): Cut {
  return { start: startOfLine(text, node.range[0]), end: endOfLine(text, node.range[1]) };
}

/** A pair of an inline table with one of the commas beside it. */
function inlineCut(text: string, { node }: TomlEntry): Cut {
  const [start, end] = node.range;
  const after = /^\s*,\s*/.exec(text.slice(end))?.[0];
  if (after !== undefined) return { start, end: end + after.length };
  const before = /,\s*$/.exec(text.slice(0, start))?.[0] ?? '';
  return { start: start - before.length, end };
}

/** The comments in a part that goes away, each on a line of its own. */
function commentsWithin(tree: TomlTree, { start, end }: Cut, text: string): string {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  return tree.comments
    .filter(({ range }) => range[0] >= start && range[1] <= end)
    .map(({ range }) => `${text.slice(range[0], range[1]).trimEnd()}${newline}`)
    .join('');
}
