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
  plan,
);

async function plan(input: JsonObject, { root }: ToolContext): Promise<Plan | ToolOutput> {
  const path = requiredText(input, 'path');
  const content = presentText(input, 'content');
  const { planWrite } = await import('../edit/plan-edit.ts');
  return planWrite({ root, path }, content);
}
