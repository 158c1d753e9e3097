/** A session of its own folder, and waiting for what it says. */
import { mkdtempSync, readFileSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shortHash } from '../../src/platform/paths.ts';
import type { EventBody, SessionEvent } from '../../src/session/events.ts';
import type { SessionPort } from '../../src/session/port.ts';
import { createSessionStore, type SessionStore } from '../../src/session/store.ts';
import { removeFolder } from '../helpers/remove-folder.ts';

export class Workplace {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'zeke-session-')));
  readonly stateDir = join(this.folder, 'state');
  readonly project = join(this.folder, 'project');

  get store(): SessionStore {
    return createSessionStore({ paths: this, project: this.project });
  }

  projectFolder(): string {
    return join(this.stateDir, 'projects', shortHash(this.project));
  }

  journalPath(id: string): string {
    return join(this.projectFolder(), 'sessions', `${id}.jsonl`);
  }

  journalLines(id: string): readonly string[] {
    return readFileSync(this.journalPath(id), 'utf8').split('\n').slice(0, -1);
  }

  remove(): void {
    removeFolder(this.folder);
  }
}

/** Everything a session shows, and a way to wait for it. */
export function watch(port: SessionPort) {
  const events: SessionEvent[] = [];
  const batches: (readonly SessionEvent[])[] = [];
  let onBatch: () => void = () => undefined;
  port.subscribe((batch) => {
    batches.push(batch);
    events.push(...batch);
    onBatch();
  });
  return {
    events,
    batches,
    until: async (fits: () => boolean): Promise<void> => {
      while (!fits()) {
        await new Promise<void>((resolve) => {
          onBatch = resolve;
        });
      }
    },
    types: () => events.map((event) => event.type),
    ends: () => events.filter((event) => event.type === 'turn-end').map((event) => event.reason),
  };
}

/** Numbers events as a session does. */
export function numbered(bodies: readonly EventBody[], at = 1000): readonly SessionEvent[] {
  return bodies.map((body, index) => ({ ...body, seq: index + 1, at: at + index }));
}
