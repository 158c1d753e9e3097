/** Lists files of the project: all, of one folder, or by a fuzzy pattern. */
import type { JsonObject } from '../../providers/contract.ts';
import { createTool, optionalCount, optionalText } from './input.ts';
import type { ToolContext, ToolOutput } from './tool.ts';

const DEFAULT_LIMIT = 200;
const MAX_LIMIT = 1_000;

export const listFilesTool = createTool(
  {
    name: 'list_files',
    description:
      'List file paths of the project. "pattern" is a folder ("src/agent/") or letters of a path ("srchtest").',
    inputSchema: {
      type: 'object',
      properties: {
        pattern: { type: 'string' },
        limit: { type: 'integer', minimum: 1, maximum: MAX_LIMIT },
      },
      additionalProperties: false,
    },
  },
  listFiles,
);

async function listFiles(input: JsonObject, context: ToolContext): Promise<ToolOutput> {
  const pattern = (optionalText(input, 'pattern') ?? '').trim().replace(/^(?:\.\/)+|^\.$/, '');
  const limit = Math.min(optionalCount(input, 'limit') ?? DEFAULT_LIMIT, MAX_LIMIT);
  const found = await findPaths(pattern, context);
  if (found.length === 0) {
    return { output: `No file matches "${pattern.slice(0, 200)}".`, isError: false };
  }
  const more = found.length - limit;
  const note = more > 0 ? [`[${more} more; narrow the pattern or raise the limit.]`] : [];
  return { output: [...found.slice(0, limit), ...note].join('\n'), isError: false };
}

/** A pattern that names a folder lists it; anything else is matched letter by letter. */
async function findPaths(
  pattern: string,
  { search, signal }: ToolContext,
): Promise<readonly string[]> {
  const all = await search.findFiles({ pattern: '', limit: Infinity, signal });
  const folder = pattern.replace(/\/*\**\/*$/, '');
  const inFolder = all.filter((path) => folder === '' || path.startsWith(`${folder}/`));
  if (inFolder.length > 0) return inFolder;
  return await search.findFiles({ pattern, limit: MAX_LIMIT, signal });
}
