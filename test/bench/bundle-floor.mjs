// Floors for the terminal are Ink programs, bundled with the settings of tools/build.mjs and started
// through a launcher with a compile cache, as Zeke is.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { lazyBuiltins, withoutUnused } from '../../tools/bundle-plugins.mjs';
import { root } from './processes.mjs';

/**
 * @param {string} name of a .jsx file in this folder
 * @returns {Promise<{ path: string, remove: () => void }>} what to start with Node
 */
export async function bundleFloor(name) {
  const folder = mkdtempSync(join(root, 'node_modules/.cache-bench-'));
  const path = join(folder, 'start.mjs');
  await build({
    entryPoints: [join(root, `test/bench/${name}.jsx`)],
    outfile: join(folder, 'program.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node22.13',
    minify: true,
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
    plugins: [withoutUnused, lazyBuiltins],
    logLevel: 'error',
  });
  writeFileSync(
    path,
    `import { enableCompileCache } from 'node:module';\nenableCompileCache(process.env.XDG_CACHE_HOME + '/${name}');\nawait import('./program.mjs');\n`,
  );
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
