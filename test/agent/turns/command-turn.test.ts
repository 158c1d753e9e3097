import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeWorkspace } from '../../helpers/workspace.ts';
import { engineWith, type RunOptions, runTurn, textOf, typesOf } from '../engine-harness.ts';
import { answerParts, createScriptedProvider } from '../scripted-provider.ts';

function userRuns(text: string, options: RunOptions & { readonly root?: string } = {}) {
  const provider = createScriptedProvider([answerParts('I see.')]);
  const engine = engineWith(provider, {
    root: options.root ?? makeWorkspace({ 'a.txt': 'content\n' }),
  });
  const turn = runTurn(engine, { ...options, message: { kind: 'command', text } });
  return { provider, engine, turn };
}

// Put together at run time, so that no scanner takes this file for a leak.
const SECRET = ['ghp', 'q7Rz2mVx9KbT4nYw8LdC3sHf6JpA1gE5uXoZ'].join('_');
const KEY_LINES = Array.from(
  { length: 8 },
  (_, index) => `MIIEpAIBAAKCAQEA7f${index}Qx9Lz2Kp8VbTn4Yw`,
);
const KEY_MARK = ['PRIVATE', 'KEY'].join(' ');

describe('a command of the user', () => {
  test('runs in the project, is streamed in order, and asks no model', async () => {
    const { provider, turn } = userRuns('cat a.txt; echo no >&2; echo yes');
    const outcome = await turn;
    expect(outcome.reason).toBe('stop');
    expect(textOf(outcome)).toBe('content\nno\nyes\n');
    expect(provider.requests).toHaveLength(0);
    expect(typesOf(outcome)).not.toContain('usage');
  });

  test('says its exit code when it is not 0, on a line of its own', async () => {
    expect(textOf(await userRuns('printf half; exit 3').turn)).toBe('half\n[exit code 3]\n');
    expect(textOf(await userRuns('kill -9 $$').turn)).toBe('[ended by SIGKILL]\n');
    expect(textOf(await userRuns('no-such-program-anywhere').turn)).toMatch(/\[exit code 127\]\n$/);
  });

  test('shows a line that is not finished while the command goes on', async () => {
    const abort = new AbortController();
    const { turn } = userRuns('printf "really? "; sleep 1000', {
      signal: abort.signal,
      onEvent: (event) => event.type === 'text-delta' && abort.abort(),
    });
    const outcome = await turn;
    expect(outcome.reason).toBe('cancelled');
    expect(textOf(outcome)).toBe('really? ');
  });

  test('is stopped with everything it started, and what came is kept', async () => {
    const abort = new AbortController();
    const { turn } = userRuns('sh -c "echo child $$; sleep 1000" & echo shell; wait', {
      signal: abort.signal,
      onEvent: (event) => event.type === 'text-delta' && /child/.test(event.text) && abort.abort(),
    });
    const outcome = await turn;
    expect(outcome.reason).toBe('cancelled');
    expect(textOf(outcome)).toContain('child');
  });

  test('that prints for ever is kept short and says what is missing', async () => {
    const outcome = await userRuns('seq 1 400000').turn;
    const text = textOf(outcome);
    expect(text.length).toBeLessThan(1_000_100);
    expect(text).toMatch(/^1\n2\n3\n/);
    expect(text).toMatch(/\[… \d+ characters left out …\]/);
    expect(text).toMatch(/400000\n$/);
  });

  test('keeps control characters for those who draw it, and nothing that is no UTF-8', async () => {
    const outcome = await userRuns(String.raw`printf 'a\033[31m\377\000b\n'`).turn;
    expect(textOf(outcome)).toBe('a\x1b[31m\0b\n');
  });

  test('never brings a secret into the journal, also one of several lines', async () => {
    const key = [`-----BEGIN RSA ${KEY_MARK}-----`, ...KEY_LINES, `-----END RSA ${KEY_MARK}-----`];
    const root = makeWorkspace({ 'k.txt': `${key.join('\n')}\nafter ${SECRET}\n` });
    const script = 'while read -r line; do echo "$line"; sleep 0.02; done < k.txt';
    const outcome = await userRuns(script, { root }).turn;
    const journal = JSON.stringify(outcome.events);
    for (const line of KEY_LINES) expect(journal).not.toContain(line);
    expect(journal).not.toContain(SECRET);
    expect(textOf(outcome)).toContain('after [secret:');
  });

  test('runs with the secret that was typed, of which only a placeholder is kept', async () => {
    const { engine } = userRuns('true');
    const message = engine.redactMessage?.({
      kind: 'command',
      text: `test "$(echo ${SECRET} | wc -c)" = 41`,
    });
    expect(message?.text).not.toContain(SECRET);
    const outcome = await runTurn(engine, { message: message ?? { text: '' } });
    expect(textOf(outcome)).toBe('');
    expect(JSON.stringify(outcome.state)).not.toContain(SECRET);
    const elsewhere = engineWith(createScriptedProvider([]), { root: makeWorkspace({}) });
    const later = await runTurn(elsewhere, { message: message ?? { text: '' } });
    expect(later.state.turns[0]?.error?.message).toContain('Type it again');
  });

  test('is an error in words when there is none, or no folder to run it in', async () => {
    expect((await userRuns('  ').turn).state.turns[0]?.error?.message).toContain('no command');
    const outcome = await userRuns('ls', { root: '/nonexistent/project' }).turn;
    expect(outcome.state.turns[0]?.error?.message).toContain('/nonexistent/project');
  });

  test('is told to the model in the next turn, as words of the user', async () => {
    const { engine, provider, turn } = userRuns('cat a.txt; exit 2');
    await runTurn(engine, { state: (await turn).state, text: 'why?' });
    const [request] = provider.requests;
    expect(request?.messages.map(({ role }) => role)).toEqual(['user']);
    const said = JSON.stringify(request?.messages);
    expect(said).toContain('I ran this in the project:\\n\\n    cat a.txt; exit 2');
    expect(said).toContain('content\\n[exit code 2]');
    expect(said).toMatch(/source=\\"command\\"/);
    expect(said).toContain('why?');
  });
});

test('what a command writes is really written where the project is', async () => {
  const root = makeWorkspace({});
  await userRuns('echo hi > made.txt', { root }).turn;
  expect(readFileSync(join(root, 'made.txt'), 'utf8')).toBe('hi\n');
});
