/** The agent acts: the built program in a terminal, a real model host, and a second front end that answers. */
import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { errnoCode } from '../../src/platform/errors.ts';
import { resolvePaths } from '../../src/platform/paths.ts';
import type { SessionEvent } from '../../src/session/events.ts';
import type { ApprovalDecision, Op, UserInput } from '../../src/session/ops.ts';
import { findLiveSession } from '../../src/session/share/join.ts';
import {
  type ModelServer,
  startModelServer,
  streamText,
  streamToolCall,
} from '../helpers/model-server.ts';
import { PtyProgram } from '../helpers/pty.ts';
import { createTestHome, runZeke, type TestHome, ZEKE } from '../helpers/zeke.ts';
import { FrontEnd } from '../session/front-end-process.ts';

type Script = string | { readonly name: string; readonly input: object };

let home: TestHome;
let project = '';
let server: ModelServer;
let scripts: Script[] = [];
let terminal: PtyProgram | undefined;
let frontEnd: FrontEnd | undefined;

beforeEach(async () => {
  home = createTestHome();
  project = realpathSync(home.project);
  scripts = [];
  server = await startModelServer(answerByScript);
});
afterEach(async () => {
  await frontEnd?.kill();
  await terminal?.dispose();
  frontEnd = undefined;
  terminal = undefined;
  await server.close();
  home.remove();
});

function answerByScript(response: ServerResponse): void {
  const script = scripts.shift() ?? 'nothing more';
  if (typeof script === 'string') streamText(response, [script]);
  else streamToolCall(response, script.name, script.input);
}

function hostEnv(): Record<string, string> {
  return {
    ...(home.env as Record<string, string>),
    OPENAI_BASE_URL: server.baseUrl,
    OPENAI_API_KEY: 'test-key-of-no-worth',
  };
}

/** Zeke in a terminal, and a front end beside it in the same conversation. */
async function openBoth(model = 'openai/test', args: readonly string[] = []): Promise<FrontEnd> {
  terminal = new PtyProgram({
    command: process.execPath,
    args: [ZEKE, '--model', model, ...args],
    cwd: project,
    env: hostEnv(),
  });
  const paths = resolvePaths(home.env, process.platform);
  // The first paint comes before the conversation is there to be joined.
  while ((await findLiveSession({ paths, project })) === undefined) {
    if (terminal.hasEnded) throw new Error(`zeke ended:\n${terminal.text()}`);
    await pause(20);
  }
  frontEnd = new FrontEnd({ paths, project });
  const joined = await frontEnd.until(({ what }) => what === 'joined' || what === 'refused');
  expect(joined).toMatchObject({ what: 'joined', role: 'attached' });
  return frontEnd;
}

/** The first event of the type that comes after `from` events were seen. */
async function nextEvent<T extends SessionEvent['type']>(
  seat: FrontEnd,
  type: T,
  from: number,
): Promise<Extract<SessionEvent, { type: T }>> {
  const isWanted = (event: SessionEvent): event is Extract<SessionEvent, { type: T }> =>
    event.type === type;
  await seat.until(() => seat.events.slice(from).some(isWanted));
  const found = seat.events.slice(from).find(isWanted);
  if (found === undefined) throw new Error(`no ${type}`);
  return found;
}

/** Sends a message, answers every question with the next decision, and waits for the turn's end. */
async function turn(
  seat: FrontEnd,
  message: UserInput,
  decisions: readonly ApprovalDecision[] = [],
): Promise<readonly SessionEvent[]> {
  const from = seat.events.length;
  seat.op({ type: 'send', message });
  let answered = from;
  for (const decision of decisions) {
    const request = await nextEvent(seat, 'approval-request', answered);
    answered = seat.events.indexOf(request) + 1;
    seat.op({ type: 'approve', requestId: request.id, decision });
  }
  await nextEvent(seat, 'turn-end', from);
  return seat.events.slice(from);
}

async function act(seat: FrontEnd, op: Op, until: SessionEvent['type']): Promise<SessionEvent> {
  const from = seat.events.length;
  seat.op(op);
  return nextEvent(seat, until, from);
}

