/** The scripted conversation in real terminals: bundled once for a test file, with its own folder. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleChatHarness, type ChatHarness } from './bundle-harness.ts';
import { type PtyOptions, PtyProgram } from './pty.ts';
import { removeFolder } from './remove-folder.ts';

export interface HarnessOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Members of TuiSettings. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly columns?: number;
  readonly rows?: number;
  /** A shell script in which `"$0" "$1"` is the program. */
  readonly script?: string;
  /** Home, and where sessions and the history are kept; the place's folder without it. */
  readonly stateDir?: string;
}

export class HarnessPlace {
  readonly folder = mkdtempSync(join(tmpdir(), 'zeke-place-'));
  readonly #programs: PtyProgram[] = [];
  #harness: ChatHarness | undefined;

  async prepare(): Promise<void> {
    this.#harness = await bundleChatHarness();
  }

  /** A new folder for what is kept. */
  newStateDir(): string {
    return mkdtempSync(join(this.folder, 'state-'));
  }

  /** The command line that starts it in a shell. */
  get commandLine(): string {
    return `${process.execPath} ${this.#program}`;
  }

  get env(): Record<string, string> {
    return environment(this.folder);
  }

  open(options: HarnessOptions = {}): PtyProgram {
    const { script, settings = {}, stateDir = this.folder } = options;
    const env = { ...environment(stateDir), HARNESS_SETTINGS: JSON.stringify(settings) };
    return this.#start({
      command: script === undefined ? process.execPath : '/bin/sh',
      args:
        script === undefined ? [this.#program] : ['-c', script, process.execPath, this.#program],
      env: { ...env, ...options.env },
      ...(options.columns === undefined ? {} : { columns: options.columns }),
      ...(options.rows === undefined ? {} : { rows: options.rows }),
    });
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
    return this.#start({ command, args, env: { ...this.env, ...env } });
  }

  async closeAll(): Promise<void> {
    await Promise.all(this.#programs.splice(0).map((program) => program.dispose()));
  }

  remove(): void {
    removeFolder(this.folder);
    this.#harness?.remove();
  }

  get #program(): string {
    if (this.#harness === undefined) throw new Error('the place was not prepared');
    return this.#harness.path;
  }

  #start(options: Omit<PtyOptions, 'cwd'>): PtyProgram {
    const program = new PtyProgram({ ...options, cwd: this.folder });
    this.#programs.push(program);
    return program;
  }
}

function environment(stateDir: string): Record<string, string> {
  const path = process.env.PATH ?? '';
  return { HOME: stateDir, ZEKE_STATE_DIR: stateDir, TMPDIR: tmpdir(), PATH: path };
}
