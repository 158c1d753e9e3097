import { expect, it } from 'vitest';
import { shortForms, splitName, stemWord } from '../../../src/context/scan/words.ts';

it.each([
  ['maxRetryCount', ['max', 'retry', 'count']],
  ['MAX_RETRY_COUNT', ['max', 'retry', 'count']],
  ['HTTPServer2Go', ['http', 'server', '2', 'go']],
  ['parse_diff-lines.ts', ['parse', 'diff', 'lines', 'ts']],
  ['größeÄndern', ['größe', 'ändern']],
  ['重试Logic', ['重试', 'logic']],
  ['$_', []],
  ['', []],
])('splits %s', (name, parts) => {
  expect(splitName(name)).toEqual(parts);
});

it.each([
  ['retry', 'retries', 'retried', 'retrying'],
  ['parse', 'parser', 'parsed', 'parsing', 'parses'],
  ['cache', 'caches', 'cached', 'caching'],
  ['write', 'writes', 'writer', 'written', 'writing'],
  ['run', 'running'],
  ['match', 'matches', 'matched', 'matching', 'matcher'],
  ['delete', 'deletes', 'deletion', 'deleted'],
  ['index', 'indexes', 'indexed'],
  ['atomic', 'atomically'],
])('%s meets %j', (...words) => {
  expect(new Set(words.map(stemWord)).size).toBe(1);
});

it.each([
  ['class', 'clas'],
  ['status', 'statu'],
  ['this', 'thi'],
  ['retrieve', 'retry'],
  ['string', 'str'],
  ['speed', 'spe'],
  ['bus', 'bu'],
])('%s does not become %s', (word, other) => {
  expect(stemWord(word)).not.toBe(stemWord(other));
});

it('knows short forms both ways', () => {
  expect(shortForms('configuration')).toEqual([stemWord('config')]);
  expect(shortForms('dir')).toContain(stemWord('directory'));
  expect(shortForms('unicorn')).toEqual([]);
});
