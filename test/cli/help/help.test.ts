import { describe, expect, test } from 'vitest';
import { commandHelp, generalHelp, usageOf } from '../../../src/cli/help/help.ts';
import { COMMANDS, findCommand } from '../../../src/cli/registry.ts';

const longestLine = (text: string): number =>
  Math.max(...text.split('\n').map((line) => line.length));

describe('help', () => {
  test('the overview names every command and its summary', () => {
    const text = generalHelp(100).replace(/\s+/g, ' ');
    for (const command of COMMANDS) {
      expect(text).toContain(`${command.name} ${command.summary}`);
    }
  });

  test.each([52, 60, 80, 100, 300])('fits into %i columns', (columns) => {
    expect(longestLine(generalHelp(columns))).toBeLessThanOrEqual(Math.min(columns, 100));
  });

  test('help of a command shows its options, choices and examples', () => {
    const ask = findCommand('ask');
    if (ask === undefined) throw new Error('no ask');
    const text = commandHelp(ask, 80).replace(/\s+/g, ' ');
    expect(text).toContain('zeke ask [prompt...] [options]');
    expect(text).toContain('(none, minimal, low, medium, high)');
    expect(text).toContain('-m, --model PROVIDER/MODEL');
    for (const example of ask.examples) expect(text).toContain(example.command);
  });

  test('required arguments have angle brackets', () => {
    const completion = findCommand('completion');
    expect(completion && usageOf(completion)).toBe('zeke completion <shell> [options]');
  });
});
