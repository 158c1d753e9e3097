/** `zeke sessions` with the real program: what is said is found, named, forked, moved and removed. */
import {
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventBody } from '../../src/session/events.ts';
import { createSessionStore, newId, projectFolder } from '../../src/session/store.ts';
import { PtyProgram } from '../helpers/pty.ts';
import { createTestHome, runZeke, type TestHome, ZEKE } from '../helpers/zeke.ts';

let home: TestHome;
beforeEach(() => {
  home = createTestHome();
});
afterEach(() => home.remove());

const sessions = (...args: string[]) => runZeke({ home, args: ['sessions', ...args] });
interface Listed {
  readonly id: string;
  readonly title: string;
  readonly turns: number;
  readonly project: string;
  readonly excerpt?: string;
}
const list = async (...args: string[]): Promise<readonly Listed[]> =>
  JSON.parse((await sessions(...args, '--json')).stdout);

/** A session of a project as the program keeps it; its id. Each turn is a question and an answer. */
function keep(turns: readonly (readonly [string, string])[], folder = home.project): string {
  const project = realpathSync(folder);
  const store = createSessionStore({ paths: { stateDir: join(home.dir, 'state') }, project });
  const sessionId = newId();
  const bodies: EventBody[] = [
    { type: 'session-start', version: 1, sessionId, project, model: 'builtin/zeke' },
  ];
  for (const [index, [text, answer]] of turns.entries()) {
    const turnId = `t${index}`;
    bodies.push({ type: 'turn-start', turnId, model: 'builtin/zeke', message: { text } });
    bodies.push({ type: 'text-delta', turnId, text: answer });
    bodies.push({ type: 'turn-end', turnId, reason: 'stop' });
  }
  store.write(
    sessionId,
    bodies.map((body, index) => ({ ...body, seq: index + 1, at: 1000 + index })),
  );
  return sessionId;
}
const TALK = [
  ['where is the retry limit?', 'In src/http.ts.'],
  ['and the timeout?', 'There too.'],
] as const;

describe('finding', () => {
  it('searches this project or all of them, as a table or JSON', async () => {
    const id = keep(TALK);
    const elsewhere = join(home.dir, 'elsewhere');
    mkdirSync(join(elsewhere, '.git'), { recursive: true });
    const other = keep([['no\x1b[2Jthing', 'about the RETRY either']], elsewhere);
    const found = await sessions('search', 'Retry', 'http');
    expect(found).toMatchObject({ code: 0, stderr: '' });
    expect(found.stdout).toContain(id);
    expect(found.stdout).toContain('In src/http.ts.');
    expect(found.stdout).not.toContain(other);
    const all = await list('search', '--all', 'retry');
    expect(all.map((hit) => hit.id).sort()).toEqual([id, other].sort());
    const table = await sessions('search', '--all', 'retry');
    expect(table.stdout).toContain(realpathSync(elsewhere));
    expect(table.stdout).not.toContain('\x1b');
    const none = await sessions('search', 'nobody', 'said', 'this');
    expect(none).toMatchObject({ code: 0, stdout: '' });
    expect(none.stderr).not.toBe('');
    expect((await sessions('search')).code).toBe(2);
  });

  it('passes over a session of a newer version and says so', async () => {
    const id = keep(TALK);
    const folder = projectFolder(join(home.dir, 'state'), realpathSync(home.project));
    const path = join(folder, 'sessions', `${id}.jsonl`);
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll('"version":1', '"version":7'));
    const found = await sessions('search', 'retry');
    expect(found).toMatchObject({ code: 0, stdout: '' });
    expect(found.stderr).toMatch(new RegExp(`${id}.*newer Zeke`));
    expect((await sessions()).stdout).toContain('newer Zeke');
    for (const args of [['export'], ['rename'], ['fork'], ['show']]) {
      const refused = await sessions(...args, id, ...(args[0] === 'rename' ? ['x'] : []));
      expect(refused.code).toBe(3);
      expect(refused.stderr).toContain('newer Zeke (format 7; this one reads up to 1)');
      expect(refused.stdout).toBe('');
    }
  });
});

describe('renaming and forking', () => {
  it('gives a title, and takes it away again', async () => {
    const id = keep(TALK);
    const renamed = await sessions('rename', id.slice(0, 6), 'The', 'retry\x1b[2J\nlimit');
    expect(renamed.code).toBe(0);
    expect(renamed.stderr).not.toContain('\x1b');
    expect(await list()).toMatchObject([{ id, title: 'The retry limit' }]);
    expect((await sessions('rename', id, '')).code).toBe(0);
    expect(await list()).toMatchObject([{ id, title: 'where is the retry limit?' }]);
    expect((await sessions('rename', id)).code).toBe(2);
    expect((await sessions('rename', 'nothere', 'x')).code).toBe(2);
  });

  it('forks after a turn or with all of them, and prints the new id', async () => {
    const id = keep(TALK);
    const forked = await sessions('fork', id, '--turns', '1');
    expect(forked).toMatchObject({ code: 0, stdout: expect.stringMatching(/^[0-9a-z]{8}\n$/) });
    const whole = (await sessions('fork', id.slice(0, 6))).stdout.trim();
    const listed = await list();
    expect(listed.map(({ id: one, turns, title }) => [one, turns, title])).toEqual([
      [whole, 2, 'where is the retry limit? (fork)'],
      [forked.stdout.trim(), 1, 'where is the retry limit? (fork)'],
      [id, 2, 'where is the retry limit?'],
    ]);
    for (const turns of ['0', '-1', 'x', '1.5']) {
      expect((await sessions('fork', id, `--turns=${turns}`)).code).toBe(2);
    }
    expect((await sessions('fork', id, whole)).code).toBe(2);
  });

  it('renames a session that is open in a terminal there; deleting it is refused', async () => {
    const terminal = new PtyProgram({
      command: process.execPath,
      args: [ZEKE, '--model', 'builtin/zeke', 'what can you do?'],
      cwd: home.project,
      env: { ...home.env, TERM: 'xterm-256color' } as Record<string, string>,
    });
    try {
      await terminal.waitForText('Built-in engine');
      const [open] = await list();
      const id = open?.id ?? '';
      const renamed = await sessions('rename', id, 'renamed from the shell');
      expect(renamed.stderr).toContain('renamed from the shell');
      expect(renamed.code).toBe(0);
      expect(await list()).toMatchObject([{ id, title: 'renamed from the shell' }]);
      const deleted = await sessions('delete', id);
      expect(deleted.code).toBe(2);
      expect(deleted.stderr).toContain('is open in another Zeke');
      expect((await sessions('export', id)).stdout).toContain('what can you do?');
      terminal.type('\x04');
      expect((await terminal.exit).exitCode).toBe(0);
      expect(await list()).toMatchObject([{ id, title: 'renamed from the shell' }]);
      expect((await sessions('delete', id)).code).toBe(0);
      expect(await list()).toEqual([]);
    } finally {
      await terminal.dispose();
    }
  });
});

