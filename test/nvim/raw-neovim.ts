/** What a Neovim does at the socket, byte by byte: for what a real one never sends, or never reads. */
import { decode, ExtensionCodec, encode } from '@msgpack/msgpack';
import { connectLocal, type LocalSocket, type SocketAddress } from '../../src/platform/socket.ts';
import { FrameSplitter } from '../../src/session/share/wire.ts';

/** What was told, in order. */
export interface Told {
  readonly kind: string;
  readonly value: Record<string, unknown> & readonly Record<string, unknown>[];
}

export class RawNeovim {
  readonly socket: LocalSocket;
  readonly told: Told[] = [];
  #onMore: () => void = () => undefined;
  #isClosed = false;

  static async connect(address: SocketAddress): Promise<RawNeovim> {
    const socket = await connectLocal(address);
    if (socket === undefined) throw new Error('nobody listens');
    return new RawNeovim(socket);
  }

  constructor(socket: LocalSocket) {
    this.socket = socket;
    const splitter = new FrameSplitter(1024 * 1024 * 1024);
    const extensionCodec = new ExtensionCodec();
    socket.on('data', (chunk: Buffer) => {
      for (const frame of splitter.push(chunk)) this.#hear(decode(frame, { extensionCodec }));
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#isClosed = true;
      this.#onMore();
    });
  }

  hello(more: Readonly<Record<string, unknown>> = {}): void {
    this.notify('hello', { client: 'neovim', protocol: 1, plugin: '1', neovim: '0.12.4', ...more });
  }

  notify(method: string, ...params: readonly unknown[]): void {
    this.socket.write(encode([2, method, params]));
  }

  /** Waits for the first that fits, among those told already too. */
  async until(kind: string, fits: (value: Told['value']) => boolean = () => true) {
    for (;;) {
      const found = this.told.find((one) => one.kind === kind && fits(one.value));
      if (found !== undefined) return found.value;
      if (this.#isClosed) throw new Error(`hung up before "${kind}": ${JSON.stringify(this.told)}`);
      await new Promise<void>((resolve) => {
        this.#onMore = resolve;
      });
    }
  }

  /** The events told so far. */
  events(): readonly Record<string, unknown>[] {
    return this.told.flatMap(({ kind, value }) => (kind === 'events' ? [...value] : []));
  }

  async untilEvent(type: string): Promise<void> {
    await this.until('events', (events) => events.some((event) => event.type === type));
  }

  async untilClosed(): Promise<void> {
    if (!this.#isClosed) await new Promise((resolve) => this.socket.once('close', resolve));
  }

  #hear(message: unknown): void {
    const [type, method, params] = message as [number, string, [string, [string, string]]];
    if (type !== 2 || method !== 'nvim_exec_lua') throw new Error(`unexpected: ${method}`);
    const [kind, json] = params[1];
    this.told.push({ kind, value: JSON.parse(json) as Told['value'] });
    this.#onMore();
  }
}
