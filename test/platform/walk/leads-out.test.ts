import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { leadsOut } from '../../../src/platform/walk/leads-out.ts';
import { makeWorkspace } from '../../helpers/workspace.ts';

test('a link is judged by where it leads', () => {
  const root = makeWorkspace({ 'src/a.ts': '', '.env': 'KEY=1' });
  symlinkSync('/etc/passwd', join(root, 'notes.txt'));
  symlinkSync('/etc', join(root, 'folder'));
  symlinkSync('.env', join(root, 'harmless.txt'));
  symlinkSync('src', join(root, 'inside'));
  symlinkSync('loop', join(root, 'loop'));
  const out = [
    'notes.txt',
    'folder/passwd',
    'folder',
    'harmless.txt',
    'loop',
    '..',
    'a\0b',
    '.env',
  ];
  expect(out.filter((path) => !leadsOut(root, path))).toEqual([]);
  const inside = ['src/a.ts', 'inside/a.ts', 'src', 'not/there', 'src/a.ts/x', 'main'];
  expect(inside.filter((path) => leadsOut(root, path))).toEqual([]);
});
