// How many of universal-ctags' definitions the native scanners find, and how many they find alone:
//   node test/bench/symbols.mjs <folder of repositories> [--languages python,ruby]
//     [--list-symbols <program>] [--tree-sitter <node_modules with web-tree-sitter and grammars>]
//     [--show missing|alone|left-out] [--json]
// A definition matches by file, name and line ± 1. What ctags does not list is looked up in the
// syntax tree of tree-sitter where grammars are given (npm: web-tree-sitter 0.25, tree-sitter-wasms);
// what neither knows counts as invented. Of ctags' tags those are left out that a rule of ctags-faults.mjs
// tells to be no definitions, unless the syntax tree holds them for some; the recall with and without
// them is printed, and how many each rule took. The program is native/test/list_symbols.zig.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { faultOf } from './ctags-faults.mjs';
import { root } from './processes.mjs';
import { openSyntax } from './syntax.mjs';

/**
 * @typedef {object} Language
 * @property {readonly string[]} endings
 * @property {string} [ctags] its name there; without it ctags does not know the language
 * @property {readonly string[]} [kinds] ctags' kinds of functions, classes, methods and types
 * @property {string} [grammar]
 *
 * @typedef {{ path: string, name: string, line: number, kind: string }} Definition
 *
 * @typedef {object} Result
 * @property {string} language
 * @property {number} files
 * @property {number} listed what ctags lists
 * @property {number} unfound of these, its faults included
 * @property {number} missing without them
 * @property {Readonly<Record<string, number>>} leftOut how many of `unfound` are which fault
 * @property {number} ours functions, classes, methods, types and headings
 * @property {number} alone ours that ctags does not list
 * @property {number | undefined} invented those that tree-sitter does not know either
 * @property {number} megabytesPerSecond
 */

/** @type {Record<string, Language>} */
const LANGUAGES = {
  typescript: {
    endings: ['.ts', '.mts', '.cts'],
    ctags: 'TypeScript',
    kinds: ['function', 'class', 'interface', 'enum', 'method', 'namespace', 'generator', 'alias'],
    grammar: 'typescript',
  },
  tsx: {
    endings: ['.tsx'],
    ctags: 'TypeScript',
    kinds: ['function', 'class', 'interface', 'enum', 'method', 'namespace', 'generator', 'alias'],
    grammar: 'tsx',
  },
  javascript: {
    endings: ['.js', '.mjs', '.cjs', '.jsx'],
    ctags: 'JavaScript',
    kinds: ['function', 'class', 'method', 'generator', 'getter', 'setter'],
    grammar: 'javascript',
  },
  python: {
    endings: ['.py', '.pyi'],
    ctags: 'Python',
    kinds: ['class', 'function', 'member'],
    grammar: 'python',
  },
  ruby: {
    endings: ['.rb', '.rake', '.gemspec'],
    ctags: 'Ruby',
    kinds: ['class', 'method', 'module', 'singletonMethod'],
    grammar: 'ruby',
  },
  php: {
    endings: ['.php'],
    ctags: 'PHP',
    kinds: ['class', 'function', 'interface', 'trait'],
    grammar: 'php',
  },
  lua: { endings: ['.lua'], ctags: 'Lua', kinds: ['function'], grammar: 'lua' },
  shell: { endings: ['.sh', '.bash', '.zsh'], ctags: 'Sh', kinds: ['function'], grammar: 'bash' },
  markdown: {
    endings: ['.md'],
    ctags: 'Markdown',
    kinds: ['chapter', 'section', 'subsection', 'subsubsection', 'l4subsection', 'l5subsection'],
  },
  c: {
    endings: ['.c', '.h'],
    ctags: 'C',
    kinds: ['function', 'struct', 'union', 'enum', 'typedef'],
    // A header may hold either.
    grammar: 'cpp',
  },
  cpp: {
    endings: ['.cc', '.cpp', '.cxx', '.hpp', '.hh'],
    ctags: 'C++',
    kinds: ['function', 'class', 'struct', 'union', 'enum', 'typedef', 'namespace'],
    grammar: 'cpp',
  },
  java: {
    endings: ['.java'],
    ctags: 'Java',
    kinds: ['class', 'interface', 'enum', 'method', 'annotation'],
    grammar: 'java',
  },
  csharp: {
    endings: ['.cs'],
    ctags: 'C#',
    kinds: ['class', 'interface', 'struct', 'enum', 'method'],
    grammar: 'c_sharp',
  },
  go: {
    endings: ['.go'],
    ctags: 'Go',
    kinds: ['func', 'struct', 'interface', 'type', 'talias'],
    grammar: 'go',
  },
  rust: {
    endings: ['.rs'],
    ctags: 'Rust',
    kinds: ['function', 'struct', 'enum', 'interface', 'method', 'module', 'typedef'],
    grammar: 'rust',
  },
  // ctags 5.9 lists Kotlin's lambdas and local variables as methods, some by names out of freed memory.
  kotlin: { endings: ['.kt', '.kts'], grammar: 'kotlin' },
  // The grammar of tree-sitter-wasms runs out of memory in some files, and ends the whole process.
  swift: { endings: ['.swift'] },
  zig: { endings: ['.zig'], grammar: 'zig' },
};

