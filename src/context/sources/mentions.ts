/** Files that the user named with `@`: `@src/app.ts`, `@src/app.ts:10-40`, `@src/`. */
import {
  readWorkspaceFile,
  type WorkspaceTextProblem,
} from '../../platform/walk/read-workspace-file.ts';
import type { CodeSearch } from '../search.ts';
import type { ContextBlock, ContextQuestion, ContextSource } from '../source.ts';

/** Mentions of one message; further ones are left out. */
const MAX_MENTIONS = 50;
/** Bytes of a file mentioned as a whole; the budget usually cuts earlier. */
const MAX_MENTION_BYTES = 512 * 1024;
/** Paths shown of a mentioned folder. */
const MAX_FOLDER_PATHS = 200;
const PRIORITY = 500;

/** A source of the files and folders that a message mentions. */
export function createMentionsSource(search: CodeSearch): ContextSource {
  return {
    name: 'mention',
    collect: async (question) => {
      const mentions = [...new Set(question.mentions)].slice(0, MAX_MENTIONS);
      const blocks = await Promise.all(
        mentions.map((mention) => readMention(question, mention, search)),
      );
      return blocks.map((block, index) => ({ ...block, priority: PRIORITY - index }));
    },
  };
}

/** A path with the lines asked for. Lines count from 1, both ends in. */
export interface FileMention {
  readonly path: string;
  readonly startLine?: number;
  readonly endLine?: number;
}

/** Reads `path`, `path:12` and `path:10-40`; reversed lines are put in order. */
export function parseMention(mention: string): FileMention {
  const match = /^(.+?):(\d{1,9})(?:-(\d{1,9}))?$/s.exec(mention);
  const path = match?.[1];
  if (match === null || path === undefined) return { path: mention };
  const first = Number(match[2]);
  const last = match[3] === undefined ? first : Number(match[3]);
  return {
    path,
    startLine: Math.max(1, Math.min(first, last)),
    endLine: Math.max(1, first, last),
  };
}

async function readMention(
  question: ContextQuestion,
  mention: string,
  search: CodeSearch,
): Promise<ContextBlock> {
  const whole = await readWorkspaceFile(question.root, mention, MAX_MENTION_BYTES);
  if (whole.ok) return toBlock(mention, whole.isCut ? `${whole.text}\n${CUT_NOTE}` : whole.text);
  if (whole.reason === 'not-a-file') return await listFolder(question, mention, search);
  const { path, startLine, endLine } = parseMention(mention);
  if (startLine === undefined || endLine === undefined) return toProblem(mention, whole.reason);
  const read = await readWorkspaceFile(question.root, path);
  if (!read.ok) return toProblem(mention, read.reason);
  const lines = read.text.split('\n');
  if (startLine > lines.length) {
    return toBlock(mention, `[Not shown: the file has only ${lines.length} lines.]`);
  }
  const text = lines.slice(startLine - 1, endLine).join('\n');
  return toBlock(`${path}:${startLine}-${Math.min(endLine, lines.length)}`, text);
}

const CUT_NOTE = `[Cut here: only the first ${MAX_MENTION_BYTES / 1024} KiB are shown.]`;

async function listFolder(
  question: ContextQuestion,
  mention: string,
  search: CodeSearch,
): Promise<ContextBlock> {
  const prefix = mention.replace(/^\.\/|\/+$/g, '');
  const all = await search.findFiles({ pattern: '', limit: Infinity, signal: question.signal });
  const paths = all.filter((path) => path.startsWith(`${prefix}/`) || prefix === '.');
  const more = paths.length - MAX_FOLDER_PATHS;
  const note = more > 0 ? [`[${more} more files are not listed.]`] : [];
  return toBlock(`${prefix}/`, [...paths.slice(0, MAX_FOLDER_PATHS), ...note].join('\n'));
}

function toBlock(title: string, text: string): ContextBlock {
  return { source: 'mention', title, text, priority: PRIORITY, reason: 'named in the message' };
}

const PROBLEMS: { readonly [reason in WorkspaceTextProblem]: string } = {
  missing: 'there is no such file',
  'not-a-file': 'it is no regular file',
  binary: 'it is a binary file',
  'no-permission': 'it may not be read',
  unreadable: 'it could not be read',
  outside: 'it lies outside of the project',
  secret: 'files of this name hold secrets',
};

/** A mention that shows nothing says why, to the user and to the model. */
function toProblem(mention: string, reason: WorkspaceTextProblem): ContextBlock {
  return toBlock(mention, `[Not shown: ${PROBLEMS[reason]}.]`);
}
