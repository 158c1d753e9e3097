/** The syntax tree of a TOML text, for positions in errors and for careful edits. */
import { type AST, parseTOML } from 'toml-eslint-parser';

export interface TomlEntry {
  /** Path of the table header or the inline table it is written in. */
  readonly container: readonly string[];
  readonly isInline: boolean;
  /** From the top of the file, table headers included. */
  readonly path: readonly string[];
  readonly node: AST.TOMLKeyValue;
}
interface TomlHeader {
  readonly path: readonly string[];
  readonly node: AST.TOMLTable;
}
export interface TomlTree {
  readonly headers: readonly TomlHeader[];
  /** Key-value pairs in the order of the file, those of inline tables after the pair they are in. */
  readonly entries: readonly TomlEntry[];
  readonly comments: readonly AST.Comment[];
}
export interface Position {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
}

/**
 * Parses a text that is known to be valid TOML. Load this file only when it is needed: the parser
 * is large.
 */
export function parseTomlTree(text: string): TomlTree {
  const program = parseTOML(text);
  const headers: TomlHeader[] = [];
  const entries: TomlEntry[] = [];
  for (const node of program.body[0].body) {
    if (node.type === 'TOMLTable') {
      const path = node.resolvedKey.map(String);
      headers.push({ path, node });
      for (const pair of node.body) addEntry(entries, path, pair);
    } else {
      addEntry(entries, [], node);
    }
  }
  return { headers, entries, comments: program.comments };
}

/** Where a key stands in the text; a table is found by its header or by its first setting. */
export function findPosition(text: string, path: readonly string[]): Position {
  const { headers, entries } = parseTomlTree(text);
  const entry = entries.find((candidate) => isPrefix(path, candidate.path));
  const header = headers.find((candidate) => isPrefix(path, candidate.path));
  const node = header?.node.key ?? entry?.node.key;
  if (node === undefined) return { line: 1, column: 1 };
  const deep = node.keys[Math.max(0, node.keys.length - 1 - lengthBelow(path, header, entry))];
  const { start } = (deep ?? node).loc;
  return { line: start.line, column: start.column + 1 };
}

/** True when `path` leads to `longer` or to a table around it. */
export function isPrefix(path: readonly string[], longer: readonly string[]): boolean {
  return path.length <= longer.length && path.every((part, index) => part === longer[index]);
}

function lengthBelow(
  path: readonly string[],
  header: TomlHeader | undefined,
  entry: TomlEntry | undefined,
): number {
  return (header ?? entry ?? { path }).path.length - path.length;
}

/** The names of a key, bare or quoted. */
function keyNames(key: AST.TOMLKey): readonly string[] {
  return key.keys.map((part) => (part.type === 'TOMLBare' ? part.name : part.value));
}

function addEntry(
  entries: TomlEntry[],
  container: readonly string[],
  node: AST.TOMLKeyValue,
): void {
  const isInline = node.parent.type === 'TOMLInlineTable';
  const path = [...container, ...keyNames(node.key)];
  entries.push({ container, isInline, path, node });
  if (node.value.type !== 'TOMLInlineTable') return;
  for (const pair of node.value.body) addEntry(entries, path, pair);
}
