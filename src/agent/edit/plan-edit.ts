/** What edit_file and write_file would do; loaded with the first of their calls. */
import type { Plan, ToolOutput } from '../tools/tool.ts';
import { applyEdit, type Edit, usualLineEnd } from './apply-edit.ts';
import { openForChange, planChange } from './plan-change.ts';

export interface ChangePlace {
  /** Real path of the project's root. */
  readonly root: string;
  /** As the model wrote it. */
  readonly path: string;
}

/** Replacing a piece of a file. */
export function planEdit({ root, path }: ChangePlace, edit: Edit): Plan | ToolOutput {
  const opened = openForChange(root, path);
  if (!opened.ok) return { output: opened.problem, isError: true };
  const { file } = opened;
  if (file.text === undefined) {
    return { output: 'There is no such file. Use write_file to create it.', isError: true };
  }
  const edited = applyEdit(file.text, edit);
  if (!edited.ok) return { output: edited.problem, isError: true };
  const { lines } = edited;
  const where = lines.length === 1 ? `line ${lines[0]}` : `${lines.length} places`;
  return planChange(file, edited.text, `Edited ${file.path} (${where}).`);
}

/** Creating a file, or replacing all of one. */
export function planWrite({ root, path }: ChangePlace, content: string): Plan | ToolOutput {
  const opened = openForChange(root, path);
  if (!opened.ok) return { output: opened.problem, isError: true };
  const { file } = opened;
  const after = inStyleOf(file.text, content);
  if (after === file.text) {
    return { output: `${file.path} has exactly this content already.`, isError: false };
  }
  const verb = file.text === undefined ? 'Created' : 'Replaced the content of';
  return planChange(file, after, `${verb} ${file.path}.`);
}

/** A file that is there keeps its line ends and its byte order mark. */
function inStyleOf(before: string | undefined, content: string): string {
  if (before === undefined) return content;
  const mark = before.startsWith('\ufeff') && !content.startsWith('\ufeff') ? '\ufeff' : '';
  const isWindows = usualLineEnd(before) === '\r\n';
  return mark + (isWindows ? content.replace(/\r?\n/g, '\r\n') : content);
}
