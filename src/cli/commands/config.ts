/** `zeke config get|set|unset|edit|path|validate`. */
import { parseValue } from '../../platform/config/check-value.ts';
import { editUserConfig } from '../../platform/config/edit.ts';
import {
  configFiles,
  type LoadedConfig,
  loadConfig,
  type Setting,
} from '../../platform/config/load.ts';
import { formatPath, parsePath } from '../../platform/config/read-settings.ts';
import {
  type ConfigKey,
  type ConfigValue,
  findConfigKey,
  isConfigTable,
  siblingNames,
} from '../../platform/config/schema.ts';
import { openInEditor } from '../../platform/desktop/editor.ts';
import { ZekeError } from '../../platform/errors.ts';
import { nearestName } from '../../platform/nearest.ts';
import { findProjectRoot, resolvePaths } from '../../platform/paths.ts';
import type { Invocation } from '../command.ts';
import { configFlags } from '../config-flags.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printJson, printLine, printTable } from '../io/print.ts';

/** Reads or changes settings; what was changed is said on standard error. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const [action = 'get', key, ...values] = invocation.positionals;
  switch (action) {
    case 'set':
      return setSetting(invocation, requireKey(action, key), values);
    case 'unset':
      return unsetSetting(invocation, requireKey(action, key));
    case 'edit':
      return editFile(invocation);
    case 'path':
      printLine(invocation.io.stdout, filesOf(invocation).user);
      return EXIT.ok;
    case 'validate':
      return validate(invocation);
    default:
      return getSettings(invocation, key);
  }
}

async function getSettings(invocation: Invocation, key: string | undefined): Promise<ExitCode> {
  const { settings } = await load(invocation);
  const { stdout } = invocation.io;
  if (key === undefined) {
    if (invocation.options.json === true) printJson(stdout, settings.map(toJson));
    else printTable(stdout, settings.map(toRow));
    return EXIT.ok;
  }
  const path = checkedPath(key);
  const wanted = formatPath(path);
  const below = settings.filter(
    ({ key: name }) => name === wanted || name.startsWith(`${wanted}.`),
  );
  const exact = below.find((setting) => setting.key === wanted);
  if (invocation.options.json === true) {
    printJson(stdout, exact === undefined ? below.map(toJson) : toJson(exact));
  } else if (exact !== undefined) {
    for (const line of valueLines(exact.value)) printLine(stdout, line);
  } else {
    printTable(stdout, below.map(toRow));
  }
  return EXIT.ok;
}

async function setSetting(
  invocation: Invocation,
  key: string,
  words: readonly string[],
): Promise<ExitCode> {
  const path = checkedPath(key);
  const entry = findConfigKey(path);
  if (entry === undefined) throw new ZekeError('usage', `${key} is a table, not a setting.`);
  const value = parseWords(entry, key, words);
  const file = await editUserConfig(pathsOf(invocation), [{ path, value }]);
  printLine(invocation.io.stderr, `${formatPath(path)} is now ${formatShown(value)} (${file}).`);
  return EXIT.ok;
}

async function unsetSetting(invocation: Invocation, key: string): Promise<ExitCode> {
  const path = checkedPath(key);
  const file = await editUserConfig(pathsOf(invocation), [{ path, value: undefined }]);
  printLine(invocation.io.stderr, `${formatPath(path)} is not set in ${file}.`);
  return EXIT.ok;
}

async function editFile(invocation: Invocation): Promise<ExitCode> {
  const { stdin, stdout } = invocation.io;
  const { user } = filesOf(invocation);
  if (!stdin.isTTY || !stdout.isTTY) {
    throw new ZekeError('usage', 'An editor needs a terminal.', { hint: `The file is ${user}` });
  }
  await openInEditor(user, { env: invocation.env, cwd: invocation.cwd });
  return validate(invocation);
}

async function validate(invocation: Invocation): Promise<ExitCode> {
  const loaded = await load(invocation);
  const { stderr } = invocation.io;
  for (const warning of loaded.warnings) printLine(stderr, `zeke: ${warning}`);
  printLine(stderr, `The settings are valid (${loaded.files.user}).`);
  return EXIT.ok;
}

function load(invocation: Invocation): Promise<LoadedConfig> {
  const { env, cwd } = invocation;
  const flags = configFlags(invocation);
  return loadConfig({ paths: pathsOf(invocation), env, root: findProjectRoot(cwd), flags });
}

function pathsOf({ env }: Invocation): ReturnType<typeof resolvePaths> {
  return resolvePaths(env, process.platform);
}

function filesOf(invocation: Invocation): ReturnType<typeof configFiles> {
  return configFiles(pathsOf(invocation), findProjectRoot(invocation.cwd));
}

function requireKey(action: string, key: string | undefined): string {
  if (key !== undefined) return key;
  throw new ZekeError('usage', `"zeke config ${action}" needs a key, such as review.fail_on.`);
}

/** The path of a setting or a table. Throws a usage error that names the nearest key. */
function checkedPath(key: string): readonly string[] {
  const path = parsePath(key);
  if (isKnown(path)) return path;
  const nearest = nearestKey(path);
  const typed = JSON.stringify(key);
  throw new ZekeError('usage', `There is no setting ${typed}; the nearest is ${nearest}.`);
}

/** The first wrong part is put right; the rest is kept where it is right then. */
function nearestKey(path: readonly string[]): string {
  const right = path.findIndex((_, index) => !isKnown(path.slice(0, index + 1)));
  const at = Math.max(0, right);
  const name = nearestName(path[at] ?? '', siblingNames(path.slice(0, at + 1)));
  const repaired = [...path.slice(0, at), ...(name === undefined ? [] : [name])];
  const whole = [...repaired, ...path.slice(at + 1)];
  return formatPath(isKnown(whole) ? whole : repaired);
}

function isKnown(path: readonly string[]): boolean {
  return findConfigKey(path) !== undefined || isConfigTable(path);
}

function parseWords(entry: ConfigKey, key: string, words: readonly string[]): ConfigValue {
  if (words.length === 0 && entry.type !== 'string-list') {
    throw new ZekeError('usage', `"zeke config set ${key}" needs a value.`);
  }
  const parsed = parseValue(entry, words);
  if (!parsed.ok) throw new ZekeError('usage', `${key} ${parsed.problem}.`);
  return parsed.value;
}

function toJson({ key, value, source, where }: Setting): Record<string, unknown> {
  return { key, value, source, where };
}

function toRow({ key, value, where }: Setting): readonly string[] {
  return [key, formatShown(value), where];
}

function formatShown(value: ConfigValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A list prints one item a line, for scripts. */
function valueLines(value: ConfigValue): readonly string[] {
  return typeof value === 'object' ? value : [String(value)];
}
