/** `zeke index search|symbols|refs|outline|imports|files`: one question each. */
import type { CodeIndex, TextMatch } from '../../context/code-index.ts';
import type { SearchHit } from '../../context/search.ts';
import { ZekeError } from '../../platform/errors.ts';
import { sanitizeText } from '../../platform/terminal-text.ts';
import type { Invocation } from '../command.ts';
import type { Runtime } from '../compose.ts';
import { printJson, printLine, printTable } from '../io/print.ts';
import { countOption, fileInProject, inProject, kindsOption, nearbyOption } from './options.ts';

export interface Question {
  readonly invocation: Invocation;
  readonly runtime: Runtime;
  readonly index: CodeIndex;
  /** What stands after the action. */
  readonly words: readonly string[];
}

const DEFAULT_LIMIT = 20;

/** Ranked places for a question, or with --exact and --regex lines. */
export async function askSearch(question: Question): Promise<void> {
  const { invocation, runtime, index } = question;
  const { options, signal, io } = invocation;
  const text = needWords(question, 'a question');
  const limit = countOption(invocation, 'limit', DEFAULT_LIMIT);
  if (options.exact === true || options.regex === true) {
    const { results, isCut } = await index.findText({
      ...textQuery(question, text),
      limit,
      signal,
    });
    if (options.json === true) printJson(io.stdout, { results, isCut });
    else printMatches(question, results, isCut);
    return;
  }
  const nearby = nearbyOption(invocation, runtime);
  const hits = await index.search({ text, limit, nearby, signal });
  if (options.json === true)
    printJson(io.stdout, { results: hits.map((hit) => toJson(question, hit)) });
  else printHits(question, hits);
}

function textQuery({ invocation, runtime }: Question, pattern: string) {
  const { options } = invocation;
  const folders = Array.isArray(options.in) ? options.in : [];
  return {
    pattern,
    isRegex: options.regex === true,
    isWord: options.word === true,
    isCaseSensitive: options.case === true,
    paths: folders.map((folder) => inProject(folder, runtime)),
  };
}

/** Definitions by a fuzzy name. */
export async function askSymbols(question: Question): Promise<void> {
  const { invocation, index } = question;
  const { io, options, signal } = invocation;
  const pattern = needWords(question, 'a name');
  const limit = countOption(invocation, 'limit', DEFAULT_LIMIT);
  const kinds = kindsOption(invocation);
  const found = await index.findSymbols({
    pattern,
    limit,
    signal,
    ...(kinds === undefined ? {} : { kinds }),
  });
  if (options.json === true) printJson(io.stdout, found);
  else if (found.results.length === 0) sayNothing(invocation);
  else {
    printTable(
      io.stdout,
      found.results.map((symbol) => [
        `${symbol.path}:${symbol.startLine}`,
        symbol.kind,
        symbol.container === undefined ? symbol.name : `${symbol.container}.${symbol.name}`,
      ]),
    );
  }
}

/** Who defines a name, and who refers to it. */
export async function askReferences(question: Question): Promise<void> {
  const { invocation, index } = question;
  const { io, options, signal } = invocation;
  const name = needWords(question, 'a name');
  const limit = countOption(invocation, 'limit', DEFAULT_LIMIT);
  const definitions = await index.findDefinitions(name, signal);
  const { results, isCut } = await index.findReferences({ name, limit, signal });
  if (options.json === true) {
    const shown = definitions.slice(0, limit).map((hit) => toJson(question, hit));
    printJson(io.stdout, { definitions: shown, results, isCut });
  } else {
    printMatches(question, results, isCut);
  }
}

/** What a file defines. */
export async function askOutline(question: Question): Promise<void> {
  const { invocation, runtime, index } = question;
  const path = fileInProject(needWords(question, 'a file'), runtime);
  const symbols = await index.outline(path, invocation.signal);
  if (invocation.options.json === true) {
    printJson(invocation.io.stdout, { path, symbols });
  } else if (symbols.length === 0) {
    sayNothing(invocation);
  } else {
    printTable(
      invocation.io.stdout,
      symbols.map(({ startLine, endLine, kind, container, signature }) => [
        startLine === endLine ? `${startLine}` : `${startLine}-${endLine}`,
        kind,
        container === undefined ? signature : `  ${signature}`,
      ]),
    );
  }
}

/** What a file imports, and what imports it. */
export async function askImports(question: Question): Promise<void> {
  const { invocation, runtime, index } = question;
  const { io, options, signal } = invocation;
  const path = fileInProject(needWords(question, 'a file'), runtime);
  const found = await index.findImports(path, signal);
  if (options.json === true) {
    printJson(io.stdout, { path, ...found });
    return;
  }
  for (const { text, path: target } of found.imports) {
    printLine(io.stdout, target === undefined ? `imports ${text}` : `imports ${text}  (${target})`);
  }
  for (const importer of found.importedBy) printLine(io.stdout, `imported by ${importer}`);
  if (found.imports.length + found.importedBy.length === 0) sayNothing(invocation);
}

/** Paths by a fuzzy pattern; all of them without one. */
export async function askFiles(question: Question): Promise<void> {
  const { invocation, index, words } = question;
  const { io, options, signal } = invocation;
  const limit = countOption(invocation, 'limit', words.length === 0 ? Infinity : DEFAULT_LIMIT);
  const paths = await index.findFiles({ pattern: words.join(' '), limit, signal });
  if (options.json === true) printJson(io.stdout, { paths });
  else if (paths.length === 0) sayNothing(invocation);
  else for (const path of paths) printLine(io.stdout, path);
}

/** A hit as programs get it: the lines only where they are asked for. */
export function toJson(
  { invocation }: Question,
  { text, ...place }: SearchHit,
): Omit<SearchHit, 'text'> & { readonly text?: string } {
  return invocation.options.text === true ? { ...place, text } : place;
}

/** Places with their reasons, with --text the lines below each. */
export function printHits(question: Question, hits: readonly SearchHit[]): void {
  const { io, options } = question.invocation;
  if (hits.length === 0) {
    sayNothing(question.invocation);
  } else if (options.text === true) {
    for (const hit of hits) {
      printLine(io.stdout, `${placeOf(hit)}  ${hit.reason}`);
      io.stdout.write(`${sanitizeText(hit.text)}\n\n`);
    }
  } else {
    printTable(
      io.stdout,
      hits.map((hit) => [placeOf(hit), hit.symbol ?? '', hit.reason]),
    );
  }
}

function placeOf({ path, startLine, endLine }: SearchHit): string {
  return startLine === endLine ? `${path}:${startLine}` : `${path}:${startLine}-${endLine}`;
}

function printMatches(
  question: Question,
  matches: readonly Pick<TextMatch, 'path' | 'line' | 'column' | 'text'>[],
  isCut: boolean,
): void {
  const { io } = question.invocation;
  for (const { path, line, column, text } of matches) {
    printLine(io.stdout, `${path}:${line}:${column}: ${text.trim()}`);
  }
  if (matches.length === 0) sayNothing(question.invocation);
  if (isCut) printLine(io.stderr, 'There are more; raise --limit to see them.');
}

/** On standard error: what is found is standard output, and nothing else. */
export function sayNothing({ io }: Invocation): void {
  printLine(io.stderr, 'Nothing was found.');
}

function needWords({ words, invocation }: Question, what: string): string {
  const text = words.join(' ');
  if (text.trim() !== '') return text;
  const action = invocation.positionals[0];
  throw new ZekeError('usage', `"zeke index ${action}" needs ${what}.`, {
    hint: 'zeke help index shows examples.',
  });
}
