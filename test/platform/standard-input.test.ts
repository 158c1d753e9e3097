import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SOURCE = fileURLToPath(new URL('../../src/platform/standard-input.ts', import.meta.url));
const PROGRAM = `import { hasPipedInput } from ${JSON.stringify(SOURCE)}; console.log(hasPipedInput());`;

function ask(stdin: 'pipe' | 'ignore' | number): string {
  const args = ['--input-type=module', '-e', PROGRAM];
  return spawnSync(process.execPath, args, {
    stdio: [stdin, 'pipe', 'inherit'],
    encoding: 'utf8',
    ...(stdin === 'pipe' ? { input: 'text' } : {}),
  }).stdout.trim();
}

describe('hasPipedInput', () => {
  it('is true for a pipe and a file', () => {
    expect(ask('pipe')).toBe('true');
    const file = openSync(SOURCE, 'r');
    expect(ask(file)).toBe('true');
    closeSync(file);
  });

  it('is false where nothing can come', () => {
    expect(ask('ignore')).toBe('false');
  });

  it('is false where standard input is closed', () => {
    const command = `"$0" --input-type=module -e '${PROGRAM.replaceAll("'", "'\\''")}' <&-`;
    const { stdout } = spawnSync('sh', ['-c', command, process.execPath], { encoding: 'utf8' });
    expect(stdout.trim()).toBe('false');
  });
});
