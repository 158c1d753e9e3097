/** What a Neovim may ask about money: this conversation, and what the spending log knows of all. */
import type { NvimServices } from '../../nvim/services.ts';
import { createSpendingLog } from '../../session/spending-log.ts';
import type { SessionState } from '../../session/state.ts';
import type { Runtime } from '../compose.ts';

export function costService({ paths }: Runtime): NvimServices['cost'] {
  const log = createSpendingLog(paths.stateDir);
  return (_, { sessionState }) =>
    Promise.resolve({ session: sumOf(sessionState()), ...log.report(Date.now()) });
}

function sumOf({ usage, turns, running }: SessionState) {
  const { costUsd, inputTokens, outputTokens, cachedTokens } = usage;
  const all = running === undefined ? turns : [...turns, running];
  const requests = all.filter((turn) => turn.lastUsage !== undefined).length;
  return { costUsd, inputTokens, outputTokens, cachedTokens, requests };
}
