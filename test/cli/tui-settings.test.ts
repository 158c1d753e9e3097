import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readTuiSettings } from '../../src/cli/tui-settings.ts';
import { DEFAULT_SETTINGS, type TuiSettings } from '../../src/tui/settings.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'zeke-settings-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Given {
  readonly config?: string | Buffer;
  readonly options?: Readonly<Record<string, string | boolean>>;
}

/** What is in force for a user with this file, on this command line. */
function read({ config, options = {} }: Given): Promise<TuiSettings> {
  if (config !== undefined) writeFileSync(join(folder, 'config.toml'), config);
  const { stdin, stdout, stderr } = process;
  return readTuiSettings({
    positionals: [],
    options,
    io: { stdin, stdout, stderr },
    env: { ZEKE_CONFIG_DIR: folder, HOME: folder },
    cwd: folder,
    signal: new AbortController().signal,
  });
}

describe('what the file says', () => {
  test('nothing: the defaults, without a file and with one about other things', async () => {
    expect(await read({})).toEqual(DEFAULT_SETTINGS);
    expect(await read({ config: 'model = "a/b"\n[review]\nfail_on = "minor"\n' })).toEqual(
      DEFAULT_SETTINGS,
    );
    expect(await read({ config: '' })).toEqual(DEFAULT_SETTINGS);
  });

  test('everything there is', async () => {
    const config = [
      'model = "a/b"',
      '[tui]',
      'theme = "paper"',
      'vi_mode = true',
      'fullscreen = true',
      'screen_reader = true',
      'notify = "osc9"',
      '[tui.keys]',
      'history-search = ["Ctrl+X"]',
      'transpose = []',
    ].join('\n');
    expect(await read({ config })).toEqual({
      theme: 'paper',
      viMode: true,
      keys: new Map([
        ['history-search', ['Ctrl+X']],
        ['transpose', []],
      ]),
      fullscreen: true,
      screenReader: true,
      notify: 'osc9',
    });
  });

  test('one thing, in one line, after a byte order mark', async () => {
    expect(await read({ config: '\uFEFFtui.vi_mode = true\r\n' })).toEqual({
      ...DEFAULT_SETTINGS,
      viMode: true,
    });
    expect(await read({ config: 'tui = { fullscreen = true }' })).toEqual({
      ...DEFAULT_SETTINGS,
      fullscreen: true,
    });
  });
});

describe('the command line', () => {
  test('wins over the file, and leaves what it does not mention', async () => {
    const config = '[tui]\nfullscreen = false\nscreen_reader = false\ntheme = "day"\n';
    expect(await read({ config, options: { fullscreen: true } })).toMatchObject({
      fullscreen: true,
      screenReader: false,
      theme: 'day',
    });
    expect(await read({ config, options: { 'screen-reader': true } })).toMatchObject({
      fullscreen: false,
      screenReader: true,
    });
    expect(await read({ config: '[tui]\nfullscreen = true\n' })).toMatchObject({
      fullscreen: true,
    });
  });
});

describe('a file that is broken', () => {
  test.each([
    ['[tui]\nvi_mode = "yes"\n', /config\.toml:2:\d+: tui\.vi_mode /],
    ['[tui]\nvi_mod = true\n', /config\.toml:2:\d+: unknown key tui\.vi_mod; .*tui\.vi_mode/],
    ['[tui]\nnotify = "loud"\n', /config\.toml:2:\d+: tui\.notify /],
    ['[tui.keys]\nstop = "Escape"\n', /config\.toml:2:\d+: tui\.keys\.stop /],
    ['tui = true\n', /config\.toml:1:\d+: tui must be a table/],
    ['[tui\nvi_mode = true\n', /config\.toml:1:\d+: not valid TOML/],
  ])('is an error that names the place: %j', async (config, message) => {
    await expect(read({ config })).rejects.toThrow(message);
  });

  test('is not parsed while it says nothing about the looks', async () => {
    expect(await read({ config: 'model = [[[ "\n' })).toEqual(DEFAULT_SETTINGS);
  });

  test('is named when it is no text, too large or a folder', async () => {
    await expect(read({ config: Buffer.from([0x74, 0, 0xff, 0xfe]) })).rejects.toThrow(
      /config\.toml is no settings file/,
    );
    await expect(read({ config: '#'.repeat(1024 * 1024 + 1) })).rejects.toThrow(/too large/);
    rmSync(join(folder, 'config.toml'));
    mkdirSync(join(folder, 'config.toml'));
    await expect(read({})).rejects.toThrow(/config\.toml is no settings file/);
  });

  test('is named when it may not be read', async ({ skip }) => {
    if (process.getuid?.() === 0) return skip('root may read everything');
    writeFileSync(join(folder, 'config.toml'), '');
    chmodSync(join(folder, 'config.toml'), 0);
    await expect(read({})).rejects.toThrow(/may not be read/);
  });
});
