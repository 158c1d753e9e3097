import { expect, test } from 'vitest';
import { COMMANDS, findCommand } from '../../src/cli/registry.ts';
import { GLOBAL_OPTIONS } from '../../src/cli/specs/options.ts';

test('names are unique, and found', () => {
  const names = COMMANDS.map((command) => command.name);
  expect(new Set(names).size).toBe(names.length);
  expect(findCommand('ask')?.name).toBe('ask');
  expect(findCommand('toString')).toBeUndefined();
});

test('an option takes a value in every command or in none, with the same short name', () => {
  // The command line is read once, before the command is known.
  const kinds = new Map<string, string>();
  for (const option of [GLOBAL_OPTIONS, ...COMMANDS.map((command) => command.options)].flat()) {
    const kind = `${option.value === undefined} ${option.short}`;
    expect(kinds.get(option.name) ?? kind, option.name).toBe(kind);
    kinds.set(option.name, kind);
  }
});

test('no two options share a short name', () => {
  const owners = new Map<string, string>();
  for (const option of [GLOBAL_OPTIONS, ...COMMANDS.map((command) => command.options)].flat()) {
    if (option.short === undefined) continue;
    expect(owners.get(option.short) ?? option.name).toBe(option.name);
    owners.set(option.short, option.name);
  }
});

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
