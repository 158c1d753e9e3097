import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ModelServer, startModelServer, streamText } from '../helpers/model-server.ts';
import { createTestHome, runZeke, type TestHome } from '../helpers/zeke.ts';

let home: TestHome;
let server: ModelServer | undefined;

beforeEach(() => {
  home = createTestHome();
  mkdirSync(join(home.project, '.git'));
  mkdirSync(join(home.project, 'src'));
  const lines = Array.from({ length: 30 }, (_, index) => `export const line${index + 1} = 1;`);
  writeFileSync(join(home.project, 'src', 'app.ts'), `${lines.join('\n')}\n`);
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  home.remove();
});

describe('zeke explain', () => {
  it('sends the lines that were named, found from a sub-folder', async () => {
    server = await startModelServer((response) => streamText(response, ['It has lines.']));
    const env = { OPENAI_BASE_URL: server.baseUrl, OPENAI_API_KEY: 'test-key-of-no-worth' };
    const cwd = join(home.project, 'src');
    const args = ['explain', 'app.ts:10-12', '--model', 'openai/x'];
    const result = await runZeke({ home, env, cwd, args });
    expect(result).toMatchObject({ code: 0, stdout: 'It has lines.\n' });
    const body = server.requests[0]?.body ?? '';
    expect(body).toContain('line11');
    expect(body).not.toContain('line20');
    expect(body).toContain('src/app.ts:10-12');
  });

  it('is answered by the outline without any model', async () => {
    const result = await runZeke({ home, args: ['explain', 'src/app.ts'] });
    expect(result.code).toBe(0);
    expect(result.stdout).toContain('line1');
  });

  it('refuses what is missing or outside the project', async () => {
    writeFileSync(join(home.dir, 'outside.txt'), 'private');
    symlinkSync(join(home.dir, 'outside.txt'), join(home.project, 'link.txt'));
    for (const path of [
      'src/none.ts',
      '../outside.txt',
      join(home.dir, 'outside.txt'),
      'link.txt',
    ]) {
      const result = await runZeke({ home, args: ['explain', path] });
      expect(result.code, path).toBe(2);
      expect(result.stdout, path).toBe('');
      expect(result.stderr, path).not.toContain('private');
    }
  });
});
