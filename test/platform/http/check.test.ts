import { expect, test } from 'vitest';
import {
  checkHeaders,
  hasSecretHeader,
  isLoopbackHost,
  isLoopbackUrl,
  parseHttpUrl,
} from '../../../src/platform/http/check.ts';

test.each([
  ['localhost', true],
  ['127.0.0.1', true],
  ['127.255.0.3', true],
  ['[::1]', true],
  ['localhost.', false],
  ['localhost.evil.test', false],
  ['127.0.0.1.evil.test', false],
  ['128.0.0.1', false],
  ['[::ffff:7f00:1]', false],
  ['0.0.0.0', false],
])('loopback: %s is %s', (host, expected) => {
  expect(isLoopbackHost(host)).toBe(expected);
});

test.each([
  ['http://2130706433/', true],
  ['http://0x7f.1/', true],
  ['http://LOCALHOST:8080/v1', true],
  ['http://user@127.0.0.1/', true],
  ['http://127.0.0.1@evil.test/', false],
  ['no url', false],
])('loopback URL: %s is %s', (url, expected) => {
  expect(isLoopbackUrl(url)).toBe(expected);
});

test('a key in a login of the URL is not repeated', () => {
  expect(() => parseHttpUrl('https://sk-secret@model.test/')).toThrow(/model\.test/);
  expect(() => parseHttpUrl('https://sk-secret@model.test/')).not.toThrow(/sk-secret/);
});

test('headers are checked by name and value, and a bad value is not repeated', () => {
  expect(() => checkHeaders({ 'x-ok': 'tab\tand é' }, 'host')).not.toThrow();
  expect(() => checkHeaders({ 'x-bad': 'a\nb' }, 'host')).toThrow(/"x-bad" for host/);
  expect(() => checkHeaders({ authorization: 'Bearer secret\n' }, 'host')).not.toThrow(/secret/);
  expect(() => checkHeaders({ 'x-wide': '€' }, 'host')).toThrow();
});

test('knows which headers carry keys', () => {
  expect(hasSecretHeader({ Authorization: 'x' })).toBe(true);
  expect(hasSecretHeader({ 'X-Api-Key': 'x' })).toBe(true);
  expect(hasSecretHeader({ accept: 'x' })).toBe(false);
});
