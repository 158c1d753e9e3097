/** Provider hosts for tests: a real HTTP client and no waiting between tries. */
import { createHttpClient, type HttpClient } from '../../src/platform/http/client.ts';
import type { ProviderHost } from '../../src/providers/http.ts';

export const TEST_TIMEOUTS = {
  connectTimeoutMs: 20_000,
  firstByteTimeoutMs: 20_000,
  idleTimeoutMs: 20_000,
};

export function testClient(env: Readonly<Record<string, string>> = {}): HttpClient {
  return createHttpClient({ env, userAgent: 'zeke/test', ...TEST_TIMEOUTS });
}

/** Nothing is retried and nothing is waited for, unless `more` says so. */
export function testHost(
  baseUrl: string,
  http: HttpClient,
  more: Partial<ProviderHost> = {},
): ProviderHost {
  return {
    id: 'test',
    baseUrl,
    apiKeyEnv: 'TEST_API_KEY',
    needsKey: false,
    isLocal: true,
    allowPlainHttp: false,
    findKey: async () => undefined,
    http,
    retry: { maxRetries: 0, random: () => 0, wait: async () => undefined },
    ...more,
  };
}
