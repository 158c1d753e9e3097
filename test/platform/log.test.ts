import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLog } from '../../src/platform/log.ts';

let dir: string;
let stateDir: string;
const now = (): number => Date.UTC(2026, 0, 2, 3, 4, 5);

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'zeke-log-'));
  stateDir = join(dir, 'state');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('nothing is made before something is logged', () => {
  createLog({ stateDir });
  expect(existsSync(stateDir)).toBe(false);
});

test('an entry has its time and level, further lines are indented, others cannot read it', async () => {
  const log = createLog({ stateDir, now });
  expect(await log.write('error', 'first\nsecond\n')).toBe(true);
  expect(readFileSync(log.path, 'utf8')).toBe('2026-01-02T03:04:05.000Z error first\n  second\n');
  expect(statSync(log.path).mode & 0o777).toBe(0o600);
  expect(statSync(stateDir).mode & 0o777).toBe(0o700);
});

test('secrets are taken out before anything is written', async () => {
  const log = createLog({ stateDir, redact: (text) => text.replaceAll('hunter2', '[secret]') });
  await log.write('info', 'password hunter2');
  expect(readFileSync(log.path, 'utf8')).toContain('password [secret]');
});

test('the log and its one predecessor stay small', async () => {
  const log = createLog({ stateDir, maxBytes: 500, now });
  await Promise.all(Array.from({ length: 100 }, (_, index) => log.write('info', `line ${index}`)));
  expect(statSync(log.path).size).toBeLessThanOrEqual(500);
  expect(statSync(`${log.path}.1`).size).toBeLessThanOrEqual(500);
  expect(readFileSync(log.path, 'utf8')).toContain('line 99\n');
});

test('one huge entry is cut', async () => {
  const log = createLog({ stateDir });
  await log.write('error', 'x'.repeat(10_000_000));
  expect(statSync(log.path).size).toBeLessThan(20_000);
});

test('a log that cannot be written is a quiet no', async () => {
  writeFileSync(stateDir, 'a file');
  expect(await createLog({ stateDir }).write('error', 'x')).toBe(false);
});

test('a symlink in its place is not followed', async () => {
  const log = createLog({ stateDir });
  await log.write('info', 'x');
  rmSync(log.path);
  const target = join(dir, 'target');
  writeFileSync(target, 'mine');
  symlinkSync(target, log.path);
  expect(await log.write('info', 'y')).toBe(false);
  expect(readFileSync(target, 'utf8')).toBe('mine');
});
