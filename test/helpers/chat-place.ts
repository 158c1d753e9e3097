/** Terminals with the scripted conversation in them, for one test file. */
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleChatHarness, type ChatHarness } from './bundle-harness.ts';
import { PtyProgram } from './pty.ts';

export interface ChatOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly columns?: number;
  readonly rows?: number;
  /** Where sessions are kept; terminals with the same one share a conversation. */
  readonly stateDir?: string;
}

export class ChatPlace {
  readonly folder = mkdtempSync(join(tmpdir(), 'zeke-chat-'));
  readonly #programs: PtyProgram[] = [];
  #harness: ChatHarness | undefined;

  async prepare(): Promise<void> {
    this.#harness = await bundleChatHarness();
  }

  /** A folder of its own for what is kept. */
  stateDir(): Promise<string> {
    return mkdtemp(join(this.folder, 'state-'));
  }

  async open(options: ChatOptions = {}): Promise<PtyProgram> {
    if (this.#harness === undefined) throw new Error('the place was not prepared');
    const stateDir = options.stateDir ?? (await this.stateDir());
    const program = new PtyProgram({
      command: process.execPath,
      args: [this.#harness.path],
      cwd: this.folder,
      env: {
        HOME: stateDir,
        ZEKE_STATE_DIR: stateDir,
        XDG_RUNTIME_DIR: stateDir,
        PATH: process.env.PATH ?? '',
        HARNESS_DELAY_MS: '0',
        ...options.env,
      },
      columns: options.columns ?? 80,
      rows: options.rows ?? 24,
    });
    this.#programs.push(program);
    await program.waitForText('Harness ready.');
    await program.waitForText('· main');
    return program;
  }

  /** A conversation that is kept, and can be joined by another terminal of the same folder. */
  openKept(stateDir: string, options: ChatOptions = {}): Promise<PtyProgram> {
    return this.open({ ...options, stateDir, env: { HARNESS_KEPT: '1', ...options.env } });
  }

  async closeTerminals(): Promise<void> {
    await Promise.all(this.#programs.splice(0).map((program) => program.dispose()));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
    this.#harness?.remove();
  }
}

/** Sends a message and waits for the end of its answer. */
export async function ask(program: PtyProgram, message: string, end: string): Promise<void> {
  const before = program.text().length;
  program.type(message);
  await program.waitFor(`"${message}" in the input`, (text) => text.includes(`> ${message}`));
  program.type('\r');
  await program.waitFor(end, (text) => text.slice(Math.max(0, before - 400)).includes(end));
  await program.waitFor('the end of the turn', (text) => text.includes('> Ask anything'));
}
