import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isSecretPath } from '../../src/platform/walk/secret-files.ts';
import { buildNativeProgram } from '../helpers/native-program.ts';
import { makeWorkspace } from '../helpers/workspace.ts';

const program = buildNativeProgram('walk_list', 'walk');
if (program === undefined) console.warn('no Zig for this machine: secret names are not compared');

const STARTS = ['', '.', '_', 'x', 'id_', 'ID_', '.env', '.ENV', '.envrc', '.env\n'];
const STEMS = [
  'env',
  'npmrc',
  'netrc',
  'rsa',
  'ed25519',
  'my',
  'kubeconfig',
  'docker',
  'boto',
  'é',
];
const ENDS = [
  '',
  '.example',
  'sample',
  '.dist',
  '.pem',
  '.KEY',
  '.bak',
  '.pub',
  '.cnf',
  '.env',
  '.a.gpg',
];
const OTHERS = [
  '.ssh/a',
  '.SSH/b',
  'ssh/c',
  'a/.aws/x/y',
  '.docker/config.json',
  'docker/config.json',
];
const MORE = [
  'a/.Docker/CONFIG.json',
  '.docker/a/config.json',
  '.password-store/a',
  '.envtemplate',
];

describe.runIf(program !== undefined)('files that hold secrets', () => {
  it('are left out by the library as they are by the walk in TypeScript', () => {
    const names = STARTS.flatMap((start) =>
      STEMS.flatMap((stem) => ENDS.map((end) => `n/${start}${stem}${end}`)),
    );
    const paths = [...new Set([...names, ...OTHERS, ...MORE])];
    const root = makeWorkspace(Object.fromEntries(paths.map((path) => [path, ''])));
    const output = execFileSync(program ?? '', [root], { encoding: 'utf8' });
    const kept = paths.filter((path) => !isSecretPath(path));
    expect(output.split('\0').slice(0, -1).sort()).toEqual(kept.sort());
    expect(kept.length).toBeGreaterThan(paths.length / 4);
    expect(kept.length).toBeLessThan((paths.length * 3) / 4);
    rmSync(root, { recursive: true });
  });
});
