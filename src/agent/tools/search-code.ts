/** Searches the project for the lines that a question is about. */
import type { SearchHit } from '../../context/search.ts';
import type { JsonObject } from '../../providers/contract.ts';
import { createTool, optionalCount, requiredText } from './input.ts';
import { MAX_OUTPUT_CHARACTERS, type ToolContext, type ToolOutput } from './tool.ts';

const DEFAULT_LIMIT = 8;
const MAX_LIMIT = 30;
/** Lines of one snippet; a longer one can be read with read_file. */
const MAX_SNIPPET_LINES = 40;
const MAX_LINE_CHARACTERS = 300;

export const searchCodeTool = createTool(
  {
    name: 'search_code',
    description:
      'Find code by words or names, best first, as numbered snippets. Understands plain questions and identifiers, not regular expressions.',
    inputSchema: {
      type: 'object',
      properties: {
        query: { type: 'string' },
        limit: { type: 'integer', minimum: 1, maximum: MAX_LIMIT },
      },
      required: ['query'],
      additionalProperties: false,
    },
  },
  searchCode,
);

async function searchCode(input: JsonObject, context: ToolContext): Promise<ToolOutput> {
  const { search, signal, nearby } = context;
  const text = requiredText(input, 'query');
  const limit = Math.min(optionalCount(input, 'limit') ?? DEFAULT_LIMIT, MAX_LIMIT);
  const hits = await search.search({
    text,
    limit,
    signal,
    ...(nearby === undefined ? {} : { nearby }),
  });
  if (hits.length === 0) {
    const output =
      'Nothing found. Try other words, a name as it is written in code, or list_files.';
    return { output, isError: false };
  }
  const shown: string[] = [];
  let characters = 0;
  for (const hit of hits) {
    const snippet = formatHit(hit);
    characters += snippet.length;
    if (characters > MAX_OUTPUT_CHARACTERS && shown.length > 0) {
      shown.push(`[${hits.length - shown.length} more hits left out; ask for fewer or narrower.]`);
      break;
    }
    shown.push(snippet);
  }
  return { output: shown.join('\n\n'), isError: false };
}

function formatHit(hit: SearchHit): string {
  const lines = hit.text.split('\n');
  const shown = lines
    .slice(0, MAX_SNIPPET_LINES)
    .map((line, index) => `${hit.startLine + index}\t${line.slice(0, MAX_LINE_CHARACTERS)}`);
  const more = lines.length - shown.length;
  const note = more > 0 ? [`[${more} more lines]`] : [];
  return [`${hit.path}:${hit.startLine}-${hit.endLine} (${hit.reason})`, ...shown, ...note].join(
    '\n',
  );
}
