/**
 * Every key of the conversation in one table: what the program listens to, what /help shows and
 * what docs/keys.md is made of. Keys are written as people say them, modifiers first.
 */

export type KeyAction =
  | 'send'
  | 'new-line'
  | 'stop'
  | 'interrupt'
  | 'leave-or-delete'
  | 'previous'
  | 'next'
  | 'complete'
  | 'switch-model'
  | 'show-reasoning'
  | 'retry'
  | 'continue'
  | 'page-up'
  | 'page-down'
  | 'left'
  | 'right'
  | 'word-left'
  | 'word-right'
  | 'line-start'
  | 'line-end'
  | 'delete-left'
  | 'delete-right'
  | 'cut-word-left'
  | 'cut-part-left'
  | 'cut-part-right'
  | 'cut-line-start'
  | 'cut-line-end'
  | 'put-back';

export interface KeyBinding {
  readonly action: KeyAction;
  readonly keys: readonly string[];
  readonly description: string;
}

export const KEYMAP: readonly KeyBinding[] = [
  { action: 'send', keys: ['Enter'], description: 'Send the message; queued while one runs' },
  {
    action: 'new-line',
    keys: ['Ctrl+J', 'Alt+Enter', 'Shift+Enter', 'Ctrl+Enter'],
    description: 'Start a new line (also \\ before Enter)',
  },
  { action: 'stop', keys: ['Escape'], description: 'Stop the answer and keep what came' },
  {
    action: 'interrupt',
    keys: ['Ctrl+C'],
    description: 'Clear the input, else stop the answer, else leave (twice within 2 seconds)',
  },
  {
    action: 'leave-or-delete',
    keys: ['Ctrl+D'],
    description: 'Leave when the input is empty, else delete the next character',
  },
  { action: 'previous', keys: ['Up', 'Ctrl+P'], description: 'Line up, else earlier input' },
  { action: 'next', keys: ['Down', 'Ctrl+N'], description: 'Line down, else later input' },
  { action: 'complete', keys: ['Tab'], description: 'Take the suggested file or command' },
  { action: 'switch-model', keys: ['Ctrl+O'], description: 'Choose the model of the next turn' },
  {
    action: 'show-reasoning',
    keys: ['Ctrl+T'],
    description: 'Show or fold the reasoning that comes from now on',
  },
  {
    action: 'retry',
    keys: ['Alt+R'],
    description: 'Send the last message again, after a summary when the conversation was too long',
  },
  { action: 'continue', keys: ['Alt+C'], description: 'Go on with an answer that was stopped' },
  { action: 'page-up', keys: ['PageUp'], description: 'A page up in a list' },
  { action: 'page-down', keys: ['PageDown'], description: 'A page down in a list' },
  { action: 'left', keys: ['Left', 'Ctrl+B'], description: 'Left' },
  { action: 'right', keys: ['Right', 'Ctrl+F'], description: 'Right' },
  { action: 'word-left', keys: ['Alt+B', 'Alt+Left', 'Ctrl+Left'], description: 'Word left' },
  { action: 'word-right', keys: ['Alt+F', 'Alt+Right', 'Ctrl+Right'], description: 'Word right' },
  { action: 'line-start', keys: ['Home', 'Ctrl+A'], description: 'Start of the line' },
  { action: 'line-end', keys: ['End', 'Ctrl+E'], description: 'End of the line' },
  { action: 'delete-left', keys: ['Backspace'], description: 'Delete the character before' },
  { action: 'delete-right', keys: ['Delete'], description: 'Delete the character after' },
  { action: 'cut-word-left', keys: ['Ctrl+W'], description: 'Cut back to the last space' },
  {
    action: 'cut-part-left',
    keys: ['Alt+Backspace', 'Ctrl+Backspace'],
    description: 'Cut the word before',
  },
  { action: 'cut-part-right', keys: ['Alt+D'], description: 'Cut the word after' },
  { action: 'cut-line-start', keys: ['Ctrl+U'], description: 'Cut to the start of the line' },
  { action: 'cut-line-end', keys: ['Ctrl+K'], description: 'Cut to the end of the line' },
  { action: 'put-back', keys: ['Ctrl+Y'], description: 'Put back what was cut' },
];

const ACTIONS: ReadonlyMap<string, KeyAction> = new Map(
  KEYMAP.flatMap(({ action, keys }) => keys.map((key) => [key, action] as const)),
);

/** What a key does; undefined for keys without a meaning. */
export function actionOf(key: string): KeyAction | undefined {
  return ACTIONS.get(key);
}
