import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EventBody } from '../../src/session/events.ts';
import { EMPTY_STATE, reduce } from '../../src/session/state.ts';
import { createSessionStore, newId } from '../../src/session/store.ts';
import { PtyProgram } from '../helpers/pty.ts';
import { createTestHome, runZeke, type TestHome } from '../helpers/zeke.ts';

let home: TestHome;

beforeEach(() => {
  home = createTestHome();
});
afterEach(() => home.remove());

const zeke = (...args: string[]) => runZeke({ home, args });

/** A session of the test's project as the program keeps it; its id. */
function keepSession(question: string, answer: string): string {
  const project = realpathSync(home.project);
  const store = createSessionStore({ paths: { stateDir: join(home.dir, 'state') }, project });
  const sessionId = newId();
  const bodies: EventBody[] = [
    { type: 'session-start', version: 1, sessionId, project, model: 'builtin/zeke' },
    {
      type: 'turn-start',
      turnId: 't1',
      model: 'builtin/zeke',
      message: { text: question, mentions: [], attachments: [] },
    },
    { type: 'text-delta', turnId: 't1', text: answer },
    { type: 'turn-end', turnId: 't1', reason: 'stop' },
  ];
  const events = bodies.map((body, index) => ({ ...body, seq: index + 1, at: 1000 + index }));
  const journal = store.create(sessionId);
  expect(journal.append(events, events.reduce(reduce, EMPTY_STATE))).toBeUndefined();
  journal.close({ discard: false });
  return sessionId;
}

describe('zeke models', () => {
  test('the built-in engine is always there', async () => {
    const { code, stdout } = await zeke('models', '--json', '--offline');
    expect(code).toBe(0);
    const models = JSON.parse(stdout) as { model: string }[];
    expect(models.map(({ model }) => model)).toContain('builtin/zeke');
  });

  test('add-local takes a GGUF file, and nothing else', async () => {
    const file = join(home.project, 'Tiny Model.gguf');
    writeFileSync(file, 'GGUF and so on');
    expect((await zeke('models', 'add-local', file)).code).toBe(0);
    const path = await zeke('config', 'get', 'local.tiny-model.path');
    expect(path.stdout).toBe(`${file}\n`);
    expect((await zeke('models', 'add-local', file, '--name', 'b.2')).code).toBe(0);
    expect((await zeke('config', 'get', 'local."b.2".path')).stdout).toBe(`${file}\n`);
    expect((await zeke('models', 'remove-local', 'b.2')).code).toBe(0);
    expect((await zeke('models', 'remove-local', 'b.2')).code).toBe(2);

    writeFileSync(file, 'PK\x03\x04');
    const wrong = await zeke('models', 'add-local', file);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('is not a GGUF file');
    expect((await zeke('models', 'add-local', home.project)).code).toBe(2);
    expect((await zeke('models', 'add-local', 'nowhere.gguf')).code).toBe(2);
    expect((await zeke('models', 'add-local', file, '--name', '../x')).code).toBe(2);
  });
});

describe('zeke sessions', () => {
  test('lists, shows and deletes; what was said cannot act on the terminal', async () => {
    expect(await zeke('sessions')).toMatchObject({ code: 0, stdout: '' });
    const id = keepSession('why?\x1b[2J', 'because \x1b]0;owned\x07\u202eof this');
    const other = keepSession('something else', 'yes');
    const listed = await zeke('sessions');
    expect(listed.stdout).toContain(id);
    expect(listed.stdout).not.toContain('\x1b');
    const asJson = JSON.parse((await zeke('sessions', '--json')).stdout) as { id: string }[];
    expect(asJson.map((session) => session.id).sort()).toEqual([id, other].sort());
    const elsewhere = await runZeke({ home, args: ['sessions'], cwd: home.dir });
    expect(elsewhere.stdout).toBe('');
    const all = await runZeke({ home, args: ['sessions', '--all'], cwd: home.dir });
    expect(all.stdout).toContain(id);

    const shown = await zeke('sessions', 'show', id.slice(0, 6));
    expect(shown.stdout).toContain('> why?');
    expect(shown.stdout).toContain('because of this');
    expect(shown.stdout).not.toMatch(/[\x1b\x07\u202e]/);
    expect((await zeke('sessions', 'delete', id)).code).toBe(0);
    expect((await zeke('sessions', 'show', id)).code).toBe(2);
    expect((await zeke('sessions', 'show', other)).code).toBe(0);
  });

  test('an id that is none', async () => {
    for (const id of ['nothere', '../../etc', '\x1b[2J']) {
      const { code, stderr } = await zeke('sessions', 'show', id);
      expect(code).toBe(2);
      expect(stderr).not.toContain('\x1b');
    }
  });
});

