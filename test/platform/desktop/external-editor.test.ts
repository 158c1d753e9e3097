import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { editInEditor } from '../../../src/platform/desktop/external-editor.ts';
import { ZekeError } from '../../../src/platform/errors.ts';

let dir: string;
let temporary: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'zeke editor-'));
  temporary = mkdtempSync(join(tmpdir(), 'zeke-temporary-'));
  vi.stubEnv('TMPDIR', temporary);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true, force: true });
  rmSync(temporary, { recursive: true, force: true });
});

/** An editor that notes what it was given and runs a line of shell on the file. */
function editor(line: string): string {
  const path = join(dir, 'my editor');
  const note = `stat -c %a "$file" "$(dirname "$file")" > '${dir}/modes'; echo "$@" > '${dir}/args'`;
  writeFileSync(path, `#!/bin/sh\nfor file; do :; done\n${note}\n${line}\n`);
  chmodSync(path, 0o755);
  return `"${path}" --wait '--title=a b'`;
}
const edit = (text: string, command: string) =>
  editInEditor(text, { env: { EDITOR: command, PATH: '/usr/bin:/bin' }, cwd: dir });
const leftOvers = () => readdirSync(temporary);

test('the text as the editor left it, by way of a private file', async () => {
  const edited = await edit('one', editor('printf "two\\r\\nthree\\n\\n" >> "$file"'));
  expect(edited).toBe('one\ntwo\nthree');
  expect(readFileSync(join(dir, 'modes'), 'utf8')).toBe('600\n700\n');
  expect(readFileSync(join(dir, 'args'), 'utf8')).toMatch(
    /^--wait --title=a b \S+zeke-message-\w+\/message\.md\n$/,
  );
  expect(leftOvers()).toEqual([]);
});

test('an empty text is an empty file, and may stay one', async () => {
  expect(await edit('', editor('test -s "$file" && exit 3; true'))).toBe('');
});

test.each([
  ['one that fails', () => editor('exit 3'), 'ended with an error (3)'],
  ['one that is not there', () => '/nowhere/editor', 'could not be started (ENOENT)'],
  ['one that deletes the file', () => editor('rm "$file"'), 'cannot be read (missing)'],
  ['one that saves no text', () => editor('printf "\\0" > "$file"'), 'cannot be read (binary)'],
])('%s is an error, and nothing is left', async (_name, command, part) => {
  const editing = edit('draft', command());
  await expect(editing).rejects.toThrow(part);
  await expect(editing).rejects.toBeInstanceOf(ZekeError);
  expect(leftOvers()).toEqual([]);
});
