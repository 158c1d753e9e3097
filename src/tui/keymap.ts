/**
 * Every key of the conversation in one table: what the program listens to, what /help shows, what
 * docs/tui.md is made of and what `[tui.keys]` in the config may change. Keys are written as people
 * say them, modifiers first.
 */
import { sanitizeLine } from '../platform/terminal-text.ts';
import { canonicalKey, type KeyProblem } from './input/keys/key-names.ts';

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
  | 'scroll-up'
  | 'scroll-down'
  | 'suspend'
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
  | 'put-back'
  | 'put-back-earlier'
  | 'undo'
  | 'redo'
  | 'text-start'
  | 'text-end'
  | 'transpose'
  | 'upper-case'
  | 'lower-case'
  | 'capitalize'
  | 'history-search'
  | 'edit-outside'
  | 'paste-image';

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
  {
    action: 'history-search',
    keys: ['Ctrl+R'],
    description: 'Search what you typed before (Ctrl+R again: older, Ctrl+S: newer)',
  },
  { action: 'edit-outside', keys: ['Ctrl+G'], description: 'Write the message in your editor' },
  {
    action: 'paste-image',
    keys: ['Ctrl+V', 'Alt+V'],
    description: 'Attach the image that is in the clipboard',
  },
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
  { action: 'continue', keys: ['Alt+G'], description: 'Go on with an answer that was stopped' },
  { action: 'page-up', keys: ['PageUp'], description: 'A page up in a list, or with --fullscreen' },
  {
    action: 'page-down',
    keys: ['PageDown'],
    description: 'A page down in a list, or with --fullscreen',
  },
  { action: 'scroll-up', keys: ['Shift+Up'], description: 'A line up with --fullscreen' },
  {
    action: 'scroll-down',
    keys: ['Shift+Down'],
    description: 'A line down with --fullscreen; End follows the answer again',
  },
  { action: 'suspend', keys: ['Ctrl+Z'], description: 'Back to the shell; "fg" returns' },
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
  {
    action: 'put-back-earlier',
    keys: ['Alt+Y'],
    description: 'After that: put back what was cut before it instead',
  },
  { action: 'undo', keys: ['Ctrl+_', 'Ctrl+/'], description: 'Undo the last edit' },
  { action: 'redo', keys: ['Alt+_', 'Alt+/'], description: 'Do it again' },
  { action: 'text-start', keys: ['Alt+<', 'Ctrl+Home'], description: 'Start of the whole text' },
  { action: 'text-end', keys: ['Alt+>', 'Ctrl+End'], description: 'End of the whole text' },
  { action: 'transpose', keys: ['Alt+T'], description: 'Swap the two characters at the cursor' },
  { action: 'upper-case', keys: ['Alt+U'], description: 'Rest of the word in capitals' },
  { action: 'lower-case', keys: ['Alt+L'], description: 'Rest of the word in small letters' },
  { action: 'capitalize', keys: ['Alt+C'], description: 'Next letter as a capital' },
];

/** The keys in force: the table with the user's changes. */
export interface Keymap {
  readonly bindings: readonly KeyBinding[];
  /** What was wrong with the changes; a line each. */
  readonly warnings: readonly string[];
  /** What a key does; undefined for keys without a meaning. */
  actionOf(key: string): KeyAction | undefined;
}

/** Without a key for these there would be no way to use the program, or none out of it. */
const NEEDED: ReadonlySet<KeyAction> = new Set<KeyAction>(['send', 'interrupt']);

/**
 * The table with other keys for some actions. Nothing in the changes is an error: what cannot be
 * done is left out and said in `warnings`.
 */
export function createKeymap(changes: ReadonlyMap<string, readonly string[]> = new Map()): Keymap {
  const warnings: string[] = [];
  const chosen = readChanges(changes, warnings);
  const owners = claimKeys(chosen, warnings);
  const bindings = KEYMAP.map(({ action, keys, description }) => {
    const own = (chosen.get(action) ?? keys).filter((key) => owners.get(key) === action);
    if (own.length === 0 && !chosen.has(action)) {
      warnings.push(
        `tui.keys: ${action} has no key any more: ${keys.join(', ')} is used elsewhere.`,
      );
    }
    return { action, keys: own, description };
  });
  return { bindings, warnings, actionOf: (key) => owners.get(key) };
}

/** The changes that make sense, by action, with their keys as the table writes them. */
function readChanges(
  changes: ReadonlyMap<string, readonly string[]>,
  warnings: string[],
): ReadonlyMap<KeyAction, readonly string[]> {
  const chosen = new Map<KeyAction, readonly string[]>();
  for (const [name, keys] of changes) {
    const action = KEYMAP.find((binding) => binding.action === name)?.action;
    if (action === undefined) {
      warnings.push(`tui.keys.${sanitizeLine(name)}: there is no such action. /keys lists them.`);
      continue;
    }
    const known = keys.flatMap((written) => {
      const key = canonicalKey(written);
      if (key.ok) return [key.name];
      warnings.push(`tui.keys.${action}: ${keyProblem(written, key.problem)}`);
      return [];
    });
    if (known.length === 0 && (keys.length > 0 || NEEDED.has(action))) {
      warnings.push(`tui.keys.${action}: no key is left, so the usual one stays.`);
    } else chosen.set(action, [...new Set(known)]);
  }
  return chosen;
}

function keyProblem(written: string, problem: KeyProblem): string {
  const key = `"${sanitizeLine(written)}"`;
  if (problem === 'unknown') return `${key} is no key. Write it like Ctrl+X, Alt+Enter or F5.`;
  if (problem === 'types') return `${key} types a character; add Ctrl or Alt to it.`;
  return `${key} and ${problem.same} are one key for most terminals; write ${problem.same}.`;
}

/** What each key does. A key that the user gave to an action is taken from the usual one. */
function claimKeys(
  chosen: ReadonlyMap<KeyAction, readonly string[]>,
  warnings: string[],
): ReadonlyMap<string, KeyAction> {
  const owners = new Map<string, KeyAction>();
  for (const [action, keys] of chosen) {
    for (const key of keys) {
      const owner = owners.get(key);
      if (owner === undefined) owners.set(key, action);
      else warnings.push(`tui.keys.${action}: ${key} is the key of ${owner} already.`);
    }
  }
  for (const { action, keys } of KEYMAP) {
    if (chosen.has(action)) continue;
    for (const key of keys) if (!owners.has(key)) owners.set(key, action);
  }
  return owners;
}