describe('zeke doctor', () => {
  test('everything is in order in an empty home', async () => {
    const { code, stdout } = await zeke('doctor', '--json', '--offline');
    const checks = JSON.parse(stdout) as { name: string; status: string; text: string }[];
    expect(checks.filter((check) => check.status === 'problem')).toEqual([]);
    expect(code).toBe(0);
    const names = checks.map((check) => check.name);
    for (const name of ['node', 'config folder', 'state folder', 'git', 'settings', 'model']) {
      expect(names).toContain(name);
    }
  });

  test('a broken setting is a problem with exit code 2', async () => {
    const { code, stdout } = await runZeke({ home, args: ['doctor'], env: { ZEKE_MODEL: 'a b' } });
    expect(code).toBe(2);
    expect(stdout).toContain('PROBLEM');
    expect(stdout).toContain('ZEKE_MODEL');
  });

  test.skipIf(process.platform === 'win32')(
    'a socket folder that others can enter is a problem, with what to do',
    async () => {
      const socketFolder = async () => {
        const { stdout } = await zeke('doctor', '--json', '--offline');
        const checks = JSON.parse(stdout) as { name: string; status: string; text: string }[];
        return checks.find(({ name }) => name === 'socket folder');
      };
      const folder = (await socketFolder())?.text ?? '';
      mkdirSync(folder);
      chmodSync(folder, 0o777);
      expect(await socketFolder()).toMatchObject({
        status: 'problem',
        text: expect.stringContaining(`others can enter it; remove it, or chmod 700 ${folder}`),
      });
    },
  );

  test('a key is shown by where it is, never itself', async () => {
    const env = { OPENAI_API_KEY: 'sk-0123456789abcdef' };
    const { stdout } = await runZeke({ home, args: ['doctor', '--offline'], env });
    expect(stdout).toContain('from the environment');
    expect(stdout).not.toContain('0123456789');
  });
});

describe('completion in a real shell', () => {
  const isInstalled = (shell: string): boolean =>
    spawnSync(shell, ['-c', 'exit 0'], { stdio: 'ignore' }).status === 0;

  test.each([
    ['zeke mod', ['models']],
    ['zeke ', ['ask', 'config', 'doctor']],
    ['zeke ask --for', ['--format']],
    ['zeke ask --format ', ['text', 'json', 'markdown']],
    ['zeke --model x config ', ['get', 'set', 'validate']],
    ['zeke completion z', ['zsh']],
    ['zeke help rev', ['review']],
    ['zeke ask --file pack', ['package one.json']],
    ['zeke auth add ', []],
  ])('bash completes %j', async (line, expected) => {
    writeFileSync(join(home.project, 'package one.json'), '');
    const { stdout: script } = await zeke('completion', 'bash');
    const words = line.split(' ');
    const driver = `
      ${script}
      COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')})
      COMP_CWORD=${words.length - 1}
      _zeke
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', driver], {
      cwd: home.project,
      encoding: 'utf8',
    });
    const offered = stdout.split('\n').filter((word) => word !== '');
    expect(stderr).toBe('');
    expect(offered).toEqual(expect.arrayContaining([...expected]));
    if (words.at(-1) !== '') {
      for (const word of offered) expect(word.startsWith(words.at(-1) ?? '')).toBe(true);
    }
    if (expected.length === 0) expect(offered).toEqual([]);
  });

  test.each([
    ['zeke mod', 'models'],
    ['zeke ask --for', '--format'],
    ['zeke ask --format js', 'json'],
    ['zeke config va', 'validate'],
    ['zeke completion zs', 'zsh'],
  ])('fish completes %j', async (line, expected) => {
    const { stdout: script } = await zeke('completion', 'fish');
    if (!isInstalled('fish')) return noShell('fish');
    const driver = `${script}\ncomplete -C ${JSON.stringify(line)}`;
    const { stdout, stderr } = spawnSync('fish', ['--no-config', '-c', driver], {
      cwd: home.project,
      encoding: 'utf8',
      env: home.env,
    });
    expect(stderr).toBe('');
    const offered = stdout.split('\n').map((offer) => offer.split('\t')[0]);
    expect(offered).toContain(expected);
  });

  test('zsh completes a command, an option and a choice', async () => {
    const { stdout: script } = await zeke('completion', 'zsh');
    if (!isInstalled('zsh')) return noShell('zsh');
    writeFileSync(join(home.project, 'zeke.zsh'), script);
    const shell = new PtyProgram({
      command: 'zsh',
      args: ['-f', '-i'],
      cwd: home.project,
      env: { ...definedOnly(home.env), PS1: '> ' },
    });
    shell.type('autoload -U compinit && compinit -D && source ./zeke.zsh && echo re""ady\r');
    await shell.waitFor('ready', () => shell.raw.includes('ready'));
    shell.type('echo zeke mod');
    shell.type('\x15zeke mod\t');
    await shell.waitFor('models', () => shell.raw.includes('models'));
    shell.type('\x15zeke ask --for\t');
    await shell.waitFor('--format', () => shell.raw.includes('--format'));
    shell.type('\x15zeke completion ba\t');
    await shell.waitFor('bash', () => /completion.{0,40}bash/s.test(shell.raw));
    shell.type('\x15exit\r');
    await shell.exit;
  });

  /** Said in one line: the script is made, but nothing has tried it. */
  const noShell = (shell: string): void => console.info(`${shell} is not installed: not tried`);
});

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
