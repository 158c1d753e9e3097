/** A list to choose from, with a filter. Pure. */
import { fuzzyScore } from './fuzzy.ts';

export interface PickerItem {
  readonly id: string;
  readonly label: string;
  readonly detail?: string;
  /** It is what is in use now. */
  readonly isCurrent?: boolean;
}
export type PickerKind = 'model' | 'provider' | 'session' | 'turn' | 'theme' | 'confirm';
export interface PickerState {
  readonly kind: PickerKind;
  readonly title: string;
  readonly filter: string;
  readonly selected: number;
  /** Undefined while nothing has come yet. */
  readonly items: readonly PickerItem[] | undefined;
  /** More may come. */
  readonly isLoading?: boolean;
  /** Found for this filter by a search over more than what the list shows. */
  readonly found?: readonly PickerItem[];
  readonly problem?: string;
}

/** Items that fit the filter, the best first; then what a search found beside them. */
export function shownItems(picker: PickerState): readonly PickerItem[] {
  const items = picker.items ?? [];
  if (picker.filter.trim() === '') return items;
  const fitting = items
    .map((item) => ({ item, score: fuzzyScore(picker.filter, textOf(item)) }))
    .filter(({ score }) => score > 0)
    .sort((left, right) => right.score - left.score)
    .map(({ item }) => item);
  const ids = new Set(fitting.map(({ id }) => id));
  return [...fitting, ...(picker.found ?? []).filter(({ id }) => !ids.has(id))];
}

function textOf({ id, label, detail = '' }: PickerItem): string {
  return id === label ? `${label} ${detail}` : `${label} ${id} ${detail}`;
}

/** Moves by one and round the ends, or by a page and not beyond them. */
export function moveSelection(picker: PickerState, step: number): PickerState {
  const count = shownItems(picker).length;
  if (count === 0) return picker;
  const target = picker.selected + step;
  const isPage = Math.abs(step) > 1;
  const selected = isPage ? Math.max(0, Math.min(target, count - 1)) : (target + count) % count;
  return { ...picker, selected };
}

/** The first item, or the last one. */
export function selectEnd(picker: PickerState, end: 'first' | 'last'): PickerState {
  const last = Math.max(0, shownItems(picker).length - 1);
  return { ...picker, selected: end === 'first' ? 0 : last };
}

export function setFilter(picker: PickerState, filter: string): PickerState {
  const { found: _, ...rest } = picker;
  return { ...rest, filter, selected: 0 };
}

/** The list with other contents; what is selected stays so as long as it is there. */
export function setItems(
  picker: PickerState,
  change: Partial<Pick<PickerState, 'items' | 'found' | 'isLoading' | 'problem'>>,
): PickerState {
  const chosen = chosenItem(picker)?.id;
  const next = { ...picker, ...change };
  const index = shownItems(next).findIndex(({ id }) => id === chosen);
  return { ...next, selected: Math.max(0, index) };
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
