/**
 * A file of lines that only grows. Writes are synchronous, so that a line is in the kernel, safe
 * from a kill -9, before anyone is shown it; nothing is flushed to the platter line by line.
 */
import {
  closeSync,
  constants,
  copyFileSync,
  fstatSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { errnoCode, type ZekeError } from '../errors.ts';
import { writeError } from '../files.ts';

const NEWLINE = 0x0a;
const PRIVATE_FILE_MODE = 0o600;
/** Enough for the last line of most files; longer ones are found by reading further back. */
const TAIL_STEP_BYTES = 16 * 1024;
const NOTHING = Buffer.alloc(0);
const APPEND_FLAGS = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT;

/** Lines not in the file yet are kept and tried again with the next write or `retry`. */
export class AppendFile {
  readonly path: string;
  /** Bytes of a torn last line that opening removed. */
  readonly repairedBytes: number;
  #fd: number | undefined;
  #waiting: Buffer = NOTHING;
  /** Half a line is at the end of the file and could not be taken back. */
  #hasHalfLine = false;
  #isReplaced = false;

  /** A file that is made by the first append. Use `openAppendFile` for one that is there. */
  constructor(path: string, opened?: { readonly fd: number; readonly repairedBytes: number }) {
    this.path = path;
    this.#fd = opened?.fd;
    this.repairedBytes = opened?.repairedBytes ?? 0;
  }

  /** Bytes that could not be written so far. */
  get waitingBytes(): number {
    return this.#waiting.length;
  }

  /** False until the first append to a file that is made by it. */
  get isOpen(): boolean {
    return this.#fd !== undefined;
  }

  /**
   * Another file was found in this one's place: it is another process's now, and what was appended
   * last may not be in it. Nothing is written any more.
   */
  get isReplaced(): boolean {
    return this.#isReplaced;
  }

  /**
   * Appends text, which must end in a newline. Returns undefined when everything is in the file,
   * else why not; the text is kept then and goes in before anything appended later.
   */
  append(text: string): ZekeError | undefined {
    const bytes = Buffer.from(text);
    this.#waiting = this.#waiting.length === 0 ? bytes : Buffer.concat([this.#waiting, bytes]);
    return this.retry();
  }

  /** Tries again to write what is waiting. Returns undefined when nothing waits any more. */
  retry(): ZekeError | undefined {
    if (this.#isReplaced) return undefined;
    return this.#write() ?? this.look();
  }

  /**
   * Looks whether the file still is where it was: after a write, because whoever takes it over
   * copies what was written before. One that was deleted is written anew; returns why it could not.
   */
  look(): ZekeError | undefined {
    if (this.#fd === undefined || process.platform === 'win32') return undefined;
    try {
      const there = statSync(this.path, { throwIfNoEntry: false });
      if (there === undefined) this.#fd = writeAnew(this.path, this.#fd);
      else this.#isReplaced = !isSameFile(there, fstatSync(this.#fd));
      return undefined;
    } catch (error) {
      return writeError(this.path, error);
    }
  }

  /** Closes the file. What is still waiting is lost: `retry` first. */
  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
    this.#waiting = NOTHING;
  }

  #write(): ZekeError | undefined {
    if (this.#waiting.length === 0) return undefined;
    let writtenBytes = 0;
    try {
      const fd = this.#open();
      this.#endHalfLine(fd);
      while (writtenBytes < this.#waiting.length) {
        writtenBytes += writeSync(fd, this.#waiting, writtenBytes);
      }
      this.#waiting = NOTHING;
      return undefined;
    } catch (error) {
      this.#keepFrom(writtenBytes);
      return writeError(this.path, error);
    }
  }

  #open(): number {
    this.#fd ??= openForAppend(this.path);
    return this.#fd;
  }

  /** Keeps whole lines for the next try and takes the half one back out of the file. */
  #keepFrom(writtenBytes: number): void {
    if (writtenBytes === 0 || this.#fd === undefined) return;
    const wholeBytes = this.#waiting.subarray(0, writtenBytes).lastIndexOf(NEWLINE) + 1;
    this.#waiting = this.#waiting.subarray(wholeBytes);
    const halfBytes = writtenBytes - wholeBytes;
    this.look();
    if (this.#isReplaced) return;
    if (halfBytes > 0) this.#hasHalfLine = !takeBack(this.path, halfBytes);
  }

  /** The half line becomes a broken one of its own: readers skip it and lose nothing else. */
  #endHalfLine(fd: number): void {
    if (!this.#hasHalfLine) return;
    writeSync(fd, '\n');
    this.#hasHalfLine = false;
  }
}

/**
 * Opens a file of lines that exists and repairs its end: a last line without a newline is
 * completed when `isWhole` accepts it, and removed otherwise. Throws a ZekeError that names the
 * file when it cannot be opened for writing.
 */
export function openAppendFile(path: string, isWhole: (line: string) => boolean): AppendFile {
  try {
    const fd = openForAppend(path);
    try {
      return new AppendFile(path, { fd, repairedBytes: repairEnd({ path, fd }, isWhole) });
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  } catch (error) {
    throw writeError(path, error);
  }
}

/**
 * Puts a copy in the place of a file that another process may have open, so that what it appends
 * from now on goes nowhere, which it finds out by `look`. What it appended before is in the copy.
 * Does nothing when there is no file. Throws a ZekeError when it cannot be done.
 */
export function fenceOff(path: string): void {
  let fd: number | undefined;
  try {
    fd = openSync(path, constants.O_RDONLY);
    const copy = `${path}.fence`;
    copyFileSync(path, copy, constants.COPYFILE_FICLONE);
    const copiedBytes = statSync(copy).size;
    renameSync(copy, path);
    const lateBytes = fstatSync(fd).size - copiedBytes;
    if (lateBytes > 0) appendLate(path, readRange(fd, copiedBytes, lateBytes));
  } catch (error) {
    if (errnoCode(error) !== 'ENOENT') throw writeError(path, error);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/**
 * The last `maxBytes` of a file from the start of a line on, and the size of the whole file.
 * `isWhole` says that this is all of it. Throws the system's error.
 */
export function readLastLines(path: string, maxBytes: number): LastLines {
  const fd = openSync(path, constants.O_RDONLY);
  try {
    const sizeBytes = fstatSync(fd).size;
    const startBytes = Math.max(0, sizeBytes - maxBytes);
    const bytes = readRange(fd, startBytes, sizeBytes - startBytes);
    const lineStart = startBytes === 0 ? 0 : bytes.indexOf(NEWLINE) + 1;
    const text = lineStart === 0 && startBytes > 0 ? '' : bytes.toString('utf8', lineStart);
    return { text, sizeBytes, isWhole: startBytes === 0 };
  } finally {
    closeSync(fd);
  }
}
export interface LastLines {
  readonly text: string;
  readonly sizeBytes: number;
  readonly isWhole: boolean;
}

function openForAppend(path: string): number {
  return openSync(path, APPEND_FLAGS, PRIVATE_FILE_MODE);
}

/** A file that was deleted is still there for who has it open. Returns the new one. */
function writeAnew(path: string, deletedFd: number): number {
  const draft = `${path}.anew`;
  const fd = openSync(draft, APPEND_FLAGS | constants.O_TRUNC, PRIVATE_FILE_MODE);
  try {
    writeAll(fd, readRange(deletedFd, 0, fstatSync(deletedFd).size));
    renameSync(draft, path);
  } catch (error) {
    closeSync(fd);
    rmSync(draft, { force: true });
    throw error;
  }
  closeSync(deletedFd);
  return fd;
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written);
}

function appendLate(path: string, bytes: Uint8Array): void {
  const fd = openForAppend(path);
  try {
    writeAll(fd, bytes);
  } finally {
    closeSync(fd);
  }
}

function isSameFile(left: Stats, right: Stats): boolean {
  return left.ino === right.ino && left.dev === right.dev;
}

/** By path, because Windows cannot shorten a file that is open for appending only. */
function takeBack(path: string, bytes: number): boolean {
  try {
    truncateSync(path, statSync(path).size - bytes);
    return true;
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
    return false;
  }
}

/** Returns how many bytes of a torn last line were removed. */
function repairEnd(
  { path, fd }: { readonly path: string; readonly fd: number },
  isWhole: (line: string) => boolean,
): number {
  const sizeBytes = fstatSync(fd).size;
  const tail = readTornTail(fd, sizeBytes);
  if (tail.length === 0) return 0;
  if (isWhole(tail.toString())) {
    writeSync(fd, '\n');
    return 0;
  }
  truncateSync(path, sizeBytes - tail.length);
  return tail.length;
}

/** What follows the last newline. */
function readTornTail(fd: number, sizeBytes: number): Buffer {
  for (let wanted = TAIL_STEP_BYTES; ; wanted *= 4) {
    const start = Math.max(0, sizeBytes - wanted);
    const bytes = readRange(fd, start, sizeBytes - start);
    const newline = bytes.lastIndexOf(NEWLINE);
    if (newline !== -1 || start === 0) return bytes.subarray(newline + 1);
  }
}

function readRange(fd: number, position: number, lengthBytes: number): Buffer {
  const bytes = Buffer.alloc(lengthBytes);
  let filledBytes = 0;
  while (filledBytes < lengthBytes) {
    const wanted = lengthBytes - filledBytes;
    const readBytes = readSync(fd, bytes, filledBytes, wanted, position + filledBytes);
    if (readBytes === 0) break;
    filledBytes += readBytes;
  }
  return bytes.subarray(0, filledBytes);
}
