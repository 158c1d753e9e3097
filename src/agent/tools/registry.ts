/** Every tool that a model may call. A new one is a file here and a line in this list. */
import type { ApprovalPolicy } from '../approval.ts';
import { editFileTool } from './edit-file.ts';
import { findReferencesTool } from './find-references.ts';
import { listFilesTool } from './list-files.ts';
import { outlineFileTool } from './outline-file.ts';
import { readFileTool } from './read-file.ts';
import { runCommandTool } from './run-command.ts';
import { searchCodeTool } from './search-code.ts';
import { searchTextTool } from './search-text.ts';
import type { AgentTool } from './tool.ts';
import { writeFileTool } from './write-file.ts';

export const AGENT_TOOLS: readonly AgentTool[] = [
  searchCodeTool,
  searchTextTool,
  findReferencesTool,
  readFileTool,
  listFilesTool,
  outlineFileTool,
  editFileTool,
  writeFileTool,
  runCommandTool,
];

/**
 * The tools for a conversation. What the settings deny is not offered; where nobody can be asked,
 * neither is what would always have to be asked.
 */
export function offeredTools(policy: ApprovalPolicy, canAsk: boolean): readonly AgentTool[] {
  return AGENT_TOOLS.filter((tool) => {
    if (!('effect' in tool)) return true;
    const { effect } = tool;
    if (policy[effect] === 'deny') return false;
    if (canAsk || policy[effect] === 'allow') return true;
    return effect === 'command' && policy.commandRules.length > 0;
  });
}
