/** Packages that Zeke uses when the user installed them, and never needs. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { errnoCode, ZekeError } from './errors.ts';

/**
 * The module of an ES package, or undefined when it is installed nowhere: first in `node_modules`
 * of the given folders, then beside Zeke itself, then among the globally installed packages. The
 * result is unchecked: whoever asks knows which version's shape to expect.
 * Throws a ZekeError when the package is there and does not load.
 */
export async function importOptionalPackage(
  name: string,
  folders: readonly (string | undefined)[],
): Promise<unknown> {
  const found = [...folders, ...foldersAbove(import.meta.dirname), globalFolder()]
    .filter((folder) => folder !== undefined)
    .map((folder) => packageEntry(join(folder, 'node_modules', name)))
    .find((path) => path !== undefined);
  if (found === undefined) return undefined;
  try {
    return await import(pathToFileURL(found).href);
  } catch (cause) {
    throw new ZekeError('system', `The package ${name} is installed but does not load.`, {
      hint: 'Install it again, with the Node that runs Zeke.',
      cause,
    });
  }
}

function foldersAbove(folder: string): readonly string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...foldersAbove(above)];
}

/** Where `npm install -g` puts packages for the Node that runs this. */
function globalFolder(): string {
  const folder = dirname(process.execPath);
  return process.platform === 'win32' ? folder : join(folder, '..', 'lib');
}

/** The file that `import` would load from an unpacked package, or undefined when it is not there. */
function packageEntry(folder: string): string | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const entry = at(at(at(manifest, 'exports'), '.'), 'import') ?? at(manifest, 'main');
    return typeof entry === 'string' ? join(folder, entry) : undefined;
  } catch (error) {
    if (errnoCode(error) === 'ENOENT' || errnoCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

function at(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return (value as Readonly<Record<string, unknown>>)[key];
}
