/** Opens the lists of models and sessions and fills them as the answers come. */
import { errorMessage } from '../../platform/errors.ts';
import { sanitizeLine } from '../../platform/terminal-text.ts';
import type { KeyLayer, KeyPress } from '../key-layer.ts';
import type { ModelChoice, SessionChoice, TuiServices } from '../services.ts';
import {
  chosenItem,
  moveSelection,
  type PickerItem,
  type PickerState,
  setFilter,
} from './picker.ts';

export interface PickerHandlers {
  /** Something that is drawn has changed without a key. */
  readonly onChange: () => void;
  /** The list is closed and this was chosen. */
  readonly onChoice: (choice: PickerChoice) => void;
}
export interface PickerChoice {
  readonly kind: PickerState['kind'];
  readonly id: string;
}

/** While a list is open it has all the keys; the letters go to its filter, which is a component. */
export class PickerControl implements KeyLayer {
  private picker: PickerState | undefined;
  private loading: AbortController | undefined;
  private readonly services: TuiServices;
  private readonly handlers: PickerHandlers;

  constructor(services: TuiServices, handlers: PickerHandlers) {
    this.services = services;
    this.handlers = handlers;
  }

  takeKey({ action }: KeyPress): boolean {
    if (this.picker === undefined) return false;
    if (action === 'stop' || action === 'interrupt') this.close();
    else if (action === 'previous' || action === 'next') this.move(action);
    else if (action === 'send') this.choose();
    return true;
  }

  takeText(): boolean {
    return this.picker !== undefined;
  }

  takePaste(): boolean {
    return this.picker !== undefined;
  }

  current(): PickerState | undefined {
    return this.picker;
  }

  openModels(current: string): void {
    const title = `Model of the next turn (now ${sanitizeLine(current)})`;
    this.open('model', title, async (signal) =>
      (await this.services.listModels(signal)).map(modelItem),
    );
  }

  openSessions(currentId: string): void {
    this.open('session', 'Go on with a session', async () => {
      const sessions = await this.services.listSessions();
      return sessions.filter(({ id }) => id !== currentId).map(sessionItem);
    });
  }

  setFilter(filter: string): void {
    if (this.picker !== undefined) this.picker = setFilter(this.picker, filter);
  }

  private move(direction: 'previous' | 'next'): void {
    const step = direction === 'next' ? 1 : -1;
    if (this.picker !== undefined) this.picker = moveSelection(this.picker, step);
  }

  close(): void {
    this.loading?.abort();
    this.loading = undefined;
    this.picker = undefined;
  }

  /** Closes with the chosen item; stays open while there is none. */
  private choose(): void {
    const { picker } = this;
    const item = picker === undefined ? undefined : chosenItem(picker);
    if (picker === undefined || item === undefined) return;
    this.close();
    this.handlers.onChoice({ kind: picker.kind, id: item.id });
  }

  private open(
    kind: PickerState['kind'],
    title: string,
    load: (signal: AbortSignal) => Promise<readonly PickerItem[]>,
  ): void {
    this.close();
    const loading = new AbortController();
    this.loading = loading;
    this.picker = { kind, title, filter: '', selected: 0, items: undefined };
    const fill = (result: Pick<PickerState, 'items' | 'problem'>) => {
      if (loading.signal.aborted || this.picker === undefined) return;
      this.picker = { ...this.picker, ...result };
      this.handlers.onChange();
    };
    load(loading.signal).then(
      (items) => fill({ items }),
      (error) => fill({ items: [], problem: sanitizeLine(errorMessage(error)) }),
    );
  }
}

function modelItem({ ref, label, contextTokens, price }: ModelChoice): PickerItem {
  const details = [
    label === ref ? '' : sanitizeLine(label),
    contextTokens === undefined ? '' : `${formatTokens(contextTokens)} context`,
    price === undefined ? '' : sanitizeLine(price),
  ];
  return { id: ref, label: sanitizeLine(ref), detail: details.filter(Boolean).join(' · ') };
}

function sessionItem({ id, title, updatedAt, turnCount }: SessionChoice): PickerItem {
  const day = new Date(updatedAt).toISOString().slice(0, 16).replace('T', ' ');
  const turns = `${turnCount} ${turnCount === 1 ? 'turn' : 'turns'}`;
  return { id, label: sanitizeLine(title) || '(no title)', detail: `${day} · ${turns}` };
}

/** 1234 → `1.2k`, 200000 → `200k`, 1000000 → `1M`. */
export function formatTokens(count: number): string {
  if (count < 1000) return String(count);
  if (count < 1_000_000) return `${trimZero((count / 1000).toFixed(count < 10_000 ? 1 : 0))}k`;
  return `${trimZero((count / 1_000_000).toFixed(1))}M`;
}

function trimZero(text: string): string {
  return text.replace(/\.0$/, '');
}
