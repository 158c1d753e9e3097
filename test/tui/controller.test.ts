import { afterEach, describe, expect, test } from 'vitest';
import type { Op } from '../../src/session/ops.ts';
import type { TurnRunner } from '../../src/session/port.ts';
import { createEphemeralSession } from '../../src/session/session.ts';
import { EMPTY_STATE, type SessionState } from '../../src/session/state.ts';
import { ChatController } from '../../src/tui/controller.ts';
import type { TuiServices } from '../../src/tui/services.ts';
import { DEFAULT_SETTINGS } from '../../src/tui/settings.ts';
import { lineText } from '../../src/tui/styled-text.ts';
import { chooseTheme } from '../../src/tui/theme/theme.ts';

const controllers: ChatController[] = [];
afterEach(() => {
  for (const controller of controllers.splice(0)) controller.dispose();
});

/** Works until it is stopped; a summary is begun. */
const runner: TurnRunner = {
  run: ({ turn, emit, signal }) => {
    const isSummary = turn.message.kind === 'compact';
    if (isSummary) emit({ type: 'text-delta', turnId: turn.id, text: 'Half of it' });
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve('cancelled'), { once: true });
    });
  },
};

/** A controller on a real session, with the ops that it sent. */
function create(services: Partial<TuiServices> = {}) {
  const session = createEphemeralSession({ project: '/p', model: 'a/b', runner });
  const ops: Op[] = [];
  const appended: string[] = [];
  let hasLeft = false;
  let switchTo: (state: SessionState) => void = () => undefined;
  const controller = new ChatController({
    port: {
      getState: () => session.getState(),
      subscribe: (listener) => {
        switchTo = (state) => listener([], state);
        return session.subscribe(listener);
      },
      getClients: () => session.getClients(),
      subscribeClients: (listener) => session.subscribeClients(listener),
      close: () => session.close(),
      send: (op) => {
        ops.push(op);
        session.send(op);
      },
    },
    services: {
      listModels: async () => [{ ref: 'x/y', label: 'Y' }],
      listSessions: async () => [{ id: 's1', title: 'Old', updatedAt: 0, turnCount: 1 }],
      findFiles: async () => ['src/a b.ts'],
      contextTokens: () => undefined,
      history: {
        load: async () => ['from before'],
        append: async (text) => {
          appended.push(text);
        },
      },
      bannerLines: [],
      ...services,
    },
    theme: () => chooseTheme({}),
    settings: DEFAULT_SETTINGS,
    columns: () => 80,
    onLeave: () => {
      hasLeft = true;
    },
  });
  controllers.push(controller);
  const key = (...names: string[]) =>
    controller.takeStrokes(names.map((name) => ({ type: 'key', name })));
  const type = (text: string) => controller.takeStrokes([{ type: 'text', text }]);
  const input = () => controller.getSnapshot().prompt.editor.text;
  const shown = () =>
    controller.getSnapshot().view.items.flatMap(({ lines }) => lines.map(lineText));
  return {
    controller,
    session,
    ops,
    appended,
    key,
    type,
    input,
    shown,
    left: () => hasLeft,
    switchTo,
  };
}

describe('sending', () => {
  test('a message with its mentions and pastes', () => {
    const { controller, ops, appended, key, type, input } = create();
    type('see @src/a.ts and ');
    controller.takePaste('row\n'.repeat(20));
    key('Enter');
    expect(ops).toEqual([
      {
        type: 'send',
        message: {
          text: 'see @src/a.ts and [pasted 20 lines]',
          mentions: ['src/a.ts'],
          attachments: [{ label: '[pasted 20 lines]', text: 'row\n'.repeat(20) }],
        },
      },
    ]);
    expect(input()).toBe('');
    expect(appended[0]).toContain('row\nrow\n');
  });

  test('nothing for an empty input, a hint for an unknown command', () => {
    const { controller, ops, key, type, input } = create();
    key('Enter');
    type('/nope');
    key('Enter');
    expect(ops).toEqual([]);
    expect(controller.getSnapshot().hint).toContain('/nope');
    expect(input()).toBe('/nope');
  });

  test('a history that cannot be written does not hold the message back', () => {
    const append = () => Promise.reject(new Error('disk full'));
    const { ops, key, type } = create({ history: { load: async () => [], append } });
    type('hello');
    key('Enter');
    expect(ops).toHaveLength(1);
  });
});

