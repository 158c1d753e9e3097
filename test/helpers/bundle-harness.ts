/** Bundles the scripted conversation the way the program is bundled, once for a test file. */
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '../..');

export interface ChatHarness {
  /** The program. */
  readonly path: string;
  /** Takes it off the disk. What removes it came with it, so no test has to name a folder. */
  remove(): void;
}

export async function bundleChatHarness(): Promise<ChatHarness> {
  const outdir = await mkdtemp(join(tmpdir(), 'zeke-harness-'));
  await build({
    absWorkingDir: root,
    entryPoints: ['test/helpers/chat-harness.ts'],
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node22.13',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
    alias: { 'react-devtools-core': 'node:events' },
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'error',
  });
  return {
    path: join(outdir, 'chat-harness.mjs'),
    remove: () => rmSync(outdir, { recursive: true, force: true }),
  };
}
