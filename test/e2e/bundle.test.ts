/** What the built program loads for each kind of call: no more than it needs. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { createTestHome, ZEKE } from '../helpers/zeke.ts';

const home = createTestHome();
afterAll(() => home.remove());

/** Prints every module that is loaded, the files of the bundle and Node's own. */
const WATCH = `import { registerHooks } from 'node:module';
import { writeSync } from 'node:fs';
registerHooks({ load(url, context, next) { writeSync(2, 'loaded ' + url + '\\n'); return next(url, context); } });`;

/** The text of every file of the bundle that `zeke <args>` loads. */
function loadedBy(...args: readonly string[]): readonly string[] {
  const watch = `data:text/javascript,${encodeURIComponent(WATCH)}`;
  const { stderr, status } = spawnSync(process.execPath, ['--import', watch, ZEKE, ...args], {
    cwd: home.project,
    env: home.env,
    encoding: 'utf8',
    input: '',
  });
  expect(status).toBe(0);
  return [...stderr.matchAll(/^loaded (file:.*\/dist\/.*)$/gm)].map(([, url = '']) =>
    readFileSync(fileURLToPath(url), 'utf8'),
  );
}

const REACT = /react\.(?:transitional\.)?element/;
const SCHEMA_LIBRARY = /json-schema\.org\/draft-07/;
const MARKDOWN = /blockquote[\s\S]*reflink/;

describe('the bundle', () => {
  it.each([['--version'], ['--help'], ['help', 'ask'], ['completion', 'bash']])(
    'loads little for zeke %s %s',
    (...args) => {
      const files = loadedBy(...args.filter((word) => word !== undefined));
      const sizeBytes = files.reduce((sum, text) => sum + text.length, 0);
      expect(files.length).toBeGreaterThan(0);
      if (args[0]?.startsWith('--')) {
        expect(files.length).toBeLessThanOrEqual(4);
        expect(sizeBytes).toBeLessThan(100_000);
      }
      expect(files.filter((text) => REACT.test(text) || SCHEMA_LIBRARY.test(text))).toEqual([]);
    },
  );

  it('loads no terminal, schema library or Markdown for an answer in a pipe', () => {
    const files = loadedBy('ask', '--model', 'builtin', 'what can you do?');
    expect(files.length).toBeLessThanOrEqual(10);
    const heavy = [REACT, SCHEMA_LIBRARY, MARKDOWN];
    expect(files.filter((text) => heavy.some((one) => one.test(text))).length).toBe(0);
  });

  it('loads nothing for Neovim before one joins, and never its logger', () => {
    const files = loadedBy('ask', '--model', 'builtin', 'what can you do?');
    expect(files.filter((text) => text.includes('nvim_buf_'))).toEqual([]);
    const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
    const chunks = readdirSync(`${dist}chunks`).map((name) =>
      readFileSync(`${dist}chunks/${name}`, 'utf8'),
    );
    expect(chunks.filter((text) => text.includes('nvim_buf_'))).toHaveLength(1);
    expect(chunks.filter((text) => /logform|triple-beam/.test(text))).toEqual([]);
  });

  it('shows nothing that only a package manager could load', () => {
    const main = readFileSync(
      fileURLToPath(new URL('../../dist/main.js', import.meta.url)),
      'utf8',
    );
    expect(main).not.toMatch(/from ?"(?!\.|node:)/);
  });
});
