/** Replaces a piece of a file. */
import type { JsonObject } from '../../providers/contract.ts';
import {
  createActingTool,
  optionalFlag,
  presentText,
  requiredText,
  ToolInputError,
} from './input.ts';
import type { Plan, ToolContext, ToolOutput } from './tool.ts';

export const editFileTool = createActingTool(
  {
    name: 'edit_file',
    description:
      'Replace old_text by new_text in a file. old_text must be in it exactly once, white space included, without the line numbers of read_file; with replace_all every place is replaced.',
    inputSchema: {
      type: 'object',
      properties: {
        path: { type: 'string', description: 'Relative to the project root' },
        old_text: { type: 'string' },
        new_text: { type: 'string' },
        replace_all: { type: 'boolean' },
      },
      required: ['path', 'old_text', 'new_text'],
      additionalProperties: false,
    },
  },
  'edit',
  plan,
);

async function plan(input: JsonObject, { root }: ToolContext): Promise<Plan | ToolOutput> {
  const path = requiredText(input, 'path');
  const oldText = presentText(input, 'old_text');
  const newText = presentText(input, 'new_text');
  const replaceAll = optionalFlag(input, 'replace_all');
  if (oldText === '') {
    throw new ToolInputError('"old_text" is empty. Use write_file to write a whole file.');
  }
  const { planEdit } = await import('../edit/plan-edit.ts');
  return planEdit({ root, path }, { oldText, newText, replaceAll });
}
