/** The scripted conversation in real terminals: bundled once for a test file, with its own folder. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleChatHarness, type ChatHarness } from './bundle-harness.ts';
import { PtyProgram } from './pty.ts';

export interface HarnessOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Members of TuiSettings. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly columns?: number;
  readonly rows?: number;
  /** A shell script in which `"$0" "$1"` is the program. */
  readonly script?: string;
}

export class HarnessPlace {
  readonly folder: string;
  readonly #harness: ChatHarness;
  readonly #programs: PtyProgram[] = [];

  private constructor(harness: ChatHarness) {
    this.#harness = harness;
    this.folder = mkdtempSync(join(tmpdir(), 'zeke-place-'));
  }

  static async prepare(): Promise<HarnessPlace> {
    return new HarnessPlace(await bundleChatHarness());
  }

  /** The command line that starts it in a shell. */
  get commandLine(): string {
    return `${process.execPath} ${this.#harness.path}`;
  }

  get env(): Record<string, string> {
    return { HOME: this.folder, ZEKE_STATE_DIR: this.folder, PATH: process.env.PATH ?? '' };
  }

  open(options: HarnessOptions = {}): PtyProgram {
    const { script, settings = {}, columns = 80, rows = 24 } = options;
    const program = new PtyProgram({
      command: script === undefined ? process.execPath : '/bin/sh',
      args:
        script === undefined
          ? [this.#harness.path]
          : ['-c', script, process.execPath, this.#harness.path],
      cwd: this.folder,
      env: { ...this.env, HARNESS_SETTINGS: JSON.stringify(settings), ...options.env },
      columns,
      rows,
    });
    this.#programs.push(program);
    return program;
  }

  async openReady(options: HarnessOptions = {}): Promise<PtyProgram> {
    const program = this.open(options);
    await program.waitForText('Harness ready.');
    return program;
  }

  /** Another program in a terminal of its own: a shell, say. */
  run(
    command: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): PtyProgram {
    const program = new PtyProgram({
      command,
      args,
      cwd: this.folder,
      env: { ...this.env, ...env },
      columns: 80,
      rows: 24,
    });
    this.#programs.push(program);
    return program;
  }

  async closeAll(): Promise<void> {
    await Promise.all(this.#programs.splice(0).map((program) => program.dispose()));
  }

  remove(): void {
    // A program that was ended may still be on its last write.
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10 });
    this.#harness.remove();
  }
}
