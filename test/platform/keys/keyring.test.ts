import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createKeyring } from '../../../src/platform/keys/keyring.ts';

const isInstalled = (program: string): boolean =>
  spawnSync('which', [program], { stdio: 'ignore' }).status === 0;

const SCRIPT = `
const { createKeyring } = await import(${JSON.stringify(new URL('../../../src/platform/keys/keyring.ts', import.meta.url).href)});
const keyring = createKeyring();
const answers = [
  await keyring.store('test', 'secret'),
  await keyring.find('test'),
  await keyring.remove('test'),
  await keyring.find('test'),
];
console.log(JSON.stringify(answers));
`;

/** A desktop session of its own, so that the keyring of whoever runs the test is not touched. */
function runWithSession(home: string, command: string): { answers: unknown; stderr: string } {
  const { stdout, stderr } = spawnSync('dbus-run-session', ['--', 'sh', '-c', command], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: home, NODE: process.execPath, SCRIPT },
    timeout: 50_000,
  });
  return { answers: JSON.parse(stdout.trim().split('\n').at(-1) ?? 'null'), stderr };
}

describe('the keyring of the system', () => {
  test('a session without a keyring is a quiet no', ({ skip }) => {
    if (!isInstalled('dbus-run-session')) skip('dbus-run-session is not installed');
    const home = mkdtempSync(join(tmpdir(), 'zeke-keyring-'));
    const run = runWithSession(home, '"$NODE" --input-type=module -e "$SCRIPT"');
    rmSync(home, { recursive: true, force: true });
    // Nothing can be kept; whether looking is refused or finds nothing depends on the system.
    const [stored, ...others] = run.answers as { ok: boolean; value?: unknown }[];
    expect(stored).toEqual({ ok: false, reason: expect.any(String) });
    expect(others.every(({ value }) => value === undefined || value === false)).toBe(true);
  });

  test('keeps, finds and removes', ({ skip }) => {
    if (!isInstalled('dbus-run-session') || !isInstalled('gnome-keyring-daemon')) {
      skip('dbus-run-session and gnome-keyring are not both installed');
    }
    const home = mkdtempSync(join(tmpdir(), 'zeke-keyring-'));
    const unlock = 'echo password | gnome-keyring-daemon --unlock --components=secrets';
    const run = runWithSession(home, `${unlock}; "$NODE" --input-type=module -e "$SCRIPT"`);
    rmSync(home, { recursive: true, force: true });
    expect(run.answers).toEqual([
      { ok: true, value: true },
      { ok: true, value: 'secret' },
      { ok: true, value: true },
      { ok: true },
    ]);
  });

  test('no session at all is a quiet no', ({ skip }) => {
    if (process.platform !== 'linux') skip('only Linux can be without a keyring');
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', SCRIPT], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: tmpdir() },
    });
    expect(JSON.parse(stdout)).toEqual(Array(4).fill({ ok: false, reason: expect.any(String) }));
  });

  test('nothing is loaded before the first question', () => {
    expect(createKeyring()).toHaveProperty('find');
  });
});
