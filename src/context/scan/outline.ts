/** The definitions of a file, with where each ends, read from its lines and their indentation. */
import type { CodeSymbol, SymbolKind } from '../search.ts';
import { type DefinitionPattern, type Language, languageOf } from './languages.ts';

/** A longer line is data or generated; patterns are not tried on it, which also bounds their cost. */
const MAX_LINE_CHARACTERS = 400;
const MAX_SIGNATURE_CHARACTERS = 160;
const TAB_WIDTH = 4;
const TYPE_KINDS: ReadonlySet<SymbolKind> = new Set(['class', 'interface', 'enum', 'module']);

/** The definitions of a text, in file order. Lines count from 1, both ends in. */
export function outlineText(path: string, lines: readonly string[]): readonly CodeSymbol[] {
  const language = languageOf(path);
  return language.name === 'markdown' ? outlineHeadings(lines) : outlineCode(language, lines);
}

/** The width of a line's indentation; undefined for a blank line. */
export function indentOf(line: string): number | undefined {
  let width = 0;
  for (const character of line) {
    if (character === ' ') width++;
    else if (character === '\t') width += TAB_WIDTH;
    else return character === '\r' ? undefined : width;
  }
  return undefined;
}

interface OpenSymbol {
  readonly index: number;
  readonly indent: number;
  readonly kind: SymbolKind;
  readonly name: string;
}

function outlineCode(language: Language, lines: readonly string[]): readonly CodeSymbol[] {
  const symbols: CodeSymbol[] = [];
  const open: OpenSymbol[] = [];
  let lastLine = 0;
  const close = (endLine: number) => {
    const closed = open.pop();
    const symbol = closed === undefined ? undefined : symbols[closed.index];
    if (closed === undefined || symbol === undefined) return;
    symbols[closed.index] = { ...symbol, endLine: Math.max(symbol.startLine, endLine) };
  };
  for (const [index, line] of lines.entries()) {
    const indent = indentOf(line);
    if (indent === undefined) continue;
    const number = index + 1;
    const role = roleOf(line, language);
    for (let top = open.at(-1); top !== undefined && indent <= top.indent; top = open.at(-1)) {
      if (indent === top.indent && role === 'continues') break;
      close(indent === top.indent && role === 'closes' ? number : lastLine);
      if (indent === top.indent && role === 'closes') break;
    }
    lastLine = number;
    const found =
      role === undefined
        ? matchDefinition(language, line, { indent, parent: open.at(-1) })
        : undefined;
    if (found === undefined) continue;
    open.push({ ...found, index: symbols.length, indent });
    symbols.push(toSymbol(found, line, { number, container: containerOf(open) }));
  }
  while (open.length > 0) close(lastLine);
  return symbols;
}

/**
 * What a line at a definition's own indentation means for it: `}` closes it, `) {` and a brace of
 * its own go on, anything else comes after it.
 */
function roleOf(line: string, language: Language): 'closes' | 'continues' | undefined {
  const text = line.trim();
  if (language.continues?.test(text) === true && !/^#\s*define/.test(text)) return 'continues';
  if (/^[})\]]/.test(text)) return /[{([:]$|=>$|\bthen$|\bdo$/.test(text) ? 'continues' : 'closes';
  if (text.startsWith('{')) return 'continues';
  return /^(?:end|fi|done|esac)\b/.test(text) ? 'closes' : undefined;
}

interface Found {
  readonly name: string;
  readonly kind: SymbolKind;
}

function matchDefinition(
  language: Language,
  line: string,
  { indent, parent }: { readonly indent: number; readonly parent: OpenSymbol | undefined },
): Found | undefined {
  if (line.length > MAX_LINE_CHARACTERS) return undefined;
  const isMember = parent !== undefined && TYPE_KINDS.has(parent.kind) && parent.kind !== 'module';
  for (const definition of language.definitions) {
    if (definition.where === 'top' && indent > 0) continue;
    if (definition.where === 'member' && !isMember) continue;
    const name = definition.pattern.exec(line)?.groups?.name;
    if (name !== undefined) return { name, kind: kindOf(definition, isMember) };
  }
  return undefined;
}

function kindOf(definition: DefinitionPattern, isMember: boolean): SymbolKind {
  return definition.kind === 'function' && isMember ? 'method' : definition.kind;
}

function containerOf(open: readonly OpenSymbol[]): string | undefined {
  return open.at(-2)?.name;
}

function toSymbol(
  found: Found,
  line: string,
  at: { number: number; container: string | undefined },
): CodeSymbol {
  return {
    name: found.name,
    kind: found.kind,
    startLine: at.number,
    endLine: at.number,
    ...(at.container === undefined ? {} : { container: at.container }),
    signature: line.trim().slice(0, MAX_SIGNATURE_CHARACTERS),
  };
}

/** Headings of Markdown (`#` to `######`); each ends where one of its level or above begins. */
function outlineHeadings(lines: readonly string[]): readonly CodeSymbol[] {
  const symbols: CodeSymbol[] = [];
  const open: { level: number; index: number; name: string }[] = [];
  let fence: string | undefined;
  const closeDownTo = (level: number, endLine: number) => {
    for (let top = open.at(-1); top !== undefined && top.level >= level; top = open.at(-1)) {
      const symbol = symbols[top.index];
      if (symbol !== undefined) symbols[top.index] = { ...symbol, endLine };
      open.pop();
    }
  };
  for (const [index, line] of lines.entries()) {
    const mark = /^\s{0,3}(```|~~~)/.exec(line)?.[1];
    if (mark !== undefined && (fence === undefined || fence === mark)) {
      fence = fence === undefined ? mark : undefined;
    }
    const heading = fence === undefined ? /^(#{1,6})\s+(.*?)[\s#]*$/.exec(line) : null;
    const [level, name] = [heading?.[1]?.length, heading?.[2]];
    if (level === undefined || name === undefined || name === '') continue;
    closeDownTo(level, index);
    const container = open.at(-1)?.name;
    open.push({ level, index: symbols.length, name });
    symbols.push(toSymbol({ name, kind: 'heading' }, line, { number: index + 1, container }));
  }
  closeDownTo(0, lines.length);
  return symbols;
}
