import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PtyProgram } from '../helpers/pty.ts';
import { createTestHome, runZeke, type TestHome, ZEKE } from '../helpers/zeke.ts';

let home: TestHome;
let configDir: string;
let configFile: string;

beforeEach(() => {
  home = createTestHome();
  configDir = join(home.dir, 'config');
  configFile = join(configDir, 'config.toml');
});
afterEach(() => home.remove());

const zeke = (...args: string[]) => runZeke({ home, args });
const write = (text: string): void => {
  mkdirSync(configDir, { recursive: true, mode: 0o700 });
  writeFileSync(configFile, text);
};

describe('zeke config', () => {
  test('set makes a private file, get shows value and place, unset takes it back', async () => {
    expect((await zeke('config', 'set', 'review.fail_on', 'minor')).code).toBe(0);
    expect(statSync(configFile).mode & 0o777).toBe(0o600);
    expect(statSync(configDir).mode & 0o777).toBe(0o700);
    expect((await zeke('config', 'get', 'review.fail_on')).stdout).toBe('minor\n');
    const shown = JSON.parse((await zeke('config', 'get', 'review.fail_on', '--json')).stdout);
    expect(shown).toEqual({
      key: 'review.fail_on',
      value: 'minor',
      source: 'user',
      where: configFile,
    });
    await zeke('config', 'unset', 'review.fail_on');
    expect((await zeke('config', 'get', 'review.fail_on')).stdout).toBe('major\n');
  });

  test('comments, order and line ends survive', async () => {
    const before = '# mine\r\nmodel = "a/b" # good\r\n\r\n[review] # strict\r\nexclude = ["x"]\r\n';
    write(before);
    await zeke('config', 'set', 'model', 'c/d');
    expect(readFileSync(configFile, 'utf8')).toBe(before.replace('a/b', 'c/d'));
  });

  test('a wrong value or a broken file is never written over', async () => {
    write('model = "a/b"\n');
    const wrong = await zeke('config', 'set', 'review.fail_on', 'majr');
    expect(wrong).toMatchObject({ code: 2, stdout: '' });
    expect(wrong.stderr).toContain('"major"');
    write('model = = 3\n');
    const broken = await zeke('config', 'set', 'offline', 'true');
    expect(broken.code).toBe(2);
    expect(broken.stderr).toContain(`${configFile}:1:9: not valid TOML`);
    expect(readFileSync(configFile, 'utf8')).toBe('model = = 3\n');
  });

  test('a provider needs an address before anything else about it', async () => {
    const early = await zeke('config', 'set', 'providers.lab.family', 'ollama');
    expect(early).toMatchObject({ code: 2 });
    expect(existsSync(configFile)).toBe(false);
    await zeke('config', 'set', 'providers.lab.base_url', 'https://h.example/v1');
    expect((await zeke('config', 'set', 'providers.lab.family', 'ollama')).code).toBe(0);
  });

  test('path and validate', async () => {
    expect((await zeke('config', 'path')).stdout).toBe(`${configFile}\n`);
    expect((await zeke('config', 'validate')).code).toBe(0);
    write('ofline = true\n');
    const invalid = await zeke('config', 'validate');
    expect(invalid.code).toBe(2);
    expect(invalid.stderr).toBe(
      `zeke: ${configFile}:1:1: unknown key ofline; the nearest is offline.\n`,
    );
  });

  test('a folder that cannot be made is a clear error', async () => {
    writeFileSync(configDir, 'a file in the way');
    const { code, stderr } = await zeke('config', 'set', 'offline', 'true');
    expect(code).not.toBe(0);
    expect(stderr).toContain(configDir);
    expect(stderr).not.toContain('Unexpected');
  });

  test('a read-only home is a clear error with exit code 4', () => {
    chmodSync(home.project, 0o555);
    chmodSync(home.dir, 0o555);
    // The superuser may write everywhere, so somebody else tries.
    const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    const result = spawnSync(process.execPath, [ZEKE, 'config', 'set', 'offline', 'true'], {
      cwd: home.project,
      env: home.env,
      encoding: 'utf8',
      ...nobody,
    });
    chmodSync(home.dir, 0o755);
    expect(result.stderr).toContain(configDir);
    expect(result.stderr).toContain('You may not write there');
    expect(result.status).toBe(4);
  });

  test('a full disk is a clear error and loses nothing', async ({ skip }) => {
    mkdirSync(configDir, { mode: 0o700 });
    const mount = ['-t', 'tmpfs', '-o', 'size=16k,mode=700', 'tmpfs', configDir];
    if (spawnSync('mount', mount).status !== 0) skip('a small file system cannot be mounted here');
    try {
      writeFileSync(configFile, '# mine\nmodel = "a/b"\n');
      expect(() => writeFileSync(join(configDir, 'rest'), 'x'.repeat(100_000))).toThrow('ENOSPC');
      const set = await zeke('config', 'set', 'offline', 'true');
      const add = await runZeke({
        home,
        args: ['auth', 'add', 'openai'],
        env: { ZEKE_KEYRING: 'off' },
        input: 'sk-0123456789',
      });
      for (const { code, stderr } of [set, add]) {
        expect(stderr).toContain('The disk is full');
        expect(code).toBe(3);
      }
      expect(readFileSync(configFile, 'utf8')).toBe('# mine\nmodel = "a/b"\n');
      expect(readdirSync(configDir).sort()).toEqual(['config.toml', 'rest']);
    } finally {
      spawnSync('umount', [configDir]);
    }
  });

  test('an editor needs a terminal', async () => {
    const { code, stderr } = await zeke('config', 'edit');
    expect(code).toBe(2);
    expect(stderr).toContain(configFile);
  });
});

