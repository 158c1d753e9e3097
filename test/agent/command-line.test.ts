import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { parseCommandLine } from '../../src/agent/command-line.ts';
import { seededRandom } from '../helpers/workspace.ts';

describe('plain commands', () => {
  test.each([
    ['npm test', [['npm', 'test']]],
    ['  git\tlog  --oneline  ', [['git', 'log', '--oneline']]],
    ['grep -n "two words" src/a.ts', [['grep', '-n', 'two words', 'src/a.ts']]],
    ["echo 'it costs $5; rm -rf /'", [['echo', 'it costs $5; rm -rf /']]],
    ['a"b"\'c\'d', [['abcd']]],
    [
      'make && npm test || echo no; ls | wc -l',
      [['make'], ['npm', 'test'], ['echo', 'no'], ['ls'], ['wc', '-l']],
    ],
    [Array.from({ length: 60 }, () => 'ls').join('&&'), Array.from({ length: 60 }, () => ['ls'])],
  ])('%j', (line, words) => {
    expect(parseCommandLine(line)).toEqual(words);
  });
});

describe('anything else a shell can do is not taken for plain', () => {
  test.each([
    '',
    '   ',
    'npm test &',
    'npm test & rm x',
    'npm test > /etc/passwd',
    'npm test 2>&1',
    'cat < x',
    'cat <<EOF\nx\nEOF',
    'cat <(ls)',
    'echo $HOME',
    'echo ${IFS}',
    'rm$IFS-rf$IFS/',
    'echo $(id)',
    'echo "$(id)"',
    'echo "`id`"',
    'echo `id`',
    'npm test\nrm -rf /',
    'npm test\r\nrm -rf /',
    'npm test\rrm',
    'npm test \0',
    'npm\u00a0test',
    'npm\u2028test',
    'npm test \u202e',
    'FOO=1 npm test',
    'PATH=/tmp npm test',
    'ls *.ts',
    'ls a?b',
    'ls [ab]',
    'ls {a,b}',
    'ls ~',
    'ls ~root',
    'a\\ b',
    'echo "a\\"b"',
    "echo 'a",
    'echo "a',
    '(ls)',
    '{ ls; }',
    '! ls',
    'ls # comment',
    'ls;;ls',
    'ls |& ls',
    '&& ls',
    'ls &&',
    'ls ; ; ls',
    'ls ||| ls',
    'eval "rm x"',
    'exec rm',
    '. ./evil',
    'source evil',
    'export GIT_PAGER',
    'if true',
    "$'\\x72m' x",
    'echo "!!"',
    '"" x',
    'grep café src',
  ])('%j', (line) => {
    expect(parseCommandLine(line)).toBeUndefined();
  });
});

test('what counts as plain is split by a real shell into the very same words', () => {
  const random = seededRandom(7);
  const pieces = [
    'a',
    'B-',
    '"x y"',
    "'$q;'",
    ' ',
    '\t',
    '=',
    '/',
    '.',
    '"',
    "'",
    '$',
    '\\',
    '*',
    '&&',
    ';',
    '|',
    '#',
    '~',
    '\n',
    '>',
    '(',
    '%',
    '-n',
    '!',
    '{',
  ];
  let plain = 0;
  for (let round = 0; round < 4_000; round += 1) {
    const length = 1 + Math.floor(random() * 7);
    const line = Array.from({ length }, () => pieces[Math.floor(random() * pieces.length)]).join(
      '',
    );
    const commands = parseCommandLine(`x ${line}`);
    if (commands?.length !== 1) continue;
    plain += 1;
    // A few hundred shells are enough of a sample.
    if (plain % 5 !== 0) continue;
    const { stdout } = spawnSync('/bin/sh', ['-c', `x() { printf '%s\\0' x "$@"; }; x ${line}`], {
      cwd: '/',
    });
    expect(stdout.toString().split('\0').slice(0, -1), JSON.stringify(line)).toEqual(commands[0]);
  }
  expect(plain).toBeGreaterThan(100);
});