const edit = (path: string, oldText: string, newText: string): Script => ({
  name: 'edit_file',
  input: { path, old_text: oldText, new_text: newText },
});
const command = (text: string): Script => ({ name: 'run_command', input: { command: text } });
const inProject = (path: string): string => join(project, path);
const read = (path: string): string => readFileSync(inProject(path), 'utf8');
const lastRequest = (): string => server.requests.at(-1)?.body ?? '';
const typesIn = (events: readonly SessionEvent[]) => events.map(({ type }) => type);

/** Resolves when the process is gone; one that only waits to be counted has ended too. */
async function hasEnded(pid: number): Promise<void> {
  const isThere = (): boolean => {
    if (!existsSync(`/proc/${pid}`)) return false;
    try {
      return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    } catch (error) {
      if (errnoCode(error) === undefined) throw error;
      return false;
    }
  };
  while (isThere()) await pause(5);
}

describe('what a command of the model prints', () => {
  test('is shown below it while it runs, and says who allowed it', async () => {
    // It ends when somebody has seen it on the screen.
    const script = 'echo step one; while ! test -e go; do sleep 0.05; done; echo step two';
    scripts = [command(script), 'It ran.'];
    const seat = await openBoth();
    seat.op({ type: 'send', message: { text: 'run it' } });
    const { id: requestId } = await nextEvent(seat, 'approval-request', 0);
    seat.op({ type: 'approve', requestId, decision: 'allow' });
    await terminal?.waitForText('\n  step one');
    expect(terminal?.text()).toContain('allowed by test: run echo step one;');
    const { running } = await seat.state();
    expect(running?.parts).toMatchObject([{ type: 'tool-call', outputTail: 'step one\n' }]);
    writeFileSync(inProject('go'), '');
    await nextEvent(seat, 'turn-end', 0);
    const { events } = seat;
    await terminal?.waitForText('It ran.');
    expect(terminal?.text()).not.toContain('\n  step one');
    expect(events.find(({ type }) => type === 'approval-answer')).toMatchObject({ by: 'test' });
    expect(events.find(({ type }) => type === 'tool-result')).toMatchObject({
      output: 'step one\nstep two',
    });
    expect(lastRequest().split('step one\\nstep two')).toHaveLength(2);
  });

  test('is printed by zeke ask --json as it comes', async () => {
    scripts = [command('echo step one'), 'It ran.'];
    mkdirSync(join(home.dir, 'config'));
    writeFileSync(
      join(home.dir, 'config/config.toml'),
      '[approvals]\nallowed_commands = ["echo *"]\n',
    );
    const args = ['ask', '--json', '--model', 'openai/test', 'run it'];
    const { stdout } = await runZeke({ home, env: hostEnv(), args });
    const events = stdout
      .trim()
      .split('\n')
      .map((line): SessionEvent => JSON.parse(line));
    const types = events.map(({ type }) => type);
    expect(types.indexOf('tool-output')).toBeGreaterThan(types.indexOf('tool-call'));
    expect(types.indexOf('tool-output')).toBeLessThan(types.indexOf('tool-result'));
    expect(events.find(({ type }) => type === 'tool-output')).toMatchObject({ text: 'step one\n' });
  });
});