describe('a hostile project', () => {
  test.each([
    '[providers.openai]\nbase_url = "URL"\n',
    '[providers.openai]\napi_key_env = "AWS_SECRET_ACCESS_KEY"\n',
    'model = "openai/x"\n',
  ])('%j stops everything before a request is made', async (text) => {
    let requestCount = 0;
    const server = createServer((_, response) => {
      requestCount += 1;
      response.end();
    }).listen(0, '127.0.0.1');
    const address = await new Promise((resolve) => {
      server.on('listening', () => resolve(server.address()));
    });
    const { port } = address as { port: number };
    mkdirSync(join(home.project, '.zeke'));
    const url = `http://127.0.0.1:${port}`;
    writeFileSync(join(home.project, '.zeke/config.toml'), text.replace('URL', url));
    const env = { OPENAI_API_KEY: 'sk-test-key-of-no-worth' };
    for (const args of [['ask', 'hello'], ['models'], ['auth', 'test', 'openai']]) {
      const { code, stdout, stderr } = await runZeke({ home, args, env });
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain('a project may not set');
      expect(stderr).not.toContain('sk-test');
    }
    server.close();
    expect(requestCount).toBe(0);
  });

  test('a .env file beside it sets nothing', async () => {
    writeFileSync(join(home.project, '.env'), 'ZEKE_MODEL=evil/model\nOPENAI_API_KEY=sk-evil\n');
    const settings = await zeke('config', 'get', '--json');
    expect(settings.stdout).not.toContain('evil');
    expect((await zeke('auth', 'list')).stdout).toBe('');
  });
});

