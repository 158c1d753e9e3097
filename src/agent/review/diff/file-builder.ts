/** Collects one file of a diff, line by line, and hands it out whole or in parts. */
import type { ChangeKind, DiffLine, FileDiff, Hunk } from './diff.ts';
import { parseFileLine, parseGitHeader, stripPrefixes, unquote } from './diff-paths.ts';

/** More than this of one file at a time is handed on as a part, to keep memory flat. */
const MAX_PART_CHARACTERS = 128 * 1024;
const MAX_PART_LINES = 2000;

const HUNK_HEADER = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?(.*)$/;
const COMBINED_HEADER = /^(@@@+) ((?:-\d+(?:,\d+)? )+)\+(\d+)(?:,(\d+))? \1 ?(.*)$/;
const SUBMODULE_MODE = '160000';

interface OpenHunk {
  readonly section: string;
  readonly parents: number;
  oldStart: number;
  newStart: number;
  /** The next line's number on each side. */
  oldLine: number;
  newLine: number;
  /** How many lines the header promises still, on each parent's side and on the new one. */
  oldLeft: number[];
  newLeft: number;
  lines: DiffLine[];
}

export class FileBuilder {
  readonly #isPlain: boolean;
  #left: string | undefined;
  #right: string | undefined;
  #oldLine: string | undefined;
  #newLine: string | undefined;
  #renamedFrom: string | undefined;
  #renamedTo: string | undefined;
  #change: ChangeKind | undefined;
  #oldMode: string | undefined;
  #mode: string | undefined;
  #isBinary = false;
  #binarySizeBytes: number | undefined;
  #isInBinaryPatch = false;
  #isSubmodule = false;
  #hunks: Hunk[] = [];
  #open: OpenHunk | undefined;
  #notes: string[] = [];
  #characters = 0;
  #lines = 0;
  #part = 0;

  private constructor(isPlain: boolean) {
    this.#isPlain = isPlain;
  }

  static fromGit(rest: string): FileBuilder {
    const file = new FileBuilder(false);
    const pair = parseGitHeader(rest);
    file.#left = pair?.left;
    file.#right = pair?.right;
    return file;
  }

  static fromCombined(rest: string): FileBuilder {
    const file = new FileBuilder(false);
    file.#renamedTo = unquote(rest);
    return file;
  }

  static fromSubmodule(path: string): FileBuilder {
    const file = new FileBuilder(false);
    file.#renamedTo = path;
    file.#isSubmodule = true;
    return file;
  }

  static fromPlain(rest: string): FileBuilder {
    const file = new FileBuilder(true);
    file.#oldLine = parseFileLine(rest);
    return file;
  }

  static fromPlainBinary(left: string, right: string): FileBuilder {
    const file = FileBuilder.fromPlain(left);
    file.#newLine = parseFileLine(right);
    file.#isBinary = true;
    return file;
  }

  get isInHunk(): boolean {
    return this.#open !== undefined;
  }

  /** False for a lone `--- x`, which may be prose. */
  get isCertain(): boolean {
    return !this.#isPlain || this.#newLine !== undefined;
  }

  get expectsOldLine(): boolean {
    return !this.#isPlain && this.#oldLine === undefined && this.#hunks.length === 0;
  }

  get acceptsBinary(): boolean {
    return !this.#isPlain && this.#hunks.length === 0 && !this.#isBinary;
  }

  get isFull(): boolean {
    return this.#characters >= MAX_PART_CHARACTERS || this.#lines >= MAX_PART_LINES;
  }

  /** Takes a line outside of hunks. False when it says nothing about this file. */
  takeHeaderLine(line: string): boolean {
    if (line.startsWith('@@')) return this.#openHunk(line);
    if (line.startsWith('--- ')) this.#oldLine = parseFileLine(line.slice(4));
    else if (line.startsWith('+++ ') && this.#newLine === undefined) {
      this.#newLine = parseFileLine(line.slice(4));
    } else if (line.startsWith('Binary files ') || line.startsWith('GIT binary patch')) {
      this.#isBinary = true;
      this.#isInBinaryPatch = line.startsWith('GIT');
    } else if (this.#isInBinaryPatch) this.#takeBinarySize(line);
    else return this.#takeExtendedHeader(line);
    return true;
  }

  /** `literal N` comes first for the new content; a later one is the old content's. */
  #takeBinarySize(line: string): void {
    const size = /^literal (\d+)$/.exec(line);
    if (size !== null) this.#binarySizeBytes ??= Number(size[1]);
  }

