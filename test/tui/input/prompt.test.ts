import { describe, expect, test } from 'vitest';
import { ZekeError } from '../../../src/platform/errors.ts';
import { type Draft, Prompt } from '../../../src/tui/input/prompt.ts';
import { createKeymap } from '../../../src/tui/keymap.ts';
import type { StoredImage, TuiServices } from '../../../src/tui/services.ts';
import { DEFAULT_SETTINGS } from '../../../src/tui/settings.ts';

const IMAGE: StoredImage = { mediaType: 'image/png', hash: 'h', sizeBytes: 7 };

function create(services: Partial<TuiServices> = {}, settings = {}) {
  const drafts: Draft[] = [];
  const hints: string[] = [];
  const keymap = createKeymap();
  const prompt = new Prompt({
    services: {
      listModels: async () => [{ ref: 'far/model', label: 'far/model' }],
      listSessions: async () => [],
      findFiles: async () => ['src/app.ts'],
      contextTokens: () => undefined,
      history: { load: async () => ['!ls -l', 'older'], append: async () => undefined },
      bannerLines: [],
      ...services,
    },
    settings: { ...DEFAULT_SETTINGS, ...settings },
    initialText: '',
    onChange: () => undefined,
    onEdit: () => undefined,
    onHint: (hint) => hints.push(hint),
    onSubmit: (draft) => drafts.push(draft) > 0,
    lendTerminal: (work) => work(),
  });
  const key = (...names: readonly string[]) =>
    names.map((name) => prompt.takeKey({ name, action: keymap.actionOf(name) }));
  const text = () => prompt.view().editor.text;
  return { prompt, drafts, hints, key, text, type: (typed: string) => prompt.takeText(typed) };
}

describe('shell commands', () => {
  test('only a ! at the beginning of an empty input begins one', () => {
    const { prompt, drafts, key, type } = create();
    type('hey!');
    key('Enter');
    type('!');
    expect([prompt.view().isCommand, prompt.isEmpty]).toEqual([true, false]);
    key('Backspace');
    expect([prompt.view().isCommand, prompt.isEmpty]).toEqual([false, true]);
    type('!ls !important');
    key('Enter');
    expect(drafts.map(({ kind, text }) => [kind, text])).toEqual([
      [undefined, 'hey!'],
      ['command', 'ls !important'],
    ]);
    expect(prompt.view().isCommand).toBe(false);
  });

  test('are commands when they are recalled or searched for, and pasted ones are not', () => {
    const { prompt, key, type, text } = create();
    prompt.loadHistory(['!ls -l']);
    key('Up');
    expect([prompt.view().isCommand, text()]).toEqual([true, 'ls -l']);
    key('Down');
    expect([prompt.view().isCommand, text()]).toEqual([false, '']);
    prompt.takePaste('!rm');
    key('Enter', 'Up');
    expect([prompt.view().isCommand, text()]).toEqual([false, ' !rm']);
    key('Ctrl+C');
    prompt.clear();
    key('Ctrl+R');
    type('ls');
    key('Enter');
    expect([prompt.view().isCommand, text()]).toEqual([true, 'ls -l']);
  });

  test('a paste in one is sent as it is, not as an attachment', () => {
    const { prompt, drafts, key, type } = create();
    type('!cat <<E\n');
    prompt.takePaste('row\n'.repeat(20));
    key('Enter');
    expect(drafts[0]).toMatchObject({ kind: 'command', chips: [] });
    expect(drafts[0]?.text).toContain('row\nrow\n');
  });
});

describe('lists', () => {
  test('what no longer fits is not taken for what was typed', async () => {
    const { prompt, drafts, key, type, text } = create();
    type('@app');
    await expect.poll(() => prompt.view().popup?.items.length).toBeGreaterThan(0);
    type(' and');
    type(' @nothing-like-it');
    key('Enter');
    expect(drafts.map((draft) => draft.text)).toEqual(['@app and @nothing-like-it']);
    expect(text()).toBe('');
  });

  test('Enter sends an argument as it was typed unless one was chosen', async () => {
    const { prompt, drafts, key, type } = create();
    for (const keys of [['Enter'], ['Down', 'Enter']]) {
      type('/model far');
      await expect.poll(() => prompt.view().popup?.items.length).toBe(1);
      key(...keys);
    }
    expect(drafts.map((draft) => draft.text)).toEqual(['/model far', '/model far/model']);
  });
});

