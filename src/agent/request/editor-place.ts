/** Where the user worked in an editor when they asked, for whoever looks for code, and for the model. */
import type { Nearby } from '../../context/search.ts';
import type { EditorPlace, UserInput } from '../../session/ops.ts';

/** More are no hint any more at what the question is about. */
const MAX_TOLD_FILES = 20;

/** What stands near the cursor comes first, wherever a search is asked; empty without an editor. */
export function nearbyOf({ editor }: UserInput): { readonly nearby?: Nearby } {
  if (editor === undefined) return {};
  const { path, line = 1, openFiles } = editor;
  return { nearby: { openFiles, ...(path === undefined ? {} : { cursor: { path, line } }) } };
}

/** The place in words; undefined where there is nothing to say. */
export function describePlace({ path, line, openFiles }: EditorPlace): string | undefined {
  const others = openFiles.filter((file) => file !== path).slice(0, MAX_TOLD_FILES);
  const cursor =
    path === undefined ? [] : [`cursor in ${path}${line === undefined ? '' : `:${line}`}`];
  const open = others.length === 0 ? [] : [`also open: ${others.join(', ')}`];
  return [...cursor, ...open].join('\n') || undefined;
}
