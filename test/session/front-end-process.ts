/** Front ends in processes of their own, and the files they share. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isProcessStopped } from '../../src/platform/process-state.ts';
import type { SessionEvent } from '../../src/session/events.ts';
import type { Op } from '../../src/session/ops.ts';
import type { Client } from '../../src/session/port.ts';
import type { SessionState } from '../../src/session/state.ts';
import { removeFolder } from '../helpers/remove-folder.ts';

const PROGRAM = fileURLToPath(new URL('./programs/front-end.ts', import.meta.url));

/**
 * What a front end printed: `joined`, `shown`, `clients`, `state`, `suspended`, `waiting`, `left` or
 * `refused`, with its fields.
 */
export interface Line {
  readonly what: string;
  readonly role?: 'host' | 'attached';
  readonly events?: readonly SessionEvent[];
  readonly clients?: readonly Client[];
  readonly state?: SessionState;
  readonly seq?: number;
  readonly id?: string;
  readonly sessionId?: string;
  readonly [field: string]: unknown;
}

export class Place {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'zk-')));
  readonly project = join(this.folder, 'project');
  readonly paths = { stateDir: join(this.folder, 'state'), runtimeDir: join(this.folder, 'run') };
  readonly #running: FrontEnd[] = [];

  constructor() {
    mkdirSync(this.project);
  }

  start(options: object = {}): FrontEnd {
    const started = new FrontEnd({ paths: this.paths, project: this.project, ...options });
    this.#running.push(started);
    return started;
  }

  /** Starts a front end and waits until it is in. */
  async join(options: object = {}): Promise<FrontEnd> {
    const started = this.start(options);
    await started.until((line) => line.what === 'joined');
    return started;
  }

  async remove(): Promise<void> {
    await Promise.all(this.#running.map((frontEnd) => frontEnd.kill()));
    removeFolder(this.folder);
  }
}

export class FrontEnd {
  readonly lines: Line[] = [];
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  #onLine: () => void = () => undefined;
  #rest = '';

  constructor(options: object) {
    this.#child = spawn(process.execPath, [PROGRAM, JSON.stringify(options)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#child.stdin.on('error', () => undefined);
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => this.#read(text));
    this.#child.stdout.on('end', () => this.#onLine());
  }

  get joined(): Line {
    const line = this.lines.find(({ what }) => what === 'joined');
    if (line === undefined) throw new Error('it has not joined');
    return line;
  }

  /** Every event that was shown, in order. */
  get events(): readonly SessionEvent[] {
    return this.lines.flatMap((line) => line.events ?? []);
  }

  get text(): string {
    return textOf(this.events);
  }

  op(op: Op): void {
    this.tell({ op });
  }

  say(text: string): void {
    this.op({ type: 'send', message: { text } });
  }

  tell(command: object): void {
    this.#child.stdin.write(`${JSON.stringify(command)}\n`);
  }

  /** The first line, old or new, that fits. Rejects when the process ends without one. */
  async until(fits: (line: Line) => boolean, from = 0): Promise<Line> {
    for (let seen = from; ; ) {
      for (; seen < this.lines.length; seen += 1) {
        const line = this.lines[seen];
        if (line !== undefined && fits(line)) return line;
      }
      if (this.#child.stdout.readableEnded) {
        throw new Error(`it ended after ${JSON.stringify(this.lines.at(-1))}`);
      }
      await new Promise<void>((resolve) => {
        this.#onLine = resolve;
      });
    }
  }

  untilEvent(fits: (event: SessionEvent) => boolean): Promise<Line> {
    return this.until((line) => line.events?.some(fits) ?? false);
  }

  async leave(): Promise<void> {
    this.tell({ what: 'leave' });
    await this.until((line) => line.what === 'left');
    await this.#ended();
  }

  /** As it is by the last line that says so. */
  get role(): 'host' | 'attached' | undefined {
    return this.lines.findLast((line) => line.role !== undefined)?.role;
  }

  /** The conversation as it shows it now, or as soon as it fits. */
  async state(fits: (state: SessionState) => boolean = () => true): Promise<SessionState> {
    for (let from = this.lines.length; ; ) {
      this.tell({ what: 'state' });
      const { state } = await this.until((line) => line.what === 'state', from);
      if (state !== undefined && fits(state)) return state;
      // What changed since comes after that answer.
      from = this.lines.findLastIndex((line) => line.what === 'state') + 1;
      await this.until(({ what }) => what === 'shown', from);
    }
  }

  /** Stops the process as Ctrl+Z would, and waits until it is. */
  async stop(): Promise<void> {
    this.#child.kill('SIGSTOP');
    await this.untilStopped();
  }

  async untilStopped(): Promise<void> {
    while (!isProcessStopped(String(this.joined.process))) await pause(1);
  }

  /** Lets it go on. */
  continue(): void {
    this.#child.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    if (!this.#hasEnded()) this.#child.kill('SIGKILL');
    await this.#ended();
  }

  #hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** The exit, and everything printed before it. */
  async #ended(): Promise<void> {
    if (!this.#hasEnded()) await once(this.#child, 'exit');
    if (!this.#child.stdout.readableEnded) await once(this.#child.stdout, 'end');
  }

  #read(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.lines.push(JSON.parse(line));
    this.#onLine();
  }
}

export function textOf(events: readonly SessionEvent[]): string {
  return events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('');
}
