import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ModelServer, startModelServer, streamText } from '../helpers/model-server.ts';
import { readSpending } from '../helpers/spending.ts';
import { createTestHome, runZeke, type TestHome } from '../helpers/zeke.ts';

let home: TestHome;
let server: ModelServer | undefined;

beforeEach(() => {
  home = createTestHome();
  git('init', '-q', '-b', 'main');
  git('config', 'user.name', 'Test');
  git('config', 'user.email', 'test@example.invalid');
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  home.remove();
});

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: home.project, env: home.env, encoding: 'utf8' });
}

function stage(name: string, text: string): void {
  writeFileSync(join(home.project, name), text);
  git('add', name);
}

async function scripted(answer: string) {
  server = await startModelServer((response) => streamText(response, [answer]));
  return { OPENAI_BASE_URL: server.baseUrl, OPENAI_API_KEY: 'test-key-of-no-worth' };
}

describe('zeke commit', () => {
  it('prints the message of a model, cleaned, with the staged diff as its material', async () => {
    stage('greet.js', 'export const greet = () => "hi";\n');
    const env = await scripted('```\nfeat: greet people\n```');
    const result = await runZeke({ home, env, args: ['commit', '--model', 'openai/x'] });
    expect(result).toMatchObject({ code: 0, stdout: 'feat: greet people\n' });
    const body = server?.requests[0]?.body ?? '';
    expect(body).toContain('export const greet');
    expect(JSON.parse(body)).not.toHaveProperty('tools');
    expect(git('status', '--porcelain')).toBe('A  greet.js\n');
    expect(readSpending(home)).toMatchObject([{ model: 'openai/x', purpose: 'commit' }]);
  });

  it('commits with --commit, hooks of the user included', async () => {
    stage('greet.js', 'export const greet = () => "hi";\n');
    const hook = join(home.project, '.git', 'hooks', 'commit-msg');
    writeFileSync(hook, '#!/bin/sh\necho "Checked: yes" >> "$1"\n', { mode: 0o755 });
    const env = await scripted('feat: greet people');
    const result = await runZeke({
      home,
      env,
      args: ['commit', '--commit', '--model', 'openai/x'],
    });
    expect(result.code).toBe(0);
    expect(git('log', '-1', '--format=%B')).toContain('feat: greet people');
    expect(git('log', '-1', '--format=%B')).toContain('Checked: yes');
  });

  it('writes a plain message without any model', async () => {
    stage('a.txt', 'a\n');
    stage('b.txt', 'b\n');
    const result = await runZeke({ home, args: ['commit', '--model', 'builtin/zeke'] });
    expect(result).toMatchObject({
      code: 0,
      stdout: 'Add a.txt, b.txt\n\n- add a.txt\n- add b.txt\n',
    });
  });

  it('sends no secret of a staged file', async () => {
    const secret = ['ghp', 'q7Rz2mVx9KbT4nYw8LdC3sHf6JpA1gE5uXoZ'].join('_');
    stage('config.js', `const token = "${secret}";\n`);
    const env = await scripted('chore: add config');
    await runZeke({ home, env, args: ['commit', '--model', 'openai/x'] });
    expect(server?.requests).toHaveLength(1);
    expect(server?.requests[0]?.body).not.toContain(secret);
  });

  it('sends no line of a file that holds secrets by its name, before or after it was renamed', async () => {
    const text = (what: string) => `${`${what}\n`.repeat(12)}of-no-pattern\n`;
    for (const name of ['.env', 'old.pem', 'plain.txt', 'id_rsa']) stage(name, text(name));
    git('commit', '-qm', 'first');
    git('mv', 'old.pem', 'harmless.txt');
    git('mv', 'plain.txt', '.netrc');
    git('rm', '-q', 'id_rsa');
    stage('.env', `${text('.env')}now`);
    stage('harmless.txt', `${text('old.pem')}now`);
    stage('.netrc', `${text('plain.txt')}now`);
    stage('new.key', text('new.key'));
    stage('greet.js', 'export const greet = () => "hi";\n');
    const env = await scripted('feat: greet people');
    const folder = join(home.project, 'part');
    mkdirSync(folder);
    // Also where git would tell paths from the folder at hand.
    git('config', 'diff.relative', 'true');
    for (const cwd of [home.project, folder]) {
      const result = await runZeke({ home, cwd, env, args: ['commit', '--model', 'openai/x'] });
      expect(result).toMatchObject({ code: 0, stdout: 'feat: greet people\n' });
      expect(result.stderr).toContain(
        'zeke: Not shown to the model, because files of this name hold secrets: ',
      );
      expect(result.stderr).toContain('harmless.txt (was old.pem)');
    }
    expect(server?.requests).toHaveLength(2);
    for (const { body } of server?.requests ?? []) {
      expect(body).toContain('export const greet');
      expect(body).toContain('id_rsa');
      expect(body).not.toContain('of-no-pattern');
    }
  });

  it('says so when nothing is staged, or this is no repository', async () => {
    const empty = await runZeke({ home, args: ['commit'] });
    expect(empty.code).toBe(2);
    expect(empty.stderr).toContain('Nothing is staged');
    const outside = await runZeke({ home, cwd: home.dir, args: ['commit'] });
    expect(outside.code).toBe(2);
    expect(outside.stderr).toContain('This folder is in no git repository.');
  });

  it('runs nothing that the repository could set up', async () => {
    stage('a.txt', 'a\n');
    git('config', 'diff.external', 'touch pwned #');
    git('config', 'core.fsmonitor', 'touch pwned #');
    git('config', 'core.pager', 'touch pwned #');
    await runZeke({ home, args: ['commit', '--model', 'builtin/zeke'] });
    // Not asked of git: the test's own call would run what the repository set up.
    expect(existsSync(join(home.project, 'pwned'))).toBe(false);
  });
});
