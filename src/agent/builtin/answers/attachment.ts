/** Text that came down a pipe (a stack trace, a log): the places in the project that it names. */
import { readWorkspaceFile } from '../../../platform/walk/read-workspace-file.ts';
import { code, counted, fence } from '../markdown.ts';
import type { DataBlock } from '../message.ts';
import type { Workshop } from '../workshop.ts';
import { answerBySearch } from './search.ts';

/** Places shown of one message. */
const MAX_PLACES = 5;
/** Lines shown above and below a place. */
const LINES_AROUND = 3;
/** Characters of the text that are looked through for places. */
const MAX_CHARACTERS = 200_000;

/** Shows the lines that an attached text names as `path:line`, then what a search finds for it. */
export async function* describeAttachments(
  attachments: readonly DataBlock[],
  question: string,
  workshop: Workshop,
): AsyncGenerator<string> {
  const text = attachments.map((attachment) => attachment.text).join('\n');
  const lineCount = text.split('\n').length;
  yield `${counted(lineCount, 'line')} came with the message.\n\n`;
  const places = await findPlaces(text.slice(0, MAX_CHARACTERS), workshop);
  if (places.length > 0) yield 'They name these places:\n\n';
  for (const place of places) yield* showPlace(place, workshop);
  if (places.length > 0) yield 'A search for the words finds:\n\n';
  yield* answerBySearch(`${question}\n${text}`, workshop);
}

interface Place {
  readonly path: string;
  /** From 1. */
  readonly line: number;
}

/**
 * `src/app.ts:12`, `File "src/app.py", line 12` and the like. A match begins where a path begins, so
 * that a long run of letters is looked through once and not from each of its letters.
 */
const PLACE =
  /(?<![\w@.+/\\-])[/\\]{0,3}(?<path>[\w@.+-]+(?:[/\\][\w@.+-]+)*\.\w{1,8})(?:"?, line |:|\()(?<line>\d{1,7})\b/g;

async function findPlaces(text: string, { search, signal }: Workshop): Promise<readonly Place[]> {
  const paths = await search.findFiles({ pattern: '', limit: Infinity, signal });
  const found = new Map<string, Place>();
  for (const { groups } of text.matchAll(PLACE)) {
    if (found.size >= MAX_PLACES) break;
    const named = (groups?.path ?? '').replaceAll('\\', '/').replace(/^\.\//, '');
    // A trace may name absolute paths, or paths below another folder: the longest end counts.
    const path = paths.find((one) => one === named || `/${named}`.endsWith(`/${one}`));
    if (path === undefined) continue;
    const line = Number(groups?.line);
    found.set(`${path}:${line}`, { path, line });
  }
  return [...found.values()];
}

async function* showPlace({ path, line }: Place, workshop: Workshop): AsyncGenerator<string> {
  const read = await readWorkspaceFile(workshop.root, path);
  const lines = read.ok ? read.text.split('\n') : [];
  if (line < 1 || line > lines.length) return;
  const symbols = await workshop.search.outline(path, workshop.signal);
  const around = symbols.findLast((one) => one.startLine <= line && one.endLine >= line);
  const name = around === undefined ? '' : ` · ${code(around.name)}`;
  const shown = lines.slice(Math.max(0, line - 1 - LINES_AROUND), line + LINES_AROUND);
  yield `**${code(`${path}:${line}`)}**${name}\n\n${fence(shown.join('\n'), path)}\n`;
}
