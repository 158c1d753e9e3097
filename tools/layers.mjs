// Checks every import in src against the table in ARCHITECTURE.md: `npm run check -- layers`.
import { existsSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listFiles, readSource, walk } from './source-code.mjs';

const ENTRY = 'src/cli/main.ts';
/** Globals that reach the network or the environment without an import. */
const NETWORK_GLOBALS = new Set(['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest']);
const BUILTINS = new Set(builtinModules);

/**
 * @typedef {{ layers: Map<string, Set<string>>, owners: Map<string, string[]> }} Rules
 * @typedef {{ path: string, line: number, message: string }} Problem
 * @typedef {{ specifier: string, line: number, isType: boolean, isDynamic: boolean }} Import
 */

/**
 * Everything that is wrong with the imports below `root/src`, in file order.
 * @param {string} root
 * @returns {Problem[]}
 */
export function checkLayers(root) {
  const rules = readRules(readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8'));
  const sources = listFiles(root, 'src', ['.ts', '.tsx']).map((path) => readSource(root, path));
  const importsOf = new Map(sources.map((source) => [source.path, readImports(source)]));
  const problems = sources.flatMap((source) => [
    ...checkPlace(source.path, rules),
    ...(importsOf.get(source.path) ?? []).flatMap((one) => checkImport(source.path, one, rules)),
    ...checkGlobals(source),
  ]);
  return [...problems, ...findCycles(importsOf), ...findDeadFiles(root, importsOf)];
}

/**
 * The two tables of ARCHITECTURE.md: `| folder | may import |` and `| package | belongs to |`.
 * @param {string} markdown
 * @returns {Rules}
 */
export function readRules(markdown) {
  const layers = new Map(
    readTable(markdown, 'folder').map(([folder = '', allowed = '']) => [
      unquote(folder),
      new Set(allowed.trim() === 'nothing' ? [] : allowed.split(',').map(unquote)),
    ]),
  );
  const owners = new Map(
    readTable(markdown, 'package').flatMap(([packages = '', owner = '']) =>
      packages.split(',').map((name) => [unquote(name), owner.split(',').map(unquote)]),
    ),
  );
  if (layers.size === 0) throw new Error('ARCHITECTURE.md has no table that starts with "folder".');
  if (owners.size === 0)
    throw new Error('ARCHITECTURE.md has no table that starts with "package".');
  return { layers, owners };
}

/**
 * The rows below the table head whose first cell is `firstHead`.
 * @param {string} markdown
 * @param {string} firstHead
 */
function readTable(markdown, firstHead) {
  const lines = markdown.split('\n');
  const head = lines.findIndex((line) => line.startsWith('|') && cells(line)[0] === firstHead);
  if (head === -1) return [];
  const rest = lines.slice(head + 2);
  const end = rest.findIndex((line) => !line.startsWith('|'));
  return rest.slice(0, end === -1 ? rest.length : end).map(cells);
}

/** @param {string} line */
function cells(line) {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

/** @param {string} text */
function unquote(text) {
  return text.trim().replaceAll('`', '');
}

/**
 * Static imports, re-exports, `import()` and `import('…')` types, whatever their spelling.
 * @param {import('./source-code.mjs').SourceFile} source
 * @returns {Import[]}
 */
function readImports(source) {
  const { module, program } = source.parsed;
  /** @type {Import[]} */
  const found = [];
  const add = (
    /** @type {string} */ specifier,
    /** @type {number} */ start,
    kind = { isType: false, isDynamic: false },
  ) => found.push({ specifier, line: source.lineAt(start), ...kind });
  for (const one of module.staticImports) {
    const isType = one.entries.length > 0 && one.entries.every((entry) => entry.isType);
    add(one.moduleRequest.value, one.start, { isType, isDynamic: false });
  }
  for (const { entries } of module.staticExports) {
    for (const entry of entries) {
      if (entry.moduleRequest === null) continue;
      add(entry.moduleRequest.value, entry.start, { isType: entry.isType, isDynamic: false });
    }
  }
  walk(program, (node) => {
    if (node.type === 'ImportExpression') {
      const specifier = node.source.type === 'Literal' ? String(node.source.value) : '';
      add(specifier, node.start, { isType: false, isDynamic: true });
    }
    if (node.type === 'TSImportType') {
      const specifier = node.source?.value ?? node.argument?.literal?.value ?? '';
      add(String(specifier), node.start, { isType: true, isDynamic: false });
    }
    if (node.type === 'CallExpression' && loadsModule(node.callee)) {
      add(String(node.arguments[0]?.value ?? ''), node.start);
    }
  });
  return found;
}

/** `require(…)` and `process.getBuiltinModule(…)`. @param {any} callee */
function loadsModule(callee) {
  return callee.name === 'require' || callee.property?.name === 'getBuiltinModule';
}

/**
 * @param {string} path
 * @param {Rules} rules
 * @returns {Problem[]}
 */
function checkPlace(path, rules) {
  if (rules.layers.has(folderOf(path))) return [];
  const known = [...rules.layers.keys()].join(', ');
  const message = `lies in no layer. Move it into one of: ${known}; a new folder needs a row in ARCHITECTURE.md.`;
  return [{ path, line: 1, message }];
}

/** `src/tui/hooks/use-x.ts` lies in `tui`. @param {string} path */
function folderOf(path) {
  return path.split('/')[1] ?? '';
}

/**
 * @param {string} path
 * @param {Import} one
 * @param {Rules} rules
 * @returns {Problem[]}
 */
function checkImport(path, one, rules) {
  const message = one.specifier.startsWith('.')
    ? layerMessage(path, one, rules)
    : ownerMessage(path, one, rules);
  return message === undefined ? [] : [{ path, line: one.line, message }];
}

/**
 * @param {string} path
 * @param {Import} one
 * @param {Rules} rules
 */
function layerMessage(path, one, rules) {
  const target = resolve(path, one.specifier);
  const [from, to] = [folderOf(path), folderOf(target)];
  const what = `imports ${target}${one.isType ? ' (types count too)' : ''}`;
  if (!target.startsWith('src/')) {
    return `${what}: src may not reach out of itself. Pass the value in, or move the file into src.`;
  }
  const allowed = rules.layers.get(from);
  if (from === to || allowed === undefined || allowed.has(to)) return undefined;
  const may = allowed.size === 0 ? 'nothing' : [...allowed].join(', ');
  if (rules.layers.get(to)?.has(from)) {
    return `${what}: that is upwards, ${from} may import ${may}. Move what both need down into ${from}, or let ${to} pass it in.`;
  }
  return `${what}: ${from} and ${to} never meet, ${from} may import ${may}. Put what both need into platform, say it through the session's ops and events, or wire it in src/cli/compose.ts.`;
}

/**
 * @param {string} path
 * @param {Import} one
 * @param {Rules} rules
 */
function ownerMessage(path, one, rules) {
  // Platform loads what the user installed, from a path that only the machine knows.
  if (one.specifier === '' && folderOf(path) === 'platform') return undefined;
  if (one.specifier === '') {
    return 'imports a name that is computed. Write the module as a literal, so that it can be checked.';
  }
  const isBuiltin =
    BUILTINS.has(one.specifier.replace(/^node:/, '')) || one.specifier.startsWith('node:');
  const full =
    isBuiltin && !one.specifier.startsWith('node:') ? `node:${one.specifier}` : one.specifier;
  const name = packageName(full);
  const owners =
    rules.owners.get(name) ?? (isBuiltin ? rules.owners.get('any other Node module') : undefined);
  const from = folderOf(path);
  if (owners === undefined || owners.includes('anyone') || owners.includes(from)) return undefined;
  const owner = owners.join(' and ');
  return `imports ${one.specifier}, which belongs to ${owner}. Call what src/${owners[0]} offers, or add a function there.`;
}

/** `node:fs/promises` is `node:fs`, `@a/b/c` is `@a/b`, `conf/x` is `conf`. @param {string} specifier */
function packageName(specifier) {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/**
 * `process.env` and the network globals need no import, so they are looked for by name.
 * @param {import('./source-code.mjs').SourceFile} source
 * @returns {Problem[]}
 */
function checkGlobals(source) {
  if (folderOf(source.path) === 'platform') return [];
  /** @type {Problem[]} */
  const problems = [];
  const add = (/** @type {any} */ node, /** @type {string} */ message) =>
    problems.push({ path: source.path, line: source.lineAt(node.start), message });
  walk(source.parsed.program, (node) => {
    if (isProcessEnv(node)) {
      add(
        node,
        'reads process.env. Take an Environment (src/platform/env.ts) as a parameter instead.',
      );
    }
    const isCall = node.type === 'CallExpression' || node.type === 'NewExpression';
    if (
      isCall &&
      NETWORK_GLOBALS.has(node.callee.name) &&
      !declares(source.text, node.callee.name)
    ) {
      add(
        node,
        `uses ${node.callee.name}. Requests leave through src/platform/http/client.ts, which holds timeouts, proxies and --offline.`,
      );
    }
  });
  return problems;
}

/** @param {any} node */
function isProcessEnv(node) {
  if (node.type !== 'MemberExpression' || node.object.name !== 'process') return false;
  return node.property.name === 'env' || node.property.value === 'env';
}

/** True where the file has its own thing of that name. @param {string} text @param {string} name */
function declares(text, name) {
  return new RegExp(`(?:const|function|class|import[^;]*?[{, ])\\s*${name}\\b`).test(text);
}

/** @param {string} path @param {string} specifier */
function resolve(path, specifier) {
  return posix.join(posix.dirname(path), specifier);
}

/**
 * Files that need each other to load. Type imports vanish and `import()` waits, so neither counts.
 * @param {Map<string, Import[]>} importsOf
 * @returns {Problem[]}
 */
function findCycles(importsOf) {
  const done = new Set();
  /** @type {Problem[]} */
  const problems = [];
  const visit = (/** @type {string} */ path, /** @type {string[]} */ way) => {
    const start = way.indexOf(path);
    if (start !== -1) {
      const cycle = [...way.slice(start), path].join(' → ');
      const message = `is part of an import cycle: ${cycle}. Move what both need into a file of its own.`;
      problems.push({ path, line: 1, message });
      return;
    }
    if (done.has(path)) return;
    for (const one of importsOf.get(path) ?? []) {
      if (one.isType || one.isDynamic || !one.specifier.startsWith('.')) continue;
      visit(resolve(path, one.specifier), [...way, path]);
    }
    done.add(path);
  };
  for (const path of importsOf.keys()) visit(path, []);
  return problems;
}

/**
 * Files that nothing reaches from the entry, types included.
 * @param {string} root
 * @param {Map<string, Import[]>} importsOf
 * @returns {Problem[]}
 */
function findDeadFiles(root, importsOf) {
  if (!existsSync(join(root, ENTRY))) {
    return [{ path: ENTRY, line: 1, message: 'is missing: it is where every import starts.' }];
  }
  const reached = new Set([ENTRY]);
  for (const path of reached) {
    for (const one of importsOf.get(path) ?? []) {
      if (one.specifier.startsWith('.')) reached.add(resolve(path, one.specifier));
    }
  }
  const message = `is reached by no import that starts at ${ENTRY}. Use it or delete it.`;
  return [...importsOf.keys()]
    .filter((path) => !reached.has(path))
    .map((path) => ({ path, line: 1, message }));
}

/** @param {string} root */
function main(root) {
  const problems = checkLayers(root);
  for (const { path, line, message } of problems) console.error(`${path}:${line} ${message}`);
  const summary = problems.length === 0 ? 'every import goes down' : `${problems.length} problems`;
  console.log(`layers: ${summary}`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main(process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url)));
}
