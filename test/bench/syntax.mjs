// What tree-sitter makes of a text: the second reader of what ctags and the native scanners say. Its
// packages are none of this repository's (npm: web-tree-sitter, tree-sitter-wasms).
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * @typedef {import('./symbols.mjs').Definition} Definition
 *
 * @typedef {object} Tree
 * @property {() => Definition[]} names every name that a node of a defining type gives
 * @property {(tag: Definition) => boolean} isInText in a literal, a here-document or a comment
 * @property {(tag: Definition) => boolean} isDefined a function, class, method or type without doubt
 * @property {() => void} close
 *
 * @typedef {{ open: (path: string) => Tree | undefined }} Syntax
 */

const TEXT = /string|heredoc|comment|template_chars|char_literal|jsx_text/;
const DEFINING =
  /function|method|class|interface|enum|struct|union|trait|type|module|namespace|def|decl|proto|assignment|pair|field|object|protocol|impl|constructor|signature|macro|spec|item|package/i;
const NAME_FIELDS = ['name', 'key', 'left', 'property', 'declarator', 'pattern', 'type'];
/** What names a node in grammars without fields, as those of Kotlin and Zig. */
const IDENTIFIER = /^((simple|type)_identifier|IDENTIFIER)$/;
/** Nodes of such grammars whose name is a plain identifier: those of Zig's values, Kotlin's packages. */
const NAMED_PLAINLY = new Set(['variable_declaration', 'package_header']);
/** A node that is called by its keyword, which is no named node. */
const NAMED_BY_KEYWORD = new Map([['secondary_constructor', 'constructor']]);
/** `fun \`a name of words\`()` of Kotlin, `fn @"a name of words"()` of Zig, `['key']` of JavaScript. */
const QUOTES = /^(\[|@)?['"`]|['"`]\]?$/g;
/** Nodes whose field `name` is that of a function, class, method or type. */
const NAMED = [
  ...['function_declaration', 'generator_function_declaration', 'function_definition'],
  ...['function_item', 'function_definition_statement', 'local_function_definition_statement'],
  ...['method_definition', 'method_declaration', 'method', 'singleton_method', 'method_signature'],
  ...['class', 'class_declaration', 'abstract_class_declaration', 'class_definition', 'module'],
  ...['interface_declaration', 'enum_declaration', 'struct_item', 'enum_item', 'trait_item'],
  ...['type_alias_declaration', 'internal_module', 'class_specifier', 'struct_specifier'],
  ...['namespace_definition', 'enum_specifier', 'union_specifier'],
];
/** Nodes that give a name to a value; a function or class is then called by it. */
const GIVING = ['variable_declarator', 'assignment_expression', 'pair', 'field_definition'];
const MAX_MACRO_DEPTH = 4;

/**
 * @param {string} modules a node_modules folder
 * @returns {Promise<(grammar: string | undefined) => Promise<Syntax | undefined>>}
 */
export async function openSyntax(modules) {
  const require = createRequire(join(modules, 'package.json'));
  const { Language, Parser } = await import(pathToFileURL(require.resolve('web-tree-sitter')).href);
  await Parser.init();
  return async (grammar) => {
    if (grammar === undefined) return undefined;
    const path = join(modules, 'tree-sitter-wasms/out', `tree-sitter-${grammar}.wasm`);
    const parser = new Parser();
    parser.setLanguage(await Language.load(path));
    return { open: (file) => openTree(parser, file) };
  };
}

/**
 * Undefined where the grammar cannot read the text: that of shells wants what the engine lacks.
 * @param {any} parser
 * @param {string} path
 * @returns {Tree | undefined}
 */
function openTree(parser, path) {
  const text = readFileSync(path, 'utf8');
  const lines = text.split('\n');
  const tree = parse(parser, text);
  if (tree === undefined) return undefined;
  /** @type {ReadonlySet<string> | undefined} */
  let defined;
  return {
    names: () => listNames(parser, tree.rootNode, path, 0, 0),
    isInText: ({ name, line }) => {
      const column = (lines[line - 1] ?? '').indexOf(name);
      if (column < 0) return false;
      const at = { row: line - 1, column };
      for (let node = tree.rootNode.descendantForPosition(at); node; node = node.parent) {
        if (TEXT.test(node.type)) return true;
      }
      return false;
    },
    isDefined: ({ name, line }) => {
      defined ??= listDefined(tree.rootNode);
      return defined.has(`${line} ${name}`);
    },
    close: () => tree.delete(),
  };
}

/**
 * @param {any} parser
 * @param {string} text
 */
function parse(parser, text) {
  try {
    return parser.parse(text);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    parser.reset();
    return undefined;
  }
}

/**
 * What a macro of Rust is given has no nodes in its tree; it is read as items of its own, since such
 * a macro (`cfg_net! { … }`) hands on what it holds. What is no item is an error there, and no name.
 * @param {any} parser
 * @param {any} root
 * @param {string} path
 * @param {number} row where the text of `root` starts in its file
 * @param {number} depth how many macros it stands in
 * @returns {Definition[]}
 */
function listNames(parser, root, path, row, depth) {
  /** @type {Definition[]} */
  const names = [];
  const nodes = [root];
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    for (const child of node.namedChildren) if (child !== null) nodes.push(child);
    if (node.type === 'macro_invocation' && depth < MAX_MACRO_DEPTH) {
      names.push(...listMacro(parser, node, path, row, depth));
    }
    if (!DEFINING.test(node.type) || (depth > 0 && node.hasError)) continue;
    const fields = NAME_FIELDS.map((field) => node.childForFieldName(field));
    for (const named of [...fields, findOwnName(node)]) {
      if (named === null) continue;
      const name = /[\w$\u0080-\uffff]+[?!=]?(?=\W*$)/.exec(named.text.split('\n').at(-1))?.[0];
      const line = row + named.endPosition.row + 1;
      for (const text of [name, named.text, named.text.replaceAll(QUOTES, '')]) {
        if (text !== undefined) names.push({ path, name: text, line, kind: node.type });
      }
    }
  }
  return names;
}

/**
 * The name of a node that has no field for it.
 * @param {any} node
 */
function findOwnName(node) {
  const keyword = NAMED_BY_KEYWORD.get(node.type);
  const isPlain = NAMED_PLAINLY.has(node.type);
  const isName = (/** @type {any} */ one) =>
    IDENTIFIER.test(one.type) || one.type === keyword || (isPlain && one.type === 'identifier');
  return node.children.find(isName) ?? null;
}

/**
 * @param {any} parser
 * @param {any} invocation
 * @param {string} path
 * @param {number} row
 * @param {number} depth
 */
function listMacro(parser, invocation, path, row, depth) {
  const held = invocation.namedChildren.find((/** @type {any} */ one) => one.type === 'token_tree');
  if (held === undefined || !held.text.startsWith('{')) return [];
  const inner = parser.parse(held.text.slice(1, -1));
  const names = listNames(parser, inner.rootNode, path, row + held.startPosition.row, depth + 1);
  inner.delete();
  return names;
}

/**
 * @param {any} root
 * @returns {ReadonlySet<string>} lines and names
 */
function listDefined(root) {
  const defined = new Set();
  const add = (/** @type {any} */ named) => {
    const name = /[\w$?!=]+$/.exec(named?.text ?? '')?.[0];
    if (name !== undefined) defined.add(`${named.endPosition.row + 1} ${name}`);
  };
  for (const node of root.descendantsOfType(NAMED)) {
    if (!node.hasError) add(node.childForFieldName('name'));
  }
  for (const node of root.descendantsOfType(GIVING)) {
    const value = node.childForFieldName('value') ?? node.childForFieldName('right');
    if (
      value === null ||
      !/^(class|(arrow_|generator_)?function(_expression)?)$/.test(value.type)
    ) {
      continue;
    }
    for (const field of ['name', 'key', 'left', 'property']) add(node.childForFieldName(field));
  }
  return defined;
}
