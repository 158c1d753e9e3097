import { expect, test } from 'vitest';
import { COMMANDS, matchingCommands, parseInput } from '../../../src/tui/commands/commands.ts';

test('commands, arguments and what is none', () => {
  expect(parseInput('/model  a/b ')).toMatchObject({
    type: 'command',
    command: { name: 'model' },
    argument: 'a/b',
  });
  expect(parseInput('/help')).toMatchObject({ type: 'command', argument: '' });
  expect(parseInput('/nope')).toEqual({ type: 'unknown', name: 'nope' });
  expect(parseInput('/usr/bin/env is what?')).toEqual({ type: 'message' });
  expect(parseInput('a /help')).toEqual({ type: 'message' });
});

test('the table has what was promised, each once', () => {
  const names = COMMANDS.map(({ name }) => name);
  expect(names).toEqual(['help', 'model', 'clear', 'new', 'resume', 'quit']);
  expect(matchingCommands('mo').map(({ name }) => name)).toEqual(['model']);
});
