import { describe, expect, test } from 'vitest';
import type { KeyAction } from '../../../src/tui/keymap.ts';
import type { PickerItem } from '../../../src/tui/picker/picker.ts';
import { type ListLoading, PickerControl } from '../../../src/tui/picker/picker-control.ts';

const item = (id: string, isCurrent = false): PickerItem => ({ id, label: id, isCurrent });

function open(search?: (query: string, signal: AbortSignal) => Promise<readonly PickerItem[]>) {
  const chosen: string[] = [];
  let changes = 0;
  const control = new PickerControl(() => {
    changes += 1;
  });
  const all = Promise.withResolvers<readonly PickerItem[]>();
  let loading: ListLoading | undefined;
  control.open({
    kind: 'model',
    title: 't',
    load: (list) => {
      loading = list;
      return all.promise;
    },
    ...(search === undefined ? {} : { search }),
    onChoose: ({ id }) => chosen.push(id),
  });
  const key = (...actions: KeyAction[]) => {
    for (const action of actions) control.takeKey({ name: '', action });
  };
  const add = (...items: PickerItem[]) => loading?.add(items);
  return { control, all, chosen, key, add, signal: () => loading?.signal, count: () => changes };
}

describe('PickerControl', () => {
  test('fills as answers come, and keeps what was selected', async () => {
    const { control, all, key, add, count } = open();
    expect([control.current()?.items, control.current()?.isLoading]).toEqual([undefined, true]);
    add(item('a'), item('b', true));
    expect([control.current()?.selected, count()]).toEqual([1, 1]);
    key('next');
    expect(control.current()?.selected).toBe(0);
    all.resolve([item('z'), item('a'), item('b', true)]);
    await expect.poll(() => control.current()?.isLoading).toBe(false);
    expect(control.current()?.selected).toBe(1);
  });

  test('letters, deletes and pastes edit the filter; the rest does nothing to the input', () => {
    const { control, key, add } = open();
    add(item('alpha'), item('beta'));
    control.takeText('be ta');
    control.takePaste('x\n\x1b[2Jy');
    expect(control.current()?.filter).toBe('be tax y');
    key('delete-left', 'delete-left', 'delete-left');
    expect(control.current()?.filter).toBe('be ta');
    key('cut-word-left');
    expect(control.current()?.filter).toBe('be ');
    key('cut-line-start');
    expect(control.current()?.filter).toBe('');
    expect(control.takeKey({ name: 'F7', action: undefined })).toBe(true);
  });

  test('Enter without a choice stays, Escape ends the loading', () => {
    const { control, chosen, key, signal } = open();
    key('send');
    expect(control.current()).toBeDefined();
    key('stop');
    expect([control.current(), signal()?.aborted, chosen]).toEqual([undefined, true, []]);
    expect(control.takeText('x')).toBe(false);
  });

  test('pages and ends', () => {
    const { control, chosen, key, add } = open();
    add(...Array.from({ length: 30 }, (_, n) => item(`i${n}`)));
    key('page-down', 'page-down');
    expect(control.current()?.selected).toBe(16);
    key('line-end');
    expect(control.current()?.selected).toBe(29);
    key('page-down');
    expect(control.current()?.selected).toBe(29);
    key('next');
    expect(control.current()?.selected).toBe(0);
    key('page-up', 'line-end', 'line-start', 'next', 'send');
    expect(chosen).toEqual(['i1']);
  });

  test('a newer search ends the one before, and what failed is said', async () => {
    const signals: AbortSignal[] = [];
    const { control, all } = open((query, signal) => {
      signals.push(signal);
      return query === 'bad'
        ? Promise.reject(new Error('disk\x1b[2J'))
        : Promise.resolve([item(query)]);
    });
    all.resolve([]);
    control.takeText('a');
    expect(signals).toHaveLength(0);
    control.takeText('b');
    control.takeText('c');
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    await expect.poll(() => control.current()?.found).toEqual([item('abc')]);
    control.takeKey({ name: '', action: 'cut-line-start' });
    control.takeText('bad');
    await expect.poll(() => control.current()?.problem).toBe('disk');
  });
});
