/**
 * Loads koffi, which calls the library. Its own start tries every place where its binary may lie, and
 * takes six times as long as the binary; where npm put that is known, so it is asked for by its name.
 */
import { createRequire } from 'node:module';

/** What is used of koffi; its binary has it as well as its package. */
export type Koffi = Pick<typeof import('koffi'), 'load' | 'struct' | 'type'>;

/** `isMusl`: whether the libc of this Node is musl. */
export async function loadKoffi(isMusl: boolean): Promise<Koffi> {
  return requireBinary(isMusl) ?? (await import('koffi'));
}

/** Undefined where the binary lies elsewhere: koffi itself finds it, or says why not. */
function requireBinary(isMusl: boolean): Koffi | undefined {
  const { arch, platform } = process;
  const folder = `@koromix/koffi-${platform}-${arch}/${isMusl ? 'musl' : platform}_${arch}`;
  try {
    const ofKoffi = createRequire(createRequire(import.meta.url).resolve('koffi'));
    return ofKoffi(`${folder}/koffi.node`);
  } catch {
    return undefined;
  }
}
