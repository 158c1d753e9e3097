import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readPolicy } from '../../../src/agent/approval.ts';
import { AGENT_TOOLS, offeredTools } from '../../../src/agent/tools/registry.ts';
import type { ApprovalsConfig } from '../../../src/platform/config/config.ts';
import { createContentStore } from '../../../src/platform/storage/content-store.ts';
import type { StreamPart } from '../../../src/providers/contract.ts';
import type { ApprovalDecision } from '../../../src/session/ops.ts';
import { EMPTY_STATE } from '../../../src/session/state.ts';
import { makeWorkspace } from '../../helpers/workspace.ts';
import { engineWith, type RunOptions, runTurn } from '../engine-harness.ts';
import { answerParts, createScriptedProvider, toolParts } from '../scripted-provider.ts';

const ASK: ApprovalsConfig = { edit: 'ask', command: 'ask', allowedCommands: [] };

interface Call {
  readonly name: string;
  readonly input: object;
}
const editCall = (path: string, oldText: string, newText: string): Call => ({
  name: 'edit_file',
  input: { path, old_text: oldText, new_text: newText },
});
const runCall = (command: string): Call => ({ name: 'run_command', input: { command } });

interface Setting extends RunOptions {
  readonly config?: Partial<ApprovalsConfig>;
  readonly canAsk?: boolean;
}

function engineIn(
  root: string,
  calls: readonly (Call | 'done')[],
  { config, canAsk = true }: Setting = {},
) {
  const scripts: (readonly StreamPart[])[] = calls.map((call) =>
    call === 'done' ? answerParts('done') : toolParts(call.name, JSON.stringify(call.input)),
  );
  const provider = createScriptedProvider([...scripts, answerParts('done'), answerParts('done')]);
  const { policy } = readPolicy({ ...ASK, ...config });
  const contents = createContentStore(join(makeWorkspace({}), 'contents'));
  const engine = engineWith(provider, { root, contents, policy, canAsk, tools: AGENT_TOOLS });
  return { engine, contents, provider };
}

/** A model makes the calls one after the other; what came of each. */
async function callIn(root: string, calls: readonly Call[], setting: Setting = {}) {
  const { engine, contents } = engineIn(root, calls, setting);
  const outcome = await runTurn(engine, setting);
  const results = outcome.events.filter((event) => event.type === 'tool-result');
  return { ...outcome, engine, contents, outputs: results.map(({ output }) => output), results };
}

const answers = (...decisions: ApprovalDecision[]) => ({
  answer: () => decisions.shift() ?? ('deny' as const),
});

describe('what a command prints', () => {
  test('is told while it runs, without its secrets, and is neither kept nor told to the model', async () => {
    const key = `ghp_${'a1B2c3D4e5F6g7H8i9J0'.repeat(2).slice(0, 36)}`;
    // It goes on when somebody has seen what it printed.
    const script = `printf 'key ${key.slice(0, 12)}'; sleep 0.3; printf '${key.slice(12)}\\nstep one\\n'
while ! test -e go; do sleep 0.02; done
echo two`;
    const root = makeWorkspace({ 'run.sh': script });
    const { engine, provider } = engineIn(root, [runCall('sh run.sh')]);
    const { events, state } = await runTurn(engine, {
      ...answers('allow'),
      onEvent: (event) => {
        const isSeen = event.type === 'tool-output' && event.text.includes('step one');
        if (isSeen) writeFileSync(join(root, 'go'), '');
      },
    });
    const told = events.filter((event) => event.type === 'tool-output');
    const text = told.map((event) => event.text).join('');
    expect(told.every(({ id }) => id === 'c1')).toBe(true);
    expect(text).toMatch(/^key \[secret:[\w.-]+:1\]\nstep one\n/);
    const result = events.findIndex((event) => event.type === 'tool-result');
    expect(events.slice(result).some(({ type }) => type === 'tool-output')).toBe(false);
    const [part] = state.turns[0]?.parts ?? [];
    expect(part).not.toHaveProperty('outputTail');
    expect(part).toMatchObject({ result: { output: expect.stringContaining('step one\ntwo') } });
    const request = JSON.stringify(provider.requests.at(-1)?.messages);
    expect(request.split('step one')).toHaveLength(2);
    expect(request).not.toContain(key);
  });
});

