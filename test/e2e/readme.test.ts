/** Every command that the documents show is one that this program takes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../src/cli/parse.ts';
import { documentedLines } from '../helpers/documented-commands.ts';
import { PROJECT_ROOT } from '../helpers/zeke.ts';

const { scripts } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8'));
const examples = documentedLines().flatMap(({ path, line }) =>
  splitCommands(line).map((words) => ({ path, line, words })),
);

describe('commands in the documents', () => {
  const own = examples.filter(({ words }) => words[0] === 'zeke');
  const npm = examples.filter(({ words }) => words[0] === 'npm');

  it('finds them', () => {
    expect(own.length).toBeGreaterThan(10);
    expect(npm.map(({ words }) => words.join(' '))).toContain('npm ci');
  });

  it.each(own)('$path: $line', ({ words }) => {
    const line = parseCommandLine(words.slice(1));
    // Plain words are a prompt; a line that looks like a command must be one.
    if (/^[a-z][a-z-]*$/.test(words[1] ?? '')) expect(line.isNamed).toBe(true);
  });

  it.each(npm)('$path: $line', ({ words: [, verb = '', name = ''] }) => {
    if (verb === 'run') expect(scripts).toHaveProperty(name);
    else if (verb === 'start' || verb === 'test') expect(scripts).toHaveProperty(verb);
    else expect(['ci', 'install', 'pack']).toContain(verb);
  });
});

/** The words of each command of a line: quotes as a shell takes them, comments and variables off. */
function splitCommands(line: string): readonly (readonly string[])[] {
  const commands: string[][] = [[]];
  for (const [token] of line.matchAll(
    /#.*$|"(?:[^"\\]|\\.)*"|'[^']*'|&&|\|\||[|;<>]|[^\s"'|;&<>]+/g,
  )) {
    if (token.startsWith('#')) break;
    if (/^(?:&&|\|\||[|;<>])$/.test(token)) commands.push([]);
    else commands.at(-1)?.push(token.replace(/^(["'])([\s\S]*)\1$/, '$2'));
  }
  return commands
    .map((words) => words.slice(words.findIndex((word) => !/^[A-Z_]+=/.test(word))))
    .filter((words) => words.length > 0);
}
