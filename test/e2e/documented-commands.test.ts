/** Every command that the documents show is run, in a project like the reader's. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { documentedLines } from '../helpers/documented-commands.ts';
import { streamText } from '../helpers/model-server.ts';
import { PtyProgram } from '../helpers/pty.ts';
import { createTestHome, type TestHome, ZEKE } from '../helpers/zeke.ts';

const lines = [...new Set(documentedLines().map(({ line }) => line))];
/** These two are what runs this suite. */
const RUN_ELSEWHERE = /^npm /;
const IN_A_TERMINAL = /^zeke(?: "[^"]*"| --continue| --new)?$/;
const EDITS = 'zeke config edit';
const SESSION_ID = /<id>|\bk7m2x9qd\b/;
const commands = lines.filter(
  (line) => !RUN_ELSEWHERE.test(line) && !IN_A_TERMINAL.test(line) && line !== EDITS,
);

let home: TestHome;
let env: Record<string, string>;

/** One host for every wire format: lists a model, and answers with two words. */
const host = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    if (request.method === 'POST') return streamText(response, ['An ', 'answer.']);
    response.setHeader('content-type', 'application/json');
    response.end('{"data":[{"id":"test-model"}],"models":[{"name":"qwen3","model":"qwen3"}]}');
  });
});

beforeAll(async () => {
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
  home = createTestHome();
  env = {
    ...(home.env as Record<string, string>),
    PATH: [join(home.dir, 'bin'), process.env.PATH].join(delimiter),
    OPENAI_BASE_URL: `${url}/v1`,
    OPENAI_API_KEY: 'test-key-of-no-worth',
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_KEY: 'test-key-of-no-worth',
    OLLAMA_HOST: url,
    ZEKE_MODEL: 'openai/test-model',
    ZEKE_KEYRING: 'off',
    EDITOR: 'true',
    TERM: 'xterm-256color',
  };
  makePrograms();
  makeProject();
  await talk('zeke "why does the login test fail?"');
});
afterAll(() => {
  host.close();
  home.remove();
});

/** `zeke` as an installed command, and the password manager that an example asks. */
function makePrograms(): void {
  mkdirSync(join(home.dir, 'bin'));
  const program = (name: string, text: string) =>
    writeFileSync(join(home.dir, 'bin', name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  program('zeke', `exec "${process.execPath}" "${ZEKE}" "$@"`);
  program('pass', 'echo key-of-no-worth');
}

function makeProject(): void {
  const code = Array.from({ length: 200 }, (_, at) => `export const value${at} = ${at};\n`).join(
    '',
  );
  for (const folder of ['src/cli', '.zeke'])
    mkdirSync(join(home.project, folder), { recursive: true });
  for (const path of ['src/app.ts', 'src/main.ts', 'src/cli/main.ts']) {
    writeFileSync(join(home.project, path), code);
  }
  mkdirSync(join(home.dir, 'models'));
  writeFileSync(join(home.dir, 'models/tiny.gguf'), Buffer.from('GGUF\x03\0\0\0'));
  git('init', '-q', '-b', 'main');
  git('config', 'user.name', 'Test');
  git('config', 'user.email', 'test@example.invalid');
  git('add', '.');
  git('commit', '-qm', 'first');
  git('checkout', '-q', '-b', 'feature');
  writeFileSync(join(home.project, 'src/new.ts'), 'export const added = 1;\n');
  git('add', '.');
  git('commit', '-qm', 'second');
  writeFileSync(join(home.project, 'change.diff'), git('diff', 'main..feature'));
  writeFileSync(join(home.project, 'error.log'), 'Error: it broke\n');
  writeFileSync(join(home.project, '.zeke/baseline.json'), baseline());
}

/** A baseline of nothing, as the program writes it. */
function baseline(): string {
  const path = join(home.dir, 'baseline.json');
  const args = ['review', '--model', 'builtin', '--write-baseline', path, 'HEAD'];
  execFileSync('zeke', args, { env, cwd: home.project, stdio: 'ignore' });
  return execFileSync('cat', [path], { encoding: 'utf8' });
}

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: home.project, env, encoding: 'utf8' });
}

/** Every line finds settings of its own, something staged and something that is not. */
beforeEach(() => {
  env.ZEKE_CONFIG_DIR = mkdtempSync(join(home.dir, 'config-'));
  const text = `export const changed = ${Math.trunc(performance.now())};\n`;
  writeFileSync(join(home.project, 'src/staged.ts'), text);
  git('add', 'src/staged.ts');
  writeFileSync(join(home.project, 'src/app.ts'), text.repeat(200));
});

/** Opens the conversation as the line says, waits until it is there, and leaves. */
async function talk(line: string): Promise<void> {
  const terminal = new PtyProgram({
    command: 'bash',
    args: ['-c', line],
    cwd: home.project,
    env,
  });
  await terminal.waitForText(line.includes('"') ? 'An answer.' : 'openai/test-model');
  terminal.type('\x04');
  expect((await terminal.exit).exitCode).toBe(0);
  await terminal.dispose();
}

/** The id of a session that was just made, for lines that show or delete one. */
async function newSession(): Promise<string> {
  await talk('zeke "a question"');
  const listed = spawnSync('zeke', ['sessions', '--json'], { env, cwd: home.project });
  return (JSON.parse(listed.stdout.toString()) as { id: string }[])[0]?.id ?? '';
}

function shellFor(line: string): 'bash' | 'zsh' | 'fish' {
  if (line.endsWith('| source')) return 'fish';
  return line.includes('completion zsh') ? 'zsh' : 'bash';
}

interface Outcome {
  readonly code: number | null;
  readonly stderr: string;
}

function runLine(line: string): Promise<Outcome> {
  // A failure anywhere in a pipe is a failure, as a reader would see it.
  const shell = shellFor(line);
  // The completion of zsh is part of what a reader's own start-up file turns on.
  const before = { bash: '', fish: '', zsh: 'autoload -Uz compinit; compinit -u -D; ' }[shell];
  const text = before + (shell === 'fish' ? line : `set -o pipefail; ${line}`);
  const child = spawn(shell, ['-c', text], { cwd: home.project, env, stdio: 'pipe' });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  child.stdout.resume();
  // A key for `auth add`; nobody else reads it.
  child.stdin.on('error', () => undefined);
  child.stdin.end(/^zeke auth add/.test(line) ? 'key-of-no-worth\n' : '');
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stderr }));
  });
}

function isInstalled(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}

describe('the documented commands', () => {
  it('are many', () => {
    expect(commands.length).toBeGreaterThan(30);
  });

  it.each(lines.filter((line) => IN_A_TERMINAL.test(line)))('in a terminal: %s', talk);

  it('in a terminal: an editor on the settings', async () => {
    expect(lines).toContain(EDITS);
    const args = ['-c', EDITS];
    const terminal = new PtyProgram({ command: 'bash', args, cwd: home.project, env });
    expect((await terminal.exit).exitCode).toBe(0);
    await terminal.dispose();
  });

  it.for(commands)('%s', async (line, { skip }) => {
    const needed = [shellFor(line), ...(line.includes('| jq') ? ['jq'] : [])];
    const absent = needed.find((program) => !isInstalled(program));
    if (absent !== undefined) return skip(`${absent} is not installed`);
    const { code, stderr } = await runLine(
      SESSION_ID.test(line) ? line.replace(SESSION_ID, await newSession()) : line,
    );
    // Findings are what a review may end with; nothing else may end with anything but 0.
    expect(line.includes('zeke review') ? [0, 1] : [0], stderr).toContain(code);
  });
});
