/** The tarball that users get: packed, installed the way they install it, and started. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { cp, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildNative, libraryPath, PLATFORMS } from '../../tools/build-native.mjs';
import { findZig } from '../../tools/zig.mjs';
import { createTestHome, PROJECT_ROOT, ZEKE } from '../helpers/zeke.ts';

const MAX_TARBALL_BYTES = 8 * 1024 * 1024;
/** The first build for Windows makes its C library as well. */
const BUILD_LIMIT_MS = 1_200_000;
const folder = mkdtempSync(join(tmpdir(), 'zeke-install-'));
const home = createTestHome();
const manifest = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8'));

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string; readonly mode: number }[];
}
let packed: Packed;
let tarball: string;

function npm(args: readonly string[], cwd = PROJECT_ROOT) {
  return spawnSync('npm', [...args, '--no-audit', '--no-fund'], { cwd, encoding: 'utf8' });
}

beforeAll(async () => {
  await buildNative(PLATFORMS);
  // The build is there already; packing must not run it again under the other tests.
  const result = npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder]);
  const [first] = Object.values(JSON.parse(result.stdout)) as readonly Packed[];
  if (first === undefined) throw new Error(result.stderr);
  packed = first;
  tarball = join(folder, packed.filename);
}, BUILD_LIMIT_MS);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  home.remove();
});

describe('the tarball', () => {
  it('holds the program and its documents, and nothing else', () => {
    const paths = packed.files.map(({ path }) => path);
    for (const path of ['bin/zeke', 'bin/package.json', 'dist/main.js', 'man/zeke.1', 'LICENSE']) {
      expect(paths).toContain(path);
    }
    for (const platform of PLATFORMS.filter((one) => existsSync(libraryPath(one)))) {
      expect(paths).toContain(libraryPath(platform).slice(PROJECT_ROOT.length));
    }
    const allowed =
      /^(?:bin|dist|doc|ftplugin|lua|man|plugin|syntax|native\/(?:include|prebuilt\/[\w-]+))\/|^(?:package\.json|README\.md|CHANGELOG\.md|LICENSE)$/;
    expect(paths.filter((path) => !allowed.test(path))).toEqual([]);
    expect(paths.filter((path) => /\.(?:map|tsx?|zig|log|jsonl|env)$/.test(path))).toEqual([]);
    expect(packed.size).toBeLessThan(MAX_TARBALL_BYTES);
  });

  it('has the launcher executable and nothing else writable by others', () => {
    const modes = new Map(packed.files.map(({ path, mode }) => [path, mode & 0o777]));
    expect(modes.get('bin/zeke')).toBe(0o755);
    expect([...modes].filter(([, mode]) => (mode & 0o022) !== 0)).toEqual([]);
  });

  it('runs nothing when it is installed and needs two packages', () => {
    expect(Object.keys(manifest.dependencies)).toEqual(['@napi-rs/keyring', 'koffi']);
    const scripts = ['preinstall', 'install', 'postinstall'];
    expect(scripts.filter((name) => name in manifest.scripts)).toEqual([]);
  });

  it('names the licence of every package in the bundle', () => {
    const text = readFileSync(join(PROJECT_ROOT, 'dist/LICENSES.txt'), 'utf8');
    for (const name of ['ink', 'react', 'marked'])
      expect(text).toMatch(new RegExp(`^${name} \\d`, 'm'));
  });
});

describe('an installed zeke', () => {
  const prefix = join(folder, 'prefix');
  const installed = join(prefix, 'bin/zeke');
  const run = (...args: readonly string[]) =>
    spawnSync(process.execPath, [installed, ...args], {
      cwd: home.project,
      env: home.env,
      encoding: 'utf8',
      input: '',
    });

  it('starts, answers and brings its manual', async (context) => {
    // The dependencies come from the registry; where there is none, or one that answers in part or
    // not at all, their installed copies do.
    const patience = ['--fetch-timeout=20000', '--fetch-retries=1', '--no-update-notifier'];
    const options = ['--prefix', prefix, '--prefer-offline', ...patience];
    const result = npm(['install', '-g', ...options, tarball], folder);
    if (result.status !== 0 || !hasLibraries(prefix)) await installByHand(prefix);
    context.onTestFailed(() => console.log(result.stderr));
    expect(run('--version')).toMatchObject({ status: 0, stdout: `zeke ${manifest.version}\n` });
    const answer = run('ask', '--model', 'builtin', 'what can you do?');
    expect(answer.status).toBe(0);
    expect(answer.stdout).toContain('Built-in engine');
    const doctor = JSON.parse(run('doctor', '--json', '--offline').stdout);
    const serving = doctor.find((check: { readonly name: string }) => check.name === 'code index');
    expect(serving).toMatchObject({ status: findZig() === undefined ? 'note' : 'ok' });
    const page = join(prefix, 'lib/node_modules/zeke/man/zeke.1');
    expect(readFileSync(page, 'utf8')).toContain('.TH');
    expect(statSync(join(prefix, 'lib/node_modules/zeke/bin/zeke')).mode & 0o111).not.toBe(0);
  });

  it('keeps working with a home that cannot be written', () => {
    const env = { ...home.env, HOME: '/dev/null', XDG_CACHE_HOME: '/dev/null/cache' };
    const result = spawnSync(process.execPath, [installed, '--version'], { env, encoding: 'utf8' });
    expect(result).toMatchObject({ status: 0, stderr: '' });
  });
});

