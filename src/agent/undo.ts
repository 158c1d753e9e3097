/** Takes back what a turn's tools did to files. Never touches git, nor what somebody changed since. */
import { errorMessage, ZekeError } from '../platform/errors.ts';
import { type ContentStore, hashOf } from '../platform/storage/content-store.ts';
import { findWritePlace, removePlace, writePlace } from '../platform/walk/write-workspace-file.ts';
import type { FileChange, UndoResult } from '../session/events.ts';
import type { Turn } from '../session/state.ts';

export interface UndoPlace {
  /** Real path of the project's root. */
  readonly root: string;
  readonly contents: ContentStore;
}

/**
 * Gives the files that the turn changed back what was in them, the last change first. A file that is
 * not as the turn left it is kept, with the reason. Throws a ZekeError when there is nothing to do.
 */
export function undoTurn(place: UndoPlace, turn: Turn): UndoResult {
  if (turn.isUndone)
    throw new ZekeError('usage', 'The changes of this turn were taken back already.');
  if (turn.changes.length === 0) throw new ZekeError('usage', 'This turn changed no file.');
  const kept = new Map<string, string>();
  const restored = new Set<string>();
  for (const change of turn.changes.toReversed()) {
    const { path } = change;
    // After one change that cannot be taken back, the ones before it cannot either.
    if (kept.has(path)) continue;
    const reason = undoChange(place, change);
    if (reason === undefined) restored.add(path);
    else
      kept.set(
        path,
        restored.delete(path) ? `only its last changes were taken back: ${reason}` : reason,
      );
  }
  return {
    restored: [...restored],
    kept: [...kept].map(([path, reason]) => ({ path, reason })),
  };
}

/** Returns why the file was left alone; undefined when it was given back. */
function undoChange({ root, contents }: UndoPlace, change: FileChange): string | undefined {
  const now = findWritePlace(root, change.path);
  if (!now.ok) return 'it cannot be written now';
  const current = now.bytes === undefined ? null : hashOf(now.bytes);
  if (current !== change.after)
    return current === null ? 'it was removed since' : 'it was changed since';
  try {
    if (change.before === null) {
      removePlace(now.absolute);
      return undefined;
    }
    const bytes = contents.get(change.before);
    if (bytes === undefined) return 'what was in it before is not kept any more';
    writePlace(now.absolute, bytes);
    return undefined;
  } catch (error) {
    if (!(error instanceof ZekeError)) throw error;
    return errorMessage(error);
  }
}
