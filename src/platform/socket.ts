/**
 * A private socket between processes of one user: a Unix socket in a folder that only this user
 * can enter, or a named pipe on Windows. Node cannot ask who is at the other end, so the folder is
 * the border, and one that is not safe is not used.
 */
import { lstatSync, mkdirSync, unlinkSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { errnoCode, errorMessage, ZekeError } from './errors.ts';
import { type FileLock, tryLock } from './storage/lock-file.ts';

export type LocalSocket = Socket;

/** Somebody listens already and this is the way to them, or we listen from now on. */
export type Meeting =
  | { readonly role: 'connected'; readonly socket: LocalSocket }
  | { readonly role: 'listening'; readonly listener: LocalListener };
export interface LocalListener {
  /** Stops listening; connections that are open stay. */
  readonly close: () => Promise<void>;
}

export interface SocketAddress {
  /** The path of the socket, or the name of the pipe. */
  readonly path: string;
  /** The folder to keep private; undefined for a named pipe. */
  readonly folder: string | undefined;
}

/** What the shortest system (macOS) allows for the path of a socket. */
const MAX_PATH_BYTES = 103;
const OTHERS_MODE = 0o077;
/** A full queue of connections, or a listener that dies while we connect. */
const PASSING_ERRORS: ReadonlySet<string> = new Set([
  'EAGAIN',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
]);
/** Such errors are tried again this often, for this long. */
const RETRY_MS = 5;
const BUSY_PATIENCE_MS = 10_000;
/** Long, because giving up means two conversations; the lock is held for milliseconds. */
const MEETING_PATIENCE_MS = 30_000;

/** Where processes that know `name` meet. `runtimeDir` is only used where sockets are files. */
export function socketAddress(
  runtimeDir: string,
  name: string,
  platform: NodeJS.Platform = process.platform,
): SocketAddress {
  if (platform === 'win32') return { path: `\\\\.\\pipe\\zeke-${name}`, folder: undefined };
  return { path: join(runtimeDir, `${name}.sock`), folder: runtimeDir };
}

/**
 * Connects to whoever listens at the address, or listens there: of any number of processes that
 * do this at once exactly one ends up listening. Rejects with a ZekeError when the folder is not
 * private or the system refuses.
 */
export async function connectOrListen(
  address: SocketAddress,
  onConnection: (socket: LocalSocket) => void,
): Promise<Meeting> {
  if (address.folder === undefined) return meetAtPipe(address, onConnection);
  makeSafeFolder(address.folder);
  const lockPath = `${address.path}.lock`;
  const deadline = performance.now() + MEETING_PATIENCE_MS;
  while (performance.now() < deadline) {
    const socket = await connectLocal(address);
    if (socket !== undefined) return { role: 'connected', socket };
    const lock = tryLock(lockPath);
    if (lock !== undefined)
      return await holding(lock, () => connectOrReplace(address, onConnection));
    // Somebody is about to listen: whoever waits need not queue for the lock, only ask again.
    await sleep(RETRY_MS * (0.5 + Math.random()));
  }
  throw new ZekeError('system', `The lock ${lockPath} is held by another process.`, {
    hint: 'If no other Zeke is starting right now, delete that file.',
  });
}

/** Connects to whoever listens at the address; undefined when nobody does. */
export async function connectLocal(address: SocketAddress): Promise<LocalSocket | undefined> {
  checkLength(address.path);
  const deadline = performance.now() + BUSY_PATIENCE_MS;
  for (;;) {
    try {
      return await connect(address.path);
    } catch (error) {
      const code = errnoCode(error);
      if (code === 'ECONNREFUSED' || code === 'ENOENT') return undefined;
      const isPassing = code !== undefined && PASSING_ERRORS.has(code);
      if (!isPassing || performance.now() > deadline) throw socketError(address, error);
    }
    await sleep(RETRY_MS);
  }
}

/** Under the lock: asks once more, because the owner before us may have listened meanwhile. */
async function connectOrReplace(
  address: SocketAddress,
  onConnection: (socket: LocalSocket) => void,
): Promise<Meeting> {
  const socket = await connectLocal(address);
  if (socket !== undefined) return { role: 'connected', socket };
  removeDeadSocket(address.path);
  return { role: 'listening', listener: await listen(address, onConnection) };
}

async function holding<T>(lock: FileLock, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    lock.release();
  }
}

/** Windows makes a pipe's name itself exclusive, and forgets it with its process: no lock. */
async function meetAtPipe(
  address: SocketAddress,
  onConnection: (socket: LocalSocket) => void,
): Promise<Meeting> {
  const deadline = performance.now() + BUSY_PATIENCE_MS;
  for (;;) {
    const socket = await connectLocal(address);
    if (socket !== undefined) return { role: 'connected', socket };
    try {
      return { role: 'listening', listener: await listen(address, onConnection) };
    } catch (error) {
      const isTaken = error instanceof ZekeError && errnoCode(error.cause) === 'EADDRINUSE';
      if (!isTaken || performance.now() > deadline) throw error;
    }
    await sleep(RETRY_MS);
  }
}

function connect(path: string): Promise<LocalSocket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path);
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

function listen(
  address: SocketAddress,
  onConnection: (socket: LocalSocket) => void,
): Promise<LocalListener> {
  const server = createServer(onConnection);
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(socketError(address, error)));
    server.listen(address.path, () => resolve({ close: () => closeServer(server) }));
  });
}

/** Node removes the socket's file and then waits for the connections, which we do not. */
function closeServer(server: Server): Promise<void> {
  server.close();
  server.unref();
  return Promise.resolve();
}

function removeDeadSocket(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (errnoCode(error) !== 'ENOENT') throw socketError({ path, folder: undefined }, error);
  }
}

/** Throws a ZekeError unless the folder is a real one, ours, and closed to everybody else. */
function makeSafeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw socketError({ path: folder, folder }, error);
  }
  const info = lstatSync(folder);
  const isOurs = process.getuid === undefined || info.uid === process.getuid();
  if (info.isDirectory() && isOurs && (info.mode & OTHERS_MODE) === 0) return;
  const why = isOurs ? 'others can enter it' : 'it belongs to somebody else';
  throw new ZekeError('permission', `The folder ${folder} is not safe for a socket: ${why}.`, {
    hint: `Remove it, or make it yours alone: chmod 700 ${folder}`,
  });
}

function checkLength(path: string): void {
  const lengthBytes = Buffer.byteLength(path);
  if (lengthBytes <= MAX_PATH_BYTES) return;
  throw new ZekeError('system', `The socket path ${path} is too long (${lengthBytes} bytes).`, {
    hint: `Point XDG_RUNTIME_DIR or TMPDIR to a shorter path (${MAX_PATH_BYTES} bytes at most).`,
  });
}

function socketError(address: SocketAddress, cause: unknown): ZekeError {
  const code = errnoCode(cause);
  const kind = code === 'EACCES' || code === 'EPERM' ? 'permission' : 'system';
  const why = code ?? errorMessage(cause);
  return new ZekeError(kind, `Could not use the socket ${address.path} (${why}).`, { cause });
}
