/** The user's settings for tests: everything at its default. */
import type { Config } from '../../src/platform/config/config.ts';
import { TEST_TIMEOUTS } from './provider-host.ts';

export function testConfig(more: Partial<Config> = {}): Config {
  return {
    model: undefined,
    offline: false,
    maxCostUsd: undefined,
    reasoningEffort: undefined,
    providers: {},
    local: {},
    network: { ...TEST_TIMEOUTS, maxRetries: 0 },
    secrets: { onSecret: 'redact' },
    review: { failOn: 'major', minSeverity: 'info', concurrency: 4, exclude: [] },
    context: { budgetTokens: 8000 },
    approvals: { edit: 'ask', command: 'ask', allowedCommands: [] },
    compact: { auto: false },
    ...more,
  };
}