describe('zeke auth', () => {
  const KEY = 'sk-proj-0123456789abcdefghijklmnopqrstuvwxyz';
  const env = { ZEKE_KEYRING: 'off' };

  test('add reads standard input, list shows four characters, remove forgets', async () => {
    const added = await runZeke({ home, env, args: ['auth', 'add', 'openai'], input: `${KEY}\n` });
    expect(added).toMatchObject({ code: 0, stdout: '' });
    expect(added.stderr).not.toContain(KEY.slice(4, 12));
    expect(statSync(join(configDir, 'keys.json')).mode & 0o777).toBe(0o600);
    const listed = await runZeke({ home, env, args: ['auth', 'list'] });
    expect(listed.stdout).toBe('openai  file  …wxyz\n');
    await runZeke({ home, env, args: ['auth', 'remove', 'openai'] });
    expect((await runZeke({ home, env, args: ['auth', 'list', '--json'] })).stdout).toBe('[]\n');
  });

  const addInTerminal = (): PtyProgram =>
    new PtyProgram({
      command: process.execPath,
      args: [ZEKE, 'auth', 'add', 'openai'],
      cwd: home.project,
      env: { ...(home.env as Record<string, string>), ...env },
    });

  test('in a terminal the key is asked for and never shown', async () => {
    const terminal = addInTerminal();
    await terminal.waitFor('(not shown): ', () => terminal.raw.includes('(not shown): '));
    terminal.type('wrong');
    terminal.type('\x15');
    terminal.paste(KEY);
    terminal.type('x\x7f\r');
    expect(await terminal.exit).toMatchObject({ exitCode: 0 });
    expect(terminal.raw).not.toContain(KEY.slice(0, 12));
    const kept = JSON.parse(readFileSync(join(configDir, 'keys.json'), 'utf8'));
    expect(kept).toEqual({ openai: KEY });
  });

  test('Ctrl+C at the prompt keeps nothing and ends with 130', async () => {
    const terminal = addInTerminal();
    await terminal.waitFor('(not shown): ', () => terminal.raw.includes('(not shown): '));
    terminal.type('sk-half\x03');
    expect(await terminal.exit).toMatchObject({ exitCode: 130 });
    expect(terminal.raw).not.toContain('Unexpected');
    expect(existsSync(join(configDir, 'keys.json'))).toBe(false);
  });

  test('a key in argv is refused and not repeated', async () => {
    const { code, stderr } = await runZeke({ home, env, args: ['auth', 'add', KEY] });
    expect(code).toBe(2);
    expect(stderr).not.toContain(KEY);
  });

  test('nothing on standard input is no key', async () => {
    const { code, stderr } = await runZeke({ home, env, args: ['auth', 'add', 'openai'] });
    expect(code).toBe(2);
    expect(stderr).toContain('No key was given');
  });

  test('test makes one request with the key, and a refused one is exit code 4', async () => {
    const seen: (string | undefined)[] = [];
    let status = 200;
    const server = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.statusCode = status;
      response.setHeader('content-type', 'application/json');
      response.end(status === 200 ? '{"data":[{"id":"m"}]}' : '{"error":{"message":"bad key"}}');
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.on('listening', resolve));
    const { port } = server.address() as { port: number };
    const args = ['auth', 'test', 'openai'];
    const host = {
      ...env,
      OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1`,
      OPENAI_API_KEY: KEY,
    };
    const accepted = await runZeke({ home, args, env: host });
    expect(accepted).toMatchObject({ code: 0, stdout: '' });
    expect(accepted.stderr).toContain('the key from the environment: 1 model');
    status = 401;
    const refused = await runZeke({ home, args, env: host });
    server.close();
    expect(refused.code).toBe(4);
    expect(refused.stderr).not.toContain(KEY);
    expect(seen).toEqual([`Bearer ${KEY}`, `Bearer ${KEY}`]);
  });

  test('a key others can read is refused with exit code 4', async () => {
    mkdirSync(configDir, { mode: 0o700 });
    writeFileSync(join(configDir, 'keys.json'), JSON.stringify({ anthropic: KEY }));
    chmodSync(join(configDir, 'keys.json'), 0o644);
    const { code, stderr } = await runZeke({ home, env, args: ['auth', 'test', 'anthropic'] });
    expect(code).toBe(4);
    expect(stderr).toContain('chmod 600');
  });
});
