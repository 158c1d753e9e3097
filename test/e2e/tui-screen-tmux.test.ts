/** Inside tmux, which draws the screen itself: what it shows, keeps and resizes. */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { HarnessPlace } from '../helpers/harness-place.ts';
import { readTestSetup } from '../helpers/test-setup.ts';

const WAIT = { timeout: 60_000, interval: 50 };
const place = new HarnessPlace();
beforeAll(() => place.prepare());
afterAll(() => place.remove());

/** A tmux server of its own with one window. */
class Tmux {
  readonly #socket: string;

  constructor(command: string) {
    this.#socket = `zeke-test-${process.pid}-${randomUUID()}`;
    this.run('new-session', '-d', '-x', '80', '-y', '24', command);
  }

  run(...args: readonly string[]): string {
    const env = { ...place.env, TERM: 'xterm-256color', LANG: 'C.UTF-8', TMUX: '' };
    return execFileSync('tmux', ['-L', this.#socket, '-f', '/dev/null', ...args], {
      env,
    }).toString();
  }

  /** Scrollback and screen, rows that were wrapped as one line. */
  text(): string {
    return this.run('capture-pane', '-p', '-J', '-S', '-').trimEnd();
  }

  /** Rows and columns as the program in the pane has them. */
  programSize(): string {
    const tty = this.run('display-message', '-p', '#{pane_tty}').trim();
    return execFileSync('stty', ['-F', tty, 'size']).toString().trim();
  }

  type(keys: string): void {
    this.run('send-keys', '-l', keys);
  }

  end(): void {
    this.run('kill-server');
  }
}

let tmux: Tmux | undefined;
afterEach(() => {
  tmux?.end();
  tmux = undefined;
});

const isMissing = readTestSetup().missing.includes('tmux');

describe.skipIf(isMissing)('in tmux (test-setup names it when it is missing)', () => {
  async function open(): Promise<Tmux> {
    const opened = new Tmux(`exec ${place.commandLine}`);
    tmux = opened;
    await expect.poll(() => opened.text(), WAIT).toContain('Harness ready.');
    return opened;
  }

  test('an answer is there once and in order after resizes, with the input below', async () => {
    const pane = await open();
    pane.run('send-keys', 'paced lines 60', 'Enter');
    const sizes = [
      [60, 20],
      [120, 40],
      [130, 10],
      [30, 10],
      [200, 30],
      [80, 24],
    ] as const;
    for (const [index, [columns, rows]] of sizes.entries()) {
      await expect.poll(() => pane.text(), WAIT).toContain(`Line ${index * 10 + 9} of it.`);
      pane.run('resize-window', '-x', String(columns), '-y', String(rows));
      // It tells the program of the new size a while after it has drawn the window anew.
      await expect.poll(() => pane.programSize(), WAIT).toBe(`${rows} ${columns}`);
      process.kill(Number(pane.run('display-message', '-p', '#{pane_pid}')), 'SIGURG');
    }
    await expect.poll(() => pane.text(), WAIT).toContain('Line 59 of it.');
    pane.type('a draft');
    await expect.poll(() => pane.text(), WAIT).toMatch(/^> a draft *$/m);
    const lines = pane.text().match(/Line \d+ of it\./g);
    expect(lines).toEqual(Array.from({ length: 60 }, (_, n) => `Line ${n} of it.`));
    expect(pane.text().match(/^> /gm)).toHaveLength(2);
  });

  test('no answer of the terminal is typed text, and the cursor is at the input', async () => {
    const pane = await open();
    pane.type('héllo');
    await expect.poll(() => pane.text(), WAIT).toMatch(/^> héllo *$/m);
    expect(pane.text()).not.toMatch(/rgb|\[\?\d/);
    const [x, y] = pane.run('display-message', '-p', '#{cursor_x} #{cursor_y}').trim().split(' ');
    const row = pane.run('capture-pane', '-p').split('\n')[Number(y)];
    expect(row).toBe('> héllo');
    expect(Number(x)).toBe('> héllo'.length);
  });
});
