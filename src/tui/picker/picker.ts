/** A list to choose from, with a filter. Pure. */

export interface PickerItem {
  readonly id: string;
  readonly label: string;
  readonly detail?: string;
}
export interface PickerState {
  readonly kind: 'model' | 'session';
  readonly title: string;
  readonly filter: string;
  readonly selected: number;
  /** Undefined while they are being looked for. */
  readonly items: readonly PickerItem[] | undefined;
  readonly problem?: string;
}

/** Items that hold every word of the filter. */
export function shownItems(picker: PickerState): readonly PickerItem[] {
  const words = picker.filter.toLowerCase().split(/\s+/);
  return (picker.items ?? []).filter((item) => {
    const text = `${item.id} ${item.label} ${item.detail ?? ''}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

export function moveSelection(picker: PickerState, step: number): PickerState {
  const count = shownItems(picker).length;
  if (count === 0) return picker;
  return { ...picker, selected: (picker.selected + step + count) % count };
}

export function setFilter(picker: PickerState, filter: string): PickerState {
  return { ...picker, filter, selected: 0 };
}

export function chosenItem(picker: PickerState): PickerItem | undefined {
  return shownItems(picker)[picker.selected];
}

/** The part of a list that fits, with the selected entry in it. */
export function visibleWindow<T>(
  items: readonly T[],
  selected: number,
  maxRows: number,
): { readonly items: readonly T[]; readonly offset: number } {
  const half = Math.floor(maxRows / 2);
  const offset = Math.max(0, Math.min(selected - half, items.length - maxRows));
  return { items: items.slice(offset, offset + maxRows), offset };
}
