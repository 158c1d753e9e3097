/** Creates a file, or replaces all of one. */
import type { JsonObject } from '../../providers/contract.ts';
import { createActingTool, presentText, requiredText } from './input.ts';
import type { Plan, ToolContext, ToolOutput } from './tool.ts';

export const writeFileTool = createActingTool(
  {
    name: 'write_file',
    description:
      'Create a file with this content, or replace all of its content. For a part of a file use edit_file.',
    inputSchema: {
      type: 'object',
      properties: {
        path: { type: 'string', description: 'Relative to the project root' },
        content: { type: 'string' },
      },
      required: ['path', 'content'],
      additionalProperties: false,
    },
  },
  'edit',
  planWrite,
);

async function planWrite(input: JsonObject, { root }: ToolContext): Promise<Plan | ToolOutput> {
  const path = requiredText(input, 'path');
  const content = presentText(input, 'content');
  const [{ usualLineEnd }, { openForChange, planChange }] = await Promise.all([
    import('../edit/apply-edit.ts'),
    import('../edit/plan-change.ts'),
  ]);
  const opened = openForChange(root, path);
  if (!opened.ok) return { output: opened.problem, isError: true };
  const { file } = opened;
  const after = inStyleOf(file.text, content, usualLineEnd);
  if (after === file.text) {
    return { output: `${file.path} has exactly this content already.`, isError: false };
  }
  const verb = file.text === undefined ? 'Created' : 'Replaced the content of';
  return planChange(file, after, `${verb} ${file.path}.`);
}

/** A file that is there keeps its line ends and its byte order mark. */
function inStyleOf(
  before: string | undefined,
  content: string,
  usualLineEnd: (text: string) => string,
): string {
  if (before === undefined) return content;
  const mark = before.startsWith('\ufeff') && !content.startsWith('\ufeff') ? '\ufeff' : '';
  const isWindows = usualLineEnd(before) === '\r\n';
  return mark + (isWindows ? content.replace(/\r?\n/g, '\r\n') : content);
}
