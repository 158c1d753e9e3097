/**
 * A private socket between processes of one user: a Unix socket in a folder that only this user
 * can enter, or a named pipe on Windows. Node cannot ask who is at the other end, so the folder is
 * the border, and one that is not safe is not used.
 */
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { errnoCode, errorMessage, ZekeError } from './errors.ts';
import { makeFolder } from './make-folder.ts';
import { isProcessAlive, isProcessName, isProcessStopped, ownProcess } from './process-state.ts';
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
const WRITABLE_MODE = 0o022;
/** Of a folder that all may write to: each one's files are its own to move. */
const STICKY_MODE = 0o1000;
/** A socket that is being made has a name of the same length, so that it can be as long. */
const SUFFIX_LENGTH = '.sock'.length;
const PROCESS_SUFFIX = '.pid';
/** Starting is not to take long because a thousand were killed. */
const MAX_REMOVED = 50;
const DRAFT_PATTERN = /^\.[0-9a-f]{4}(?:\.pid)?$/;
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

/** The address that has this path, as `socketAddress` made it. */
export function addressAt(path: string): SocketAddress {
  return { path, folder: process.platform === 'win32' ? undefined : dirname(path) };
}

/**
 * Connects to whoever listens at the address, or listens there: of any number of processes that
 * do this at once exactly one ends up listening. A listener that is `stoppedProcess`, and still
 * stopped, counts as gone: the address is taken from it. Rejects with a ZekeError when the folder
 * is not private or the system refuses.
 */
export async function connectOrListen(
  address: SocketAddress,
  onConnection: (socket: LocalSocket) => void,
  stoppedProcess?: string,
): Promise<Meeting> {
  if (address.folder === undefined) return meetAtPipe(address, onConnection);
  const lockPath = `${address.path}.lock`;
  const deadline = performance.now() + MEETING_PATIENCE_MS;
  while (performance.now() < deadline) {
    const socket = await reachListener(address, stoppedProcess);
    if (socket !== undefined) return { role: 'connected', socket };
    const lock = tryLock(lockPath);
    if (lock !== undefined) {
      return await holding(lock, async () => {
        // The owner before us may have listened meanwhile, or the stopped one gone on.
        const late = await reachListener(address, stoppedProcess);
        if (late !== undefined) return { role: 'connected', socket: late };
        return { role: 'listening', listener: await listenAt(address, onConnection) };
      });
    }
    // Somebody is about to listen: whoever waits need not queue for the lock, only ask again.
    await sleep(RETRY_MS * (0.5 + Math.random()));
  }
  throw new ZekeError('system', `The lock ${lockPath} is held by another process.`, {
    hint: 'If no other Zeke is starting right now, delete that file.',
  });
}

/**
 * Connects to whoever listens at the address and is not `stoppedProcess`; undefined when nobody
 * does. Rejects with a ZekeError when the folder, which is made where it is missing, is not private.
 */
export async function reachListener(
  address: SocketAddress,
  stoppedProcess?: string,
): Promise<LocalSocket | undefined> {
  if (address.folder !== undefined) makeSafeFolder(address.folder);
  return isHeldByStopped(address, stoppedProcess) ? undefined : connectLocal(address);
}

/** Connects to whoever listens at the address, of which the folder is known to be private. */
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

/** The process that listens at the address, or did last; undefined where that is not known. */
export function listenerProcess(address: SocketAddress): string | undefined {
  if (address.folder === undefined) return undefined;
  try {
    const name = readFileSync(processPath(address), 'utf8');
    return isProcessName(name) ? name : undefined;
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
    return undefined;
  }
}

/** Calls the listener when another process may listen at the address. Returns the undo. */
export function watchListener(address: SocketAddress, listener: () => void): () => void {
  const { folder } = address;
  if (folder === undefined) return () => undefined;
  const name = basename(processPath(address));
  try {
    const watcher = watch(folder, { persistent: false }, (_, changed) => {
      if (changed === null || changed === name) listener();
    });
    // A folder that cannot be watched any more costs only the early notice.
    watcher.on('error', () => watcher.close());
    return () => watcher.close();
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
    return () => undefined;
  }
}

function isHeldByStopped(address: SocketAddress, stoppedProcess: string | undefined): boolean {
  if (stoppedProcess === undefined) return false;
  return listenerProcess(address) === stoppedProcess && isProcessStopped(stoppedProcess);
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
      return { role: 'listening', listener: await listenAtPipe(address, onConnection) };
    } catch (error) {
      const isTaken = error instanceof ZekeError && errnoCode(error.cause) === 'EADDRINUSE';
      if (!isTaken || performance.now() > deadline) throw error;
    }
    await sleep(RETRY_MS);
  }
}

