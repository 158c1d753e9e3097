/** The index, up to date, with a progress bar where that takes a while. */
import type {
  CodeIndex,
  IndexingListener,
  IndexProgress,
  RefreshResult,
} from '../../context/code-index.ts';
import type { Invocation } from '../command.ts';
import type { Runtime } from '../compose.ts';
import { createStatusLine } from '../io/status-line.ts';

const BAR_CELLS = 24;

/** Shows how far the index is while a question waits for it. */
export function showIndexing(stderr: Invocation['io']['stderr']): IndexingListener {
  const line = createStatusLine(stderr);
  return (progress) => {
    if (progress === undefined) line.clear();
    else line.show(describe(progress));
  };
}

/** Opens the index of the project and reads what changed since it was last asked. */
export async function openFreshIndex(
  invocation: Invocation,
  runtime: Runtime,
  isForced = false,
): Promise<{ readonly index: CodeIndex; readonly refreshed: RefreshResult }> {
  const index = await runtime.search();
  const line = createStatusLine(invocation.io.stderr);
  try {
    const refreshed = await index.refresh({
      isForced,
      signal: invocation.signal,
      onProgress: (progress) => line.show(describe(progress)),
    });
    return { index, refreshed };
  } finally {
    line.clear();
  }
}

const PHASES: { readonly [phase in IndexProgress['phase']]: string } = {
  waiting: 'Waiting for another Zeke that is indexing',
  listing: 'Listing files',
  reading: 'Reading files',
  merging: 'Putting the index together',
  writing: 'Writing the index',
};

function describe({ phase, done, total }: IndexProgress): string {
  if (total === 0) return done === 0 ? `${PHASES[phase]} …` : `${PHASES[phase]} … ${done}`;
  const share = Math.min(1, done / total);
  const full = Math.round(share * BAR_CELLS);
  const bar = '█'.repeat(full) + '░'.repeat(BAR_CELLS - full);
  return `${PHASES[phase]} ${bar} ${Math.floor(share * 100)} %`;
}