describe('images', () => {
  const readImage = async (path: string) => {
    if (path.includes('broken'))
      throw new ZekeError('usage', 'It is\x1b[2J broken.', { hint: 'So.' });
    return path.includes('missing') ? undefined : IMAGE;
  };

  test('a pasted path becomes one where it stands, the cursor stays where it is', async () => {
    const { prompt, drafts, key, type, text } = create({ readImage });
    type('a ');
    prompt.takePaste('/tmp/x.png');
    type(' b');
    key('Left');
    await expect.poll(text).toBe('a [image 1] b');
    expect(prompt.view().editor.cursor).toBe('a [image 1] '.length);
    key('Enter');
    expect(drafts[0]?.images).toEqual([{ label: '[image 1]', ...IMAGE }]);
  });

  test('an empty paste is the image in the clipboard', async () => {
    const { prompt, text } = create({ readImage, pasteImage: async () => IMAGE });
    prompt.takePaste('');
    await expect.poll(text).toBe('[image 1]');
  });

  test('a path that is no image stays; one that cannot be sent is said', async () => {
    const { prompt, hints, text } = create({ readImage });
    prompt.takePaste('/tmp/missing.png');
    prompt.takePaste('/tmp/broken.png');
    await expect.poll(() => hints).toEqual(['It is broken. So.']);
    expect(text()).toBe('/tmp/missing.png/tmp/broken.png');
  });

  test('a message waits for its images, and comes back when one is broken', async () => {
    const { drafts, hints, key, type, text } = create({ readImage });
    type('see @x.png');
    key('Escape', 'Enter');
    type('next');
    await expect.poll(() => drafts.length).toBe(1);
    expect(drafts[0]?.images).toEqual([{ label: 'x.png', ...IMAGE }]);
    expect(text()).toBe('next');
    key('Ctrl+U');
    type('see @broken.png');
    key('Escape', 'Enter');
    await expect.poll(() => hints.length).toBe(1);
    expect([text(), drafts.length]).toEqual(['see @broken.png', 1]);
  });
});

test('what the editor gave back can be undone; a failing editor changes nothing', async () => {
  const texts = [async () => 'new\x07 text', () => Promise.reject(new Error('no editor'))];
  const { hints, key, type, text } = create({
    editText: () => (texts.shift() ?? texts[0])?.() ?? Promise.resolve(''),
  });
  type('draft');
  key('Ctrl+G');
  await expect.poll(text).toBe('new text');
  key('Ctrl+_');
  expect(text()).toBe('draft');
  key('Ctrl+G');
  await expect.poll(() => hints).toEqual(['no editor']);
  expect(text()).toBe('draft');
});

describe('vi mode', () => {
  test('letters are commands, Alt and a letter is Escape and it, Escape is left to others', () => {
    const { prompt, key, type, text } = create({}, { viMode: true });
    type('one two');
    prompt.takeKey({ name: 'Alt+B', action: 'word-left', typed: 'b' });
    expect([prompt.view().mode, prompt.view().editor.cursor]).toEqual(['normal', 4]);
    type('cwthree');
    expect([prompt.view().mode, text()]).toEqual(['insert', 'one three']);
    expect(key('Escape', 'Escape')).toEqual([true, false]);
    key('Left', 'Delete');
    expect(text()).toBe('one thre');
    type('v');
    expect(prompt.view().selection).toBeDefined();
  });

  test('j and k off the text go through the history, and a new message begins by inserting', () => {
    const { prompt, drafts, key, type, text } = create({}, { viMode: true });
    prompt.loadHistory(['older']);
    key('Escape');
    type('k');
    expect([text(), prompt.view().editor.cursor]).toEqual(['older', 4]);
    key('Enter');
    expect([drafts[0]?.text, prompt.view().mode]).toEqual(['older', 'insert']);
  });
});
