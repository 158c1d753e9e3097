import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  AppendFile,
  fenceOff,
  openAppendFile,
  readLastLines,
} from '../../../src/platform/storage/append-file.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'zeke-append-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const never = () => false;
const always = () => true;
const linesOf = (path: string): string[] => {
  const lines = readFileSync(path, 'utf8').split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
};

describe('appending', () => {
  test('makes the file at the first line, for this user alone', () => {
    const path = join(folder, 'lines');
    const file = new AppendFile(path);
    expect(file.append('one\n')).toBeUndefined();
    expect(file.append('two\nthree\n')).toBeUndefined();
    expect(linesOf(path)).toEqual(['one', 'two', 'three']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    file.close();
  });

  test('keeps what was there', () => {
    const path = join(folder, 'lines');
    writeFileSync(path, 'old\n');
    const file = openAppendFile(path, never);
    file.append('new\n');
    file.close();
    expect(readFileSync(path, 'utf8')).toBe('old\nnew\n');
  });

  test('a folder that is not there is an error that names the file, and nothing is lost', () => {
    const path = join(folder, 'missing', 'lines');
    const file = new AppendFile(path);
    const failure = file.append('one\n');
    expect(failure?.message).toContain(path);
    expect(file.waitingBytes).toBe(4);
    mkdirSync(join(folder, 'missing'));
    expect(file.append('two\n')).toBeUndefined();
    expect(linesOf(path)).toEqual(['one', 'two']);
    file.close();
  });
});

describe('opening', () => {
  test('removes a torn last line and says how much', () => {
    const path = join(folder, 'lines');
    writeFileSync(path, 'whole\nto');
    const file = openAppendFile(path, never);
    expect(file.repairedBytes).toBe(2);
    file.append('next\n');
    expect(linesOf(path)).toEqual(['whole', 'next']);
    file.close();
  });

  test('completes a last line that only misses its newline', () => {
    const path = join(folder, 'lines');
    writeFileSync(path, 'whole\nwhole too');
    const file = openAppendFile(path, always);
    expect(file.repairedBytes).toBe(0);
    file.append('next\n');
    expect(linesOf(path)).toEqual(['whole', 'whole too', 'next']);
    file.close();
  });

  test('finds the start of a torn line that is longer than any buffer', () => {
    const path = join(folder, 'lines');
    writeFileSync(path, `first\n${'x'.repeat(300_000)}`);
    const file = openAppendFile(path, never);
    expect(file.repairedBytes).toBe(300_000);
    expect(readFileSync(path, 'utf8')).toBe('first\n');
    file.close();
  });

  test('a file that is one torn line becomes empty', () => {
    const path = join(folder, 'lines');
    writeFileSync(path, '{"half":');
    openAppendFile(path, never).close();
    expect(statSync(path).size).toBe(0);
  });

  test('a folder in the way is an error that names it', () => {
    expect(() => openAppendFile(folder, never)).toThrow(folder);
  });
});

describe('a full disk', () => {
  test('what was not written waits for the next try', ({ skip }) => {
    if (process.platform !== 'linux') return skip('needs /dev/full');
    const path = join(folder, 'lines');
    symlinkSync('/dev/full', path);
    const file = new AppendFile(path);
    expect(file.append('one\n')?.hint).toContain('disk is full');
    expect(file.append('two\n')?.kind).toBe('system');
    expect(file.waitingBytes).toBe(8);
    file.close();
  });

  test('a retry never glues onto half a line', ({ skip }) => {
    const disk = mountSmallDisk(folder);
    if (disk === undefined) return skip('needs root on Linux to mount a small tmpfs');
    try {
      const path = join(disk.path, 'lines');
      const file = new AppendFile(path);
      file.append('before\n');
      const long = 'x'.repeat(5000);
      let count = 0;
      while (file.append(`${count} ${long}\n`) === undefined) count += 1;
      expect(count).toBeGreaterThan(3);
      file.append('after\n');
      // Even now, with the disk full, there are only whole lines on it.
      expect(readFileSync(path, 'utf8').endsWith(`${long}\n`)).toBe(true);
      expect(linesOf(path)).toHaveLength(count + 1);
      rmSync(disk.ballast);
      expect(file.retry()).toBeUndefined();
      const lines = linesOf(path);
      expect(lines.slice(1, -1).map((line) => Number(line.split(' ')[0]))).toEqual(
        Array.from({ length: count + 1 }, (_, index) => index),
      );
      expect(lines.at(-1)).toBe('after');
      file.close();
    } finally {
      disk.unmount();
    }
  });
});

describe('reading the end', () => {
  test('starts at a line and says whether that was all', () => {
    const path = join(folder, 'lines');
    writeFileSync(path, 'first\nsecond\nthird\n');
    expect(readLastLines(path, 10)).toEqual({ text: 'third\n', sizeBytes: 19, isWhole: false });
    expect(readLastLines(path, 100)).toEqual({
      text: 'first\nsecond\nthird\n',
      sizeBytes: 19,
      isWhole: true,
    });
  });

  test('gives nothing when the last line alone is longer', () => {
    const path = join(folder, 'lines');
    writeFileSync(path, 'first\nsecond, which is long');
    expect(readLastLines(path, 5).text).toBe('');
  });

  test('lines may hold any character but a newline', () => {
    const path = join(folder, 'lines');
    writeFileSync(path, '');
    appendFileSync(path, 'ü🙂\u2028\r\n\nlast');
    expect(linesOf(path)).toEqual(['ü🙂\u2028\r', '', 'last']);
  });
});

/** A disk of 64 KiB with half of it taken by `ballast`. */
function mountSmallDisk(parent: string) {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
  const path = join(parent, 'disk');
  mkdirSync(path);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', path]);
  if (mounted.status !== 0) return undefined;
  const ballast = join(path, 'ballast');
  writeFileSync(ballast, Buffer.alloc(32 * 1024));
  return { path, ballast, unmount: () => spawnSync('umount', [path]) };
}

describe('a file that is not there any more', () => {
  test('was taken over: nothing more is written, and the new one is left alone', () => {
    const path = join(folder, 'lines');
    const file = new AppendFile(path);
    file.append('one\n');
    fenceOff(path);
    expect(file.isReplaced).toBe(false);
    expect(file.append('two\n')).toBeUndefined();
    expect(file.isReplaced).toBe(true);
    file.append('three\n');
    expect(linesOf(path)).toEqual(['one']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    file.close();
  });

  test('was deleted: it is written anew, whole', () => {
    const path = join(folder, 'lines');
    const file = new AppendFile(path);
    file.append('one\n');
    rmSync(path);
    expect(file.append('two\n')).toBeUndefined();
    file.append('three\n');
    expect(file.isReplaced).toBe(false);
    expect(linesOf(path)).toEqual(['one', 'two', 'three']);
    file.close();
  });

  test('was deleted with its folder: said, and made good when there is one again', () => {
    mkdirSync(join(folder, 'sub'));
    const path = join(folder, 'sub', 'lines');
    const file = new AppendFile(path);
    file.append('one\n');
    rmSync(join(folder, 'sub'), { recursive: true });
    expect(file.append('two\n')?.message).toContain(path);
    expect(file.retry()?.message).toContain(path);
    mkdirSync(join(folder, 'sub'));
    expect(file.retry()).toBeUndefined();
    expect(linesOf(path)).toEqual(['one', 'two']);
    file.close();
  });

  test('fencing off what is not there does nothing', () => {
    fenceOff(join(folder, 'nothing'));
    expect(() => statSync(join(folder, 'nothing'))).toThrow();
  });

  test('a writer at full speed: what it showed is there, and nothing after', async () => {
    const program = fileURLToPath(new URL('./append-program.ts', import.meta.url));
    for (let round = 0; round < 5; round += 1) {
      const path = join(folder, `lines${round}`);
      writeFileSync(path, '');
      const writer = spawn(process.execPath, [program, path], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const said = once(writer.stdout, 'data');
      while (statSync(path).size < 1000) await new Promise(setImmediate);
      fenceOff(path);
      const shown = Number(String((await said)[0]));
      const kept = linesOf(path);
      expect(kept).toEqual(kept.map((_, index) => String(index)));
      // The line that was being written in that moment may be kept and was not shown.
      expect(kept.length - 1 - shown).toBeOneOf([0, 1]);
    }
  });
});
