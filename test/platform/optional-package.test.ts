import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importOptionalPackage } from '../../src/platform/optional-package.ts';

const NAME = '@zeke-test/optional';

function install(manifest: string, code: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'zeke-optional-'));
  const home = join(folder, 'node_modules', NAME);
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'package.json'), manifest);
  writeFileSync(join(home, 'a.js'), code);
  return folder;
}

describe('importOptionalPackage', () => {
  it('gives undefined for a package that is nowhere', async () => {
    expect(await importOptionalPackage(NAME, [tmpdir(), undefined])).toBeUndefined();
  });

  it('loads what a folder has installed, by exports or by main', async () => {
    const byExports = install(
      '{"type":"module","exports":{".":{"import":"./a.js"}}}',
      'export const answer = 1;',
    );
    const byMain = install('{"type":"module","main":"a.js"}', 'export const answer = 2;');
    expect(await importOptionalPackage(NAME, [byExports])).toMatchObject({ answer: 1 });
    expect(await importOptionalPackage(NAME, [undefined, byMain])).toMatchObject({ answer: 2 });
  });

  it('tells a broken package from a missing one', async () => {
    const folder = install('{"type":"module","main":"a.js"}', 'throw new Error("no");');
    await expect(importOptionalPackage(NAME, [folder])).rejects.toThrow('does not load');
  });
});
