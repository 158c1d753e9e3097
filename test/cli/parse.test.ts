import { describe, expect, test } from 'vitest';
import { parseCommandLine } from '../../src/cli/parse.ts';
import { ZekeError } from '../../src/platform/errors.ts';

function refusal(...argv: string[]): string {
  try {
    parseCommandLine(argv);
  } catch (error) {
    expect(error).toBeInstanceOf(ZekeError);
    expect((error as ZekeError).kind).toBe('usage');
    expect((error as ZekeError).message).not.toContain('\n');
    return (error as ZekeError).message;
  }
  throw new Error(`${argv.join(' ')} was accepted`);
}

describe('finding the command', () => {
  test('words that are no command are the first message of a conversation', () => {
    const line = parseCommandLine(['why does', 'this fail']);
    expect(line.command.name).toBe('chat');
    expect(line.isNamed).toBe(false);
    expect(line.positionals).toEqual(['why does', 'this fail']);
  });

  test('options may stand before the command and between its arguments', () => {
    const line = parseCommandLine(['--model', 'ask', 'ask', 'one', '--json', 'two', '-f', 'a']);
    expect(line.command.name).toBe('ask');
    expect(line.positionals).toEqual(['one', 'two']);
    expect(line.options).toEqual({ model: 'ask', json: true, file: ['a'] });
  });

  test('a short name is the one that the command gives it', () => {
    const { options } = parseCommandLine(['review', '-f', 'quickfix']);
    expect(options).toEqual({ format: 'quickfix' });
    expect(refusal('models', '-f', 'quickfix')).toContain('Unknown option "-f"');
  });

  test('a command after -- is a word like any other', () => {
    const line = parseCommandLine(['--', 'ask', '--json']);
    expect(line.command.name).toBe('chat');
    expect(line.positionals).toEqual(['ask', '--json']);
  });

  test.each([
    ['modles', 'models'],
    ['cofnig', 'config'],
    ['reveiw', 'review'],
    ['comit', 'commit'],
  ])('the slip %s names %s', (typed, meant) => {
    expect(refusal(typed, 'x')).toBe(`Unknown command "${typed}"; the nearest is "${meant}".`);
  });

  test('a prompt of one word that is near no command is a prompt', () => {
    expect(parseCommandLine(['hello']).positionals).toEqual(['hello']);
  });
});

describe('values', () => {
  test('the word after an option is its value, whatever it looks like', () => {
    const { options } = parseCommandLine(['ask', '--system', '--config=x', 'q']);
    expect(options.system).toBe('--config=x');
  });

  test('both ways of writing a value are the same', () => {
    expect(parseCommandLine(['ask', '--model=a/b=c']).options.model).toBe('a/b=c');
    expect(parseCommandLine(['ask', '-m', 'a/b']).options.model).toBe('a/b');
  });

  test('a repeated option is a list, another one keeps its last value', () => {
    const { options } = parseCommandLine(['ask', '-f', 'a', '--file=b', '--model=x', '--model=y']);
    expect(options.file).toEqual(['a', 'b']);
    expect(options.model).toBe('y');
  });

  test('values and names stay text: no prototype is touched', () => {
    expect(refusal('ask', '--__proto__=x')).toContain('--__proto__');
    expect(refusal('ask', '--constructor')).toContain('Unknown option');
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });
});

describe('mistakes', () => {
  test.each([
    [['ask', '--jsno'], 'the nearest is --json.'],
    [['--offlin'], 'the nearest is --offline.'],
    [['ask', '-z'], 'Unknown option "-z"'],
    [['ask', '--model'], '--model needs a value'],
    [['ask', '--offline=yes'], '--offline takes no value'],
    [['ask', '--format', 'xml'], 'text, json, markdown'],
    [['ask', '--reasoning', 'hihg'], 'the nearest is "high"'],
    [['completion'], 'needs <shell> (bash, zsh, fish)'],
    [['completion', 'zhs'], 'the nearest is "zsh"'],
    [['config', 'gte'], 'the nearest is "get"'],
    [['doctor', 'now'], 'does not know what to do with "now"'],
    [['commit', '--staged-only'], 'for "zeke commit"'],
  ])('%j', (argv, part) => {
    expect(refusal(...argv)).toContain(part);
  });

  test('what was typed is quoted and cut, so that the line stays one line', () => {
    const message = refusal(`--${'x'.repeat(5000)}\n\x1b[31m`);
    expect(message.length).toBeLessThan(200);
    expect(message).not.toContain('\x1b');
  });

  test('help and version win over mistakes', () => {
    expect(parseCommandLine(['ask', '--bogus', '--help']).show).toBe('help');
    expect(parseCommandLine(['--version', '--bogus']).show).toBe('version');
    expect(parseCommandLine(['ask', '--', '--help']).show).toBeUndefined();
  });
});
