/** A workspace with known answers, for every implementation of CodeSearch. */

export const FILES: Readonly<Record<string, string>> = {
  'README.md': '# Shop\n\nSells things over HTTP.\n\n## Install\n\nRun `npm install`.\n',
  'src/http/client.ts': `import { backoff } from './backoff.ts';

/** Sends a request and tries again when the server is busy. */
export async function sendWithRetry(url: string, maxRetries = 3): Promise<Response> {
  for (let attempt = 0; ; attempt++) {
    const response = await fetch(url);
    if (response.status !== 503 || attempt >= maxRetries) return response;
    await backoff(attempt);
  }
}

export class HttpClient {
  constructor(readonly baseUrl: string) {}

  get(path: string): Promise<Response> {
    return sendWithRetry(this.baseUrl + path);
  }
}
`,
  'src/http/backoff.ts': `/** Waits longer after each attempt. */
export function backoff(attempt: number): Promise<void> {
  const delayMs = 100 * 2 ** attempt;
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
`,
  'src/cart/price.py': `"""Prices of a cart."""

TAX_RATE = 0.19


class PriceCalculator:
    """Adds taxes and discounts."""

    def __init__(self, rate=TAX_RATE):
        self.rate = rate

    def total_with_tax(self, items):
        net = sum(item.price for item in items)
        return net * (1 + self.rate)


def apply_discount(total, percent):
    return total * (1 - percent / 100)
`,
  'src/store/session_store.go': `package store

type SessionStore struct {
	sessions map[string]string
}

func NewSessionStore() *SessionStore {
	return &SessionStore{sessions: map[string]string{}}
}

func (store *SessionStore) DeleteExpired() int {
	return 0
}
`,
  'test/http/client.test.ts': `import { sendWithRetry } from '../../src/http/client.ts';

it('retries when the server is busy, retry after retry', async () => {
  await sendWithRetry('http://localhost/retry');
});
`,
  'docs/retrying.md': '# Retrying\n\nThe client retries. A retry waits. Retry, retry.\n',
  'data/empty.ts': '',
  'data/picture.png': '\u0089PNG\u0000retry retry retry',
  '.env': 'RETRY_TOKEN=secret',
};

/** A question, and the place that must come first. */
export const QUESTIONS: readonly (readonly [question: string, path: string, symbol?: string])[] = [
  ['where is the retry logic?', 'src/http/client.ts', 'sendWithRetry'],
  ['how are taxes calculated', 'src/cart/price.py'],
  ['total_with_tax', 'src/cart/price.py'],
  ['what deletes expired sessions?', 'src/store/session_store.go', 'DeleteExpired'],
  ['discounts', 'src/cart/price.py', 'apply_discount'],
  ['how long does it wait after an attempt', 'src/http/backoff.ts', 'backoff'],
  ['how do I install it', 'README.md', 'Install'],
  ['tests of the http client', 'test/http/client.test.ts'],
];
