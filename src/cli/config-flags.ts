/** What the command line sets, as settings. */
import type { ConfigFlags } from '../platform/config/load.ts';
import type { Invocation } from './command.ts';

/** The options that override settings. Their values are checked with the other settings. */
export function configFlags({ options }: Pick<Invocation, 'options'>): ConfigFlags {
  const { model, reasoning, offline } = options;
  const maxCost = options['max-cost'];
  return {
    ...(typeof model === 'string' ? { model } : {}),
    ...(offline === true ? { offline } : {}),
    ...(typeof maxCost === 'string' ? { maxCostUsd: toNumber(maxCost) } : {}),
    ...(typeof reasoning === 'string' ? { reasoningEffort: reasoning } : {}),
  };
}

/** NaN, which the settings refuse, for everything that is no number; `Number('')` would be 0. */
function toNumber(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}
