/** A diff as data: what the parser makes and everything in this folder reads. */

export type ChangeKind = 'added' | 'deleted' | 'modified' | 'renamed' | 'copied';

/**
 * The changes of one file, or one part of them: a file with more than the parser holds at a time
 * comes as several parts, each with whole lines and true line numbers.
 */
export interface FileDiff {
  /** The path people know it by: the new one, or the old one of a deleted file. */
  readonly path: string;
  /** Where it was, when that differs from `path`. */
  readonly oldPath?: string;
  readonly change: ChangeKind;
  /** Git's mode on the new side (`100644`, `100755`, `120000`, `160000`), where the diff says it. */
  readonly mode?: string;
  readonly oldMode?: string;
  readonly isBinary: boolean;
  readonly isSubmodule: boolean;
  /** Size of the new content of a `--binary` patch, in bytes. */
  readonly binarySizeBytes?: number;
  readonly hunks: readonly Hunk[];
  /** Counts from 0; only a huge file has more than one. */
  readonly part: number;
  readonly isLastPart: boolean;
  /** What was wrong or left out, for people: a cut line, a hunk that ends early. */
  readonly notes: readonly string[];
}

export interface Hunk {
  readonly oldStart: number;
  readonly newStart: number;
  /** What git puts behind the second `@@`: the line that the hunk stands in. */
  readonly section: string;
  readonly lines: readonly DiffLine[];
}

export type DiffLine = AddedLine | ContextLine | RemovedLine;

export interface AddedLine {
  readonly kind: 'added';
  readonly text: string;
  readonly newLine: number;
}
export interface ContextLine {
  readonly kind: 'context';
  readonly text: string;
  readonly newLine: number;
}
/** `oldLine` is 0 in a combined diff, where each parent has a number of its own. */
export interface RemovedLine {
  readonly kind: 'removed';
  readonly text: string;
  readonly oldLine: number;
}
