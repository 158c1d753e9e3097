/**
 * A conversation that is still being opened, as a conversation: what is sent before it is there
 * waits and is sent then. So the prompt can be painted, and typed into, while journals are read.
 */
import { ZekeError } from '../platform/errors.ts';
import type { SessionEvent } from '../session/events.ts';
import type { Op } from '../session/ops.ts';
import type { Client, SessionListener, SessionPort } from '../session/port.ts';
import { EMPTY_STATE, type SessionState } from '../session/state.ts';
import type { TuiServices } from './services.ts';

export interface TuiSession {
  readonly port: SessionPort;
  readonly services: TuiServices;
  /** The process is about to be stopped: somebody else hosts the conversation meanwhile. */
  suspend?(): Promise<void>;
  /** It goes on. */
  resume?(): Promise<void>;
}

/** The port and services of a session that is on its way. */
export function deferSession(session: Promise<TuiSession>): TuiSession {
  // The services first: whoever hears that the session is open may ask them at once.
  const services = deferServices(session);
  return { port: new PendingPort(session), services };
}

class PendingPort implements SessionPort {
  private port: SessionPort | undefined;
  private waiting: { readonly op: Op; readonly id: string | undefined }[] = [];
  private readonly listeners = new Set<SessionListener>();
  private readonly clientListeners = new Set<() => void>();
  private unsubscribe: (() => void) | undefined;

  constructor(session: Promise<TuiSession>) {
    session.then(
      ({ port }) => this.open(port),
      // The caller holds the same promise and reports why it failed.
      () => undefined,
    );
  }

  getState(): SessionState {
    return this.port?.getState() ?? EMPTY_STATE;
  }

  send(op: Op, id?: string): void {
    if (this.port === undefined) this.waiting.push({ op, id });
    else this.port.send(op, id);
  }

  subscribe(listener: SessionListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  getClients(): readonly Client[] {
    return this.port?.getClients() ?? [];
  }

  subscribeClients(listener: () => void): () => void {
    this.clientListeners.add(listener);
    return () => this.clientListeners.delete(listener);
  }

  async close(): Promise<void> {
    this.unsubscribe?.();
    await this.port?.close();
  }

  private open(port: SessionPort): void {
    this.port = port;
    this.unsubscribe = port.subscribe((events, state) => this.emit(events, state));
    port.subscribeClients(() => {
      for (const listener of this.clientListeners) listener();
    });
    this.emit([], port.getState());
    for (const { op, id } of this.waiting.splice(0)) port.send(op, id);
  }

  private emit(events: readonly SessionEvent[], state: SessionState): void {
    for (const listener of this.listeners) listener(events, state);
  }
}

function deferServices(session: Promise<TuiSession>): TuiServices {
  let known: TuiServices | undefined;
  const services = session.then((opened) => {
    known = opened.services;
    return known;
  });
  // Whoever asks for something sees the failure; nobody may ask, and that is fine as well.
  services.catch(() => undefined);
  const need = async <Name extends keyof TuiServices>(name: Name) => {
    const service = (await services)[name];
    if (service === undefined) throw new ZekeError('usage', 'That cannot be done here.');
    return service as NonNullable<TuiServices[Name]>;
  };
  return {
    listModels: async (signal, onSome) => (await services).listModels(signal, onSome),
    listProviders: async () => (await need('listProviders'))(),
    listSessions: async () => (await services).listSessions(),
    searchSessions: async (query, signal) => (await need('searchSessions'))(query, signal),
    deleteSession: async (id) => (await need('deleteSession'))(id),
    exportSession: async (request) => (await need('exportSession'))(request),
    importSession: async (path) => (await need('importSession'))(path),
    findFiles: async (pattern, limit, signal) => (await services).findFiles(pattern, limit, signal),
    contextTokens: (model) => known?.contextTokens(model),
    contextUse: async (state) => (await need('contextUse'))(state),
    spending: async () => (await services).spending?.(),
    gitBranch: async () => (await services).gitBranch?.(),
    workingDiff: async (signal) => (await need('workingDiff'))(signal),
    review: async (request) => (await need('review'))(request),
    countChange: (change) => known?.countChange?.(change),
    copy: async (text) => (await need('copy'))(text),
    readImage: async (path) => (await services).readImage?.(path),
    pasteImage: async () => (await need('pasteImage'))(),
    editText: async (text) => (await need('editText'))(text),
    saveSetting: async (path, value) => (await need('saveSetting'))(path, value),
    role: () => known?.role?.(),
    history: {
      load: async () => (await services).history.load(),
      append: async (text) => (await services).history.append(text),
    },
    get bannerLines() {
      return known?.bannerLines ?? [];
    },
  };
}
