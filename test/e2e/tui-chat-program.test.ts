/** What stands behind the conversation's commands, with the built program and real files. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ask } from '../helpers/chat-place.ts';
import { answerQuestion, exchange, TerminalPlace } from '../helpers/terminal-zeke.ts';

let place: TerminalPlace;
beforeEach(async () => {
  place = new TerminalPlace();
  await place.start();
});
afterEach(() => place.remove());

function git(...args: readonly string[]): void {
  const identity = ['-c', 'user.name=T', '-c', 'user.email=t@example.org'];
  execFileSync('git', [...identity, ...args], { cwd: place.home.project, stdio: 'ignore' });
}

function write(name: string, text: string): void {
  writeFileSync(join(place.home.project, name), text);
}

/** A repository with one commit, a change to it and a new file. */
function changeRepository(): void {
  git('init', '-b', 'trunk');
  write('a.ts', 'const one = 1;\n');
  git('add', '.');
  git('commit', '-m', 'first');
  write('a.ts', 'const one = 1;\ndebugger;\n');
  write('new.ts', 'export const fresh = true;\n');
}

describe('a first run without any model', () => {
  test('says what was looked for, what builtin can do and the command that adds a model', async () => {
    const env = { OPENAI_API_KEY: '', OPENAI_BASE_URL: '' };
    const program = place.open({ args: [], columns: 110, rows: 40, env });
    await program.waitForText('zeke auth add anthropic');
    const text = program.text();
    expect(text).toContain('The built-in engine answers meanwhile, without any model:');
    expect(text).toMatch(/Looked for:\n {2}\S/);
    await program.waitForText('builtin/zeke');
  });
});

describe('changes', () => {
  test('/diff shows tracked and new files, the branch follows a command', async () => {
    changeRepository();
    const program = await place.openReady({ columns: 120, rows: 40 });
    await program.waitForText('· trunk');
    await ask(program, '/diff', '+export const fresh = true;');
    expect(program.text()).toContain('+debugger;');
    program.type('!git switch -q -c side\r');
    await program.waitForText('· side');
  });

  test('/review finds by rules what is wrong with them', async () => {
    changeRepository();
    const program = await place.openReady({ columns: 120, rows: 40 });
    await ask(program, '/model builtin/zeke', 'The next message goes to builtin/zeke.');
    await ask(program, '/review', 'finding');
    expect(program.text()).toMatch(/a\.ts:2/);
    await ask(program, '/review nowhere', '"nowhere" is no commit of this repository.');
  });

  test('outside of a repository both say so', async () => {
    const program = await place.openReady({ columns: 120 });
    await ask(program, '/diff', 'This folder is in no git repository');
    await ask(program, '/review', 'This folder is in no git repository');
  });

  test('an edit is asked for, told with its lines and taken back', async () => {
    write('hello.txt', 'good morning\nsecond\n');
    const program = await place.openReady({ columns: 120, rows: 40 });
    program.type('change it\r');
    const first = await place.nextAnswer();
    const input = { path: 'hello.txt', old_text: 'good morning', new_text: 'good\nevening' };
    first.callTool('edit_file', input);
    await program.waitForText('y allow');
    expect(program.text()).toContain('+evening');
    await answerQuestion(program, 'y');
    const second = await place.nextAnswer();
    second.say('Changed it.');
    second.end();
    await program.waitForText('Changed it.');
    expect(program.text()).toContain('edited hello.txt (+2 -1)');
    const path = join(place.home.project, 'hello.txt');
    expect(readFileSync(path, 'utf8')).toBe('good\nevening\nsecond\n');
    await ask(program, '/undo-last', 'gave back hello.txt as it was before');
    expect(readFileSync(path, 'utf8')).toBe('good morning\nsecond\n');
  });
});

describe('what is told and taken out', () => {
  test('/context counts what the model is told, /export and /theme write files', async () => {
    write('AGENTS.md', 'Answer in one word. '.repeat(20));
    const program = await place.openReady({ columns: 120, rows: 50 });
    await exchange(place, program, { message: 'hello', answer: 'A fine answer.' });
    await ask(program, '/context', 'The last request really had 900 tokens.');
    const text = program.text();
    for (const part of ['system prompt', 'tools', 'instructions (AGENTS.md)', 'your messages']) {
      expect(text).toContain(part);
    }
    await ask(program, '/export talk.md', 'Wrote the conversation to');
    const talk = join(place.home.project, 'talk.md');
    expect(readFileSync(talk, 'utf8')).toContain('A fine answer.');
    await ask(program, '/theme ember', 'The theme is ember; saved in');
    const config = join(place.home.dir, 'config', 'config.toml');
    await expect.poll(() => existsSync(config) && readFileSync(config, 'utf8')).toContain('ember');
  });

  test('/compact tells the model a summary, /compact undo everything again', async () => {
    const program = await place.openReady({ columns: 120, rows: 50 });
    await exchange(place, program, { message: 'hello', answer: 'A fine answer.' });
    program.type('/compact the greeting\r');
    const summary = await place.nextAnswer();
    summary.say('They greeted each other.');
    summary.end();
    await program.waitForText('Summarised 1 turn.');
    await program.waitForText('/compact undo takes it back.');
    await exchange(place, program, { message: 'and now?', answer: 'Now this.' });
    const told = () => place.server.requests.at(-1)?.body ?? '';
    expect(told()).toContain('They greeted each other.');
    expect(told()).not.toContain('A fine answer.');
    await ask(program, '/compact undo', 'The summary is taken back');
    await exchange(place, program, { message: 'again', answer: 'Again.' });
    expect(told()).toContain('A fine answer.');
    expect(told()).not.toContain('They greeted each other.');
  });

  test('/copy reaches the clipboard of the terminal where there is no other', async () => {
    const env = { WAYLAND_DISPLAY: '', DISPLAY: '', WSL_DISTRO_NAME: '' };
    const program = await place.openReady({ columns: 120, env });
    await exchange(place, program, { message: 'hello', answer: 'A fine answer.' });
    await ask(program, '/copy', 'Copied the last answer by');
    if (program.text().includes('OSC 52')) {
      expect(program.raw).toContain(`]52;c;${Buffer.from('A fine answer.').toString('base64')}`);
    }
  });

  test('/provider says what is set up', async () => {
    const program = await place.openReady({ columns: 120, rows: 40 });
    program.type('/provider\r');
    await program.waitFor('providers', (text) => /openai ✓ +on this machine at http/.test(text));
    program.type('anthro');
    await program.waitFor('one', (text) => /› anthropic +not set up · zeke auth add/.test(text));
    program.type('\r');
    await program.waitForText('anthropic is not set up yet: zeke auth add anthropic');
  });
});
