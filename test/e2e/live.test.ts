/** One conversation, several windows: the built program in terminals and on the command line. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type ModelServer,
  sseChunk,
  startModelServer,
  streamText,
} from '../helpers/model-server.ts';
import { PtyProgram } from '../helpers/pty.ts';
import { createTestHome, runZeke, type TestHome, ZEKE } from '../helpers/zeke.ts';

let home: TestHome;
let server: ModelServer;
const terminals: PtyProgram[] = [];

beforeEach(async () => {
  home = createTestHome();
  server = await startModelServer((response, _request, index) =>
    streamText(response, [`Answer `, `number ${index + 1}.`]),
  );
});
afterEach(async () => {
  await Promise.all(terminals.splice(0).map((terminal) => terminal.dispose()));
  await server.close();
  home.remove();
});

const keys = () => ({ OPENAI_BASE_URL: server.baseUrl, OPENAI_API_KEY: 'test-key-of-no-worth' });

const openTerminal = (...args: string[]) => openTerminalWith(keys(), ...args);

function openTerminalWith(host: Record<string, string>, ...args: string[]): PtyProgram {
  const terminal = new PtyProgram({
    command: process.execPath,
    args: [ZEKE, ...args],
    cwd: home.project,
    env: { ...home.env, ...host, TERM: 'xterm-256color' } as Record<string, string>,
  });
  terminals.push(terminal);
  return terminal;
}

describe('a live conversation', () => {
  it('is shared by two terminals and zeke ask --continue, and outlives its host', async () => {
    const first = openTerminal('--model', 'openai/x');
    await first.waitForText('openai/x');
    first.type('first question\r');
    await first.waitForText('Answer number 1.');

    const second = openTerminal();
    await second.waitForText('Answer number 1.');
    second.type('second question\r');
    await Promise.all([
      first.waitForText('Answer number 2.'),
      second.waitForText('Answer number 2.'),
    ]);

    const asked = await runZeke({
      home,
      env: keys(),
      args: ['ask', '--continue', 'third question'],
    });
    expect(asked).toMatchObject({ code: 0, stdout: 'Answer number 3.\n' });
    await Promise.all([
      first.waitForText('Answer number 3.'),
      second.waitForText('Answer number 3.'),
    ]);

    first.kill('SIGKILL');
    await first.exit;
    second.type('fourth question\r');
    await second.waitForText('Answer number 4.');
    const sent = server.requests[3]?.body ?? '';
    for (const text of ['first question', 'Answer number 3.', 'fourth question']) {
      expect(sent).toContain(text);
    }
  });

  it('is listed, shown, continued after everybody left, and deleted', async () => {
    const terminal = openTerminal('--model', 'openai/x', 'why is the sky blue?');
    await terminal.waitForText('Answer number 1.');
    terminal.type('\x04');
    expect((await terminal.exit).exitCode).toBe(0);

    const listed = await runZeke({ home, args: ['sessions', '--json'] });
    const [session] = JSON.parse(listed.stdout) as { id: string; title: string; turns: number }[];
    expect(session).toMatchObject({ title: 'why is the sky blue?', turns: 1 });
    const id = session?.id ?? '';
    const shown = await runZeke({ home, args: ['sessions', 'show', id] });
    expect(shown.stdout).toContain('Answer number 1.');

    const continued = await runZeke({ home, env: keys(), args: ['ask', '--session', id, 'go on'] });
    expect(continued).toMatchObject({ code: 0, stdout: 'Answer number 2.\n' });
    expect(server.requests[1]?.body).toContain('why is the sky blue?');

    expect((await runZeke({ home, args: ['sessions', 'delete', id] })).code).toBe(0);
    const gone = await runZeke({ home, env: keys(), args: ['ask', '--session', id, 'go on'] });
    expect(gone.code).toBe(2);
    const none = await runZeke({ home, env: keys(), args: ['ask', '--continue', 'go on'] });
    expect(none.code).toBe(2);
  });

  it('gives zeke ask its own answer while another turn is running', async () => {
    let finish: (() => void) | undefined;
    const slow = await startModelServer((response, _request, index) => {
      if (index > 0) return streamText(response, ['Mine.']);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(sseChunk({ role: 'assistant', content: 'Theirs begins' }));
      finish = () => {
        response.write(sseChunk({ content: ' and ends.' }, 'stop'));
        response.end('data: [DONE]\n\n');
      };
    });
    const env = { OPENAI_BASE_URL: slow.baseUrl, OPENAI_API_KEY: 'test-key-of-no-worth' };
    const terminal = openTerminalWith(env, '--model', 'openai/x', 'a long question');
    await terminal.waitForText('Theirs begins');
    const asked = runZeke({ home, env, args: ['ask', '--continue', 'a short one'] });
    await terminal.waitForText('a short one');
    finish?.();
    expect(await asked).toMatchObject({ code: 0, stdout: 'Mine.\n' });
    await terminal.waitForText('Theirs begins and ends.');
    await slow.close();
  });

  it('goes on with another model, chosen in the middle', async () => {
    const terminal = openTerminal('--model', 'openai/x');
    await terminal.waitForText('openai/x');
    terminal.type('first question\r');
    await terminal.waitForText('Answer number 1.');
    terminal.type('/model builtin/zeke\r');
    await terminal.waitForText('builtin/zeke');
    terminal.type('what can you do?\r');
    await terminal.waitForText('no language model');
    terminal.type('/model openai/y\r');
    await terminal.waitForText('openai/y');
    terminal.type('and now?\r');
    await terminal.waitForText('Answer number 2.');
    const sent = JSON.parse(server.requests[1]?.body ?? '{}') as { model: string };
    expect(sent.model).toBe('y');
    // What the engine in between said is part of the conversation.
    expect(server.requests[1]?.body).toContain('no language model');
  });

  it('keeps no secret that was typed', async () => {
    const secret = ['ghp', 'q7Rz2mVx9KbT4nYw8LdC3sHf6JpA1gE5uXoZ'].join('_');
    const terminal = openTerminal('--model', 'openai/x', `my token is ${secret}`);
    await terminal.waitForText('Answer number 1.');
    terminal.type('\x04');
    await terminal.exit;
    const shown = await runZeke({ home, args: ['sessions', '--json'] });
    const [session] = JSON.parse(shown.stdout) as { id: string }[];
    const text = await runZeke({ home, args: ['sessions', 'show', session?.id ?? '', '--json'] });
    expect(text.stdout).toContain('my token is');
    expect(text.stdout + shown.stdout).not.toContain(secret);
    expect(server.requests[0]?.body).not.toContain(secret);
  });
});
