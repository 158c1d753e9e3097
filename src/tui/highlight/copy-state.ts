import type { StreamParser } from '@codemirror/streamparser';

/** A copy of a definition's state: by its own means, else arrays are copied and the rest shared. */
export function copyState(definition: StreamParser<unknown>, state: unknown): unknown {
  if (definition.copyState !== undefined) return definition.copyState(state);
  if (typeof state !== 'object' || state === null) return state;
  return Object.fromEntries(
    Object.entries(state).map(([key, value]) => [key, Array.isArray(value) ? [...value] : value]),
  );
}
