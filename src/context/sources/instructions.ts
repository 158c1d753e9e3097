/** The project's own instructions for assistants: AGENTS.md, nearest first, then up to the root. */
import { isAbsolute, relative, sep } from 'node:path';
import { readWorkspaceFile } from '../../platform/walk/read-workspace-file.ts';
import type { ContextBlock, ContextQuestion, ContextSource } from '../source.ts';

/** Bytes of one file; the rest is left out and the text says so. */
const MAX_INSTRUCTIONS_BYTES = 32 * 1024;
/** Instructions come before everything else; the nearest folder's come first. */
const PRIORITY = 1_000;

/** CLAUDE.md counts only in a folder without AGENTS.md. */
const FILE_NAMES = ['AGENTS.md', 'CLAUDE.md'] as const;

export const instructionsSource: ContextSource = {
  name: 'instructions',
  collect: async (question) => {
    const found = await Promise.all(
      foldersUp(question).map((folder) => readFolder(question, folder)),
    );
    return found
      .filter((block) => block !== undefined)
      .map((block, index) => ({ ...block, priority: PRIORITY - index }));
  },
};

/** From where the user stands up to the root, as prefixes: `packages/app/`, `packages/`, ''. */
function foldersUp({ root, workingDirectory }: ContextQuestion): readonly string[] {
  const inside = relative(root, workingDirectory);
  const isBelow = inside !== '' && !isAbsolute(inside) && inside.split(sep)[0] !== '..';
  const names = isBelow ? inside.split(sep) : [];
  const prefixes = names.map((_, index) => `${names.slice(0, index + 1).join('/')}/`);
  return [...prefixes.reverse(), ''];
}

async function readFolder(
  { root }: ContextQuestion,
  folder: string,
): Promise<ContextBlock | undefined> {
  for (const name of FILE_NAMES) {
    const path = `${folder}${name}`;
    const read = await readWorkspaceFile(root, path, MAX_INSTRUCTIONS_BYTES);
    if (!read.ok || read.text.trim() === '') continue;
    const note = `\n[Cut here: only the first ${MAX_INSTRUCTIONS_BYTES / 1024} KiB are read.]`;
    return {
      source: 'instructions',
      title: path,
      text: read.isCut ? read.text + note : read.text,
      priority: PRIORITY,
      reason: folder === '' ? 'instructions of the project' : `instructions for ${folder}`,
    };
  }
  return undefined;
}
