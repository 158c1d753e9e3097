/**
 * Everything a code index can be asked beyond a search: who refers to a name, what a text occurs
 * in, what imports what, what fits a budget; and how it is kept fresh. `openIndex` picks who answers.
 */
import type { CodeSearch, CodeSymbol, Nearby, SearchHit, SymbolKind } from './search.ts';

export interface CodeIndex extends CodeSearch {
  /** Where a name is used, comments and strings left out: by path, then by line. */
  findReferences(query: NameQuery): Promise<References>;
  /** Definitions whose name fits a fuzzy pattern, best first. */
  findSymbols(query: SymbolQuery): Promise<SymbolMatches>;
  /** Lines that hold a text or match a pattern, in all text files: by path, then by line. */
  findText(query: TextQuery): Promise<TextMatches>;
  /** What a file imports, and which files import it. Empty for a file that is not there. */
  findImports(path: string, signal?: AbortSignal): Promise<Imports>;
  /** What belongs before a model's eyes for a question, a place or a change, within a budget. */
  collect(query: ContextQuery): Promise<CollectedCode>;
  /** The most important definitions of the workspace, file by file, within a budget. */
  map(query: MapQuery): Promise<CodeMap>;
  /** Reads again what changed on disk. Every question does so by itself where nothing watches. */
  refresh(options?: RefreshOptions): Promise<RefreshResult>;
  status(signal?: AbortSignal): Promise<IndexStatus>;
  /** Shows `text` in place of the file at `path` (an unsaved buffer); undefined ends it. */
  setOverlay(path: string, text: string | undefined): Promise<void>;
  /** Calls back with the paths that changed, until the signal aborts. Resolves then. */
  watch(onChange: (paths: readonly string[]) => void, signal: AbortSignal): Promise<void>;
  /** Stores what is new and frees everything; answers no further question. */
  close(): Promise<void>;
}

export interface NameQuery {
  readonly name: string;
  readonly limit: number;
  readonly signal?: AbortSignal;
}
export interface References {
  readonly results: readonly Reference[];
  /** True when there are more than the limit. */
  readonly isCut: boolean;
}
export interface Reference {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** In bytes, from 1. */
  readonly column: number;
  /** The whole line. */
  readonly text: string;
  /** The definition it stands in. */
  readonly symbol?: string;
  readonly isDefinition: boolean;
}

export interface SymbolQuery {
  readonly pattern: string;
  readonly limit: number;
  readonly kinds?: readonly SymbolKind[];
  readonly signal?: AbortSignal;
}
export interface SymbolMatches {
  readonly results: readonly SymbolMatch[];
  readonly isCut: boolean;
}
export interface SymbolMatch extends CodeSymbol {
  readonly path: string;
  readonly score: number;
}

export interface TextQuery {
  readonly pattern: string;
  /** A regular expression without look-around and back-references; else the text as it stands. */
  readonly isRegex?: boolean;
  readonly isCaseSensitive?: boolean;
  /** Only where no letter, digit or underscore stands before or after. */
  readonly isWord?: boolean;
  /** Only below these folders or files. */
  readonly paths?: readonly string[];
  readonly limit: number;
  readonly signal?: AbortSignal;
}
export interface TextMatches {
  readonly results: readonly TextMatch[];
  readonly isCut: boolean;
}
export interface TextMatch {
  readonly path: string;
  readonly line: number;
  /** In bytes, from 1. */
  readonly column: number;
  /** Bytes of the match. */
  readonly length: number;
  readonly text: string;
}

export interface Imports {
  readonly imports: readonly { readonly text: string; readonly path?: string }[];
  readonly importedBy: readonly string[];
}

export interface ContextQuery {
  readonly text?: string;
  readonly nearby?: Nearby;
  /** Lines that are being changed or reviewed. */
  readonly changes?: readonly ChangedLines[];
  readonly tokens: number;
  readonly signal?: AbortSignal;
}
export interface ChangedLines {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
}
export interface CollectedCode {
  readonly tokens: number;
  readonly results: readonly (SearchHit & { readonly tokens: number })[];
}

export interface MapQuery {
  readonly tokens: number;
  /** Files whose surroundings matter most. */
  readonly focus?: readonly string[];
  readonly signal?: AbortSignal;
}
export interface CodeMap {
  readonly text: string;
  readonly tokens: number;
  readonly files: number;
  readonly symbols: number;
}

export interface RefreshOptions {
  /** Reads every file again, whatever its time and size say. */
  readonly isForced?: boolean;
  readonly onProgress?: (progress: IndexProgress) => void;
  readonly signal?: AbortSignal;
}
export interface IndexProgress {
  readonly phase: 'waiting' | 'listing' | 'reading' | 'merging' | 'writing';
  readonly done: number;
  /** 0 as long as it is not known. */
  readonly total: number;
}
/** Hears of work that a question waits for; undefined when it is done. */
export type IndexingListener = (progress: IndexProgress | undefined) => void;
export interface RefreshResult {
  readonly files: number;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly unchanged: number;
  /** Bytes read from disk. */
  readonly readBytes: number;
}

export interface IndexStatus {
  readonly engine: 'native' | 'scan';
  /** Why the plain scan serves, where it does. */
  readonly reason?: string;
  readonly files: number;
  readonly indexedBytes: number;
  readonly symbols: number;
  readonly snapshotBytes: number;
  readonly memoryBytes: number;
  readonly languages: readonly {
    readonly language: string;
    readonly files: number;
    readonly bytes: number;
  }[];
  /** Files that are known by their path only, and those that could not be read at all. */
  readonly skipped?: {
    readonly binary: number;
    readonly huge: number;
    readonly unreadable: number;
  };
  readonly isWatching: boolean;
  /** What is wrong with the snapshot, for people. */
  readonly notice?: string;
}
