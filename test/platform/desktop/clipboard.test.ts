import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readClipboardImage, writeClipboardText } from '../../../src/platform/desktop/clipboard.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'zeke-clipboard-'));
  writeFileSync(join(dir, 'image.png'), PNG);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const PNG = Buffer.from('\x89PNG\r\n\x1a\n\0\xff\xfebytes\n', 'latin1');

/** A program of a desktop, as a script; the only ones there are. */
function program(name: string, script: string): void {
  const path = join(dir, name);
  writeFileSync(path, `#!/bin/sh\nPATH=/usr/bin:/bin\ncd ${dir}\n${script}\n`);
  chmodSync(path, 0o755);
}
const read = (env: Record<string, string>, platform: NodeJS.Platform = 'linux') =>
  readClipboardImage({ env: { ...env, PATH: dir }, platform });

const WAYLAND = { WAYLAND_DISPLAY: 'wayland-0' };
const X11 = { DISPLAY: ':0' };
const WL_PASTE = `case "$*" in
  --list-types) printf 'text/html\\nimage/png\\n' ;;
  '--no-newline --type image/png') cat image.png ;;
  *) exit 9 ;;
esac`;
const XCLIP = `case "$*" in
  *TARGETS) printf 'TARGETS\\nimage/png\\n' ;;
  *'-t image/png') cat image.png ;;
  *) exit 9 ;;
esac`;

describe('an image', () => {
  test('by wl-paste, every byte of it, and xclip is not asked', async () => {
    program('wl-paste', WL_PASTE);
    program('xclip', 'echo asked > asked; exit 1');
    const image = await read({ ...WAYLAND, ...X11 });
    expect(image).toEqual({ bytes: PNG, mediaType: 'image/png' });
    expect(() => readFileSync(join(dir, 'asked'))).toThrow();
  });

  test('by xclip where there is no Wayland, or no wl-paste', async () => {
    program('xclip', XCLIP);
    expect((await read(X11)).bytes).toEqual(PNG);
    expect((await read({ ...WAYLAND, ...X11 })).bytes).toEqual(PNG);
  });

  test('by pngpaste or by osascript on a Mac', async () => {
    const digits = PNG.toString('hex').toUpperCase();
    program('osascript', `echo '«data PNGf${digits}»'`);
    expect((await read({}, 'darwin')).bytes).toEqual(PNG);
    program('pngpaste', 'cat image.png');
    program('osascript', 'exit 1');
    expect((await read({}, 'darwin')).bytes).toEqual(PNG);
  });

  test('by powershell on Windows and in its Linux', async () => {
    program('powershell.exe', `echo '${PNG.toString('base64')}'`);
    expect((await read({}, 'win32')).bytes).toEqual(PNG);
    expect((await read({ WSL_DISTRO_NAME: 'Ubuntu' })).bytes).toEqual(PNG);
  });

  test('why there is none', async () => {
    await expect(read({ SSH_CONNECTION: '1 2 3 4' })).rejects.toThrow(
      'Over SSH the clipboard of your own machine cannot be read.',
    );
    await expect(read({})).rejects.toThrow('There is no desktop here');
    await expect(read(WAYLAND)).rejects.toMatchObject({
      message: 'The clipboard cannot be read here.',
      hint: expect.stringContaining('Install wl-clipboard'),
    });
    program('wl-paste', "echo 'text/plain'");
    await expect(read(WAYLAND)).rejects.toThrow('There is no image in the clipboard.');
    program('wl-paste', 'exit 1');
    await expect(read(WAYLAND)).rejects.toThrow('There is no image in the clipboard.');
    await expect(read({}, 'darwin')).rejects.toThrow('There is no image in the clipboard.');
    await expect(read({}, 'win32')).rejects.toThrow('There is no image in the clipboard.');
  });

  test('is refused when it is too large or something else', async () => {
    program('wl-paste', WL_PASTE.replace('cat image.png', 'head -c 40000000 /dev/zero'));
    await expect(read(WAYLAND)).rejects.toThrow('an image may have 10');
    program('wl-paste', WL_PASTE.replace('cat image.png', 'echo hello'));
    await expect(read(WAYLAND)).rejects.toThrow('is no image');
  });
});

describe('text', () => {
  const write = async (text: string, env: Record<string, string>, platform = 'linux') => {
    let written = '';
    const how = await writeClipboardText(text, {
      env: { ...env, PATH: dir },
      platform: platform as NodeJS.Platform,
      writeTerminal: (sequence) => {
        written += sequence;
      },
    });
    return { how, written };
  };

  test.each([
    ['wl-copy', { ...WAYLAND, ...X11 }, 'linux'],
    ['xclip', X11, 'linux'],
    ['xsel', X11, 'linux'],
    ['pbcopy', {}, 'darwin'],
  ])('by %s', async (name, env, platform) => {
    program(name, 'cat > taken');
    const text = 'two\nlines 語';
    expect(await write(text, env, platform)).toEqual({ how: name, written: '' });
    expect(readFileSync(join(dir, 'taken'), 'utf8')).toBe(text);
  });

  test('by a program that stays to serve it', async () => {
    program('wl-copy', 'cat > taken\n(sleep 30) &\nexit 0');
    expect((await write('x', WAYLAND)).how).toBe('wl-copy');
  });

  test('by clip.exe in its own encoding', async () => {
    program('clip.exe', 'cat > taken');
    await write('語', {}, 'win32');
    expect(readFileSync(join(dir, 'taken'), 'utf16le')).toBe('\ufeff語');
  });

  test('by the terminal where there is no program, or it fails', async () => {
    program('xclip', 'exit 1');
    const base64 = Buffer.from('語').toString('base64');
    for (const env of [X11, {}]) {
      const { how, written } = await write('語', env);
      expect(how).toBe('the terminal (OSC 52)');
      expect(written).toBe(`\x1b]52;c;${base64}\x1b\\`);
    }
    const { written } = await write('語', { TMUX: '/tmp/tmux' });
    expect(written).toContain(`\x1bPtmux;\x1b\x1b]52;c;${base64}\x1b\x1b\\\x1b\\`);
  });

  test('not by the terminal when it would drop it', async () => {
    await expect(write('x'.repeat(90_000), {})).rejects.toThrow('too long for the clipboard');
  });
});
