// How the bundle is cut. esbuild alone would make some sixty small files, because every `import()`
// starts one and every set of importers shares another; finding, reading and linking forty of them
// took `zeke ask` longer than running it. These plugins leave a few files for each command.
import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path';
import { parseSync } from 'oxc-parser';
import { listFiles } from './source-code.mjs';

/** Parts that most calls never reach: each starts a file of its own and loads when asked for. */
const SELDOM =
  'agent/builtin/answers/diff|agent/edit/plan-edit|cli/review/conversation-review|' +
  'platform/config/toml-(?:edit|tree)|platform/keys/keys|providers/local/provider|' +
  'session/share/(?:attach|host)|nvim/door|cli/nvim/(?:services|context-use|[a-z]+-service)|' +
  'agent/propose/(?:propose-change|apply-code)|agent/generate/ask-commit-message';
const START = new RegExp(
  `^src/(?:cli/commands/(?!.*-spec)|tui/(?:start|fullscreen/fullscreen-screen)\\.tsx$|tui/screen-reader/screen-reader\\.ts$|(?:${SELDOM})\\.ts$)`,
);
/** What belongs to those alone, and must not be loaded with everything else. */
const OWN_FILE = new RegExp(
  '^src/(?:agent/(?:complete|edit|propose|review)/|cli/(?:commands|review)/|cli/io/report-unexpected\\.ts$|platform/keys/|' +
    `providers/local/|session/share/(?:door|rpc|wire)\\.ts$|nvim/|cli/nvim/(?!doors)|tui/|(?:${SELDOM})\\.ts$)`,
);
const BUILTINS = new Set(builtinModules);

/**
 * Ink asks for its debugging aid by a name that is not installed. The client for Neovim brings a
 * logger of 30 packages, for whoever does not pass one: the program always does.
 * @type {import('esbuild').Plugin}
 */
export const withoutUnused = {
  name: 'without-unused',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(?:react-devtools-core|winston)$/ }, ({ path }) => ({
      path,
      namespace: 'empty',
    }));
    onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'export default {};' }));
  },
};

/**
 * Node's own modules are taken when the first function needs them. An `import` of one reads all
 * its exports first: for `node:http` that alone loads the fetch client, 12 ms for nothing, and for
 * `node:util` a diff algorithm and standard error, 6 ms. src only ever imports them by name, so its
 * names are getters; packages also call a module itself, so theirs is the module as it is.
 * Each package has its own copy of this small wrapper, so that sharing it makes no extra file.
 * @type {import('esbuild').Plugin}
 */
export const lazyBuiltins = {
  name: 'lazy-builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(?:node:)?[a-z_/]+$/ }, ({ path, importer }) => {
      const name = path.replace(/^node:/, '');
      if (!BUILTINS.has(name)) return undefined;
      const user = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(importer)?.[1] ?? 'src';
      return { path: `node:${name}`, namespace: 'builtin', suffix: `?${user}` };
    });
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path, suffix }) => {
      const module = `process.getBuiltinModule(${JSON.stringify(path)})`;
      if (suffix !== '?src') return { contents: `module.exports = ${module};` };
      const names = Object.keys(process.getBuiltinModule(path)).filter(
        (name) => name !== 'default',
      );
      const getters = names.map((name) => `get ${name}() { return ${module}.${name}; }`);
      return { contents: `module.exports = { ${getters.join(', ')} };` };
    });
  },
};

