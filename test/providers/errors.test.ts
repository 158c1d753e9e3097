import { describe, expect, test } from 'vitest';
import { HttpError } from '../../src/platform/http/errors.ts';
import type { FailureKind } from '../../src/providers/contract.ts';
import {
  failureFromHttpError,
  failureFromResponse,
  failureFromStream,
  type HostInfo,
  missingKeyFailure,
  ProviderError,
  readRetryAfter,
  scrub,
} from '../../src/providers/errors.ts';
import { recordedErrors } from './recorded-errors.ts';

const HOST: HostInfo = {
  id: 'openai',
  host: 'api.openai.com',
  apiKeyEnv: 'OPENAI_API_KEY',
  key: 'my-very-own-key',
};

const respond = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  failureFromResponse(HOST, {
    status,
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

test.each(recordedErrors())('recorded: $name', ({ recorded, kind, words }) => {
  const failure = respond(recorded.status, recorded.body, recorded.headers);
  expect(failure.kind).toBe(kind);
  expect(failure.status).toBe(recorded.status);
  expect(failure.retryable).toBe(recorded.status === 429);
  expect(failure.message).toContain(words);
});

describe('bodies of every shape', () => {
  test.each<[string, number, unknown, FailureKind, RegExp]>([
    [
      'OpenAI quota',
      429,
      { error: { code: 'insufficient_quota', message: 'You exceeded your current quota' } },
      'quota',
      /billing/,
    ],
    [
      'GhostLLM quota',
      429,
      { error: { type: 'insufficient_quota', message: 'Budget used' } },
      'quota',
      /Budget used/,
    ],
    [
      'GhostLLM consent',
      403,
      { error: { type: 'consent_required', message: 'Consent required' } },
      'permission',
      /Consent required/,
    ],
    ['Mistral', 401, { detail: 'Invalid API Key' }, 'authentication', /Invalid API Key/],
    [
      'Mistral object',
      400,
      { object: 'error', message: 'Bad', type: 'invalid' },
      'invalid-request',
      /Bad/,
    ],
    [
      'xAI',
      400,
      {
        code: 'Client specified an invalid argument',
        error: 'Incorrect API key provided: xa***99',
      },
      'authentication',
      /OPENAI_API_KEY/,
    ],
    [
      'Ollama',
      404,
      { error: 'model "x" not found, try pulling it first' },
      'not-found',
      /try pulling/,
    ],
    ['Copilot', 403, 'quota exceeded\n', 'quota', /quota exceeded/],
    [
      'Gemini in a list',
      400,
      [{ error: { code: 400, message: 'API key not valid.', status: 'INVALID_ARGUMENT' } }],
      'authentication',
      /not valid/,
    ],
    [
      'a proxy page',
      502,
      '<!DOCTYPE html><html><title>Bad Gateway</title>',
      'server',
      /HTML page, "Bad Gateway"/,
    ],
    ['nothing', 500, '', 'server', /HTTP 500/],
    [
      'Anthropic overload',
      529,
      { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
      'overloaded',
      /Overloaded/,
    ],
    [
      'Anthropic length',
      400,
      {
        type: 'error',
        error: {
          type: 'invalid_request_error',
          message: 'prompt is too long: 210000 tokens > 200000 maximum',
        },
      },
      'context-overflow',
      /less context/,
    ],
    [
      'Anthropic credit',
      402,
      { type: 'error', error: { type: 'billing_error', message: 'No credit' } },
      'quota',
      /No credit/,
    ],
    [
      'too large',
      413,
      { error: { type: 'request_too_large', message: 'Too large' } },
      'context-overflow',
      /Too large/,
    ],
    ['unavailable', 503, '', 'overloaded', /HTTP 503/],
    ['a proxy without its login', 407, '', 'network', /the proxy wants a user name/],
    ['gateway timeout', 504, '', 'timeout', /HTTP 504/],
  ])('%s', (_, status, body, kind, message) => {
    const failure = respond(status, body);
    expect(failure.kind).toBe(kind);
    expect(failure.message).toMatch(/^openai \(api\.openai\.com\): /);
    expect(failure.message).toMatch(message);
  });
});

test('the host decides on retries where it says so', () => {
  expect(respond(429, '', { 'x-should-retry': 'false' }).retryable).toBe(false);
  expect(respond(400, '', { 'x-should-retry': 'true' }).retryable).toBe(true);
  expect(respond(409, '').retryable).toBe(true);
  expect(respond(422, '').retryable).toBe(false);
});

test('the wait comes from retry-after-ms, then retry-after, then the body', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  expect(readRetryAfter({ 'retry-after-ms': '12.5', 'retry-after': '9' }, now)).toBe(12.5);
  expect(readRetryAfter({ 'retry-after': '1.5' }, now)).toBe(1500);
  expect(readRetryAfter({ 'retry-after': 'Thu, 01 Jan 2026 00:00:20 GMT' }, now)).toBe(20_000);
  expect(readRetryAfter({ 'retry-after': 'Wed, 31 Dec 2025 00:00:00 GMT' }, now)).toBe(0);
  expect(readRetryAfter({ 'retry-after': 'soon' }, now)).toBeUndefined();
  expect(readRetryAfter({}, now)).toBeUndefined();
  expect(respond(429, { error: { message: 'x', retry_after: 7 } }).retryAfterMs).toBe(7000);
});

test.each([
  'Incorrect API key provided: my-very-own-key.',
  'Bad key sk-proj-abcdefghijklmnop1234',
  'Bad key sk-ant-api03-abcdefghijklmnop',
  'Bad header Bearer my-very-own-key',
  'Bad key AIzaSyA1234567890abcdefghijklmnopqrstu',
  'Bad key gk-1234567890abcdef',
])('no key is in the message: %s', (message) => {
  const failure = respond(401, { error: { message } });
  expect(failure.message).not.toMatch(/my-very-own-key|abcdefgh|1234567890/);
  expect(failure.message).toContain('[key]');
  expect(failure.message).toContain('Set OPENAI_API_KEY, or run "zeke auth add openai".');
});

test('ordinary words are no keys', () => {
  const text = 'Use the task-list or the risk-free disk-based key "value"';
  expect(scrub(text, undefined)).toBe(text);
});

test('a message is one line without invisible characters, and not endless', () => {
  const { message } = respond(400, {
    error: { message: `a\u001b[31mb\r\nc\u202e\u200b ${'x'.repeat(2000)}` },
  });
  expect(message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(message.length).toBeLessThan(800);
});

describe('errors inside a stream', () => {
  test.each<[string, unknown, FailureKind, boolean]>([
    ['overload', { type: 'overloaded_error', message: 'Overloaded' }, 'overloaded', true],
    ['rate limit', { code: 'rate_limit_exceeded', message: 'Slow down' }, 'rate-limit', true],
    ['quota', { code: 'insufficient_quota', message: 'No quota' }, 'quota', false],
    ['router', { code: 502, message: 'Upstream' }, 'server', true],
    [
      'tool use',
      { code: 'tool_use_failed', type: 'invalid_request_error', status_code: 400, message: 'No' },
      'invalid-request',
      false,
    ],
    ['text', 'an error was encountered while running the model', 'server', true],
    ['nothing known', {}, 'server', true],
  ])('%s', (_, error, kind, retryable) => {
    expect(failureFromStream(HOST, error)).toMatchObject({ kind, retryable });
  });
});

test('connection trouble keeps its hint and loses the key', () => {
  const error = new HttpError('tls', 'my-very-own-key is not trusted.', { hint: 'Do this.' });
  expect(failureFromHttpError(HOST, error)).toEqual({
    kind: 'network',
    message: 'openai: [key] is not trusted. Do this.',
    retryable: false,
  });
});

test('a missing key names the variable and the command, and ends with the code for keys', () => {
  const failure = missingKeyFailure({ ...HOST, key: undefined });
  expect(failure.kind).toBe('authentication');
  expect(failure.message).toBe(
    'openai needs a key and none was found. Set OPENAI_API_KEY, or run "zeke auth add openai".',
  );
  expect(new ProviderError(failure).kind).toBe('permission');
  expect(new ProviderError({ ...failure, kind: 'server' }).kind).toBe('provider');
});
