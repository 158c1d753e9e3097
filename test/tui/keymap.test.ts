import { describe, expect, test } from 'vitest';
import { createKeymap, KEYMAP } from '../../src/tui/keymap.ts';

test('every key does one thing, and the table says which', () => {
  const keys = KEYMAP.flatMap((binding) => binding.keys);
  expect(new Set(keys).size).toBe(keys.length);
  const keymap = createKeymap();
  expect(keymap.warnings).toEqual([]);
  for (const binding of KEYMAP) {
    for (const key of binding.keys) expect(keymap.actionOf(key)).toBe(binding.action);
  }
  expect(keymap.actionOf('F7')).toBeUndefined();
});

test('an action is named once and every key of the table could stand in the config', () => {
  const actions = KEYMAP.map(({ action }) => action);
  expect(new Set(actions).size).toBe(actions.length);
  for (const { action, keys } of KEYMAP) {
    const keymap = createKeymap(new Map([[action, keys]]));
    expect(keymap.warnings).toEqual([]);
    expect(keymap.bindings).toEqual(KEYMAP);
  }
});

describe('changes', () => {
  const change = (entries: Record<string, readonly string[]>) =>
    createKeymap(new Map(Object.entries(entries)));

  test('give an action other keys, written as people write them', () => {
    const keymap = change({ 'history-search': ['ctrl-x', 'F3'], undo: ['Ctrl+R'] });
    expect(keymap.warnings).toEqual([]);
    expect(keymap.actionOf('Ctrl+X')).toBe('history-search');
    expect(keymap.actionOf('F3')).toBe('history-search');
    expect(keymap.actionOf('Ctrl+R')).toBe('undo');
    expect(keymap.actionOf('Ctrl+_')).toBeUndefined();
    const binding = keymap.bindings.find(({ action }) => action === 'history-search');
    expect(binding?.keys).toEqual(['Ctrl+X', 'F3']);
  });

  test('may take all keys from an action, but not from sending and stopping', () => {
    const keymap = change({ transpose: [], send: [], interrupt: [] });
    expect(keymap.actionOf('Alt+T')).toBeUndefined();
    expect(keymap.actionOf('Enter')).toBe('send');
    expect(keymap.actionOf('Ctrl+C')).toBe('interrupt');
    expect(keymap.warnings).toEqual([
      'tui.keys.send: no key is left, so the usual one stays.',
      'tui.keys.interrupt: no key is left, so the usual one stays.',
    ]);
  });

  test.each([
    [{ nonsense: ['Ctrl+X'] }, 'tui.keys.nonsense: there is no such action.'],
    [{ 'a\x1b[2J': ['Ctrl+X'] }, 'tui.keys.a: there is no such action.'],
    [{ undo: ['Hyper+X'] }, 'tui.keys.undo: "Hyper+X" is no key.'],
    [{ undo: ['q'] }, 'tui.keys.undo: "q" types a character'],
    [{ undo: ['Ctrl+M'] }, 'tui.keys.undo: "Ctrl+M" and Enter are one key for most terminals'],
    [{ undo: ['Ctrl+X'], redo: ['ctrl+x'] }, 'tui.keys.redo: Ctrl+X is the key of undo already.'],
    [{ undo: ['Ctrl+Y'] }, 'put-back has no key any more: Ctrl+Y is used elsewhere.'],
  ])('%j are answered with a line', (entries, warning) => {
    const { warnings, actionOf } = change(entries as Record<string, readonly string[]>);
    expect(warnings.join('\n')).toContain(warning);
    expect(warnings.join('')).not.toContain('\x1b');
    expect(actionOf('Enter')).toBe('send');
  });
});
