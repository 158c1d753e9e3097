/** Bundles the scripted conversation the way the program is bundled, once for a test file. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '../..');

export async function bundleChatHarness(): Promise<string> {
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
  return join(outdir, 'chat-harness.mjs');
}