const COMPARED = new Set([
  'function',
  'class',
  'method',
  'interface',
  'enum',
  'type',
  'module',
  'heading',
]);
const SKIPPED_FOLDERS = new Set(['.git', 'node_modules']);
const MAX_FILE_BYTES = 1 << 20;
const MAX_AVERAGE_LINE = 200;
const MAX_OUTPUT_BYTES = 1 << 30;

/** @param {string} name */
function option(name) {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
}

/**
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  console.error(`symbols: ${message}`);
  process.exit(2);
}

/** @param {Result} result */
function formatRow(result) {
  const { listed, unfound, missing, ours, alone, invented } = result;
  const expected = listed - unfound + missing;
  return [
    result.language.padEnd(10),
    String(result.files).padStart(6),
    String(listed).padStart(6),
    percent(listed - unfound, listed).padStart(7),
    String(unfound - missing).padStart(8),
    percent(expected - missing, expected).padStart(7),
    String(ours).padStart(6),
    String(alone).padStart(6),
    (invented === undefined ? '–' : percent(invented, ours)).padStart(9),
    String(result.megabytesPerSecond).padStart(5),
  ].join(' ');
}

/**
 * @param {number} part
 * @param {number} whole
 */
function percent(part, whole) {
  return whole === 0 ? '–' : `${((100 * part) / whole).toFixed(2)}%`;
}

/**
 * @param {string} from
 * @param {readonly string[]} endings
 * @returns {string[]}
 */
function listFiles(from, endings) {
  const files = [];
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const path = join(from, entry.name);
    if (entry.isDirectory() && !SKIPPED_FOLDERS.has(entry.name)) {
      files.push(...listFiles(path, endings));
    } else if (entry.isFile() && endings.includes(extname(entry.name)) && !/[\n\t]/.test(path)) {
      if (statSync(path).size <= MAX_FILE_BYTES && !isMinified(path)) files.push(path);
    }
  }
  return files;
}

/**
 * Bundles are no sources: their lines are too long for a match by line to mean anything.
 * @param {string} path
 */
function isMinified(path) {
  const text = readFileSync(path, 'latin1');
  return text.length > MAX_AVERAGE_LINE * text.split('\n').length;
}

/**
 * @param {string} language
 * @param {Language} rules
 * @param {readonly string[]} files
 * @returns {Promise<Result>}
 */
async function compare(language, rules, files) {
  const list = files.map((file) => `${language}\t${file}\n`).join('');
  const all = run(program, [], list);
  const ours = all.filter(({ kind }) => COMPARED.has(kind));
  const tags = rules.ctags === undefined ? [] : runCtags(rules.ctags, files);
  const kinds = new Set(rules.kinds);
  const texts = makeTexts();
  const expected = tags.filter((tag) => kinds.has(tag.kind));
  const found = makeLookUp(all);
  const unfound = expected.filter((tag) => !found(tag));
  const syntax = await syntaxes?.(rules.grammar);
  const { missing, leftOut } = sortOut(language, unfound, texts, syntax);
  const isListed = makeLookUp(tags);
  const alone = ours.filter((symbol) => !isListed(symbol));
  const invented = syntax === undefined ? undefined : findInvented(syntax, alone);
  if (shown === 'missing') show(missing, texts);
  if (shown === 'left-out') show(leftOut, texts);
  if (shown === 'alone') show(invented ?? alone, texts);
  const speed = JSON.parse(spawn(program, ['--speed'], list).trim());
  return {
    language,
    files: files.length,
    listed: expected.length,
    unfound: unfound.length,
    missing: missing.length,
    leftOut: countKinds(leftOut),
    ours: ours.length,
    alone: alone.length,
    invented: invented?.length,
    megabytesPerSecond: speed.megabytesPerSecond,
  };
}

/**
 * Parts what was not found into what is missing and what ctags is wrong about; of the latter the kind
 * is the rule that says so.
 * @param {string} language
 * @param {readonly Definition[]} unfound
 * @param {(path: string) => readonly string[]} texts
 * @param {import('./syntax.mjs').Syntax | undefined} syntax
 */
function sortOut(language, unfound, texts, syntax) {
  /** @type {Definition[]} */
  const missing = [];
  /** @type {Definition[]} */
  const leftOut = [];
  for (const [path, tags] of Map.groupBy(unfound, (tag) => tag.path)) {
    const tree = syntax?.open(path);
    for (const tag of tags) {
      const rule = tree?.isInText(tag) ? 'in-text' : faultOf(language, tag, texts(path), tree);
      if (rule === undefined) missing.push(tag);
      else leftOut.push({ ...tag, kind: rule });
    }
    tree?.close();
  }
  return { missing, leftOut };
}

