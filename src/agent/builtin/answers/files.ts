/** Lists files: all, of a folder, or by a pattern. */

import { code, counted } from '../markdown.ts';
import type { Workshop } from '../workshop.ts';

/** Paths in one answer. */
const MAX_PATHS = 60;

/** The files of a folder, or those whose path fits the pattern. */
export async function* listFiles(pattern: string, workshop: Workshop): AsyncGenerator<string> {
  const { search, signal } = workshop;
  const all = await search.findFiles({ pattern: '', limit: Infinity, signal });
  const isAll = /^(?:|\.|\.\/|this|project|repo(?:sitory)?|workspace|here)$/i.test(pattern);
  const folder = pattern.replace(/^\.\/|\/+$/g, '');
  const inside = isAll ? all : all.filter((path) => path.startsWith(`${folder}/`));
  const paths =
    inside.length > 0 ? inside : await search.findFiles({ pattern, limit: MAX_PATHS, signal });
  if (paths.length === 0) {
    yield `No file matches ${code(pattern)}.\n`;
    return;
  }
  const where = isAll
    ? 'in the project'
    : inside.length > 0
      ? `in ${code(`${folder}/`)}`
      : `like ${code(pattern)}`;
  yield `${counted(paths.length, 'file')} ${where}:\n\n`;
  for (const path of paths.slice(0, MAX_PATHS)) yield `- ${code(path)}\n`;
  const more = paths.length - MAX_PATHS;
  if (more > 0) yield `- and ${counted(more, 'more file')}; name a folder to see fewer\n`;
}