describe('an edit', () => {
  test('is shown as a diff, made when allowed, and can be taken back', async () => {
    const root = makeWorkspace({ 'src/a.ts': 'const a = 1;\r\n' });
    const outcome = await callIn(
      root,
      [editCall('./src/a.ts', 'a = 1', 'a = 2')],
      answers('allow'),
    );
    expect(outcome.asked).toEqual([
      {
        callId: 'c1',
        tool: 'edit_file',
        title: 'edit src/a.ts',
        detail: {
          type: 'diff',
          text: '--- a/src/a.ts\n+++ b/src/a.ts\n@@ -1,1 +1,1 @@\n-const a = 1;\n+const a = 2;\n',
        },
        scope: 'edits in this session',
      },
    ]);
    expect(readFileSync(join(root, 'src/a.ts'), 'utf8')).toBe('const a = 2;\r\n');
    expect(outcome.outputs).toEqual(['Edited src/a.ts (line 1).']);
    const [turn] = outcome.state.turns;
    expect(turn?.changes).toHaveLength(1);
    expect(outcome.contents.get(turn?.changes[0]?.before ?? '')?.toString()).toBe(
      'const a = 1;\r\n',
    );
    if (turn === undefined) throw new Error('no turn');
    expect(await outcome.engine.undo?.(turn)).toEqual({ restored: ['src/a.ts'], kept: [] });
    expect(readFileSync(join(root, 'src/a.ts'), 'utf8')).toBe('const a = 1;\r\n');
  });

  test('that was declined is not made, and the model is told so', async () => {
    const root = makeWorkspace({ 'a.ts': 'one' });
    const outcome = await callIn(root, [editCall('a.ts', 'one', 'two')], answers('deny'));
    expect(readFileSync(join(root, 'a.ts'), 'utf8')).toBe('one');
    expect(outcome.results[0]).toMatchObject({ isError: true });
    expect(outcome.outputs[0]).toContain('The user declined');
    expect(outcome.state.turns[0]?.changes).toEqual([]);
  });

  test('"always" covers the next ones of the same turn and session, and no other session', async () => {
    const root = makeWorkspace({ 'a.ts': 'one', 'b.ts': 'one' });
    const calls = [editCall('a.ts', 'one', 'two'), editCall('b.ts', 'one', 'two')];
    const { engine } = engineIn(root, [...calls, 'done', editCall('a.ts', 'two', 'three')]);
    const first = await runTurn(engine, answers('always'));
    expect(first.asked).toHaveLength(1);
    expect(readFileSync(join(root, 'b.ts'), 'utf8')).toBe('two');
    const state = { ...EMPTY_STATE, sessionId: 'another' };
    const other = await runTurn(engine, { state, ...answers('deny') });
    expect(other.asked).toHaveLength(1);
    expect(readFileSync(join(root, 'a.ts'), 'utf8')).toBe('two');
  });

  test('is refused when the file changed while the question was open', async () => {
    const root = makeWorkspace({ 'a.ts': 'one' });
    const outcome = await callIn(root, [editCall('a.ts', 'one', 'two')], {
      answer: () => {
        writeFileSync(join(root, 'a.ts'), 'one, and mine');
        return 'allow';
      },
    });
    expect(outcome.outputs[0]).toContain('changed by somebody else');
    expect(readFileSync(join(root, 'a.ts'), 'utf8')).toBe('one, and mine');
  });

  test('is refused when the folder became a link leading out while the question was open', async () => {
    const root = makeWorkspace({ 'x/keep': '' });
    const outside = makeWorkspace({});
    const outcome = await callIn(
      root,
      [{ name: 'write_file', input: { path: 'new/a.ts', content: 'x' } }],
      {
        answer: () => {
          symlinkSync(outside, join(root, 'new'));
          return 'allow';
        },
      },
    );
    expect(outcome.outputs[0]).toContain('changed by somebody else');
    expect(existsSync(join(outside, 'a.ts'))).toBe(false);
  });

  test('is not made when the turn was stopped with the question open', async () => {
    const root = makeWorkspace({ 'a.ts': 'one' });
    const abort = new AbortController();
    const outcome = await callIn(root, [editCall('a.ts', 'one', 'two')], {
      signal: abort.signal,
      answer: () => {
        abort.abort();
        return 'allow';
      },
    });
    expect(outcome.reason).toBe('cancelled');
    expect(readFileSync(join(root, 'a.ts'), 'utf8')).toBe('one');
  });

  test.each<[string, Call, string]>([
    ['a secret file', editCall('.env', 'KEY', 'x'), 'hold secrets'],
    [
      'git’s own',
      { name: 'write_file', input: { path: '.git/hooks/post-commit', content: 'x' } },
      'version control',
    ],
    [
      'outside',
      { name: 'write_file', input: { path: '../x', content: 'x' } },
      'inside the project',
    ],
    ['a link that leads out', editCall('out', 'root', 'x'), 'inside the project'],
    ['what is no text', editCall('bin', 'a', 'b'), 'no text'],
    ['a file that is not there', editCall('nope.ts', 'a', 'b'), 'Use write_file'],
    ['a text that is not in it', editCall('a.ts', 'three', 'b'), 'not in the file'],
    ['an empty old text', editCall('a.ts', '', 'b'), 'empty'],
    [
      'a held-back secret',
      { name: 'write_file', input: { path: 'n.ts', content: '[secret:aws:1]' } },
      'held back',
    ],
    [
      'what is the same already',
      { name: 'write_file', input: { path: 'a.ts', content: 'one' } },
      'already',
    ],
    [
      'what would be huge',
      { name: 'write_file', input: { path: 'n.ts', content: 'x'.repeat(3_000_000) } },
      'too large',
    ],
    ['a hidden command', runCall('ls \u202e'), 'cannot be seen'],
  ])('of %s is refused without asking', async (_what, call, words) => {
    const root = makeWorkspace({
      '.env': 'KEY=1',
      'a.ts': 'one',
      bin: Buffer.of(0, 1, 255),
      '.git/config': '',
    });
    symlinkSync('/etc/passwd', join(root, 'out'));
    const outcome = await callIn(root, [call], answers('allow'));
    expect(outcome.asked).toEqual([]);
    expect(outcome.outputs[0]).toContain(words);
    expect(readFileSync(join(root, 'a.ts'), 'utf8')).toBe('one');
  });

  test('is not made when it could not be taken back', async () => {
    const root = makeWorkspace({ 'a.ts': 'one', 'in-the-way': '' });
    const provider = createScriptedProvider([
      toolParts('edit_file', JSON.stringify(editCall('a.ts', 'one', 'two').input)),
      answerParts('done'),
    ]);
    const contents = createContentStore(join(root, 'in-the-way', 'contents'));
    const engine = engineWith(provider, { root, contents, tools: AGENT_TOOLS });
    const outcome = await runTurn(engine, answers('allow'));
    expect(outcome.events.find(({ type }) => type === 'tool-result')).toMatchObject({
      isError: true,
    });
    expect(readFileSync(join(root, 'a.ts'), 'utf8')).toBe('one');
    expect(outcome.state.turns[0]?.changes).toEqual([]);
  });
});

