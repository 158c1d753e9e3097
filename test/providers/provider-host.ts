/** Provider hosts for tests: a real client, short limits, waits that are recorded, not waited. */
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

export interface TestHost extends ProviderHost {
  readonly waitsMs: number[];
}

export function testHost(
  baseUrl: string,
  http: HttpClient,
  more: Partial<ProviderHost> = {},
): TestHost {
  const waitsMs: number[] = [];
  return {
    id: 'test',
    baseUrl,
    apiKeyEnv: 'TEST_API_KEY',
    needsKey: false,
    isLocal: true,
    allowPlainHttp: false,
    findKey: async () => undefined,
    http,
    retry: {
      maxRetries: 0,
      random: () => 0,
      wait: async (delayMs) => {
        waitsMs.push(delayMs);
      },
    },
    ...more,
    waitsMs,
  };
}