/** @param {readonly Definition[]} definitions */
function countKinds(definitions) {
  const groups = Object.entries(Object.groupBy(definitions, ({ kind }) => kind));
  return Object.fromEntries(groups.map(([kind, group]) => [kind, group?.length ?? 0]));
}

/**
 * What of `alone` no syntax tree knows as a definition either.
 * @param {import('./syntax.mjs').Syntax} syntax
 * @param {readonly Definition[]} alone
 */
function findInvented(syntax, alone) {
  const invented = [];
  for (const [path, definitions] of Map.groupBy(alone, (one) => one.path)) {
    const tree = syntax.open(path);
    const known = makeLookUp(tree?.names() ?? []);
    invented.push(...definitions.filter((definition) => !known(definition)));
    tree?.close();
  }
  return invented;
}

/**
 * @param {readonly Definition[]} definitions
 * @param {(path: string) => readonly string[]} texts
 */
function show(definitions, texts) {
  for (const { path, name, line, kind } of definitions) {
    console.log(`${path}:${line} ${kind} ${name} | ${(texts(path)[line - 1] ?? '').trim()}`);
  }
}

function makeTexts() {
  /** @type {Map<string, readonly string[]>} */
  const texts = new Map();
  return (/** @type {string} */ path) => {
    const known = texts.get(path) ?? readFileSync(path, 'utf8').split('\n');
    texts.set(path, known);
    return known;
  };
}

/** @param {readonly Definition[]} definitions */
function makeLookUp(definitions) {
  // ctags writes `operator ==`, whatever the text has. Of `M.sub:open`, `IEnumerable.GetEnumerator` and
  // `["kong.log"]` some keep the whole and some the last part, which is what is compared.
  const lastPart = (/** @type {string} */ name) => {
    const plain = name.replaceAll(/ |^\[["']|["']?\]$/g, '');
    return plain.replace(/^.*[.:](?=.)/, '');
  };
  const keyOf = (/** @type {Definition} */ { path, name }, /** @type {number} */ line) =>
    `${path}\t${lastPart(name)}\t${line}`;
  const keys = new Set(definitions.map((definition) => keyOf(definition, definition.line)));
  return (/** @type {Definition} */ definition) =>
    [-1, 0, 1].some((offset) => keys.has(keyOf(definition, definition.line + offset)));
}

/**
 * @param {string} command
 * @param {readonly string[]} arguments_
 * @param {string} input
 */
function spawn(command, arguments_, input) {
  const result = spawnSync(command, arguments_, {
    input,
    encoding: 'utf8',
    maxBuffer: MAX_OUTPUT_BYTES,
  });
  if (result.status !== 0) fail(`${command} failed: ${result.stderr}`);
  return result.stdout;
}

/**
 * @param {string} command
 * @param {readonly string[]} arguments_
 * @param {string} input
 * @returns {Definition[]}
 */
function run(command, arguments_, input) {
  const lines = spawn(command, arguments_, input).split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}

/**
 * @param {string} language
 * @param {readonly string[]} files
 * @returns {Definition[]}
 */
function runCtags(language, files) {
  const tags = run(
    'ctags',
    [
      `--language-force=${language}`,
      '--output-format=json',
      '--fields=+n',
      '--sort=no',
      '--quiet',
      ...['-L', '-', '-f', '-'],
    ],
    `${files.join('\n')}\n`,
  );
  return tags.filter((tag) => tag.name !== undefined);
}

const folder = process.argv[2];
const only = option('--languages')?.split(',');
const shown = option('--show');
const treeSitter = option('--tree-sitter');
const program = option('--list-symbols') ?? join(root, 'native/zig-out/bin/list_symbols');

if (folder === undefined || !existsSync(folder)) fail('give a folder of repositories');
if (!existsSync(program)) {
  fail(`${program} is missing; "zig build programs -Doptimize=ReleaseSafe" in native/ builds it`);
}
if (spawnSync('ctags', ['--version']).status !== 0) fail('skipped: ctags is not installed');

const syntaxes = treeSitter === undefined ? undefined : await openSyntax(resolve(treeSitter));
/** @type {Result[]} */
const results = [];
for (const [language, rules] of Object.entries(LANGUAGES)) {
  if (only !== undefined && !only.includes(language)) continue;
  const files = listFiles(folder, rules.endings);
  if (files.length > 0) results.push(await compare(language, rules, files));
}
if (process.argv.includes('--json')) {
  console.log(JSON.stringify(results, undefined, 2));
} else {
  console.log('language    files  ctags     raw left-out  recall   ours  alone  invented  MB/s');
  for (const result of results) {
    console.log(formatRow(result));
    const rules = Object.entries(result.leftOut).map(([rule, count]) => `${count} ${rule}`);
    if (rules.length > 0) console.log(`  left out: ${rules.join(', ')}`);
  }
  if (syntaxes === undefined) console.log('invented: skipped, no --tree-sitter given');
}