describe('commands', () => {
  test.each([
    ['/clear', { type: 'clear' }],
    ['/new', { type: 'open-session' }],
    ['/model x/y', { type: 'switch-model', model: 'x/y' }],
  ])('%s', (text, op) => {
    const { ops, key, type } = create();
    type(text);
    key('Escape', 'Enter');
    expect(ops).toEqual([op]);
  });

  test('/model typed in full opens its list with one Enter', () => {
    const { controller, key, type } = create();
    type('/model');
    key('Enter');
    expect(controller.getSnapshot().picker?.kind).toBe('model');
  });

  test('/quit leaves and /help shows the keys', () => {
    const { key, type, shown, left } = create();
    type('/help');
    key('Enter');
    expect(shown().join('\n')).toContain('Ctrl+J');
    type('/quit');
    key('Enter');
    expect(left()).toBe(true);
  });

  test('/resume opens the chosen session, the model key switches the model', async () => {
    const { controller, ops, key, type } = create();
    type('/resume');
    key('Enter');
    await expect.poll(() => controller.getSnapshot().picker?.items).toHaveLength(1);
    key('Enter');
    key('Ctrl+O');
    await expect.poll(() => controller.getSnapshot().picker?.items).toHaveLength(1);
    key('Enter');
    expect(ops).toEqual([
      { type: 'open-session', sessionId: 's1' },
      { type: 'switch-model', model: 'x/y' },
    ]);
  });

  test.each(['/edit', '/fork'])('the list of %s goes with its conversation', async (command) => {
    const { controller, session, ops, key, type, input, switchTo } = create();
    type('go');
    key('Enter');
    await expect.poll(() => session.getState().running).toBeDefined();
    key('Escape');
    await expect.poll(() => session.getState().turns).toHaveLength(1);
    type(command);
    key('Enter');
    await expect.poll(() => controller.getSnapshot().picker?.items).toHaveLength(1);
    const count = ops.length;
    switchTo({ ...EMPTY_STATE, sessionId: 's2' });
    // The keys are the input's at once; the frame without the list may come a moment later.
    key('Enter');
    await expect.poll(() => controller.getSnapshot().picker).toBeUndefined();
    expect([ops.slice(count), input()]).toEqual([[], '']);
  });

  test('a list of the models stays when another conversation is opened', async () => {
    const { controller, key, switchTo } = create();
    key('Ctrl+O');
    switchTo({ ...EMPTY_STATE, sessionId: 's2' });
    expect(controller.getSnapshot().picker?.kind).toBe('model');
  });

  test('a list that cannot be made says why and is closed by Escape', async () => {
    const listModels = () => Promise.reject(new Error('no route\x1b[2J'));
    const { controller, key } = create({ listModels });
    key('Ctrl+O');
    await expect.poll(() => controller.getSnapshot().picker?.problem).toBe('no route');
    key('Enter', 'Escape');
    expect(controller.getSnapshot().picker).toBeUndefined();
  });
});

test('shows the banner once, and names the session after a switch', async () => {
  const { shown, switchTo } = create({ bannerLines: ['Welcome.'] });
  await expect.poll(shown).toEqual(['', 'Welcome.']);
  switchTo({ ...EMPTY_STATE, sessionId: 's2', title: 'The other\x1b[2J one' });
  await expect.poll(shown).toEqual(['', 'Another terminal opened: The other one']);
  switchTo({ ...EMPTY_STATE, sessionId: 's3' });
  await expect.poll(shown).toEqual(['', 'Another terminal started a new session.']);
});

test('a summary that was stopped is begun again, not gone on with', async () => {
  const { session, ops, key, type, shown } = create();
  for (const text of ['go', '/compact']) {
    const count = session.getState().turns.length + 1;
    type(text);
    key('Enter');
    await expect.poll(() => session.getState().running).toBeDefined();
    key('Escape');
    await expect.poll(() => session.getState().turns).toHaveLength(count);
  }
  const count = ops.length;
  type('/continue');
  key('Enter');
  await expect.poll(() => shown().join('\n')).toContain('A summary cannot be continued.');
  expect(ops).toHaveLength(count);
});

describe('the ladder of Ctrl+C', () => {
  test('keeps the draft, stops the turn, asks, and leaves', async () => {
    const { controller, session, ops, key, type, input, left } = create();
    type('go');
    key('Enter');
    await expect.poll(() => session.getState().running).toBeDefined();
    type('draft');
    key('Ctrl+C');
    expect([input(), ops.length]).toEqual(['', 1]);
    key('Ctrl+C');
    expect(ops.at(-1)).toEqual({ type: 'cancel' });
    await expect.poll(() => session.getState().running).toBeUndefined();
    key('Up');
    expect(input()).toBe('draft');
    key('Ctrl+C', 'Ctrl+C');
    expect([controller.getSnapshot().hint, left()]).toEqual([
      'Press Ctrl+C again to leave.',
      false,
    ]);
    key('Ctrl+C');
    expect(left()).toBe(true);
  });
});

test('completes a file whose name has spaces', async () => {
  const { controller, key, type, input } = create();
  type('see @a');
  await expect.poll(() => controller.getSnapshot().prompt.popup?.items).toHaveLength(1);
  key('Tab');
  expect(input()).toBe('see @"src/a b.ts" ');
});

test('history from earlier conversations is there once it is loaded', async () => {
  const { controller, key, input } = create();
  await controller.loadRest();
  key('Up');
  expect(input()).toBe('from before');
  key('Down');
  expect(input()).toBe('');
});
