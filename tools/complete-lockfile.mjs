// Names in package-lock.json the packages for other platforms that npm left out of it, which it
// does where the registry at hand does not carry them. `npm ci` refuses a lockfile with such gaps,
// on every platform. Run it after `npm install`: node tools/complete-lockfile.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SYSTEMS = 'aix android darwin freebsd linux netbsd openbsd openharmony sunos win32'.split(
  ' ',
);
const PROCESSORS = 'arm arm64 ia32 loong64 mips64el ppc64 riscv64 s390x wasm32 x64'.split(' ');
const LIBRARIES = { gnu: 'glibc', gnueabihf: 'glibc', musl: 'musl', musleabihf: 'musl' };

/** @typedef {{ packages: Record<string, any> }} Lockfile */

/**
 * Optional packages that a locked package asks for and the lockfile does not have, each with the
 * place where it would lie: at the top, or below its user where the top holds another version.
 * @param {Lockfile} lockfile
 * @returns {{ key: string, name: string, version: string, isDev: boolean }[]}
 */
export function findGaps({ packages }) {
  const versions = new Map(Object.entries(packages).map(([path, { version }]) => [path, version]));
  const shallowFirst = Object.entries(packages).sort(([a], [b]) => a.length - b.length);
  return shallowFirst.flatMap(([path, { optionalDependencies = {}, dev = false }]) =>
    Object.entries(optionalDependencies).flatMap(([name, range]) => {
      const version = String(range).replace(/^[\^~=]/, '');
      const found = findVersion(versions, path, name);
      // Only an exact range can be compared; another one is taken as fine when anything is there.
      if (found !== undefined && (found === version || version !== range)) return [];
      const key = `${found === undefined ? '' : `${path}/`}node_modules/${name}`;
      versions.set(key, version);
      return [{ key, name, version, isDev: dev }];
    }),
  );
}

/**
 * Looks where Node would: in the package's own node_modules, then upwards.
 * @param {Map<string, string>} versions
 * @param {string} path
 * @param {string} name
 * @returns {string | undefined}
 */
function findVersion(versions, path, name) {
  const found = versions.get(`${path === '' ? '' : `${path}/`}node_modules/${name}`);
  if (found !== undefined || path === '') return found;
  return findVersion(versions, path.replace(/\/?node_modules\/(?:@[^/]+\/)?[^/]+$/, ''), name);
}

/**
 * The entry that lets npm see that the package is for another machine, and skip it.
 * @param {{ name: string, version: string, isDev: boolean }} gap
 */
function entryFor({ name, version, isDev }) {
  const words = name.split(/[-/]/);
  const libc = Object.entries(LIBRARIES).find(([word]) => words.includes(word))?.[1];
  const os = SYSTEMS.filter((word) => words.includes(word));
  return {
    version,
    cpu: PROCESSORS.filter((word) => words.includes(word)),
    ...(isDev ? { dev: true } : {}),
    ...(libc === undefined ? {} : { libc: [libc] }),
    optional: true,
    ...(os.length === 0 ? {} : { os }),
  };
}

/** @param {string} path */
function complete(path) {
  const lockfile = JSON.parse(readFileSync(path, 'utf8'));
  const gaps = findGaps(lockfile);
  for (const gap of gaps) lockfile.packages[gap.key] = entryFor(gap);
  const sorted = Object.entries(lockfile.packages).sort(([a], [b]) => (a < b ? -1 : 1));
  lockfile.packages = Object.fromEntries(sorted);
  writeFileSync(path, `${JSON.stringify(lockfile, undefined, 2)}\n`);
  console.log(`lockfile: ${gaps.length} packages for other platforms added`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  complete(
    process.argv[2] ?? join(fileURLToPath(new URL('..', import.meta.url)), 'package-lock.json'),
  );
}
