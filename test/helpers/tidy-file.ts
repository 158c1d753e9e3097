/** The budgets of ARCHITECTURE.md for one source file; test/tidy.test.ts runs them on all. */
import type { SourceFile } from '../../tools/source-code.mjs';
import { walk } from '../../tools/source-code.mjs';

export interface Problem {
  readonly path: string;
  readonly line: number;
  readonly message: string;
}
/** What a rule needs of a syntax node; the parser's own union is far wider. */
// biome-ignore lint/suspicious/noExplicitAny: a node is one of 180 shapes, told apart by its type.
type Node = any;

const MAX_LINES: readonly (readonly [ending: string, lines: number])[] = [
  ['.tsx', 200],
  ['.ts', 400],
  ['.mjs', 400],
  ['.lua', 500],
  ['.zig', 700],
];
const MAX_FUNCTION_LINES = 70;
const MAX_PARAMETERS = 3;
const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);
/** A comment line that starts with a reminder; naming the words in a sentence is fine. */
const REMINDER = /^[\s*]*(?:TODO|FIXME|XXX)\b/;
const SUPPRESSION = /(?:biome-ignore(?:-\w+)?|@ts-(?:ignore|expect-error|nocheck))\b(.*)/;
const KEBAB_CASE = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.test|\.config|\.d)?\.(?:tsx?|mjs|json|md)$/;
/** Folders of one person's machine, written so that this file does not name one itself. */
const MACHINE_PATH =
  /(?:^|[\s"'`(])\/(?:home\/(?!(?:user|me|you|ada|alice|bob)\b)\w+|Users\/(?!(?:user|me|you|ada|alice|bob)\b)\w+|work\/(?:main|shared))\//;

/** Every rule for code below src: sizes, and what must not be there. */
export function checkSourceFile(source: SourceFile): readonly Problem[] {
  return [
    ...checkFileLines(source),
    ...checkFunctions(source),
    ...checkForbidden(source),
    ...checkEveryFile(source),
  ];
}

/** The rules that hold for tests and tools as well. */
export function checkEveryFile(source: SourceFile): readonly Problem[] {
  return [
    ...checkName(source.path),
    ...checkComments(source),
    ...checkPaths(source.path, source.text),
  ];
}

export function checkFileLines({ path, text }: SourceFile): readonly Problem[] {
  const limit = MAX_LINES.find(([ending]) => path.endsWith(ending))?.[1];
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  if (limit === undefined || lines <= limit) return [];
  const message = `has ${lines} lines, ${limit} are allowed. Give one of its topics a file of its own.`;
  return [{ path, line: limit + 1, message }];
}

export function checkFunctions(source: SourceFile): readonly Problem[] {
  const problems: Problem[] = [];
  walk(source.parsed.program, (node: Node) => {
    if (!FUNCTIONS.has(node.type)) return;
    const line = source.lineAt(node.start);
    const lines = countLines(source, node) - returnedJsxLines(source, node);
    if (lines > MAX_FUNCTION_LINES) {
      const message = `a function of ${lines} lines, ${MAX_FUNCTION_LINES} are allowed. Name its parts.`;
      problems.push({ path: source.path, line, message });
    }
    if (node.params.length > MAX_PARAMETERS) {
      const message = `a function with ${node.params.length} parameters. Past ${MAX_PARAMETERS}, take one named object.`;
      problems.push({ path: source.path, line, message });
    }
  });
  return problems;
}

function countLines(source: SourceFile, node: Node): number {
  return source.lineAt(node.end - 1) - source.lineAt(node.start) + 1;
}

/** Lines of JSX that the function, or a function inside it, returns: layout is not logic. */
function returnedJsxLines(source: SourceFile, functionNode: Node): number {
  let lines = 0;
  walk(functionNode, (node: Node, ancestors: readonly Node[]) => {
    if (node.type !== 'JSXElement' && node.type !== 'JSXFragment') return;
    const isInner = ancestors.some((outer) => outer.type.startsWith('JSX'));
    if (!isInner) lines += countLines(source, node);
  });
  return lines;
}

/** What has no place in src: each with what to write instead. */
export function checkForbidden(source: SourceFile): readonly Problem[] {
  const problems: Problem[] = [];
  const add = (node: Node, message: string) =>
    problems.push({ path: source.path, line: source.lineAt(node.start), message });
  if (/(?:^|\/)index\.tsx?$/.test(source.path)) {
    problems.push({
      path: source.path,
      line: 1,
      message: 'an index file. Import the file itself.',
    });
  }
  walk(source.parsed.program, (node: Node) => {
    if (node.type === 'TSAnyKeyword') add(node, 'any. Say what it is, or take unknown and check.');
    if (node.type === 'TSNonNullExpression') add(node, 'a non-null "!". Handle the missing value.');
    if (node.type === 'ExportDefaultDeclaration') add(node, 'a default export. Export by name.');
    if (node.type === 'CatchClause' && node.body.body.length === 0) {
      add(node, 'an empty catch. Handle the error, or say in code which one may be dropped.');
    }
    if (node.type === 'TSEnumDeclaration') add(node, 'an enum. Use a union of strings.');
  });
  return [...problems, ...checkModuleState(source)];
}

/** `let` at the top of a file is state that every test and every session would share. */
function checkModuleState(source: SourceFile): readonly Problem[] {
  const statements: readonly Node[] = source.parsed.program.body;
  return statements
    .map((node) => node.declaration ?? node)
    .filter((node) => node?.type === 'VariableDeclaration' && node.kind !== 'const')
    .map((node) => ({
      path: source.path,
      line: source.lineAt(node.start),
      message: `"${node.kind}" at module level. Keep state in a value that is made and passed in.`,
    }));
}

function checkName(path: string): readonly Problem[] {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (!/\.(?:tsx?|mjs)$/.test(name) || KEBAB_CASE.test(name)) return [];
  return [{ path, line: 1, message: 'is no kebab-case name.' }];
}

function checkComments(source: SourceFile): readonly Problem[] {
  return source.parsed.comments.flatMap((comment) =>
    comment.value.split('\n').flatMap((text, at) => {
      const where = { path: source.path, line: source.lineAt(comment.start) + at };
      if (REMINDER.test(text)) {
        return [
          { ...where, message: 'a reminder. Do it, or write it into AGENTS.md under "Next".' },
        ];
      }
      const reason = SUPPRESSION.exec(text)?.[1];
      if (reason === undefined || hasReason(reason)) return [];
      return [
        { ...where, message: 'a suppression without a reason. Say why the rule is wrong here.' },
      ];
    }),
  );
}

/** `lint/a/b: reason` or `-- reason`, with at least three words. */
function hasReason(text: string): boolean {
  const reason = /(?::|--)\s*(.*)$/.exec(text)?.[1] ?? '';
  return reason.trim().split(/\s+/).length >= 3;
}

/** Also used for documents and settings. */
export function checkPaths(path: string, text: string): readonly Problem[] {
  return text
    .split('\n')
    .flatMap((line, at) =>
      MACHINE_PATH.test(line)
        ? [{ path, line: at + 1, message: "a path of one person's machine. Make it relative." }]
        : [],
    );
}
