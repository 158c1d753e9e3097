// How many of universal-ctags' definitions the native scanners find, and how many they find alone:
//   node test/bench/symbols.mjs <folder of repositories> [--languages python,ruby]
//     [--list-symbols <program>] [--tree-sitter <node_modules with web-tree-sitter and grammars>]
//     [--show missing|alone] [--json]
// A definition matches by file, name and line ± 1. What ctags does not list is looked up in the
// syntax tree of tree-sitter where grammars are given (npm: web-tree-sitter, tree-sitter-wasms); what
// neither knows counts as invented. The program is native/test/list_symbols.zig.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './processes.mjs';

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
 * @property {number} expected what ctags lists, without its known faults
 * @property {number} missing
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
    grammar: 'c',
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
  swift: { endings: ['.swift'], grammar: 'swift' },
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
  const { expected, missing, ours, alone, invented } = result;
  return [
    result.language.padEnd(10),
    String(result.files).padStart(6),
    String(expected).padStart(6),
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
  const expected = tags.filter((tag) => kinds.has(tag.kind) && !isFault(language, tag, texts));
  const found = makeLookUp(all);
  const missing = expected.filter((tag) => !found(tag));
  const listed = makeLookUp(tags);
  const alone = ours.filter((symbol) => !listed(symbol));
  const invented = await findInvented(rules, alone);
  if (shown === 'missing') show(missing, texts);
  if (shown === 'alone') show(invented ?? alone, texts);
  const speed = JSON.parse(spawn(program, ['--speed'], list).trim());
  return {
    language,
    files: files.length,
    expected: expected.length,
    missing: missing.length,
    ours: ours.length,
    alone: alone.length,
    invented: invented?.length,
    megabytesPerSecond: speed.megabytesPerSecond,
  };
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
  // ctags writes `operator ==`, whatever the text has.
  const keyOf = (/** @type {Definition} */ { path, name }, /** @type {number} */ line) =>
    `${path}\t${name.replaceAll(' ', '')}\t${line}`;
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
  const named = tags.filter((tag) => tag.name !== undefined);
  // ctags' name of a function in Lua is all that stands before its parameters: `M.sub:open`.
  if (language !== 'Lua') return named;
  return named.map((tag) => ({ ...tag, name: tag.name.replace(/^.*[.:]/, '') }));
}

/**
 * Whether ctags is known to be wrong here, so that its tag is no definition at all. Each with an
 * example of what it was seen on.
 * @param {string} language
 * @param {Definition} tag
 * @param {(path: string) => readonly string[]} texts
 */
function isFault(language, tag, texts) {
  return FAULTS.some((fault) => {
    const line = texts(tag.path)[tag.line - 1] ?? '';
    return fault.languages.includes(language) && fault.test(tag, line, texts(tag.path));
  });
}

/**
 * @typedef {object} Fault
 * @property {readonly string[]} languages
 * @property {(tag: Definition, line: string, lines: readonly string[]) => boolean} test
 */

