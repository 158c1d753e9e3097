// A pseudo-terminal with a real screen behind it, and a clock on what appears there.
import pty from '@lydell/node-pty';
import xterm from '@xterm/headless';

const SIZE = { cols: 120, rows: 40 };
const LIMIT_MS = 20_000;

/**
 * @param {readonly string[]} args of the Node that runs the bench
 * @param {{ cwd: string, env: NodeJS.ProcessEnv }} options
 */
export function openTerminal(args, { cwd, env }) {
  const startedAt = performance.now();
  const screen = new xterm.Terminal({ ...SIZE, allowProposedApi: true });
  const child = pty.spawn(process.execPath, [...args], {
    ...SIZE,
    name: 'xterm-256color',
    cwd,
    env,
  });
  /** @type {Set<() => void>} */
  const waiting = new Set();
  const output = watchOutput();
  let isOpen = true;
  child.onData((data) => {
    const at = performance.now();
    output.take(data, at);
    screen.write(data, () => {
      lastChangeAt = at;
      for (const check of waiting) check();
    });
  });
  // A program that asks the terminal something gets its answer, as in a real one.
  screen.onData((data) => isOpen && child.write(data));
  const ended = new Promise((resolve) => {
    child.onExit(() => {
      isOpen = false;
      resolve(undefined);
    });
  });
  let lastChangeAt = startedAt;

  const text = () =>
    Array.from({ length: SIZE.rows }, (_, row) =>
      screen.buffer.active.getLine(screen.buffer.active.viewportY + row)?.translateToString(true),
    ).join('\n');

  return {
    startedAt,
    pid: child.pid,
    output,
    text,
    write: (/** @type {string} */ data) => child.write(data),
    /**
     * When the bytes arrived that made the screen match, on the clock of performance.now().
     * @param {(text: string) => boolean} matches
     * @returns {Promise<number>}
     */
    waitFor: (matches) =>
      new Promise((resolve, reject) => {
        const check = () => {
          if (!matches(text())) return;
          clearTimeout(timer);
          waiting.delete(check);
          resolve(lastChangeAt);
        };
        const timer = setTimeout(() => {
          waiting.delete(check);
          reject(new Error(`the screen never showed it; it shows:\n${text().trim()}`));
        }, LIMIT_MS);
        waiting.add(check);
        check();
      }),
    /** As a crash or `kill -9` ends it. */
    kill: () => process.kill(child.pid, 'SIGKILL'),
    /** The orderly way out, which leaves compiled code behind for the next start. */
    quit: async () => {
      child.kill('SIGTERM');
      await ended;
      screen.dispose();
    },
    close: () => {
      if (isOpen) child.kill('SIGKILL');
      screen.dispose();
    },
  };
}

const SEQUENCE = /\x1b(?:\[[0-9;?<=>]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\))/g;
/** What empties the screen or its scrollback: 2J, 3J, and home with all below it erased. */
const FULL_CLEAR = /\x1b\[[23]J|\x1b\[(?:1;1)?H\x1b\[0?J/g;
/** A sequence may be cut in two by the terminal; the longest one is far shorter. */
const TAIL = 64;

/** Counts what a program writes, and says when a text is written the next time. */
function watchOutput() {
  let bytes = 0;
  let fullClears = 0;
  let tail = '';
  /** @type {Set<(data: string, at: number) => void>} */
  const listeners = new Set();
  return {
    take: (/** @type {string} */ data, /** @type {number} */ at) => {
      bytes += Buffer.byteLength(data);
      const before = tail.match(FULL_CLEAR)?.length ?? 0;
      fullClears += ((tail + data).match(FULL_CLEAR)?.length ?? 0) - before;
      tail = (tail + data).slice(-TAIL);
      for (const listener of listeners) listener(data, at);
    },
    counts: () => ({ bytes, fullClears }),
    /**
     * When the text is written from now on, on the clock of performance.now(). For single
     * characters, that cannot be cut in two.
     * @param {string} character
     * @param {number} limitMs
     * @returns {Promise<number>}
     */
    next: (character, limitMs = LIMIT_MS) =>
      new Promise((resolve, reject) => {
        const listener = (/** @type {string} */ data, /** @type {number} */ at) => {
          if (!data.replace(SEQUENCE, '').includes(character)) return;
          clearTimeout(timer);
          listeners.delete(listener);
          resolve(at);
        };
        const timer = setTimeout(() => {
          listeners.delete(listener);
          reject(new Error(`"${character}" was never written`));
        }, limitMs);
        listeners.add(listener);
      }),
  };
}
