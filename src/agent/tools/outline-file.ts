/** Shows what a file defines without its code. */
import type { CodeSymbol } from '../../context/search.ts';
import type { JsonObject } from '../../providers/contract.ts';
import { createTool, workspacePath } from './input.ts';
import type { ToolContext, ToolOutput } from './tool.ts';

/** Definitions of one answer. */
const MAX_SYMBOLS = 400;

export const outlineFileTool = createTool(
  {
    name: 'outline_file',
    description: 'Show the definitions of a file with their line ranges, without its code.',
    inputSchema: {
      type: 'object',
      properties: { path: { type: 'string' } },
      required: ['path'],
      additionalProperties: false,
    },
  },
  outlineFile,
);

async function outlineFile(
  input: JsonObject,
  { search, signal }: ToolContext,
): Promise<ToolOutput> {
  const path = workspacePath(input, 'path');
  const symbols = await search.outline(path, signal);
  if (symbols.length === 0) {
    const similar = await search.findFiles({ pattern: path, limit: 5, signal });
    if (similar.includes(path)) {
      return { output: 'This file has no definitions. Use read_file.', isError: false };
    }
    const hint = similar.length === 0 ? '' : ` Similar: ${similar.join(', ')}`;
    return { output: `There is no such file.${hint}`, isError: true };
  }
  const lines = symbols.slice(0, MAX_SYMBOLS).map(formatSymbol);
  const more = symbols.length - lines.length;
  const note = more > 0 ? [`[${more} more definitions]`] : [];
  return { output: [...lines, ...note].join('\n'), isError: false };
}

function formatSymbol(symbol: CodeSymbol): string {
  const indent = symbol.container === undefined ? '' : '  ';
  return `${indent}${symbol.startLine}-${symbol.endLine} ${symbol.kind} ${symbol.name}: ${symbol.signature}`;
}
