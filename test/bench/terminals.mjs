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
  let isOpen = true;
  child.onData((data) => {
    const at = performance.now();
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