describe('export and import', () => {
  const inProject = (name: string) => join(home.project, name);

  it('writes Markdown or JSON, to standard output or a private file', async () => {
    const id = keep([['q\x1b]0;owned\x07', 'an\u202e answer']]);
    const printed = await sessions('export', id);
    expect(printed.stdout).toMatch(/^# q\n[\s\S]*## 1\. You\n\nq\n[\s\S]*an answer/);
    expect((await sessions('export', id, '-o', '-')).stdout).toBe(printed.stdout);
    expect((await sessions('export', id, '-o', 'talk.md')).code).toBe(0);
    expect(readFileSync(inProject('talk.md'), 'utf8')).toBe(printed.stdout);
    expect(statSync(inProject('talk.md')).mode & 0o777).toBe(0o600);
    const json = await sessions('export', id, '--json');
    expect(json.stdout).not.toMatch(/[\x1b\x07\u202e]/);
    expect(JSON.parse(json.stdout)).toMatchObject({ format: 'zeke-session', version: 1 });
    await sessions('export', id, '-o', 'talk.json');
    expect(readFileSync(inProject('talk.json'), 'utf8')).toBe(json.stdout);
  });

  it('never overwrites a file unless it is told to, and no folder or device', async () => {
    const id = keep(TALK);
    writeFileSync(inProject('talk.md'), 'mine');
    const refused = await sessions('export', id, '-o', 'talk.md');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('--force');
    expect(readFileSync(inProject('talk.md'), 'utf8')).toBe('mine');
    expect((await sessions('export', id, '-o', 'talk.md', '--force')).code).toBe(0);
    expect(readFileSync(inProject('talk.md'), 'utf8')).toContain('retry limit');
    for (const path of ['/dev/null', '.']) {
      expect((await sessions('export', id, '-o', path, '--force')).code).toBe(2);
    }
    expect((await sessions('export', id, '-o', 'no/such/folder.md')).code).toBe(3);
    expect((await sessions('export', 'nothere', '-o', 'new.md')).code).toBe(2);
    expect(existsSync(inProject('new.md'))).toBe(false);
  });

  it('imports from a file or standard input, in another project too', async () => {
    const id = keep(TALK);
    await sessions('export', id, '-o', 'talk.json');
    const again = await sessions('import', 'talk.json');
    expect(again.code).toBe(0);
    const elsewhere = join(home.dir, 'elsewhere');
    mkdirSync(join(elsewhere, '.git'), { recursive: true });
    const piped = await runZeke({
      home,
      cwd: elsewhere,
      args: ['sessions', 'import'],
      input: readFileSync(inProject('talk.json')),
    });
    expect(piped).toMatchObject({ code: 0, stdout: `${id}\n` });
    expect((await list('--all')).map((one) => [one.id, one.turns, one.project]).sort()).toEqual(
      [
        [id, 2, realpathSync(home.project)],
        [again.stdout.trim(), 2, realpathSync(home.project)],
        [id, 2, realpathSync(elsewhere)],
      ].sort(),
    );
    const shown = await sessions('show', again.stdout.trim());
    expect(shown.stdout).toContain('> and the timeout?\n\nThere too.');
  });

  it('refuses what is none in one line and leaves nothing', async () => {
    const id = keep(TALK);
    await sessions('export', id, '-o', 'talk.json');
    await sessions('delete', id);
    const text = readFileSync(inProject('talk.json'), 'utf8');
    writeFileSync(inProject('half.json'), text.slice(0, 300));
    writeFileSync(inProject('newer.json'), text.replace('"version": 1', '"version": 2'));
    writeFileSync(inProject('evil\x1b[2J.json'), '{}');
    writeFileSync(inProject('zeros.json'), Buffer.alloc(1000));
    for (const [name, code, why] of [
      ['half.json', 2, 'no exported session'],
      ['newer.json', 3, 'newer Zeke (format 2; this one reads up to 1)'],
      ['evil\x1b[2J.json', 2, 'no exported session'],
      ['zeros.json', 2, 'no exported session'],
      ['missing.json', 2, 'no file missing.json'],
      ['.', 2, 'not a file'],
    ] as const) {
      const refused = await sessions('import', name);
      expect(refused).toMatchObject({ code, stdout: '' });
      expect(refused.stderr.split('\n')[0]).toContain(why);
      expect(refused.stderr).not.toContain('\x1b');
    }
    const empty = await runZeke({ home, args: ['sessions', 'import'], input: '' });
    expect(empty.code).toBe(2);
    expect(await list()).toEqual([]);
  });
});
