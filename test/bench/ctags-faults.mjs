// Where universal-ctags is known to be wrong, so that its tag is no definition at all: each rule with
// what it was seen on. What tree-sitter holds for a function, class, method or type is not left out,
// but for two rules that say why it is none. Ten to thirty tags of most rules were compared with the source.

/**
 * @typedef {import('./symbols.mjs').Definition} Definition
 *
 * @typedef {object} Fault
 * @property {string} name
 * @property {readonly string[]} [languages] all without it
 * @property {boolean} [isDefined] tree-sitter takes it for a definition as well, and is wrong too
 * @property {(tag: Definition, line: string, lines: readonly string[]) => boolean} test
 */

/** @type {readonly Fault[]} */
const FAULTS = [
  // A name it makes up for a function without one: `AnonymousFunctiond4a8e3b90100`, `__anon1`.
  {
    name: 'made-up',
    test: ({ name }) => /^(Anonymous[A-Z]\w*[0-9a-f]{8,}|__anon\w+)$/.test(name),
  },
  // `TEST(Suite, Case) {`, `SYSCALL_DEFINE1(close, …) {`: the macro is no name of what it defines,
  // which is listed as `Case` and `close`. To a grammar it looks like a function without a type.
  {
    name: 'macro-call',
    isDefined: true,
    languages: ['c', 'cpp'],
    test: ({ name, kind }, line) =>
      kind === 'function' &&
      /^[A-Z][A-Z0-9_]*$/.test(name) &&
      new RegExp(`^\\s*(static\\s+)?${name}\\s*\\(`).test(line),
  },
  // `mod client;`: the file of that name defines it. Prototypes of C are no tags of ctags either.
  {
    name: 'module-elsewhere',
    isDefined: true,
    languages: ['rust'],
    test: ({ name, kind }, line) =>
      kind === 'module' && new RegExp(`\\bmod\\s+${escapePattern(name)}\\s*;`).test(line),
  },
  // `import { type Config } from './config'`: a name that is imported is no alias.
  {
    name: 'imported-type',
    languages: ['typescript', 'tsx'],
    test: ({ name, kind }, line) =>
      kind === 'alias' && !new RegExp(`\\btype\\s+${escapePattern(name)}\\s*(<|=|$)`).test(line),
  },
  // `var options = { a: function () {} }`, `this.timeout(5000)`, `A.prototype.b = …`: no class.
  {
    name: 'object-as-class',
    languages: ['javascript'],
    test: ({ name, kind }, line) =>
      kind === 'class' &&
      !new RegExp(
        `\\bclass\\b|function\\s+${escapePattern(name)}\\b|\\b${escapePattern(name)}\\s*[=:]\\s*(function|.*=>)`,
      ).test(line),
  },
  // `module.exports = function () {}`: it has no name of its own.
  {
    name: 'module-exports',
    languages: ['javascript'],
    test: ({ name }, line) => name === 'exports' && /\bmodule\.exports\s*=/.test(line),
  },
  // `delete wrapper.prototype.b`, `A.prototype.slice.call(…)`: used, not defined.
  {
    name: 'prototype-use',
    languages: ['javascript'],
    test: ({ name, kind }, line) =>
      kind === 'method' &&
      new RegExp(`\\.prototype\\.${escapePattern(name)}\\s*[.;,)(]`).test(line),
  },
  // `type Name` of a sentence, `for (…)` and `this.x()` in a class: words that are no names.
  {
    name: 'no-name',
    languages: ['typescript', 'tsx'],
    test: ({ name, kind }, line) =>
      (kind === 'method' &&
        !new RegExp(`\\b${escapePattern(name)}\\s*[?!]?\\s*[(<:=]`).test(line)) ||
      /^(if|for|catch|while|switch|new|function)$/.test(name),
  },
  // `Foo.prototype.size = 2`, `var result = (function () { … })()`: no function is bound.
  {
    name: 'other-value',
    languages: ['javascript'],
    test: ({ name, kind }, line) =>
      ['method', 'function'].includes(kind) &&
      new RegExp(
        `\\b${escapePattern(name)}\\s*=\\s*(?!\\s|async\\b|function\\b|class\\b|\\(?[\\w, ]*\\)?\\s*=>)`,
      ).test(line),
  },
  // `results = filter(function(file) … end)`, `it("x = y", function()`: the function is an argument.
  {
    name: 'argument',
    languages: ['lua'],
    test: ({ name }, line) =>
      !new RegExp(
        `function\\s+([\\w.:]*[.:])?${lastPart(name)}\\s*\\(|${lastPart(name)}\\s*=\\s*function\\b`,
      ).test(line),
  },
  // `handlers[method] = function`, `M["by_" .. name] = function`: the name is known when it runs.
  {
    name: 'computed',
    languages: ['lua'],
    test: ({ name }, line) =>
      /\[\w+\]$/.test(name) || /\[[^\]]*\.\.[^\]]*\]\s*=\s*function/.test(line),
  },
  // `expect(<<~RUBY)` and then `class A`: a text, which ctags reads as code.
  {
    name: 'here-document',
    languages: ['ruby'],
    test: ({ line }, _, lines) => isInDocument(lines, line),
  },
  // `def self.find(id)`, `def topic.title`: what stands before the dot is no name; `find` is listed.
  {
    name: 'receiver',
    languages: ['ruby'],
    test: ({ name, kind }, line) =>
      kind === 'singletonMethod' && new RegExp(`\\bdef\\s+${escapePattern(name)}\\.`).test(line),
  },
  // `files=()` is a list, and functions of awk in a text are none of the shell.
  {
    name: 'list',
    languages: ['shell'],
    test: ({ name }, line) => name.endsWith('=') || /function \w+\([^)]/.test(line),
  },
];

/**
 * The name of the rule that leaves this tag out, if one does.
 * @param {string} language
 * @param {Definition} tag
 * @param {readonly string[]} lines of the tag's file
 * @param {import('./syntax.mjs').Tree | undefined} tree
 */
export function faultOf(language, tag, lines, tree) {
  const line = lines[tag.line - 1] ?? '';
  const fault = FAULTS.find(
    ({ languages, test }) =>
      (languages === undefined || languages.includes(language)) && test(tag, line, lines),
  );
  if (fault === undefined) return undefined;
  return fault.isDefined !== true && tree?.isDefined(tag) ? undefined : fault.name;
}

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

/** @param {string} name */
function lastPart(name) {
  return escapePattern(name.replace(/^.*[.:](?=.)/, ''));
}

/** @param {string} text */
function escapePattern(text) {
  return text.replace(/[^\w]/g, '\\$&');
}
