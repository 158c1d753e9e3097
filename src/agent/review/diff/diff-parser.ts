/**
 * Reads a unified diff of any size, one file at a time: git's, plain ones, merges, with mail or
 * `git show` text around them. Holds one part of one file, never the whole.
 */
import { ZekeError } from '../../../platform/errors.ts';
import type { FileDiff } from './diff.ts';
import { type RawLine, readLines } from './diff-lines.ts';
import { FileBuilder } from './file-builder.ts';

export type DiffInput = AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>;

/**
 * Yields the file diffs of `input` in order; a huge file comes in parts. Yields nothing for empty
 * input. Throws a ZekeError of kind `usage` when there is text and none of it is a diff.
 */
export async function* parseDiff(input: DiffInput): AsyncGenerator<FileDiff> {
  const parser = new DiffParser();
  for await (const lines of readLines(input)) {
    for (const line of lines) {
      parser.feed(line);
      if (parser.ready.length > 0) yield* parser.takeReady();
    }
  }
  parser.finish();
  yield* parser.takeReady();
}

const COLOUR = /\x1b\[[0-9;]*[mK]/g;

class DiffParser {
  ready: FileDiff[] = [];
  #file: FileBuilder | undefined;
  #hasText = false;
  #hasDiff = false;
  /** Set when the first header was coloured (`color.ui=always`): then every line is. */
  #isColoured = false;

  takeReady(): readonly FileDiff[] {
    const taken = this.ready;
    this.ready = [];
    return taken;
  }

  feed({ text, isCut }: RawLine): void {
    let line = text;
    if (!this.#hasDiff && line.startsWith('\x1b[')) {
      const plain = line.replace(COLOUR, '');
      if (/^(?:diff |--- |Index: )/.test(plain)) this.#isColoured = true;
    }
    if (this.#isColoured) line = line.replace(COLOUR, '');
    if (line.endsWith('\r')) line = line.slice(0, -1);
    // `git show` of a commit without changes prints its message alone: an empty diff, too.
    if (!this.#hasText && line.trim() !== '') {
      this.#hasText = true;
      this.#hasDiff = /^commit [0-9a-f]{40}/.test(line);
    }

    const file = this.#file;
    if (file?.isInHunk === true && file.takeHunkLine(line, isCut)) {
      if (file.isFull) this.ready.push(file.takePart(false));
      return;
    }
    this.#feedHeader(line);
  }

  #feedHeader(line: string): void {
    const started = startOfFile(line);
    if (started !== undefined) {
      this.#startFile(started);
      return;
    }
    const binary = /^Binary files (.+) and (.+) differ$/.exec(line);
    if (binary !== null && this.#file?.acceptsBinary !== true) {
      const [, left = '', right = ''] = binary;
      this.#startFile(FileBuilder.fromPlainBinary(left, right));
    } else if (line.startsWith('--- ') && this.#file?.expectsOldLine !== true) {
      // A line of prose may look like this: it counts once a `+++` follows.
      this.#flush();
      this.#file = FileBuilder.fromPlain(line.slice(4));
    } else if (this.#file?.takeHeaderLine(line) === true) {
      this.#hasDiff ||= this.#file.isCertain;
    }
  }

  #startFile(file: FileBuilder): void {
    this.#flush();
    this.#file = file;
    this.#hasDiff = true;
  }

  #flush(): void {
    if (this.#file?.isCertain === true) this.ready.push(this.#file.takePart(true));
    this.#file = undefined;
  }

  finish(): void {
    this.#flush();
    if (this.#hasText && !this.#hasDiff) {
      throw new ZekeError('usage', 'The input is not a diff: it has no file header and no hunk.', {
        hint:
          'Pipe a unified diff, as in "git diff | zeke review", or name a range: "zeke ' +
          'review main..HEAD".',
      });
    }
  }
}

/** The file that a line surely begins, whatever stood before it. */
function startOfFile(line: string): FileBuilder | undefined {
  if (line.startsWith('diff --git ')) return FileBuilder.fromGit(line.slice('diff --git '.length));
  const combined = /^diff --(?:cc|combined) (.*)$/.exec(line);
  if (combined !== null) return FileBuilder.fromCombined(combined[1] ?? '');
  const submodule = /^Submodule (.+?) (?:[0-9a-f]{6,}\.{2,3}[0-9a-f]{6,}|contains )/.exec(line);
  return submodule === null ? undefined : FileBuilder.fromSubmodule(submodule[1] ?? '');
}
