/** Who calls or uses a name: every line that has it, apart from its definitions. */

import { findLines, hasWholeName } from '../find-lines.ts';
import { code, counted } from '../markdown.ts';
import type { Workshop } from '../workshop.ts';

/** Lines in one answer. */
const MAX_LINES = 60;
const MAX_DEFINITIONS = 3;

/** The definitions of a name, then the lines that use it, by file. */
export async function* showUses(target: string, workshop: Workshop): AsyncGenerator<string> {
  const name = target.slice(target.lastIndexOf('.') + 1) || target;
  const [definitions, lines] = await Promise.all([
    workshop.search.findDefinitions(name, workshop.signal),
    findLines(workshop, {
      text: name,
      fits: (line) => hasWholeName(line, name),
      limit: MAX_LINES + MAX_DEFINITIONS + 1,
    }),
  ]);
  const exact = definitions.filter(({ symbol }) => symbol === name);
  for (const hit of exact.slice(0, MAX_DEFINITIONS)) {
    yield `${code(name)} is defined at ${code(`${hit.path}:${definitionLine(hit, name)}`)}.\n\n`;
  }
  const isDefinition = new Set(exact.map((hit) => `${hit.path}:${definitionLine(hit, name)}`));
  const uses = lines.filter(({ path, line }) => !isDefinition.has(`${path}:${line}`));
  if (uses.length === 0) {
    yield exact.length === 0
      ? `${code(name)} appears nowhere in this project.\n`
      : `Nothing else in this project names it.\n`;
    return;
  }
  const isCut = uses.length > MAX_LINES;
  yield `${isCut ? `The first ${MAX_LINES} lines` : counted(uses.length, 'line')} with ${code(name)}:\n\n`;
  for (const use of uses.slice(0, MAX_LINES)) {
    yield `- ${code(`${use.path}:${use.line}`)} ${code(use.text.slice(0, 140))}\n`;
  }
}

/** A hit begins with the comment above the definition; the name stands a few lines below. */
function definitionLine(hit: { startLine: number; text: string }, name: string): number {
  const isComment = (line: string) => /^\s*(?:\/\/|\/?\*|#(?!define)|--|;;|"""|@)/.test(line);
  const offset = hit.text
    .split('\n')
    .findIndex((line) => !isComment(line) && hasWholeName(line, name));
  return hit.startLine + Math.max(0, offset);
}
