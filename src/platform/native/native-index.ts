/**
 * One open index of the library: requests and results are plain values, errors are ZekeErrors, and
 * no call ever blocks the event loop.
 */
import { ZekeError } from '../errors.ts';
import { type CallQueue, closedError, createCallQueue, type Lane } from './call-queue.ts';
import { OPERATIONS, type Operation, PHASES, STATUS } from './declarations.ts';
import type { GitFacts } from './git-facts.ts';
import type { NativeLibrary, NativeProgress } from './library.ts';

/** What `zeke_index_open` takes; docs/native.md says what each means. */
export interface OpenRequest {
  /** Real path of the workspace's root. */
  readonly root: string;
  /** Where the snapshot lies; without it nothing outlives the process. */
  readonly folder?: string;
  readonly threads?: number;
  readonly memoryLimitBytes?: number;
  readonly isReadOnly?: boolean;
  /** Absent where there is no repository. */
  readonly git?: GitFacts;
}

export interface NativeIndex {
  /** Carries out an operation; its result is what the library's JSON holds. */
  call(operation: Operation, request: object, options?: CallOptions): Promise<unknown>;
  /** Cancels what runs, stores what is new, frees everything. Later calls are refused. */
  close(): Promise<void>;
}
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called a few times a second while the call runs. */
  readonly onProgress?: ((progress: CallProgress) => void) | undefined;
}
export interface CallProgress {
  readonly phase: (typeof PHASES)[number];
  readonly done: number;
  /** 0 as long as it is not known. */
  readonly total: number;
}

const MESSAGE_BYTES = 4096;
const FIRST_RESULT_BYTES = 64 * 1024;
const PROGRESS_MS = 100;
/** Operations that may read the whole workspace, or wait for one that does. */
const LONG: ReadonlySet<Operation> = new Set<Operation>(['refresh', 'watch']);

/** Opens an index and what is stored of it. Throws a ZekeError when the library refuses. */
export async function openNativeIndex(
  library: NativeLibrary,
  request: OpenRequest,
): Promise<NativeIndex> {
  const indexOut = new BigUint64Array(1);
  const message = Buffer.alloc(MESSAGE_BYTES);
  const status = await library.indexOpen({ request: encode(request), indexOut, message });
  if (status !== STATUS.ok) {
    throw callError(status, message.toString('utf8', 0, message.indexOf(0)));
  }
  return new OpenIndex(library, indexOut[0] ?? 0n);
}

class OpenIndex implements NativeIndex {
  private readonly queue: CallQueue = createCallQueue();
  private readonly tasks = new Set<bigint>();
  private readonly library: NativeLibrary;
  private readonly handle: bigint;
  private closing: Promise<void> | undefined;

  constructor(library: NativeLibrary, handle: bigint) {
    this.library = library;
    this.handle = handle;
  }

  call(operation: Operation, request: object, options: CallOptions = {}): Promise<unknown> {
    if (this.closing !== undefined) return Promise.reject(closedError());
    const lane: Lane = LONG.has(operation) ? 'long' : 'short';
    const work = () => this.run(operation, encode(request), options);
    return this.queue.run(lane, work, options.signal);
  }

  close(): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  private async end(): Promise<void> {
    for (const task of this.tasks) this.library.taskCancel(task);
    await this.queue.close();
    const status = await this.library.indexClose(this.handle);
    if (status !== STATUS.ok) throw callError(status, 'The code index could not be closed.');
  }

  private async run(
    operation: Operation,
    request: Buffer,
    { signal, onProgress }: CallOptions,
  ): Promise<unknown> {
    const task = this.newTask();
    const cancel = () => this.library.taskCancel(task);
    const timer = onProgress === undefined ? undefined : this.report(task, onProgress);
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      const call = { index: this.handle, task, operation: OPERATIONS[operation], request };
      const status = await this.library.indexCall(call);
      signal?.throwIfAborted();
      const result = this.resultOf(task);
      if (status === STATUS.ok) return JSON.parse(result);
      if (status === STATUS.cancelled) throw closedError();
      throw callError(status, result);
    } finally {
      clearInterval(timer);
      signal?.removeEventListener('abort', cancel);
      this.tasks.delete(task);
      this.library.taskFree(task);
    }
  }

  private newTask(): bigint {
    const taskOut = new BigUint64Array(1);
    const status = this.library.taskNew(this.handle, taskOut);
    if (status !== STATUS.ok) throw callError(status, 'The code index takes no more questions.');
    const task = taskOut[0] ?? 0n;
    this.tasks.add(task);
    return task;
  }

  private report(task: bigint, onProgress: (progress: CallProgress) => void): NodeJS.Timeout {
    return setInterval(() => {
      const progress: Partial<NativeProgress> = {};
      if (this.library.taskProgress(task, progress) !== STATUS.ok) return;
      const { done = 0, total = 0, phase = 0 } = progress;
      onProgress({ phase: PHASES[phase] ?? 'waiting', done, total });
    }, PROGRESS_MS);
  }

  private resultOf(task: bigint): string {
    const sizeOut = new BigUint64Array(1);
    let buffer = Buffer.allocUnsafe(FIRST_RESULT_BYTES);
    let status = this.library.taskResult(task, buffer, sizeOut);
    if (status === STATUS.buffer) {
      buffer = Buffer.allocUnsafe(Number(sizeOut[0]));
      status = this.library.taskResult(task, buffer, sizeOut);
    }
    if (status !== STATUS.ok) throw callError(status, 'The answer of the code index was lost.');
    return buffer.toString('utf8', 0, Number(sizeOut[0]));
  }
}

function encode(request: object): Buffer {
  return Buffer.from(JSON.stringify(request));
}

/** The error of a call that came to nothing, with what a person can do about it. */
function callError(status: number, message: string): ZekeError {
  switch (status) {
    case STATUS.request:
      return new ZekeError('usage', message);
    case STATUS.memory:
      return new ZekeError('system', `The code index ran out of memory: ${message}`, {
        hint: 'Name folders that need no index in .zekeignore, or set ZEKE_INDEX=scan.',
      });
    case STATUS.files:
      return new ZekeError('system', message, {
        hint: 'Check the folder and the disk, or set ZEKE_INDEX=scan.',
      });
    default:
      return new ZekeError('system', `The code index failed (${status}): ${message}`, {
        hint: 'Set ZEKE_INDEX=scan to go on without it.',
      });
  }
}
