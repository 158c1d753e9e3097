/** Finds lines of the project by a text or a regular expression. */
import { ZekeError } from '../../platform/errors.ts';
import type { JsonObject } from '../../providers/contract.ts';
import { formatLines } from './format-lines.ts';
import { createTool, optionalCount, optionalFlag, optionalText, requiredText } from './input.ts';
import type { ToolContext, ToolOutput } from './tool.ts';

const DEFAULT_LIMIT = 60;
const MAX_LIMIT = 400;

export const searchTextTool = createTool(
  {
    name: 'search_text',
    description:
      'Find lines that hold a text, or with "regex" match a pattern (no look-around). "path" is a folder or file.',
    inputSchema: {
      type: 'object',
      properties: {
        pattern: { type: 'string' },
        regex: { type: 'boolean' },
        case_sensitive: { type: 'boolean' },
        path: { type: 'string' },
        limit: { type: 'integer', minimum: 1, maximum: MAX_LIMIT },
      },
      required: ['pattern'],
      additionalProperties: false,
    },
  },
  searchText,
);

async function searchText(input: JsonObject, { search, signal }: ToolContext): Promise<ToolOutput> {
  const path = optionalText(input, 'path')?.trim() ?? '';
  try {
    const found = await search.findText({
      pattern: requiredText(input, 'pattern'),
      isRegex: optionalFlag(input, 'regex'),
      isCaseSensitive: optionalFlag(input, 'case_sensitive'),
      ...(path === '' ? {} : { paths: [path] }),
      limit: Math.min(optionalCount(input, 'limit') ?? DEFAULT_LIMIT, MAX_LIMIT),
      signal,
    });
    return { output: formatLines(found.results, found.isCut), isError: false };
  } catch (error) {
    // A pattern that is none: the model can write another one.
    if (error instanceof ZekeError && error.kind === 'usage') {
      return { output: error.message, isError: true };
    }
    throw error;
  }
}