const packagesOf = (prefix: string): string => join(prefix, 'lib/node_modules/zeke');

/** The libraries of the dependencies are optional packages: npm goes on without one it cannot get. */
function hasLibraries(prefix: string): boolean {
  return ['@koromix', '@napi-rs'].every((scope) => {
    const own = readdirSync(join(PROJECT_ROOT, 'node_modules', scope));
    return own.every((name) => existsSync(join(packagesOf(prefix), 'node_modules', scope, name)));
  });
}

/** What npm does, without a registry: unpack, link, and take the dependencies from here. */
async function installByHand(prefix: string): Promise<void> {
  const target = packagesOf(prefix);
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  await mkdir(join(prefix, 'bin'), { recursive: true });
  spawnSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', target]);
  for (const name of ['@napi-rs', 'koffi', '@koromix']) {
    const from = join(PROJECT_ROOT, 'node_modules', name);
    await cp(from, join(target, 'node_modules', name), { recursive: true });
  }
  spawnSync('ln', ['-sf', '../lib/node_modules/zeke/bin/zeke', join(prefix, 'bin/zeke')]);
}

describe('the launcher', () => {
  const oldNode = findOldNode();

  it('starts the Node of the clone where the system has an old one', (context) => {
    context.skip(oldNode === undefined, 'no Node older than 22.13 on this machine');
    const result = spawnSync(oldNode ?? '', [ZEKE, '--version'], {
      env: home.env,
      encoding: 'utf8',
    });
    expect(result).toMatchObject({ status: 0, stdout: `zeke ${manifest.version}\n` });
    const wrong = spawnSync(oldNode ?? '', [ZEKE, 'ask', '--nonsense'], { env: home.env });
    expect(wrong.status).toBe(2);
  });

  it('says in one line what is needed where there is no other Node', async (context) => {
    context.skip(oldNode === undefined, 'no Node older than 22.13 on this machine');
    const alone = join(folder, 'alone');
    await cp(join(PROJECT_ROOT, 'bin'), join(alone, 'bin'), { recursive: true });
    const result = spawnSync(oldNode ?? '', [join(alone, 'bin/zeke')], { encoding: 'utf8' });
    expect(result.status).toBe(2);
    expect(result.stderr).toMatch(/^zeke: needs Node 22\.13 or newer; this is Node [\d.]+\.\n$/);
  });

  it('says in one line that a clone is not built', async () => {
    const alone = join(folder, 'not-built');
    await cp(join(PROJECT_ROOT, 'bin'), join(alone, 'bin'), { recursive: true });
    const result = spawnSync(process.execPath, [join(alone, 'bin/zeke')], { encoding: 'utf8' });
    expect(result.status).toBe(2);
    expect(result.stderr).toMatch(/^zeke: not built yet\. .*npm ci.*\n$/);
  });

  it('does not start itself again on a Node that is fine', () => {
    // A second process would have another parent's id; the program itself is asked for nothing.
    const script = `process.argv[1] = ${JSON.stringify(ZEKE)}; process.argv[2] = '--version';
      const child = process.getBuiltinModule('child_process');
      child.spawn = child.spawnSync = () => { throw new Error('relaunched'); };
      require(${JSON.stringify(ZEKE)});`;
    const result = spawnSync(process.execPath, ['-e', script, 'x'], {
      env: home.env,
      encoding: 'utf8',
    });
    expect(result.stderr).toBe('');
    expect(result.status).toBe(0);
  });
});

/** A Node of the system that is too old for Zeke, where there is one. */
function findOldNode(): string | undefined {
  return ['/usr/bin/node', '/usr/local/bin/node']
    .filter((path) => existsSync(path))
    .find((path) => {
      const { stdout } = spawnSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8' });
      const [major = 0, minor = 0] = stdout.split('.').map(Number);
      return major < 22 || (major === 22 && minor < 13);
    });
}
