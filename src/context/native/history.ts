/** What git remembers helps to rank; the library is told of it once a process, when it is not known. */
import type { Environment } from '../../platform/env.ts';
import { readHead, readLog } from '../../platform/native/git-history.ts';
import type { NativeIndex } from '../../platform/native/native-index.ts';

/** How long a question waits for history: there is none yet, or only what came last is missing. */
const WAIT_MS = { unknown: 1_500, outdated: 250 };

export interface History {
  /** Resolves when history is known, or when waiting for it is worth no more. */
  ensure(): Promise<void>;
  /** Stops reading it. */
  close(): void;
}

export function createHistory(
  index: NativeIndex,
  place: { readonly root: string; readonly env: Environment },
): History {
  const controller = new AbortController();
  const options = { ...place, signal: controller.signal };
  let learned: Promise<void> | undefined;
  const learn = async (): Promise<void> => {
    const head = await readHead(options);
    if (head === undefined) return;
    const known = (await index.call('history', {})) as { readonly head: string };
    if (known.head === head) return;
    const limitMs = known.head === '' ? WAIT_MS.unknown : WAIT_MS.outdated;
    await settleWithin(limitMs, tell(index, head, options));
  };
  return {
    ensure: () => {
      // Without history the answer is a little worse; it is never missing.
      learned ??= learn().catch(() => undefined);
      return learned;
    },
    close: () => controller.abort(),
  };
}

async function tell(
  index: NativeIndex,
  head: string,
  options: Parameters<typeof readLog>[0],
): Promise<void> {
  const log = await readLog(options);
  if (log !== undefined) await index.call('history', { head, log });
}

/** The work goes on after that; a failure of it counts as its end. */
function settleWithin(limitMs: number, work: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, limitMs);
    work
      .catch(() => undefined)
      .finally(() => {
        clearTimeout(timer);
        resolve();
      });
  });
}
