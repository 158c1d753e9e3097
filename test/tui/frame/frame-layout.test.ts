import { describe, expect, test } from 'vitest';
import { EMPTY_STATE } from '../../../src/session/state.ts';
import type { ChatSnapshot } from '../../../src/tui/controller.ts';
import { layoutFrame } from '../../../src/tui/frame/frame-layout.ts';
import { EMPTY_EDITOR } from '../../../src/tui/input/editor.ts';
import type { TuiServices } from '../../../src/tui/services.ts';
import { lineWidth, plainLine } from '../../../src/tui/styled-text.ts';
import { chooseTheme } from '../../../src/tui/theme/theme.ts';

const services: TuiServices = {
  listModels: async () => [],
  listSessions: async () => [],
  findFiles: async () => [],
  contextTokens: () => undefined,
  history: { load: async () => [], append: async () => undefined },
  bannerLines: [],
};
const MANY = Array.from({ length: 100 }, (_, n) => `entry ${n} ${'x'.repeat(n)}`);
const SNAPSHOT: ChatSnapshot = {
  view: {
    generation: 1,
    items: [],
    live: MANY.map((text) => plainLine(text)),
    activity: 'thinking',
  },
  state: {
    ...EMPTY_STATE,
    model: 'a/b',
    queue: MANY.map((text, n) => ({ turnId: String(n), message: { text } })),
  },
  prompt: {
    editor: { ...EMPTY_EDITOR, text: MANY.join('\n'), cursor: 500 },
    popup: {
      target: { kind: 'file', query: '', start: 0, end: 0 },
      items: MANY.map((label) => ({ label, replacement: label })),
      selected: 40,
    },
  },
  picker: undefined,
  approval: undefined,
  note: undefined,
  clients: [],
  hint: undefined,
  branch: 'main',
  isLeaving: false,
};

describe('layoutFrame', () => {
  test.each([
    [40, 12],
    [80, 24],
    [200, 60],
    [20, 16],
    [20, 5],
    [10, 3],
  ])('a full frame stays lower than %i × %i and not wider', (columns, rows) => {
    const theme = chooseTheme({});
    const frame = layoutFrame(SNAPSHOT, { theme, services, columns, rows });
    const { live, queue, gap, popup, input, status } = frame;
    const parts = [live, queue, gap, popup, input, status].flat();
    const height = parts.length + (frame.activity === undefined ? 0 : 1);
    expect(frame.height).toBe(height);
    expect(height).toBeLessThan(rows);
    for (const line of parts) expect(lineWidth(line)).toBeLessThanOrEqual(columns);
    expect(frame.cursor.y).toBeLessThan(height);
    expect(frame.cursor.x).toBeLessThan(columns);
  });

  test('the cursor is where the next character will be', () => {
    const snapshot: ChatSnapshot = {
      ...SNAPSHOT,
      view: { ...SNAPSHOT.view, live: [plainLine('one'), plainLine('two')], activity: 'answering' },
      state: { ...SNAPSHOT.state, queue: [] },
      prompt: { editor: { ...EMPTY_EDITOR, text: 'ab', cursor: 2 }, popup: undefined },
    };
    const theme = chooseTheme({});
    const frame = layoutFrame(snapshot, { theme, services, columns: 80, rows: 24 });
    expect(frame.cursor).toEqual({ x: 4, y: 3 });
  });
});