describe('a new file', () => {
  test('is made with its folders, and a file that is replaced keeps its line ends', async () => {
    const root = makeWorkspace({ 'w.txt': '\ufeffa\r\nb\r\n' });
    const calls = [
      { name: 'write_file', input: { path: 'deep/er/new.ts', content: 'x\n' } },
      { name: 'write_file', input: { path: 'w.txt', content: 'c\nd\n' } },
    ];
    const outcome = await callIn(root, calls, answers('allow', 'allow'));
    expect(outcome.asked.map(({ title }) => title)).toEqual([
      'create deep/er/new.ts',
      'edit w.txt',
    ]);
    expect(readFileSync(join(root, 'deep/er/new.ts'), 'utf8')).toBe('x\n');
    expect(readFileSync(join(root, 'w.txt'), 'utf8')).toBe('\ufeffc\r\nd\r\n');
    expect(outcome.state.turns[0]?.changes[0]).toMatchObject({
      path: 'deep/er/new.ts',
      before: null,
    });
  });
});

describe('a command', () => {
  test('is shown whole, run when allowed, and its exit code is told', async () => {
    const root = makeWorkspace({ 'a.txt': 'content' });
    const outcome = await callIn(root, [runCall('cat a.txt >&2; exit 4')], answers('allow'));
    expect(outcome.asked[0]).toMatchObject({
      tool: 'run_command',
      title: 'run cat a.txt >&2; exit 4',
      detail: { type: 'command', text: 'cat a.txt >&2; exit 4' },
    });
    expect(outcome.results[0]).toMatchObject({ output: 'content\n[exit code 4]', isError: true });
  });

  test('by a rule of the user runs unasked; anything around it is asked', async () => {
    const root = makeWorkspace({ 'a.txt': 'content' });
    const calls = [
      runCall('cat a.txt'),
      runCall('cat a.txt; touch b.txt'),
      runCall('cat a.txt > b.txt'),
    ];
    const config = { allowedCommands: ['cat'] };
    const outcome = await callIn(root, calls, { config, ...answers('deny', 'deny') });
    expect(outcome.outputs[0]).toBe('content');
    expect(outcome.asked).toHaveLength(2);
    expect(existsSync(join(root, 'b.txt'))).toBe(false);
  });

  test('by a rule is asked all the same for a link that leads out of the project', async () => {
    const root = makeWorkspace({});
    symlinkSync('/etc/passwd', join(root, 'notes.txt'));
    const config = { allowedCommands: ['cat'] };
    const outcome = await callIn(root, [runCall('cat notes.txt')], { config, ...answers('deny') });
    expect(outcome.asked).toHaveLength(1);
  });

  test('is ended after its time', async () => {
    const call = {
      name: 'run_command',
      input: { command: 'echo begun; sleep 100', timeout_seconds: 1 },
    };
    const outcome = await callIn(makeWorkspace({}), [call], answers('allow'));
    expect(outcome.outputs[0]).toBe('begun\n[ended after 1 s]');
  });

  test('that prints without end is kept short', async () => {
    const outcome = await callIn(makeWorkspace({}), [runCall('seq 1 200000')], answers('allow'));
    expect(outcome.outputs[0]?.length).toBeLessThan(25_000);
    expect(outcome.outputs[0]).toMatch(/^1\n2\n/);
    expect(outcome.outputs[0]).toMatch(/characters left out …\]\n[\s\S]*200000$/);
  });
});

