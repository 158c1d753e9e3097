/** A session that keeps nothing and listens at a socket in a folder of its own. */
import { join } from 'node:path';
import {
  connectOrListen,
  type SocketAddress,
  socketAddress,
} from '../../../src/platform/socket.ts';
import type { TurnRunner } from '../../../src/session/port.ts';
import { createEphemeralSession, type LocalSession } from '../../../src/session/session.ts';
import type { Doors } from '../../../src/session/share/door.ts';
import { SessionHost } from '../../../src/session/share/host.ts';
import { Workplace } from '../helpers.ts';

export interface HostedSession {
  readonly project: string;
  readonly address: SocketAddress;
  readonly session: LocalSession;
  readonly host: SessionHost;
  close(): Promise<void>;
}

export interface HostedOptions {
  readonly runner: TurnRunner;
  readonly limits: ConstructorParameters<typeof SessionHost>[1];
  /** For front ends that are no Zeke. */
  readonly doorsOf?: (project: string) => Doors;
}

export async function hostSession(options: HostedOptions): Promise<HostedSession> {
  const { runner, limits, doorsOf } = options;
  const place = new Workplace();
  const { project } = place;
  const address = socketAddress(join(place.folder, 'run'), 'host');
  const session = createEphemeralSession({ project, model: 'test/model', runner });
  const host = new SessionHost(session, limits, doorsOf?.(project));
  const meeting = await connectOrListen(address, (socket) => host.accept(socket));
  if (meeting.role !== 'listening') throw new Error('somebody is here already');
  return {
    project,
    address,
    session,
    host,
    close: async () => {
      await meeting.listener.close();
      await session.close();
      await host.close();
      place.remove();
    },
  };
}