/** @type {readonly Fault[]} */
const FAULTS = [
  // A name it makes up for a function without one: `AnonymousFunctiond4a8e3b90100`, `__anon1`.
  {
    languages: Object.keys(LANGUAGES),
    test: ({ name }) => /^(Anonymous[A-Z]\w*[0-9a-f]{8,}|__anon\w+)$/.test(name),
  },
  // `TEST(Suite, Case) {`, `SYSCALL_DEFINE1(close, …) {`: the macro is no name of what it defines.
  {
    languages: ['c', 'cpp'],
    test: ({ name, kind }, line) =>
      kind === 'function' &&
      /^[A-Z][A-Z0-9_]*$/.test(name) &&
      new RegExp(`^\\s*(static\\s+)?${name}\\s*\\(`).test(line),
  },
  // `mod client;`: the file of that name defines it.
  {
    languages: ['rust'],
    test: ({ name, kind }, line) =>
      kind === 'module' && new RegExp(`\\bmod\\s+${escapePattern(name)}\\s*;`).test(line),
  },
  // `import { type Config } from './config'`: a name that is imported is no alias.
  {
    languages: ['typescript', 'tsx'],
    test: ({ name, kind }, line) =>
      kind === 'alias' && !new RegExp(`\\btype\\s+${escapePattern(name)}\\s*(<|=|$)`).test(line),
  },
  // `var options = { a: function () {} }`, `this.timeout(5000)`, `A.prototype.b = …`: no class.
  {
    languages: ['javascript'],
    test: ({ name, kind }, line) =>
      kind === 'class' &&
      !new RegExp(
        `\\bclass\\b|function\\s+${escapePattern(name)}\\b|\\b${escapePattern(name)}\\s*[=:]\\s*(function|.*=>)`,
      ).test(line),
  },
  // `module.exports = function () {}`: it has no name of its own.
  {
    languages: ['javascript'],
    test: ({ name }, line) => name === 'exports' && /\bmodule\.exports\s*=/.test(line),
  },
  // `delete wrapper.prototype.b`, `A.prototype.slice.call(…)`: used, not defined.
  {
    languages: ['javascript'],
    test: ({ name, kind }, line) =>
      kind === 'method' &&
      new RegExp(`\\.prototype\\.${escapePattern(name)}\\s*[.;,)(]`).test(line),
  },
  // `['Page.close']() {}` is called `Page.close`, not `close`.
  {
    languages: ['javascript'],
    test: ({ name, kind }, line) =>
      kind === 'method' && new RegExp(`\\['\\w+\\.${escapePattern(name)}'\\]`).test(line),
  },
  // `type Name` of a sentence, `for (…)` and `this.x()` in a class: words that are no names.
  {
    languages: ['typescript', 'tsx'],
    test: ({ name, kind }, line) =>
      (kind === 'method' &&
        !new RegExp(`\\b${escapePattern(name)}\\s*[?!]?\\s*[(<:=]`).test(line)) ||
      /^(if|for|catch|while|switch|new|function)$/.test(name),
  },
  // `Foo.prototype.size = 2`, `var result = (function () { … })()`: no function is bound.
  {
    languages: ['javascript'],
    test: ({ name, kind }, line) =>
      ['method', 'function'].includes(kind) &&
      new RegExp(
        `\\b${escapePattern(name)}\\s*=\\s*(?!\\s|async\\b|function\\b|class\\b|\\(?[\\w, ]*\\)?\\s*=>)`,
      ).test(line),
  },
  // `results = filter(function(file) … end)`, `it("x = y", function()`: the function is an argument.
  {
    languages: ['lua'],
    test: ({ name }, line) =>
      !new RegExp(
        `function\\s+[\\w.:]*\\b${escapePattern(name)}\\s*\\(|\\b${escapePattern(name)}\\s*=\\s*function\\b`,
      ).test(line),
  },
  // `expect(<<~RUBY)` and then `class A`: a text, which ctags reads as code.
  {
    languages: ['ruby'],
    test: ({ line }, _, lines) => isInDocument(lines, line),
  },
  // `files=()` is a list, and functions of awk in a text are none of the shell.
  {
    languages: ['shell'],
    test: ({ name }, line) => name.endsWith('=') || /function \w+\([^)]/.test(line),
  },
];

/** @type {WeakMap<readonly string[], ReadonlySet<number>>} */
const DOCUMENT_LINES = new WeakMap();

/**
 * Whether a line stands in a here-document of Ruby.
 * @param {readonly string[]} lines
 * @param {number} line
 */
