import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startLiveOutput } from '../../../src/agent/turns/live-output.ts';
import { createRedactor } from '../../../src/platform/secrets/redactor.ts';

const TOKEN = `ghp_${'a1B2c3D4e5F6g7H8i9J0'.repeat(2).slice(0, 36)}`;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** What was said, and a way to let time pass until something was. */
function start() {
  const said: string[] = [];
  const live = startLiveOutput(createRedactor(), (text) => said.push(text));
  const until = (wanted: string) => {
    while (!said.join('').includes(wanted)) {
      if (vi.getTimerCount() === 0) throw new Error(`nothing will say ${JSON.stringify(wanted)}`);
      vi.advanceTimersToNextTimer();
    }
  };
  return { live, said, until };
}

test('whole lines come at once; what comes soon after is gathered', () => {
  const { live, said, until } = start();
  live.push('one\r\ntw');
  expect(said).toEqual(['one\n']);
  live.push('o\n50%\r100%\nopen');
  until('100%');
  expect(said).toEqual(['one\n', 'two\n50%\n100%\n']);
  live.stop();
});

test('a secret that is cut between two pieces is replaced whole', () => {
  const { live, said, until } = start();
  live.push(`first\ntoken ${TOKEN.slice(0, 10)}`);
  live.push(`${TOKEN.slice(10)}\nlast\n`);
  until('last');
  const text = said.join('');
  expect(text).toMatch(/token \[secret:[\w.-]+:1\]\n/);
  expect(text).not.toContain(TOKEN.slice(10));
  live.stop();
});

test('no line of a private key is said, however long the key takes', () => {
  const { live, said, until } = start();
  // In two pieces, so that this file holds no key.
  const name = ['RSA', 'PRIVATE', 'KEY-----\n'].join(' ');
  live.push(`before\n-----BEGIN ${name}MIIEpAIBAAKCAQEA\n`);
  until('before');
  live.push(`${'QmFzZTY0\n'.repeat(10_000)}-----END ${name}after\n`);
  until('after');
  expect(said.join('')).toBe('before\nafter\n');
  live.stop();
});

test('of a flood the end is said, in whole lines and in bounds; a line without end is none', () => {
  const { live, said, until } = start();
  live.push('begin\n');
  for (let n = 0; n < 20_000; n += 1) live.push(`line ${n} of very many\n`);
  live.push('x'.repeat(200_000));
  live.push('y\nthe end\n');
  until('the end');
  const last = said.at(-1) ?? '';
  expect(last.length).toBeLessThanOrEqual(2000);
  expect(last).toMatch(/^line \d+ of very many\n[\s\S]*line 19999 of very many\n…\nthe end\n$/);
  live.stop();
});

test('a command that prints on and on is said ever less of', () => {
  const { live, said, until } = start();
  let characters = 0;
  for (let n = 0; characters < 100_000 && n < 200; n += 1) {
    live.push(`${`row ${n} `.padEnd(99, '.')}\n`.repeat(30));
    until(`row ${n} `);
    characters = said.join('').length;
  }
  const before = said.length;
  live.push(`${'late'.padEnd(99, '.')}\n`.repeat(30));
  until('late');
  expect(said.length).toBe(before + 1);
  expect(said.at(-1)?.length).toBeLessThanOrEqual(500);
  live.stop();
});

test('stopped, it says nothing more', () => {
  const { live, said } = start();
  live.push('one\n');
  live.push('two\n');
  live.stop();
  vi.advanceTimersByTime(10_000);
  expect(said).toEqual(['one\n']);
});
