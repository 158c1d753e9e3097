/** Every tool that a model may call. A new one is a file here and a line in this list. */
import { listFilesTool } from './list-files.ts';
import { outlineFileTool } from './outline-file.ts';
import { readFileTool } from './read-file.ts';
import { searchCodeTool } from './search-code.ts';
import type { AgentTool } from './tool.ts';

export const AGENT_TOOLS: readonly AgentTool[] = [
  searchCodeTool,
  readFileTool,
  listFilesTool,
  outlineFileTool,
];
