/** Tells who uses a name, comments and strings left out. */
import type { JsonObject } from '../../providers/contract.ts';
import { formatLines } from './format-lines.ts';
import { createTool, optionalCount, requiredText } from './input.ts';
import type { ToolContext, ToolOutput } from './tool.ts';

const DEFAULT_LIMIT = 60;
const MAX_LIMIT = 400;

export const findReferencesTool = createTool(
  {
    name: 'find_references',
    description: 'List the lines of code that use a name, exactly as it is written.',
    inputSchema: {
      type: 'object',
      properties: {
        name: { type: 'string' },
        limit: { type: 'integer', minimum: 1, maximum: MAX_LIMIT },
      },
      required: ['name'],
      additionalProperties: false,
    },
  },
  findReferences,
);

async function findReferences(
  input: JsonObject,
  { search, signal }: ToolContext,
): Promise<ToolOutput> {
  const limit = Math.min(optionalCount(input, 'limit') ?? DEFAULT_LIMIT, MAX_LIMIT);
  const name = requiredText(input, 'name').trim();
  const found = await search.findReferences({ name, limit, signal });
  return { output: formatLines(found.results, found.isCut), isError: false };
}
