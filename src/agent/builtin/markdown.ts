/** Small pieces of Markdown that no file content can break out of. */
import type { SearchHit } from '../../context/search.ts';

/** Lines of one snippet in an answer. */
const MAX_SNIPPET_LINES = 14;
const MAX_LINE_CHARACTERS = 160;

/** Text as inline code: on one line, with enough backticks around it. */
export function code(text: string): string {
  const flat = text.replace(/\s+/g, ' ').trim();
  const longest = Math.max(0, ...[...flat.matchAll(/`+/g)].map(([run]) => run.length));
  const ticks = '`'.repeat(longest + 1);
  return longest === 0 ? `${ticks}${flat}${ticks}` : `${ticks} ${flat} ${ticks}`;
}

/** Lines in a fence that none of them can close; a long snippet is cut and says so. */
export function fence(text: string, path: string): string {
  const lines = text.split('\n');
  const shown = lines.slice(0, MAX_SNIPPET_LINES).map((line) => line.slice(0, MAX_LINE_CHARACTERS));
  const longest = Math.max(0, ...shown.map((line) => /^\s*(`{3,})/.exec(line)?.[1]?.length ?? 0));
  const ticks = '`'.repeat(Math.max(3, longest + 1));
  const more = lines.length - shown.length;
  const note = more > 0 ? `\n… ${more} more ${more === 1 ? 'line' : 'lines'}\n` : '\n';
  return `${ticks}${/\.(\w{1,10})$/.exec(path)?.[1] ?? ''}\n${shown.join('\n')}\n${ticks}${note}`;
}

/** A search hit: where it is, why it was found, and its first lines. */
export function formatHit(hit: SearchHit): string {
  const name = hit.symbol === undefined ? '' : ` · ${code(hit.symbol)}`;
  const reason = hit.reason === '' ? '' : ` (${hit.reason})`;
  return `**${code(`${hit.path}:${hit.startLine}`)}**${name}${reason}\n\n${fence(hit.text, hit.path)}\n`;
}

/** `1 file`, `2 files`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
