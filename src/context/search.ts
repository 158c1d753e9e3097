/**
 * The search contract: which lines of a workspace matter. Filled by the native index (native/) and,
 * where no library fits the machine, by a plain scan (scan/); both pass test/conformance/code-search.
 */

export interface CodeSearch {
  /** Ranked snippets for a question in plain words or code, best first. */
  search(query: SearchQuery): Promise<readonly SearchHit[]>;
  /** Where a name is defined, best first. */
  findDefinitions(name: string, signal?: AbortSignal): Promise<readonly SearchHit[]>;
  /** The definitions of one file, in file order. Empty for a file without any. */
  outline(path: string, signal?: AbortSignal): Promise<readonly CodeSymbol[]>;
  /** Paths that match a fuzzy pattern, best first; all files (up to the limit) for ''. */
  findFiles(query: FileQuery): Promise<readonly string[]>;
}

export interface SearchQuery {
  readonly text: string;
  /** At most this many hits. */
  readonly limit: number;
  /** Where the user is; what stands near comes first among equals. */
  readonly nearby?: Nearby;
  readonly signal?: AbortSignal;
}
/** What the user has before their eyes. Paths are relative to the root. */
export interface Nearby {
  readonly cursor?: { readonly path: string; readonly line: number };
  readonly openFiles?: readonly string[];
  /** Edited lately, the latest first. */
  readonly recentFiles?: readonly string[];
}
export interface FileQuery {
  readonly pattern: string;
  readonly limit: number;
  readonly signal?: AbortSignal;
}

/** Lines of a file, cut at definition borders where it has any. Lines count from 1, both ends in. */
export interface SearchHit {
  /** Relative to the workspace root, with `/`. */
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly symbol?: string;
  readonly score: number;
  /** Why this was found, for people: `defines parseDiff`, `names: diff, hunk`. */
  readonly reason: string;
  readonly text: string;
}

export type SymbolKind =
  | 'class'
  | 'constant'
  | 'enum'
  | 'function'
  | 'heading'
  | 'interface'
  | 'macro'
  | 'method'
  | 'module'
  | 'type'
  | 'variable';

export interface CodeSymbol {
  readonly name: string;
  readonly kind: SymbolKind;
  readonly startLine: number;
  readonly endLine: number;
  /** The name of what it stands in, if anything. */
  readonly container?: string;
  /** Its first line, trimmed. */
  readonly signature: string;
}
