import { describe, expect, test } from 'vitest';
import {
  type Action,
  allowAlways,
  decide,
  NO_ALLOWANCES,
  readPolicy,
  scopeOf,
  type Verdict,
} from '../../src/agent/approval.ts';

const command = (text: string): Action => ({
  effect: 'command',
  command: text,
  leadsOut: (path) => path.startsWith('link-out'),
});
const edit = (path: string): Action => ({ effect: 'edit', path });

function policyOf(
  allowedCommands: readonly string[] = [],
  edits: Verdict = 'ask',
  run: Verdict = 'ask',
) {
  return readPolicy({ edit: edits, command: run, allowedCommands }).policy;
}

describe('edits', () => {
  test('are asked for, then allowed for the session, or as the settings say', () => {
    expect(decide(edit('src/a.ts'), policyOf(), NO_ALLOWANCES)).toBe('ask');
    const always = allowAlways(edit('src/a.ts'), NO_ALLOWANCES);
    expect(decide(edit('src/b.ts'), policyOf(), always)).toBe('allow');
    expect(decide(command('ls'), policyOf(), always)).toBe('ask');
    expect(decide(edit('a'), policyOf([], 'allow'), NO_ALLOWANCES)).toBe('allow');
    expect(decide(edit('a'), policyOf([], 'deny'), always)).toBe('deny');
    expect(scopeOf(edit('a'))).toBe('edits in this session');
  });

  test.each([
    'package.json',
    'web/package.json',
    '.vscode/tasks.json',
    '.github/workflows/ci.yml',
    'Makefile',
    '.husky/pre-commit',
    '.gitattributes',
    '.envrc',
    '.bashrc',
  ])('of %s are asked for each time: other programs obey it', (path) => {
    expect(decide(edit(path), policyOf([], 'allow'), { ...NO_ALLOWANCES, edits: true })).toBe(
      'ask',
    );
    expect(allowAlways(edit(path), NO_ALLOWANCES)).toEqual(NO_ALLOWANCES);
    expect(scopeOf(edit(path))).toContain('this change alone');
  });
});

describe('commands by the user’s own rules', () => {
  test.each<[string, string, Verdict]>([
    ['npm test', 'npm test', 'allow'],
    ['npm test', 'npm test src/a.test.ts', 'allow'],
    ['npm test', 'npm tests', 'ask'],
    ['npm test', 'npm', 'ask'],
    ['npm test', 'xnpm test', 'ask'],
    ['npm test', './npm test', 'ask'],
    ['npm test', 'npm test --script-shell=/tmp/x', 'ask'],
    ['npm test', 'npm test /etc/passwd', 'ask'],
    ['npm test', 'npm test ../other', 'ask'],
    ['npm test', 'npm test && rm -rf x', 'ask'],
    ['npm test', 'npm test; npm test', 'allow'],
    ['npm test', 'npm test > out', 'ask'],
    ['npm test', 'npm test $(id)', 'ask'],
    ['npm test', 'npm test\nid', 'ask'],
    ['npm test', 'A=1 npm test', 'ask'],
    ['git log --oneline -n 5', 'git log --oneline -n 5 src', 'allow'],
    ['git log --oneline', 'git log --output=/home/me/.bashrc', 'ask'],
    ['cat', 'cat src/a.ts', 'allow'],
    ['cat', 'cat .env', 'ask'],
    ['cat', 'cat .git/config', 'ask'],
    ['cat', 'cat link-out', 'ask'],
    ['cat *', 'cat link-out', 'allow'],
    ['git show', 'git show HEAD:src/a.ts', 'allow'],
    ['git show', 'git show HEAD:.npmrc', 'ask'],
    ['cat', 'cat ~/.ssh/id_rsa', 'ask'],
    ['ls *', 'ls -la /etc', 'allow'],
    ['ls *', 'ls -la /etc; id', 'ask'],
    ['ls *', 'lsof', 'ask'],
  ])('%j and %j: %s', (rule, text, verdict) => {
    expect(decide(command(text), policyOf([rule]), NO_ALLOWANCES)).toBe(verdict);
  });

  test('a line is allowed when every part of it is', () => {
    const policy = policyOf(['npm test', 'npm run lint']);
    expect(decide(command('npm test && npm run lint'), policy, NO_ALLOWANCES)).toBe('allow');
    expect(decide(command('npm test | tee x'), policy, NO_ALLOWANCES)).toBe('ask');
  });

  test('a denial is final, and "allow" allows all', () => {
    expect(decide(command('npm test'), policyOf(['npm test'], 'ask', 'deny'), NO_ALLOWANCES)).toBe(
      'deny',
    );
    expect(decide(command('x > y'), policyOf([], 'ask', 'allow'), NO_ALLOWANCES)).toBe('allow');
  });

  test('rules that are no plain command are named, and allow nothing', () => {
    const config = { edit: 'ask', command: 'ask' } as const;
    const rules = ['ls | sh', 'a > b', '*', '', '-x', 'npm test'];
    const { policy, faults } = readPolicy({ ...config, allowedCommands: rules });
    expect(faults).toEqual(['ls | sh', 'a > b', '*', '', '-x']);
    expect(policy.commandRules).toHaveLength(1);
  });
});

describe('"always"', () => {
  const having = (text: string) => allowAlways(command(text), NO_ALLOWANCES);

  test.each<[string, string, Verdict]>([
    ['npm test', 'npm test src/a.test.ts', 'allow'],
    ['npm test -- --run', 'npm test -- --run src', 'allow'],
    ['npm test', 'npm test -- --run', 'ask'],
    ['npm run lint', 'npm run lint', 'allow'],
    ['npm run lint', 'npm run deploy', 'ask'],
    ['git status', 'git push', 'ask'],
    ['git diff src', 'git diff test', 'allow'],
    ['git diff src', 'git diff /etc/passwd /dev/null', 'ask'],
    ['git diff src', 'git diff --output=x', 'ask'],
    ['git -c core.pager=x log', 'git log', 'ask'],
    ['node a.js', 'node a.js', 'allow'],
    ['node a.js', 'node b.js', 'ask'],
    ['node a.js', 'node a.js x', 'ask'],
    ['rm a', 'rm b', 'ask'],
    ['sudo ls', 'sudo rm', 'ask'],
    ['make build && npm test', 'npm test', 'allow'],
    ['make build && npm test', 'make clean', 'ask'],
    ['ls > out', 'ls > out', 'ask'],
    ['echo $HOME', 'echo $HOME', 'ask'],
  ])('for %j, then %j: %s', (first, then, verdict) => {
    expect(decide(command(then), policyOf(), having(first))).toBe(verdict);
  });

  test('says what it would cover', () => {
    expect(scopeOf(command('npm test'))).toBe(
      '"npm test", also with other paths of the project, in this session',
    );
    expect(scopeOf(command('rm x'))).toBe('exactly "rm x" in this session');
    expect(scopeOf(command('ls > x'))).toContain('this command alone');
  });

  test('covers whatever was just allowed, unless it says that it does not', () => {
    const lines = ['npm test', 'rm -rf dist', 'git log -5', 'make && npm run x a b', 'ls /etc'];
    for (const line of lines) {
      expect(decide(command(line), policyOf(), having(line)), line).toBe('allow');
    }
  });
});
