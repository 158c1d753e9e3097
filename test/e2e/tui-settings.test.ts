/** What the config file, the environment and the command line say about the conversation's looks. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chooseTheme } from '../../src/tui/theme/theme.ts';
import type { PtyProgram } from '../helpers/pty.ts';
import { type OpenOptions, TerminalPlace } from '../helpers/terminal-zeke.ts';

let place: TerminalPlace;
beforeEach(async () => {
  place = new TerminalPlace();
  await place.start();
});
afterEach(() => place.remove());

const PROMPT = '> Ask anything';
const SPOKEN = 'Zeke. Type a message and press Enter';

function openWith(config: string, options: OpenOptions = {}): PtyProgram {
  const folder = place.home.env.ZEKE_CONFIG_DIR ?? '';
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, 'config.toml'), config);
  return place.open(options);
}

function isFullscreen(program: PtyProgram): boolean {
  return program.terminal.buffer.active.type === 'alternate';
}

/** Ends it, so that the next one is no guest of its conversation. */
async function leave(program: PtyProgram): Promise<void> {
  program.type('\x04');
  await program.exit;
}

describe('the file', () => {
  test('is in force from the first paint on', async () => {
    const program = openWith(
      [
        '[tui]',
        'vi_mode = true',
        'theme = "paper"',
        'fullscreen = true',
        '[tui.keys]',
        'history-search = ["Ctrl+X"]',
      ].join('\n'),
    );
    await program.waitForText(PROMPT);
    expect(isFullscreen(program)).toBe(true);
    expect(program.raw.indexOf('\x1b[?1049h')).toBeLessThan(program.raw.indexOf('Ask anything'));
    await program.waitForText('vi insert');
    const paper = chooseTheme({ TERM: 'xterm-256color', COLORTERM: 'truecolor' }, 'paper');
    expect(paper.muted).toMatch(/38;2;/);
    expect(program.raw).toContain(`\x1b[${paper.muted}m`);
    program.type('\x18');
    await program.waitForText('type a part of it');
    program.type('\x1b');
    await program.waitForText(PROMPT);
    program.type('a draft');
    await program.waitForText('> a draft');
    program.type('\x1b');
    await program.waitForText('vi normal');
    program.type('0dw');
    await program.waitFor('a word less', () => program.screen().includes('> draft'));
  });

  test('that names no such key or action opens, says so, and the rest counts', async () => {
    const program = openWith(
      '[tui.keys]\nno-such = ["Ctrl+X"]\nhistory-search = ["Ctrl+X"]\ntranspose = ["x"]\n',
    );
    await program.waitForText('tui.keys.no-such: there is no such action. /keys lists them.');
    await program.waitForText('tui.keys.transpose: "x" types a character');
    program.type('\x18');
    await program.waitForText('type a part of it');
  });
});

describe('what wins over the file', () => {
  test('is the command line, for the kind of screen', async () => {
    const window = openWith('[tui]\nfullscreen = false\n', {
      args: ['--fullscreen', '--model', 'openai/test'],
    });
    await window.waitForText(PROMPT);
    expect(isFullscreen(window)).toBe(true);
    await window.waitForText('openai/test');
    await leave(window);
    const spoken = openWith('[tui]\nfullscreen = true\nscreen_reader = false\n', {
      args: ['--screen-reader', '--model', 'openai/test'],
    });
    await spoken.waitForText(SPOKEN);
    expect(spoken.raw).not.toContain('\x1b[?1049h');
  });

  test.each([
    ['NO_COLOR', { env: { NO_COLOR: '1' } }],
    ['--no-color', { args: ['--no-color', '--model', 'openai/test'] }],
  ])('is %s, for colours', async (_, options) => {
    const program = openWith('[tui]\ntheme = "paper"\n', options);
    await program.waitForText(PROMPT);
    await program.waitForText('openai/test');
    expect(program.raw).not.toMatch(/\x1b\[[\d;]*\b(?:38;[25]|[39][0-7])(?:;[\d;]*)?m/);
  });

  test('is the environment, and over that the command line, for the model', async () => {
    const config = 'model = "openai/file"\n[tui]\nvi_mode = true\n';
    const cases: readonly (readonly [string, OpenOptions])[] = [
      ['openai/file', { args: [] }],
      ['openai/env', { args: [], env: { ZEKE_MODEL: 'openai/env' } }],
      ['openai/flag', { args: ['--model', 'openai/flag'], env: { ZEKE_MODEL: 'openai/env' } }],
    ];
    for (const [model, options] of cases) {
      const program = openWith(config, { ...options, args: ['--new', ...(options.args ?? [])] });
      await program.waitForText(model);
      await program.waitForText('vi insert');
      await leave(program);
    }
  });
});

describe('a file that is broken', () => {
  const script = '"$0" "$1"; echo "status $?"; stty -a | tr ";" "\\n" | grep -E "icanon|echo"';

  test('about the looks ends with the place and the nearest name before anything is drawn', async () => {
    const program = openWith('[tui]\nvi_mod = true\n', { script });
    await program.exit;
    const text = program.text().replaceAll('\n', ' ');
    expect(text).toMatch(/config\.toml:2:\d+: unknown key tui\.vi_mod/);
    expect(text).toContain('tui.vi_mode');
    expect(text).toContain('status 2');
    expect(text).not.toContain('Ask anything');
    expect(program.text()).toMatch(/(^|\s)icanon/);
  });

  test('about something else is not parsed before the first paint', async () => {
    const program = openWith('model = [[[ "\n', { script });
    await program.exit;
    const { raw } = program;
    expect(raw.indexOf('Ask anything')).toBeGreaterThan(-1);
    expect(raw.indexOf('not valid TOML')).toBeGreaterThan(raw.indexOf('Ask anything'));
    expect(program.text()).toContain('status 2');
    expect(program.text()).toMatch(/(^|\s)icanon/);
  });

  test('because a project may not say how its readers see it', async () => {
    mkdirSync(join(place.home.project, '.zeke'));
    writeFileSync(join(place.home.project, '.zeke', 'config.toml'), '[tui]\nfullscreen = true\n');
    const program = place.open({ script });
    await program.exit;
    expect(program.raw).not.toContain('\x1b[?1049h');
    expect(program.text().replaceAll('\n', ' ')).toContain('a project may not set tui.fullscreen');
    expect(program.text()).toContain('status 2');
  });
});
