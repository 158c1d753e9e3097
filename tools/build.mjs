// Bundles src into dist: one entry, split by command, so that a command loads only its own code.
// Then the tags of the help, and the library of the code index, for this machine; `--no-native` leaves the one that is there.
import { readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildNative, hostPlatform } from './build-native.mjs';
import {
  fewChunks,
  laterWork,
  lazyBuiltins,
  lazyLanguages,
  withoutUnused,
} from './bundle-plugins.mjs';
import { writeHelpTags } from './help-tags.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

// A folder of its own first, then a swap: a program that is running never sees half a build.
const fresh = await mkdtemp(join(root, '.dist-'));
try {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['src/cli/main.ts'],
    outdir: fresh,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    // The syntax of Node 22. Named as a Node version, esbuild would turn `/…/v` into a call that
    // reads the whole pattern at start: 3 ms for each emoji table, and there are six.
    target: 'es2024',
    minify: true,
    treeShaking: true,
    sourcemap: false,
    legalComments: 'none',
    chunkNames: 'chunks/[name]-[hash]',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
    metafile: true,
    plugins: [withoutUnused, lazyBuiltins, laterWork, lazyLanguages, fewChunks(root)],
    // Native: they stay outside. Imported when a key is first looked up, and with the first question
    // to the code index.
    external: ['@napi-rs/keyring', 'koffi'],
  });
  await writeFile(join(fresh, 'LICENSES.txt'), licencesOf(Object.keys(metafile.inputs)));
  // A temporary folder starts private; other users of this machine may run Zeke too.
  await chmod(fresh, 0o755);
  await rm(join(root, 'dist'), { recursive: true, force: true });
  await rename(fresh, join(root, 'dist'));
  writeHelpTags(join(root, 'doc'));
} catch (error) {
  // esbuild has printed its own errors already; anything else is news.
  if (!(error instanceof Error && 'errors' in error)) console.error(error);
  await rm(fresh, { recursive: true, force: true });
  process.exitCode = 1;
}
const isNativeWanted = !process.argv.includes('--no-native');
if (isNativeWanted && !(await buildNative([hostPlatform()]))) process.exitCode = 1;

/**
 * The licence of every package whose code is in the bundle: their terms ask for it.
 * @param {readonly string[]} inputs
 */
function licencesOf(inputs) {
  const folders = new Set(
    inputs.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []),
  );
  const texts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(
      readFileSync(join(root, folder, 'package.json'), 'utf8'),
    );
    const file = readdirSync(join(root, folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file === undefined ? '' : readFileSync(join(root, folder, file), 'utf8').trim();
    return `${name} ${version} (${license})\n\n${text}`.trim();
  });
  return `Zeke contains code of these packages.\n\n${texts.join('\n\n---\n\n')}\n`;
}
