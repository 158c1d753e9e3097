import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { undoTurn } from '../../src/agent/undo.ts';
import { ZekeError } from '../../src/platform/errors.ts';
import { createContentStore } from '../../src/platform/storage/content-store.ts';
import type { FileChange } from '../../src/session/events.ts';
import { EMPTY_STATE, reduce, type Turn } from '../../src/session/state.ts';
import { makeWorkspace } from '../helpers/workspace.ts';

function turnWith(changes: readonly FileChange[]): Turn {
  const start = { type: 'turn-start' as const, turnId: 't', model: 'm/x', message: { text: 'q' } };
  const { running } = reduce(EMPTY_STATE, { ...start, seq: 1, at: 1 });
  if (running === undefined) throw new Error('no turn');
  return { ...running, changes };
}

/** A project in which tools have changed files, and what they kept. */
function changed(files: Record<string, readonly (string | null)[]>) {
  const root = makeWorkspace({});
  const contents = createContentStore(join(makeWorkspace({}), 'contents'));
  const hash = (text: string | null | undefined): string | null =>
    text === null || text === undefined ? null : contents.put(Buffer.from(text));
  const changes: FileChange[] = [];
  for (const [path, versions] of Object.entries(files)) {
    for (let at = 1; at < versions.length; at += 1) {
      changes.push({ path, before: hash(versions[at - 1]), after: hash(versions[at]) });
    }
    mkdirSync(join(root, path, '..'), { recursive: true });
    const last = versions.at(-1);
    if (typeof last === 'string') writeFileSync(join(root, path), last);
  }
  return { root, contents, turn: turnWith(changes) };
}

test('every file gets back what was in it, through all its changes, with its mode', () => {
  const place = changed({
    'src/a.sh': ['one', 'two', 'three'],
    'new.ts': [null, 'made', 'made more'],
  });
  chmodSync(join(place.root, 'src/a.sh'), 0o755);
  expect(undoTurn(place, place.turn)).toEqual({ restored: ['new.ts', 'src/a.sh'], kept: [] });
  expect(readFileSync(join(place.root, 'src/a.sh'), 'utf8')).toBe('one');
  expect(statSync(join(place.root, 'src/a.sh')).mode & 0o777).toBe(0o755);
  expect(existsSync(join(place.root, 'new.ts'))).toBe(false);
});

test('what somebody changed or removed since is left alone, and the rest is still undone', () => {
  const place = changed({
    'a.ts': ['one', 'two'],
    'b.ts': ['one', 'two', 'three'],
    'c.ts': ['1', '2'],
    'd.ts': [null, 'x'],
  });
  writeFileSync(join(place.root, 'b.ts'), 'mine');
  rmSync(join(place.root, 'c.ts'));
  writeFileSync(join(place.root, 'd.ts'), 'mine too');
  const result = undoTurn(place, place.turn);
  expect(result.restored).toEqual(['a.ts']);
  expect(result.kept).toEqual([
    { path: 'd.ts', reason: 'it was changed since' },
    { path: 'c.ts', reason: 'it was removed since' },
    { path: 'b.ts', reason: 'it was changed since' },
  ]);
  expect(readFileSync(join(place.root, 'b.ts'), 'utf8')).toBe('mine');
  expect(readFileSync(join(place.root, 'd.ts'), 'utf8')).toBe('mine too');
});

test('a file that became a link leading out is not written through', () => {
  const place = changed({ 'a.ts': ['one', 'two'] });
  const outside = join(makeWorkspace({ victim: 'two' }), 'victim');
  rmSync(join(place.root, 'a.ts'));
  symlinkSync(outside, join(place.root, 'a.ts'));
  expect(undoTurn(place, place.turn).kept).toEqual([
    { path: 'a.ts', reason: 'it cannot be written now' },
  ]);
  expect(readFileSync(outside, 'utf8')).toBe('two');
});

test.each([
  ['../victim'],
  ['../../victim'],
  ['src/../../victim'],
  ['..\\\\victim'],
  ['/etc/passwd'],
  ['~/victim'],
  ['.git/config'],
  ['.GIT/config'],
  ['src/.git/hooks/pre-commit'],
  ['.zeke/config.toml'],
  ['.env'],
  ['a\u202eb'],
  ['linked/victim'],
  ['linked/new/victim'],
  ['dangling'],
  [''],
  ['.'],
  ['pipe\0name'],
])('a journal that names %j changes nothing there', (path) => {
  const place = changed({});
  const outside = makeWorkspace({ victim: 'theirs', 'new/victim': 'theirs' });
  symlinkSync(outside, join(place.root, 'linked'));
  symlinkSync(join(outside, 'nothing'), join(place.root, 'dangling'));
  mkdirSync(join(place.root, '.git'));
  writeFileSync(join(place.root, '.git/config'), 'theirs');
  const theirs = place.contents.put(Buffer.from('theirs'));
  const evil = place.contents.put(Buffer.from('evil'));
  // To write, to remove, and to make a file: each would fit what is there.
  for (const change of [
    { path, before: evil, after: theirs },
    { path, before: null, after: theirs },
    { path, before: evil, after: null },
  ]) {
    expect(undoTurn(place, turnWith([change]))).toEqual({
      restored: [],
      kept: [{ path, reason: 'it cannot be written now' }],
    });
  }
  expect(readFileSync(join(outside, 'victim'), 'utf8')).toBe('theirs');
  expect(readFileSync(join(outside, 'new/victim'), 'utf8')).toBe('theirs');
  expect(readFileSync(join(place.root, '.git/config'), 'utf8')).toBe('theirs');
  expect(existsSync(join(outside, 'nothing'))).toBe(false);
});

test('a content that is gone is said', () => {
  const place = changed({ 'a.ts': ['one', 'two'] });
  const contents = createContentStore(join(place.root, 'other'));
  expect(undoTurn({ ...place, contents }, place.turn).kept[0]?.reason).toContain(
    'not kept any more',
  );
  expect(readFileSync(join(place.root, 'a.ts'), 'utf8')).toBe('two');
});

test('a turn that was undone, or changed nothing, is refused in words', () => {
  const place = changed({ 'a.ts': ['one', 'two'] });
  expect(() => undoTurn(place, { ...place.turn, isUndone: true })).toThrow(ZekeError);
  expect(() => undoTurn(place, { ...place.turn, isUndone: true })).toThrow('already');
  expect(() => undoTurn(place, turnWith([]))).toThrow('changed no file');
});
