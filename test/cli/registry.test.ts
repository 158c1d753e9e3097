import { expect, test } from 'vitest';
import { COMMANDS, findCommand } from '../../src/cli/registry.ts';
import { GLOBAL_OPTIONS } from '../../src/cli/specs/options.ts';

test('names are unique, and found', () => {
  const names = COMMANDS.map((command) => command.name);
  expect(new Set(names).size).toBe(names.length);
  expect(findCommand('ask')?.name).toBe('ask');
  expect(findCommand('toString')).toBeUndefined();
});

test('an option, and a short name, takes a value in every command or in none', () => {
  // The command line is read once, before the command is known.
  const kinds = new Map<string, boolean>();
  for (const option of [GLOBAL_OPTIONS, ...COMMANDS.map((command) => command.options)].flat()) {
    const takesValue = option.value !== undefined;
    for (const name of [`--${option.name}`, `-${option.short}`]) {
      if (name === '-undefined') continue;
      expect(kinds.get(name) ?? takesValue, name).toBe(takesValue);
      kinds.set(name, takesValue);
    }
  }
});

test.each(COMMANDS.map((command) => [command.name, command] as const))(
  'no two options of %s share a short name',
  (_, command) => {
    const options = [...GLOBAL_OPTIONS, ...command.options];
    const shorts = options.flatMap(({ short }) => (short === undefined ? [] : [short]));
    expect(new Set(shorts).size).toBe(shorts.length);
  },
);

test('no option repeats a global one', () => {
  const globals = new Set(GLOBAL_OPTIONS.map((option) => option.name));
  const repeated = COMMANDS.flatMap((command) =>
    command.options.filter((option) => globals.has(option.name)).map((option) => option.name),
  );
  expect(repeated).toEqual([]);
});

test('summaries are one line without a full stop, and only the last argument is repeated', () => {
  for (const command of COMMANDS) {
    expect(command.summary).toMatch(/^[^\n]*[^\n.]$/);
    for (const argument of command.arguments.slice(0, -1)) {
      expect(argument.isRepeated ?? false, command.name).toBe(false);
    }
  }
});

test.each(COMMANDS.map((command) => [command.name, command] as const))(
  '%s has something to run',
  async (_, command) => {
    const module = await command.load();
    expect(module.run).toBeTypeOf('function');
  },
);
