/** Reads a file of the project, whole or by lines. */
import {
  readWorkspaceFile,
  type WorkspaceTextProblem,
} from '../../platform/walk/read-workspace-file.ts';
import type { JsonObject } from '../../providers/contract.ts';
import { createTool, optionalCount, ToolInputError, workspacePath } from './input.ts';
import { MAX_OUTPUT_CHARACTERS, type ToolContext, type ToolOutput } from './tool.ts';

/** Lines of one answer; the note at its end says how to read on. */
const MAX_LINES = 500;
/** A longer line is cut: it is data or generated. */
const MAX_LINE_CHARACTERS = 1_000;

export const readFileTool = createTool(
  {
    name: 'read_file',
    description: 'Read a text file of the project. Returns numbered lines.',
    inputSchema: {
      type: 'object',
      properties: {
        path: { type: 'string', description: 'Relative to the project root' },
        start_line: { type: 'integer', minimum: 1 },
        end_line: { type: 'integer', minimum: 1 },
      },
      required: ['path'],
      additionalProperties: false,
    },
  },
  readLines,
);

async function readLines(input: JsonObject, context: ToolContext): Promise<ToolOutput> {
  const path = workspacePath(input, 'path');
  const startLine = optionalCount(input, 'start_line') ?? 1;
  const lastLine = optionalCount(input, 'end_line') ?? Infinity;
  if (lastLine < startLine) throw new ToolInputError('"end_line" is before "start_line".');
  const read = await readWorkspaceFile(context.root, path);
  if (!read.ok) return await toProblem(path, read.reason, context);
  const lines = read.text.replace(/\n$/, '').split('\n');
  if (startLine > lines.length) {
    throw new ToolInputError(`${path} has only ${lines.length} lines.`);
  }
  const shown = numberLines(lines.slice(startLine - 1, lastLine), startLine);
  const endLine = startLine + shown.length - 1;
  const wanted = Math.min(lastLine, lines.length);
  const notes: string[] = [];
  if (endLine < wanted) {
    notes.push(
      `[Lines ${startLine}-${endLine} of ${lines.length}; go on with start_line ${endLine + 1}.]`,
    );
  } else if (read.isCut && wanted === lines.length) {
    notes.push(`[Only the first ${read.text.length} characters of this file can be read.]`);
  }
  return { output: [...shown, ...notes].join('\n'), isError: false };
}

/** As many numbered lines as fit into one answer; always at least one. */
function numberLines(lines: readonly string[], startLine: number): readonly string[] {
  const shown: string[] = [];
  let characters = 0;
  for (const [index, line] of lines.slice(0, MAX_LINES).entries()) {
    const isLong = line.length > MAX_LINE_CHARACTERS;
    const text = isLong
      ? `${line.slice(0, MAX_LINE_CHARACTERS)} [line cut]`
      : line.replace(/\r$/, '');
    const numbered = `${startLine + index}\t${text}`;
    characters += numbered.length + 1;
    if (characters > MAX_OUTPUT_CHARACTERS && index > 0) break;
    shown.push(numbered);
  }
  return shown;
}

const PROBLEMS: { readonly [reason in WorkspaceTextProblem]: string } = {
  missing: 'There is no such file.',
  'not-a-file': 'This is a folder or a special file, not a text file. Use list_files.',
  binary: 'This is a binary file.',
  'no-permission': 'This file may not be read.',
  unreadable: 'This file could not be read.',
  outside: 'Only files inside the project can be read, by their path relative to its root.',
  secret: 'Files of this name hold secrets and are never read.',
};

async function toProblem(
  path: string,
  reason: WorkspaceTextProblem,
  { search, signal }: ToolContext,
): Promise<ToolOutput> {
  if (reason !== 'missing') return { output: PROBLEMS[reason], isError: true };
  const name = path.slice(path.lastIndexOf('/') + 1);
  const similar = await search.findFiles({ pattern: name, limit: 5, signal });
  const hint = similar.length === 0 ? '' : ` Similar: ${similar.join(', ')}`;
  return { output: PROBLEMS.missing + hint, isError: true };
}
