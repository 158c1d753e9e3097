import { expect, it } from 'vitest';
import { loadKoffi } from '../../../src/platform/native/koffi.ts';
import { hostPlatform } from '../../../tools/build-native.mjs';

it('is the binary of its package, which npm put where it is looked for', async () => {
  const whole = await import('koffi');
  const koffi = await loadKoffi(hostPlatform().endsWith('-musl'));
  expect(koffi).not.toBe(whole);
  expect(koffi).toMatchObject({ version: whole.version });
});

it('is the package where its binary lies elsewhere', async () => {
  // No platform but Linux has one for musl.
  const { platform } = process;
  Object.defineProperty(process, 'platform', { value: 'unknown' });
  try {
    expect(await loadKoffi(true)).toBe(await import('koffi'));
  } finally {
    Object.defineProperty(process, 'platform', { value: platform });
  }
});
