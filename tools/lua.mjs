// The checks of the Lua in this project, and its format:
//   node tools/lua.mjs format     writes the files as StyLua lays them out
//   node tools/lua.mjs check      names those that are laid out otherwise
//   node tools/lua.mjs lint       runs luacheck, where it is installed
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  CallParenType,
  Config,
  formatCode,
  IndentType,
  LineEndings,
  LuaVersion,
  OutputVerification,
  QuoteStyle,
} from '@johnnymorganz/stylua';
import { parse } from 'smol-toml';
import { listFiles } from './source-code.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Every folder that holds Lua, or may. */
const FOLDERS = ['plugin', 'ftplugin', 'lua', 'test'];
/** The settings whose values are names; StyLua in WebAssembly takes their numbers. */
const NAMED_VALUES = {
  call_parentheses: CallParenType,
  indent_type: IndentType,
  line_endings: LineEndings,
  quote_style: QuoteStyle,
  syntax: LuaVersion,
};

/**
 * The text as StyLua lays it out. Throws where it is no Lua.
 * @param {string} text
 * @param {string} settings the text of a stylua.toml
 */
export function formatLua(text, settings) {
  return formatCode(text, readConfig(settings), undefined, OutputVerification.None);
}

/** StyLua reads its file only when it is the program. @param {string} settings */
function readConfig(settings) {
  const config = Config.new();
  for (const [name, value] of Object.entries(parse(settings))) {
    if (name === 'sort_requires') {
      config.sort_requires = config.sort_requires.set_enabled(value.enabled === true);
      continue;
    }
    const known = name in NAMED_VALUES ? NAMED_VALUES[name][value] : value;
    if (!(name in config) || known === undefined) {
      throw new Error(`.stylua.toml: StyLua knows no ${name} = ${JSON.stringify(value)}`);
    }
    config[name] = known;
  }
  return config;
}

/**
 * One line for each file that is laid out otherwise, or is no Lua. With `writes`, only the latter.
 * @param {boolean} writes
 */
function formatAll(writes) {
  const settings = readFileSync(join(root, '.stylua.toml'), 'utf8');
  return luaFiles().flatMap((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    try {
      const formatted = formatLua(text, settings);
      if (formatted === text) return [];
      if (!writes) return [`${path}: is not laid out as StyLua does; run npm run format`];
      writeFileSync(join(root, path), formatted);
      return [];
    } catch (error) {
      return [`${path}: ${error instanceof Error ? error.message : String(error)}`];
    }
  });
}

function luaFiles() {
  return FOLDERS.flatMap((folder) => listFiles(root, folder, ['.lua']));
}

/** What luacheck says, by line; nothing where all is well. */
function lint() {
  const files = luaFiles();
  if (files.length === 0) return [];
  const { status, stdout, stderr, error } = spawnSync(
    'luacheck',
    ['--config', '.luacheckrc', '--no-color', '--codes', '--quiet', ...files],
    { cwd: root, encoding: 'utf8' },
  );
  if (error !== undefined && 'code' in error && error.code === 'ENOENT') {
    console.log('note: luacheck is not installed, so the Lua was not linted');
    return [];
  }
  return status === 0 ? [] : [error?.message ?? `${stdout}${stderr}`];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const commands = { format: () => formatAll(true), check: () => formatAll(false), lint };
  const [name = ''] = process.argv.slice(2);
  if (Object.hasOwn(commands, name)) {
    const problems = commands[name]();
    for (const problem of problems) console.error(problem);
    if (problems.length > 0) process.exitCode = 1;
  } else {
    console.error(`lua: no command "${name}". There are: ${Object.keys(commands).join(', ')}.`);
    process.exitCode = 2;
  }
}