describe('where nobody can be asked', () => {
  test('what needs consent is refused, and what the settings allow is done', async () => {
    const root = makeWorkspace({ 'a.ts': 'one' });
    const calls = [editCall('a.ts', 'one', 'two'), runCall('echo hi'), runCall('touch x')];
    const config = { allowedCommands: ['echo'] };
    const outcome = await callIn(root, calls, { config, canAsk: false, ...answers('allow') });
    expect(outcome.asked).toEqual([]);
    expect(outcome.outputs[0]).toContain('nobody can be asked');
    expect(outcome.outputs[1]).toBe('hi');
    expect(outcome.outputs[2]).toContain('nobody can be asked');
    expect(readFileSync(join(root, 'a.ts'), 'utf8')).toBe('one');
    const allowed = await callIn(root, [calls[0] as Call], {
      config: { edit: 'allow' },
      canAsk: false,
    });
    expect(allowed.outputs[0]).toBe('Edited a.ts (line 1).');
  });

  test('tools that could only be refused are not offered', () => {
    const names = (config: Partial<ApprovalsConfig>, canAsk: boolean) =>
      offeredTools(readPolicy({ ...ASK, ...config }).policy, canAsk)
        .map(({ definition }) => definition.name)
        .filter((name) => /edit|write|run/.test(name));
    expect(names({}, true)).toEqual(['edit_file', 'write_file', 'run_command']);
    expect(names({ edit: 'deny' }, true)).toEqual(['run_command']);
    expect(names({ command: 'deny', allowedCommands: ['ls'] }, true)).toEqual([
      'edit_file',
      'write_file',
    ]);
    expect(names({}, false)).toEqual([]);
    expect(names({ edit: 'allow' }, false)).toEqual(['edit_file', 'write_file']);
    expect(names({ allowedCommands: ['ls'] }, false)).toEqual(['run_command']);
  });
});

// Put together at run time, so that no scanner takes this file for a leak.
const SECRET = ['ghp', 'q7Rz2mVx9KbT4nYw8LdC3sHf6JpA1gE5uXoZ'].join('_');

test('secrets near an edit, and those a command prints, reach neither journal nor model', async () => {
  const root = makeWorkspace({ 'a.ts': `const key = "${SECRET}";\nconst a = 1;\n` });
  mkdirSync(join(root, 'sub'));
  const calls = [editCall('a.ts', 'a = 1', 'a = 2'), runCall('cat a.ts')];
  const outcome = await callIn(root, calls, answers('allow', 'allow'));
  expect(outcome.asked[0]?.detail.text).toContain('[secret:');
  expect(JSON.stringify([outcome.events, outcome.asked])).not.toContain(SECRET);
  expect(readFileSync(join(root, 'a.ts'), 'utf8')).toContain(SECRET);
});
