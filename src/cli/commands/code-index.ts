/** `zeke index`: what the code index knows, asked from the shell. */
import { escapeInvisible } from '../../platform/terminal-text.ts';
import type { Invocation } from '../command.ts';
import { composeRuntime, type Runtime } from '../compose.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import {
  askFiles,
  askImports,
  askOutline,
  askReferences,
  askSearch,
  askSymbols,
  type Question,
} from '../index-commands/ask.ts';
import { collectContext, printMap } from '../index-commands/collect.ts';
import { openFreshIndex, showIndexing } from '../index-commands/fresh-index.ts';
import { printBuilt, printStatus } from '../index-commands/status.ts';
import { printLine } from '../io/print.ts';

/** What answers each action that asks a question. */
const QUESTIONS: { readonly [action: string]: (question: Question) => Promise<void> } = {
  search: askSearch,
  symbols: askSymbols,
  refs: askReferences,
  outline: askOutline,
  imports: askImports,
  files: askFiles,
  context: collectContext,
  map: printMap,
};

/** Does what the first argument says with the words after it. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const [action = 'status', ...words] = invocation.positionals;
  const onIndexing = showIndexing(invocation.io.stderr);
  const runtime = await composeRuntime(invocation, { onIndexing });
  try {
    const ask = Object.hasOwn(QUESTIONS, action) ? QUESTIONS[action] : undefined;
    if (ask !== undefined) {
      await ask({ invocation, runtime, index: await runtime.search(), words });
    } else if (action === 'build') {
      const startedAt = performance.now();
      const isForced = invocation.options.force === true;
      const { index, refreshed } = await openFreshIndex(invocation, runtime, isForced);
      const status = await index.status(invocation.signal);
      printBuilt(invocation, { ...refreshed, status, elapsedMs: performance.now() - startedAt });
    } else if (action === 'watch') {
      await watch(invocation, runtime);
    } else {
      const index = await runtime.search();
      printStatus(invocation, await index.status(invocation.signal));
    }
    return EXIT.ok;
  } finally {
    await runtime.close();
  }
}

/** Prints what changes, a line for each path, or with --json a line for each batch. */
async function watch(invocation: Invocation, runtime: Runtime): Promise<void> {
  const { io, options, signal } = invocation;
  const { index } = await openFreshIndex(invocation, runtime);
  const watching = index.watch((paths) => {
    if (options.json === true) {
      io.stdout.write(`${escapeInvisible(JSON.stringify({ changed: paths }))}\n`);
    } else {
      for (const path of paths) printLine(io.stdout, path);
    }
  }, signal);
  printLine(io.stderr, 'Watching; Ctrl+C ends it.');
  await watching;
}
