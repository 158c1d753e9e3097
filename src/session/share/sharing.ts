/** The listening side. The protocol's code is loaded when the first front end attaches. */
import type { LocalListener, LocalSocket } from '../../platform/socket.ts';
import type { LocalSession } from '../session.ts';
import type { Doors } from './door.ts';
import type { SessionHost } from './host.ts';

export class Sharing {
  readonly #doors: Doors | undefined;
  readonly #sockets = new Set<LocalSocket>();
  #listener: LocalListener | undefined;
  #session: LocalSession | undefined;
  #host: Promise<SessionHost> | undefined;

  /** `doors` are for front ends that do not speak the attach protocol. */
  constructor(doors: Doors | undefined) {
    this.#doors = doors;
  }

  /** Takes on a front end, as soon as there is a session to show it. */
  accept(socket: LocalSocket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    // A front end that dies before the protocol listens to its socket is no error of ours.
    socket.on('error', () => socket.destroy());
    this.#serve();
  }

  /** Shares the session with whoever came and will come. */
  start(session: LocalSession, listener: LocalListener): void {
    this.#session = session;
    this.#listener = listener;
    this.#serve();
  }

  /** Gives the address back, at once, and hangs up on everybody. */
  async stop(): Promise<void> {
    await this.#listener?.close();
    await (await this.#host)?.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #serve(): void {
    const session = this.#session;
    if (session === undefined || this.#sockets.size === 0) return;
    this.#host ??= loadHost(session, this.#doors);
    for (const socket of this.#sockets) {
      this.#sockets.delete(socket);
      void this.#host.then((host) => host.accept(socket));
    }
  }
}

async function loadHost(session: LocalSession, doors: Doors | undefined): Promise<SessionHost> {
  const { SessionHost } = await import('./host.ts');
  return new SessionHost(session, undefined, doors);
}