describe('an edit by the model', () => {
  test('waits for consent, is made, and is taken back', async () => {
    writeFileSync(inProject('app.ts'), 'const retries = 3;\n');
    scripts = [edit('app.ts', 'retries = 3', 'retries = 5'), 'Now it is five.'];
    const seat = await openBoth();
    const events = await turn(seat, { text: 'try five times' }, ['allow']);
    const request = events.find((event) => event.type === 'approval-request');
    expect(request).toMatchObject({ tool: 'edit_file', title: 'edit app.ts' });
    expect(JSON.stringify(request)).toContain('-const retries = 3;\\n+const retries = 5;');
    expect(read('app.ts')).toBe('const retries = 5;\n');
    expect(typesIn(events)).toContain('file-change');
    expect(lastRequest()).toContain('Edited app.ts (line 1).');

    const undone = await act(seat, { type: 'undo-last' }, 'undo');
    expect(undone).toMatchObject({ restored: ['app.ts'], kept: [] });
    expect(read('app.ts')).toBe('const retries = 3;\n');
  });

  test('can still be taken back after Zeke was started again', async () => {
    writeFileSync(inProject('app.ts'), 'one\n');
    scripts = [edit('app.ts', 'one', 'two'), 'done'];
    const seat = await openBoth();
    const { sessionId } = await seat.state();
    await turn(seat, { text: 'change it' }, ['allow']);
    await seat.leave();
    await terminal?.dispose();
    const again = await openBoth('openai/test', ['--session', sessionId]);
    expect(await act(again, { type: 'undo-last' }, 'undo')).toMatchObject({ restored: ['app.ts'] });
    expect(read('app.ts')).toBe('one\n');
  });

  test('that is declined changes nothing, and the model hears of it', async () => {
    writeFileSync(inProject('app.ts'), 'one\n');
    scripts = [edit('app.ts', 'one', 'two'), 'As you like.'];
    const seat = await openBoth();
    await turn(seat, { text: 'change it' }, ['deny']);
    expect(read('app.ts')).toBe('one\n');
    expect(lastRequest()).toContain('The user declined this.');
  });

  test('after "always" is not asked again in this session', async () => {
    writeFileSync(inProject('a.ts'), 'one\n');
    writeFileSync(inProject('b.ts'), 'one\n');
    scripts = [
      edit('a.ts', 'one', 'two'),
      edit('b.ts', 'one', 'two'),
      'done',
      edit('a.ts', 'two', 'three'),
      'done',
    ];
    const seat = await openBoth();
    const first = await turn(seat, { text: 'change both' }, ['always']);
    const second = await turn(seat, { text: 'and once more' });
    const asked = typesIn([...first, ...second]).filter((type) => type === 'approval-request');
    expect(asked).toHaveLength(1);
    expect([read('a.ts'), read('b.ts')]).toEqual(['three\n', 'two\n']);
  });
});

describe('a command', () => {
  test('of the model is ended with its children when the turn is stopped', async () => {
    const script = 'sh -c "echo \\$\\$ > child.pid; sleep 1000" & echo $$ > shell.pid; wait';
    scripts = [command(script)];
    const seat = await openBoth();
    const from = seat.events.length;
    seat.say('run it');
    const request = await nextEvent(seat, 'approval-request', from);
    expect(request.detail).toEqual({ type: 'command', text: script });
    seat.op({ type: 'approve', requestId: request.id, decision: 'allow' });
    const pids = await Promise.all(['child.pid', 'shell.pid'].map(pidIn));
    seat.op({ type: 'cancel' });
    expect(await nextEvent(seat, 'turn-end', from)).toMatchObject({ reason: 'cancelled' });
    await Promise.all(pids.map(hasEnded));
  });

  test('of the user streams its output, is told to the model, and asks for no consent', async () => {
    scripts = ['I see it.'];
    const seat = await openBoth();
    const events = await turn(seat, { kind: 'command', text: 'echo out; echo err >&2; exit 7' });
    expect(typesIn(events)).not.toContain('approval-request');
    const text = events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('');
    expect(text).toBe('out\nerr\n[exit code 7]\n');
    expect(server.requests).toHaveLength(0);
    await turn(seat, { text: 'what happened?' });
    expect(lastRequest()).toContain('I ran this in the project');
    expect(lastRequest()).toContain('[exit code 7]');
  });

  test('of the user does not outlive the terminal that ran it', async () => {
    const seat = await openBoth();
    seat.op({ type: 'send', message: { kind: 'command', text: 'echo $$ > it.pid; sleep 1000' } });
    const pid = await pidIn('it.pid');
    terminal?.closeTerminal();
    await hasEnded(pid);
  });
});

async function pidIn(path: string): Promise<number> {
  for (;;) {
    const text = existsSync(inProject(path)) ? read(path) : '';
    if (text.endsWith('\n')) return Number(text);
    await pause(5);
  }
}

