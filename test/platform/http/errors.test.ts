import { describe, expect, test } from 'vitest';
import { HttpError, toHttpError } from '../../../src/platform/http/errors.ts';

const coded = (code: string) => Object.assign(new Error('raw words'), { code });

describe('what a person reads', () => {
  test.each([
    ['ECONNREFUSED', 'nobody listens there'],
    ['ENOTFOUND', 'does not resolve'],
    ['EAI_AGAIN', 'no network?'],
    ['ECONNRESET', 'closed before the answer was complete'],
    ['HPE_INVALID_CONSTANT', 'does not speak HTTP'],
    ['ESOMETHING', 'raw words'],
  ])('%s', (code, words) => {
    const error = toHttpError(coded(code), 'model.test');
    expect(error.reason).toBe('network');
    expect(error.message).toMatch(/^model\.test: /);
    expect(error.message).toContain(words);
  });

  test.each([
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'CERT_HAS_EXPIRED',
    'ERR_TLS_CERT_ALTNAME_INVALID',
  ])('%s', (code) => {
    const error = toHttpError(coded(code), 'model.test');
    expect(error.reason).toBe('tls');
    expect(error.message).toContain(code);
    expect(error.hint).toContain('SSL_CERT_FILE');
  });

  test('https to a port that speaks plain http', () => {
    const error = toHttpError(coded('ERR_SSL_PACKET_LENGTH_TOO_LONG'), 'model.test');
    expect(error.message).toMatch(/does not speak https/);
  });
});

test('an HttpError stays what it is', () => {
  const error = new HttpError('cancelled', 'stopped');
  expect(toHttpError(error, 'model.test')).toBe(error);
});