  #takeExtendedHeader(line: string): boolean {
    const header =
      /^(old mode|new mode|new file mode|deleted file mode|rename from|rename to|copy from|copy to|index|mode) (.*)$/.exec(
        line,
      );
    if (header === null) return false;
    const [, name = '', value = ''] = header;
    if (name === 'old mode') this.#oldMode = value;
    else if (name === 'new mode') this.#mode = value;
    else if (name === 'mode') [this.#oldMode, this.#mode] = value.split('..');
    else if (name === 'new file mode') [this.#change, this.#mode] = ['added', value];
    else if (name === 'deleted file mode') [this.#change, this.#oldMode] = ['deleted', value];
    else if (name === 'index') this.#mode ??= / (\d{6})$/.exec(value)?.[1];
    else {
      this.#change = name.startsWith('rename') ? 'renamed' : 'copied';
      if (name.endsWith('from')) this.#renamedFrom = unquote(value);
      else this.#renamedTo = unquote(value);
    }
    return true;
  }

  #openHunk(line: string): boolean {
    const plain = HUNK_HEADER.exec(line);
    if (plain !== null) {
      const [, oldStart, oldCount = '1', newStart, newCount = '1', section = ''] = plain;
      this.#start(section, 1, [Number(oldStart), Number(newStart)]);
      this.#promise([Number(oldCount)], Number(newCount));
      return true;
    }
    const combined = COMBINED_HEADER.exec(line);
    if (combined === null) return false;
    const [, , olds = '', newStart, newCount = '1', section = ''] = combined;
    const counts = olds
      .trim()
      .split(' ')
      .map((old) => Number(old.split(',')[1] ?? '1'));
    this.#start(section, counts.length, [0, Number(newStart)]);
    this.#promise(counts, Number(newCount));
    return true;
  }

  #start(section: string, parents: number, [oldStart, newStart]: readonly [number, number]): void {
    this.#open = {
      section: section.slice(0, 200),
      parents,
      oldStart,
      newStart,
      oldLine: oldStart,
      newLine: newStart,
      oldLeft: [],
      newLeft: 0,
      lines: [],
    };
  }

  #promise(oldLeft: number[], newLeft: number): void {
    if (this.#open === undefined) return;
    this.#open.oldLeft = oldLeft;
    this.#open.newLeft = newLeft;
    this.#closeWhenDone(this.#open);
  }

  /**
   * Takes a line of the open hunk. False when it cannot be one: the hunk was cut short, and the
   * line is a header of what follows.
   */
  takeHunkLine(line: string, isCut: boolean): boolean {
    const hunk = this.#open;
    if (hunk === undefined) return false;
    if (line.startsWith('\\')) return true;
    const columns = line.slice(0, hunk.parents);
    // Mailers strip blanks at line ends, which turns an empty context line into an empty line.
    const isContext = columns.trim() === '' && (line === '' || columns.length === hunk.parents);
    if (!isContext && !/^[ +-]+$/.test(columns)) {
      this.#note('a hunk ends early');
      this.#close(hunk);
      return false;
    }
    if (isCut) this.#note('a very long line was cut');
    this.#push(hunk, columns.padEnd(hunk.parents), line.slice(hunk.parents));
    this.#closeWhenDone(hunk);
    return true;
  }

  #push(hunk: OpenHunk, columns: string, text: string): void {
    this.#characters += text.length;
    this.#lines += 1;
    const isRemoved = columns.includes('-');
    for (let parent = 0; parent < hunk.parents; parent += 1) {
      // A parent has the line when it was removed from it, or when nobody removed or added it.
      const hasLine = isRemoved ? columns[parent] === '-' : columns[parent] === ' ';
      if (hasLine) hunk.oldLeft[parent] = (hunk.oldLeft[parent] ?? 0) - 1;
    }
    if (isRemoved) {
      hunk.lines.push({ kind: 'removed', text, oldLine: hunk.parents === 1 ? hunk.oldLine : 0 });
      hunk.oldLine += 1;
      return;
    }
    const kind = columns.includes('+') ? 'added' : 'context';
    hunk.lines.push({ kind, text, newLine: hunk.newLine });
    hunk.newLine += 1;
    hunk.newLeft -= 1;
    if (kind === 'context') hunk.oldLine += 1;
  }

  #closeWhenDone(hunk: OpenHunk): void {
    if (hunk.newLeft <= 0 && hunk.oldLeft.every((left) => left <= 0)) this.#close(hunk);
  }

  #close(hunk: OpenHunk): void {
    if (hunk.lines.length > 0) this.#hunks.push(finished(hunk));
    this.#open = undefined;
  }

  #note(note: string): void {
    if (!this.#notes.includes(note)) this.#notes.push(note);
  }

  /** Hands out what was collected. An open hunk goes on in the next part, with true numbers. */
  takePart(isLast: boolean): FileDiff {
    const hunk = this.#open;
    if (hunk !== undefined) {
      if (hunk.lines.length > 0) this.#hunks.push(finished(hunk));
      [hunk.oldStart, hunk.newStart, hunk.lines] = [hunk.oldLine, hunk.newLine, []];
      if (isLast) this.#note('the diff ends in the middle of a hunk');
    }
    const part = { ...this.#describe(), hunks: this.#hunks, part: this.#part, isLastPart: isLast };
    const notes = this.#notes;
    this.#hunks = [];
    this.#notes = [];
    this.#characters = 0;
    this.#lines = 0;
    this.#part += 1;
    return { ...part, notes };
  }

  #describe(): Omit<FileDiff, 'hunks' | 'part' | 'isLastPart' | 'notes'> {
    const { oldPath, newPath } = this.#paths();
    const path = newPath ?? oldPath ?? '';
    const change = this.#change ?? this.#changeFromPaths(oldPath, newPath);
    return {
      path,
      ...(oldPath === undefined || oldPath === path ? {} : { oldPath }),
      change,
      ...(this.#mode === undefined ? {} : { mode: this.#mode }),
      ...(this.#oldMode === undefined ? {} : { oldMode: this.#oldMode }),
      isBinary: this.#isBinary,
      ...(this.#binarySizeBytes === undefined ? {} : { binarySizeBytes: this.#binarySizeBytes }),
      isSubmodule:
        this.#isSubmodule || this.#mode === SUBMODULE_MODE || this.#oldMode === SUBMODULE_MODE,
    };
  }

  /** The most certain witness first: rename lines have no prefix, `---`/`+++` no ambiguity. */
  #paths(): { oldPath: string | undefined; newPath: string | undefined } {
    if (this.#renamedTo !== undefined) {
      const isGone = this.#change === 'deleted';
      const oldPath = this.#renamedFrom ?? this.#renamedTo;
      return { oldPath, newPath: isGone ? undefined : this.#renamedTo };
    }
    const header =
      this.#left === undefined || this.#right === undefined
        ? undefined
        : stripPrefixes(this.#left, this.#right);
    if (this.#oldLine === undefined || this.#newLine === undefined) {
      return header ?? { oldPath: undefined, newPath: this.#right };
    }
    const lines = stripPrefixes(this.#oldLine, this.#newLine);
    // With one side missing only the header line tells whether there are prefixes.
    const isOneSided = lines.oldPath === undefined || lines.newPath === undefined;
    if (!isOneSided || header === undefined) return lines;
    return {
      oldPath: lines.oldPath === undefined ? undefined : header.oldPath,
      newPath: lines.newPath === undefined ? undefined : header.newPath,
    };
  }

  #changeFromPaths(oldPath: string | undefined, newPath: string | undefined): ChangeKind {
    if (oldPath === undefined) return 'added';
    if (newPath === undefined) return 'deleted';
    // Plain diffs name both sides even where one has no file; its lines then count from 0.
    if (this.#isPlain && this.#hunks[0]?.oldStart === 0) return 'added';
    if (this.#isPlain && this.#hunks[0]?.newStart === 0) return 'deleted';
    return 'modified';
  }
}

function finished(hunk: OpenHunk): Hunk {
  const { oldStart, newStart, section, lines } = hunk;
  return { oldStart, newStart, section, lines };
}
