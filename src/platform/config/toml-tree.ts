/** The syntax tree of a TOML text, for positions in errors and for careful edits. */
import type { AST } from 'toml-eslint-parser';

export interface TomlEntry {
  /** From the top of the file, table headers included. */
  readonly path: readonly string[];
  readonly node: AST.TOMLKeyValue;
}
export interface TomlHeader {
  readonly path: readonly string[];
  readonly node: AST.TOMLTable;
}
export interface TomlTree {
  readonly headers: readonly TomlHeader[];
  /** Key-value pairs in the order of the file, those of inline tables after the pair they are in. */
  readonly entries: readonly TomlEntry[];
}
export interface Position {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
}

/** Parses a text that is known to be valid TOML. */
export async function parseTomlTree(text: string): Promise<TomlTree> {
  const { parseTOML } = await import('toml-eslint-parser');
  const headers: TomlHeader[] = [];
  const entries: TomlEntry[] = [];
  for (const node of parseTOML(text).body[0].body) {
    if (node.type === 'TOMLTable') {
      const path = node.resolvedKey.map(String);
      headers.push({ path, node });
      for (const pair of node.body) addEntry(entries, path, pair);
    } else {
      addEntry(entries, [], node);
    }
  }
  return { headers, entries };
}

/** Where a key stands in the text; a table is found by its header or by its first setting. */
export async function findPosition(text: string, path: readonly string[]): Promise<Position> {
  const { headers, entries } = await parseTomlTree(text);
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

function addEntry(entries: TomlEntry[], base: readonly string[], node: AST.TOMLKeyValue): void {
  const keys = node.key.keys.map((key) => (key.type === 'TOMLBare' ? key.name : key.value));
  const path = [...base, ...keys];
  entries.push({ path, node });
  if (node.value.type !== 'TOMLInlineTable') return;
  for (const pair of node.value.body) addEntry(entries, path, pair);
}
