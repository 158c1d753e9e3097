/** Whole frames as they are drawn, on a narrow, a usual and a wide screen. */
import { PassThrough } from 'node:stream';
import { render } from 'ink';
import { afterEach, describe, expect, test } from 'vitest';
import type { TurnRunner } from '../../src/session/port.ts';
import { createEphemeralSession } from '../../src/session/session.ts';
import { App } from '../../src/tui/app.tsx';
import { ChatController } from '../../src/tui/controller.ts';
import type { TuiServices } from '../../src/tui/services.ts';
import { DEFAULT_SETTINGS } from '../../src/tui/settings.ts';
import { chooseTheme } from '../../src/tui/theme/theme.ts';

const ANSWER = `## Why it fails

The **token** is read before the file is written, see \`login.ts\` and [the notes](https://example.org).

1. Write the file
2. Read the token
   - in the same tick

> Quoted advice

| step | takes |
|------|------:|
| read | 12 ms |
| 日本 | 3 ms |

\`\`\`ts
await write();
\`\`\`
`;

const runner: TurnRunner = {
  run: async ({ turn, emit, signal }) => {
    emit({
      type: 'context',
      turnId: turn.id,
      blocks: [{ source: 'instructions', title: 'AGENTS.md', text: '' }],
    });
    emit({ type: 'text-delta', turnId: turn.id, text: ANSWER });
    if (turn.message.text !== 'wait') return 'stop';
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    return 'cancelled';
  },
};

const services: TuiServices = {
  listModels: async () => [{ ref: 'a/one', label: 'One', contextTokens: 200_000 }],
  listSessions: async () => [],
  findFiles: async () => [],
  contextTokens: () => undefined,
  history: { load: async () => [], append: async () => undefined },
  bannerLines: [],
};

/** A terminal that only keeps what was written last. */
class FakeScreen extends PassThrough {
  readonly isTTY = true;
  readonly rows = 30;
  readonly columns: number;
  frames: string[] = [];
  constructor(columns: number) {
    super();
    this.columns = columns;
  }
  override write(frame: string): boolean {
    this.frames.push(frame);
    return true;
  }
}
class FakeKeyboard extends PassThrough {
  readonly isTTY = true;
  setRawMode(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
}

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

function open(columns: number) {
  const port = createEphemeralSession({ project: '/p', model: 'a/one', runner });
  const theme = chooseTheme({ NO_COLOR: '1' });
  const controller = new ChatController({
    port,
    services,
    theme: () => theme,
    settings: DEFAULT_SETTINGS,
    columns: () => columns,
    onLeave: () => undefined,
  });
  const screen = new FakeScreen(columns);
  const instance = render(<App controller={controller} services={services} theme={() => theme} />, {
    stdout: screen as unknown as NodeJS.WriteStream,
    stdin: new FakeKeyboard() as unknown as NodeJS.ReadStream,
    // Every frame whole, the scrollback included.
    debug: true,
    interactive: true,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  cleanups.push(() => {
    instance.unmount();
    controller.dispose();
  });
  const plain = () => (screen.frames.at(-1) ?? '').replace(/\x1b\[[0-9;]*m/g, '');
  return { controller, plain, port };
}

describe('the frame', () => {
  test.each([40, 80, 200])('with an answer at %i columns', async (columns) => {
    const { controller, plain } = open(columns);
    controller.sendMessage('why does the login test fail?');
    await expect.poll(plain).toMatch(/```\n\n> Ask[^\n]*\n(.|\n)*a\/one/);
    expect(plain()).toMatchSnapshot();
  });

  test('with a command list, a draft and a queued message', async () => {
    const { controller, plain } = open(80);
    controller.sendMessage('wait');
    await expect.poll(plain).toContain('await write');
    controller.sendMessage('and then this');
    controller.takeStrokes([{ type: 'text', text: '/' }]);
    await expect.poll(plain).toContain('queued: and then this');
    expect(plain()).toMatchSnapshot();
  });

  test('with the list of models', async () => {
    const { controller, plain } = open(60);
    controller.takeStrokes([{ type: 'key', name: 'Ctrl+O' }]);
    await expect.poll(plain).toContain('200k context');
    expect(plain()).toMatchSnapshot();
  });
});