/** A segmenter reads its tables when it is made: 12 ms that plain text never needs. */
const LAZY_SEGMENTER = `{ segment: (text) => (made ??= new Intl.Segmenter()).segment(text) }; let made`;
const SEGMENTER = /new Intl\.Segmenter\((?:undefined, ?\{ ?granularity: ?['"]grapheme['"] ?\})?\);/;
/**
 * Ink measures each frame with it. The first character that is no ASCII costs 20 ms of pattern and
 * tables, and that is the spinner of a message on its way; these few of our own screen are one column
 * wide each, unless somebody asks for wide ambiguous ones, which nobody here does.
 */
const ONE_COLUMN = {
  find: /\/\^\[\\u0020-\\u007E\]\*\$\//,
  put: String.raw`/^[\u0020-\u007E\u00B7\u2026\u203A\u2713\u2717\u2800-\u28FF]*$/`,
};
/**
 * What packages do when they are loaded and could do later. Each entry names the files, what to
 * find and what to put there; a build fails when a new version of the package no longer has it.
 * The first entry for a file counts.
 * @type {readonly { file: RegExp, find: RegExp, put: string, also?: { find: RegExp, put: string } }[]}
 */
const LATER = [
  {
    file: /\/node_modules\/[a-z-]+\/node_modules\/string-width\/index\.js$/,
    find: SEGMENTER,
    put: `${LAZY_SEGMENTER};`,
    also: ONE_COLUMN,
  },
  { file: /\/string-width\/index\.js$/, find: SEGMENTER, put: `${LAZY_SEGMENTER};` },
  { file: /\/wrap-ansi\/index\.js$/, find: SEGMENTER, put: `${LAZY_SEGMENTER};` },
  { file: /\/slice-ansi\/tokenize-ansi\.js$/, find: SEGMENTER, put: `${LAZY_SEGMENTER};` },
  { file: /\/ansi-tokenize\/build\/tokenize\.js$/, find: SEGMENTER, put: `${LAZY_SEGMENTER};` },
  { file: /\/ink\/build\/line-update\.js$/, find: SEGMENTER, put: `${LAZY_SEGMENTER};` },
  // Without fetch the layout engine decodes its own bytes; with it, Node loads 40 ms of client.
  { file: /\/yoga-wasm-base64-esm\.js$/, find: /^/, put: 'const fetch = undefined;' },
];

/** @type {import('esbuild').Plugin} */
export const laterWork = {
  name: 'later-work',
  setup({ onLoad }) {
    for (const { file, also, ...first } of LATER) {
      onLoad({ filter: file }, ({ path }) => {
        let contents = readFileSync(path, 'utf8');
        for (const { find, put } of also === undefined ? [first] : [first, also]) {
          if (!find.test(contents)) return { errors: [{ text: `${path} no longer has ${find}` }] };
          contents = contents.replace(find, () => put);
        }
        return { contents, loader: 'js' };
      });
    }
  },
};

/** What the file of language definitions imports; each name stands only before a dot, in a function. */
const LANGUAGE_IMPORT = /^import \* as (\w+) from ('[^']+');$/gm;
/** Half of the definitions; a build fails when the file is no longer written like this. */
const MIN_LANGUAGE_IMPORTS = 20;

/**
 * The definitions of languages lie in one file and run one by one: an import that is only used
 * within functions becomes a `require` there, which runs the module the first time.
 * @type {import('esbuild').Plugin}
 */
export const lazyLanguages = {
  name: 'lazy-languages',
  setup({ onLoad }) {
    onLoad({ filter: /\/src\/tui\/highlight\/languages\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      const imports = [...text.matchAll(LANGUAGE_IMPORT)];
      if (imports.length < MIN_LANGUAGE_IMPORTS) {
        return { errors: [{ text: `${path} no longer imports definitions by \`import * as\`` }] };
      }
      const contents = imports.reduce(
        (result, [, name, from]) =>
          result.replace(new RegExp(`(?<![\\w.])${name}\\.`, 'g'), `require(${from}).`),
        text.replace(LANGUAGE_IMPORT, ''),
      );
      return { contents, loader: 'ts' };
    });
  },
};

/**
 * An `import()` between two files of src becomes a lazy `require`, which still runs nothing before
 * it is called, except where the target starts a file of its own. Each of those also names every
 * shared file without using it, so that esbuild finds all of them in the same company and keeps
 * them in one chunk.
 * @param {string} root
 * @returns {import('esbuild').Plugin}
 */
export function fewChunks(root) {
  return {
    name: 'few-chunks',
    setup({ onLoad }) {
      const shared = listFiles(root, 'src', ['.ts']).filter((path) => !OWN_FILE.test(path));
      const named = shared
        .filter((path) => path !== 'src/cli/main.ts')
        .map((path) => join(root, path));
      const calls = named.map((path) => `require(${JSON.stringify(path)})`).join(', ');
      onLoad({ filter: /\/src\/.*\.tsx?$/ }, ({ path }) => {
        const local = path.slice(root.length).replaceAll('\\', '/');
        const text = withLazyImports(local, readFileSync(path, 'utf8'));
        const tail = START.test(local) ? `\nexport const sharedFiles = () => [${calls}];\n` : '';
        return { contents: text + tail, loader: path.endsWith('x') ? 'tsx' : 'ts' };
      });
    },
  };
}

/** @param {string} path @param {string} text */
function withLazyImports(path, text) {
  const imports = parseSync(path, text).module.dynamicImports;
  return imports.reduceRight((result, { start, end, moduleRequest }) => {
    const name = text.slice(moduleRequest.start + 1, moduleRequest.end - 1);
    const target = join(dirname(path), name).replaceAll('\\', '/');
    const isLazy = name.startsWith('node:') || (name.startsWith('.') && !OWN_FILE.test(target));
    if (!isLazy) return result;
    const call = `Promise.resolve().then(() => require(${JSON.stringify(name)}))`;
    return result.slice(0, start) + call + result.slice(end);
  }, text);
}