function isInDocument(lines, line) {
  let known = DOCUMENT_LINES.get(lines);
  if (known === undefined) {
    const inside = new Set();
    /** @type {string[]} */
    let marks = [];
    for (const [index, text] of lines.entries()) {
      if (marks.length > 0) {
        inside.add(index + 1);
        if (text.trim() === marks[0]) marks.shift();
      } else {
        marks = [...text.matchAll(/<<[~-](['"`]?)(\w+)\1/g)].map((match) => match[2] ?? '');
      }
    }
    known = inside;
    DOCUMENT_LINES.set(lines, known);
  }
  return known.has(line);
}

/** @param {string} text */
function escapePattern(text) {
  return text.replace(/[^\w]/g, '\\$&');
}

/**
 * @param {string} modules
 * @returns {Promise<(grammar: string) => Promise<any>>}
 */
async function openParsers(modules) {
  const require = createRequire(join(modules, 'package.json'));
  const { Language, Parser } = await import(pathToFileURL(require.resolve('web-tree-sitter')).href);
  await Parser.init();
  return async (grammar) => {
    const path = join(modules, 'tree-sitter-wasms/out', `tree-sitter-${grammar}.wasm`);
    const parser = new Parser();
    parser.setLanguage(await Language.load(path));
    return parser;
  };
}

/**
 * What of `alone` no syntax tree knows as a definition either; undefined without a grammar.
 * @param {Language} rules
 * @param {readonly Definition[]} alone
 */
async function findInvented(rules, alone) {
  if (parsers === undefined || rules.grammar === undefined) return undefined;
  const parser = await parsers(rules.grammar);
  /** @type {Map<string, Definition[]>} */
  const byFile = new Map();
  for (const one of alone) byFile.set(one.path, [...(byFile.get(one.path) ?? []), one]);
  const invented = [];
  for (const [path, definitions] of byFile) {
    const tree = parser.parse(readFileSync(path, 'utf8'));
    const known = makeLookUp(listDefinitions(tree, path));
    invented.push(...definitions.filter((definition) => !known(definition)));
    tree.delete();
  }
  return invented;
}

const DEFINITION =
  /function|method|class|interface|enum|struct|union|trait|type|module|namespace|def|declarat|assignment|pair|field|object|protocol|impl|constructor|signature|macro|spec|item/;
const NAME_FIELDS = ['name', 'key', 'left', 'property', 'declarator', 'pattern', 'type'];

/**
 * Every name that a node of a defining type gives, with its line.
 * @param {any} tree
 * @param {string} path
 * @returns {Definition[]}
 */
function listDefinitions(tree, path) {
  const definitions = [];
  const nodes = [tree.rootNode];
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    for (const child of node.namedChildren) if (child !== null) nodes.push(child);
    if (!DEFINITION.test(node.type)) continue;
    for (const field of NAME_FIELDS) {
      const named = node.childForFieldName(field);
      if (named === null) continue;
      const name = /[\w$\u0080-\uffff]+[?!=]?(?=\W*$)/.exec(named.text.split('\n').at(-1))?.[0];
      const line = named.endPosition.row + 1;
      for (const text of [name, named.text, named.text.replace(/^\[?['"]|['"]\]?$/g, '')]) {
        if (text !== undefined) definitions.push({ path, name: text, line, kind: node.type });
      }
    }
  }
  return definitions;
}

const folder = process.argv[2];
const only = option('--languages')?.split(',');
const shown = option('--show');
const treeSitter = option('--tree-sitter');
const program = option('--list-symbols') ?? join(root, 'native/zig-out/bin/list_symbols');

if (folder === undefined || !existsSync(folder)) fail('give a folder of repositories');
if (!existsSync(program)) {
  fail(`${program} is missing; "zig build programs --release=fast" in native/ builds it`);
}
if (spawnSync('ctags', ['--version']).status !== 0) fail('skipped: ctags is not installed');

const parsers = treeSitter === undefined ? undefined : await openParsers(resolve(treeSitter));
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
  console.log('language    files  ctags  recall   ours  alone  invented  MB/s');
  for (const result of results) console.log(formatRow(result));
  if (parsers === undefined) console.log('invented: skipped, no --tree-sitter given');
}
