import { expect, test } from 'vitest';
import { COMMANDS, matchingCommands, parseInput } from '../../../src/tui/commands/commands.ts';

test('commands, arguments and what is none', () => {
  expect(parseInput('/model  a/b ')).toMatchObject({
    type: 'command',
    command: { name: 'model' },
    argument: 'a/b',
  });
  expect(parseInput('/help')).toMatchObject({ type: 'command', argument: '' });
  expect(parseInput('/nope')).toMatchObject({ type: 'unknown', name: 'nope' });
  expect(parseInput('/resum')).toMatchObject({ type: 'unknown', nearest: 'resume' });
  expect(parseInput('/usr/bin/env is what?')).toEqual({ type: 'message' });
  expect(parseInput('a /help')).toEqual({ type: 'message' });
});

test('the table has what was promised, each once', () => {
  const names = COMMANDS.map(({ name }) => name);
  const promised =
    'help model provider clear new resume rename fork export compact context cost review diff undo-last copy theme keys quit';
  expect(names).toEqual(expect.arrayContaining(promised.split(' ')));
  expect(new Set(names).size).toBe(names.length);
  expect(matchingCommands('mo').map(({ name }) => name)).toEqual(['model']);
  expect(matchingCommands('un').map(({ name }) => name)).toEqual(['undo-last']);
  expect(matchingCommands('last').map(({ name }) => name)).toEqual(['undo-last']);
});