async function listenAtPipe(
  address: SocketAddress,
  onConnection: (socket: LocalSocket) => void,
): Promise<LocalListener> {
  const server = await listen(address, onConnection);
  return { close: () => closeServer(server) };
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

/**
 * Under the lock: takes the address, dead or alive. The socket is made under another name and
 * moved there, because closing a server removes the name it was made with, and a process that was
 * stopped and goes on must not remove its successor's.
 */
async function listenAt(
  address: SocketAddress,
  onConnection: (socket: LocalSocket) => void,
): Promise<LocalListener> {
  removeDrafts(address);
  removeDeadOnes(address);
  const draftPath = `${address.path.slice(0, -SUFFIX_LENGTH)}.${randomBytes(2).toString('hex')}`;
  const server = await listen({ ...address, path: draftPath }, onConnection);
  try {
    const { ino } = lstatSync(draftPath);
    writeFileSync(`${draftPath}.pid`, ownProcess(), { mode: 0o600 });
    renameSync(draftPath, address.path);
    // Last, so that who sees another process here also reaches it.
    renameSync(`${draftPath}.pid`, processPath(address));
    return { close: () => closeListener(server, { address, ino }) };
  } catch (error) {
    await closeServer(server);
    throw socketError(address, error);
  }
}

function listen(
  address: SocketAddress,
  onConnection: (socket: LocalSocket) => void,
): Promise<Server> {
  const server = createServer(onConnection);
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(socketError(address, error)));
    server.listen(address.path, () => resolve(server));
  });
}

/** The address is given back unless somebody took it. The number of an open socket is not reused. */
function closeListener(
  server: Server,
  own: { readonly address: SocketAddress; readonly ino: number },
): Promise<void> {
  const { path } = own.address;
  if (lstatSync(path, { throwIfNoEntry: false })?.ino === own.ino) {
    rmSync(processPath(own.address), { force: true });
    rmSync(path, { force: true });
  }
  return closeServer(server);
}

/** Node waits for the connections that are open, which we do not. */
function closeServer(server: Server): Promise<void> {
  server.close();
  server.unref();
  return Promise.resolve();
}

/** What a process left that was killed between making its socket and moving it. */
function removeDrafts({ path, folder }: SocketAddress): void {
  const name = basename(path).slice(0, -SUFFIX_LENGTH);
  for (const entry of readdirSync(folder ?? '')) {
    const isDraft = entry.startsWith(name) && DRAFT_PATTERN.test(entry.slice(name.length));
    if (isDraft) rmSync(join(folder ?? '', entry), { force: true });
  }
}

/**
 * The sockets of others that were killed, where nobody came after them. Under the lock of each, so
 * that none is removed which somebody takes over in this moment.
 */
function removeDeadOnes({ path, folder = '' }: SocketAddress): void {
  const others = readdirSync(folder).filter((entry) => entry.endsWith(PROCESS_SUFFIX));
  for (const entry of others.slice(0, MAX_REMOVED)) {
    const name = entry.slice(0, -PROCESS_SUFFIX.length);
    const other = { path: join(folder, `${name}.sock`), folder };
    if (other.path === path || !isDead(other)) continue;
    const lock = tryLock(`${other.path}.lock`);
    if (lock === undefined) continue;
    if (isDead(other)) {
      rmSync(other.path, { force: true });
      rmSync(processPath(other), { force: true });
    }
    lock.release();
  }
}

function isDead(address: SocketAddress): boolean {
  const name = listenerProcess(address);
  return name !== undefined && !isProcessAlive(name);
}

function processPath({ path }: SocketAddress): string {
  return path.slice(0, -SUFFIX_LENGTH) + PROCESS_SUFFIX;
}

/**
 * Why no socket may stand in a folder; undefined for a real one that is ours and closed to everybody
 * else, and for one that is still to be made.
 */
export function socketFolderProblem(folder: string): string | undefined {
  const info = lstatSync(folder, { throwIfNoEntry: false });
  if (info === undefined) return undefined;
  if (info.isSymbolicLink()) return 'it is a link';
  if (!info.isDirectory()) return 'it is a file';
  if (process.getuid !== undefined && info.uid !== process.getuid()) {
    return 'it belongs to somebody else';
  }
  if (process.platform !== 'win32' && (info.mode & OTHERS_MODE) !== 0) return 'others can enter it';
  return undefined;
}

/**
 * True for a folder where a socket may stand, and in whose place nobody but this user and the system
 * can put another one: neither it nor a folder or link above it. For folders whose names were read
 * somewhere; of the one that the environment names only the folder itself is looked at.
 */
export function isKeptFolder(folder: string): boolean {
  try {
    if (!existsSync(folder) || socketFolderProblem(folder) !== undefined) return false;
    return [folder, realpathSync(folder)].every((path) => foldersTo(path).every(isKept));
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
    return false;
  }
}

/** The folder and all those above it. */
function foldersTo(folder: string): readonly string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [...foldersTo(parent), folder];
}

/** True when nobody else can rename what is in the folder, or lead the link elsewhere. */
function isKept(path: string): boolean {
  const info = lstatSync(path);
  // In a container the system's own folders belong to whoever the root folder belongs to.
  if (![process.getuid?.(), 0, lstatSync('/').uid].includes(info.uid)) return false;
  if (info.isSymbolicLink()) return true;
  return (info.mode & WRITABLE_MODE) === 0 || (info.mode & STICKY_MODE) !== 0;
}

/** Throws a ZekeError unless the folder is a real one, ours, and closed to everybody else. */
function makeSafeFolder(folder: string): void {
  try {
    makeFolder(folder, 0o700);
  } catch (error) {
    throw socketError({ path: folder, folder }, error);
  }
  const why = socketFolderProblem(folder);
  if (why === undefined) return;
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