describe('a summary', () => {
  test('takes the place of the turns before, and gives it back', async () => {
    scripts = ['Because of the cache.', 'SUMMARY: it is the cache.', 'Yes.', 'Still yes.'];
    const seat = await openBoth();
    await turn(seat, { text: 'why is it slow?' });
    const events = await turn(seat, { kind: 'compact', text: '' });
    expect(events.find(({ type }) => type === 'compact')).toMatchObject({
      summary: 'SUMMARY: it is the cache.',
      turnCount: 1,
    });
    await turn(seat, { text: 'are you sure?' });
    expect(lastRequest()).toContain('SUMMARY: it is the cache.');
    expect(lastRequest()).not.toContain('why is it slow?');
    await act(seat, { type: 'undo-compact' }, 'compact-undo');
    await turn(seat, { text: 'really?' });
    expect(lastRequest()).toContain('why is it slow?');
    expect(lastRequest()).not.toContain('SUMMARY');
  });

  test('is made without a model, too', async () => {
    writeFileSync(inProject('retry.ts'), 'export function retry() {}\n');
    const seat = await openBoth('builtin');
    await turn(seat, { text: 'where is retry defined?' });
    const events = await turn(seat, { kind: 'compact', text: '' });
    const compact = events.find((event) => event.type === 'compact');
    expect(compact?.summary).toContain('where is retry defined?');
    expect(compact?.summary).toContain('retry.ts');
  });
});

describe('a one-shot command', () => {
  const offered = (): readonly string[] =>
    JSON.parse(lastRequest()).tools.map(
      (tool: { function: { name: string } }) => tool.function.name,
    );
  const ask = (...args: string[]) =>
    runZeke({ home, args: ['ask', '--model', 'openai/test', ...args], env: hostEnv() });
  const configure = (folder: string, text: string): void => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'config.toml'), text);
  };

  test('offers no tool that would have to ask, and runs none that is called all the same', async () => {
    scripts = [command('touch made'), 'sorry'];
    const { code } = await ask('do it');
    expect(code).toBe(0);
    expect(offered()).toEqual([
      'search_code',
      'search_text',
      'find_references',
      'read_file',
      'list_files',
      'outline_file',
    ]);
    expect(existsSync(inProject('made'))).toBe(false);
  });

  test('does what the user’s own settings allow', async () => {
    configure(
      join(home.dir, 'config'),
      '[approvals]\nedit = "allow"\nallowed_commands = ["touch"]\n',
    );
    writeFileSync(inProject('a.ts'), 'one\n');
    scripts = [
      edit('a.ts', 'one', 'two'),
      command('touch made'),
      command('touch x; rm a.ts'),
      'done',
    ];
    const { code } = await ask('do it');
    expect(code).toBe(0);
    expect(offered()).toContain('run_command');
    expect(read('a.ts')).toBe('two\n');
    expect(existsSync(inProject('made'))).toBe(true);
    expect(existsSync(inProject('x'))).toBe(false);
    expect(lastRequest()).toContain('nobody can be asked');
  });

  test.each([
    ['[approvals]\nedit = "allow"', 'approvals.edit'],
    ['[approvals]\ncommand = "allow"', 'approvals.command'],
    ['[approvals]\nallowed_commands = ["touch"]', 'approvals.allowed_commands'],
    ['[compact]\nauto = true', 'compact.auto'],
  ])('does not start where the project’s file says %j', async (text, key) => {
    configure(inProject('.zeke'), text);
    const { code, stderr } = await ask('do it');
    expect(code).toBe(2);
    expect(stderr).toContain(key);
    expect(server.requests).toHaveLength(0);
  });

  test('a rule of the user that is no plain command is named, not silently useless', async () => {
    configure(join(home.dir, 'config'), 'approvals.allowed_commands = ["ls | sh"]\n');
    const { code, stderr } = await ask('do it');
    expect(code).toBe(2);
    expect(stderr).toContain('"ls | sh" is no plain command');
  });
});
