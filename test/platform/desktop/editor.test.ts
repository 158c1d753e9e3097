import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openInEditor } from '../../../src/platform/desktop/editor.ts';
import { ZekeError } from '../../../src/platform/errors.ts';

let dir: string;
let file: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'zeke-editor-'));
  file = join(dir, 'config', 'config.toml');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** An editor that notes its arguments and what it was told about keys. */
function editorScript(exitCode = 0): string {
  const script = join(dir, 'editor.mjs');
  const note = `JSON.stringify([process.argv.slice(2), process.env.OPENAI_API_KEY ?? null])`;
  writeFileSync(
    script,
    `import { writeFileSync } from 'node:fs';
     writeFileSync(${JSON.stringify(join(dir, 'note'))}, ${note});
     process.exit(${exitCode});`,
  );
  return `${process.execPath} ${script} --wait`;
}

test('the editor of the user gets the file, which is private, and no key', async () => {
  const env = { EDITOR: 'nothing', VISUAL: editorScript(), OPENAI_API_KEY: 'sk', PATH: '/usr/bin' };
  await openInEditor(file, { env, cwd: dir });
  expect(JSON.parse(readFileSync(join(dir, 'note'), 'utf8'))).toEqual([['--wait', file], null]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test.each([
  ['/nowhere/editor', 'could not be started (ENOENT)'],
  [undefined, 'ended with an error (7)'],
])('an editor that fails: %s', async (editor, part) => {
  const env = { EDITOR: editor ?? editorScript(7) };
  const error = await openInEditor(file, { env, cwd: dir }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ZekeError);
  expect((error as ZekeError).message).toContain(part);
  expect(existsSync(file)).toBe(true);
});
