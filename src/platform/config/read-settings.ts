/** Reads one config file into settings: parsed, checked against the table, with positions. */
import { errorMessage, ZekeError } from '../errors.ts';
import { readTextFile } from '../files.ts';
import { nearestName } from '../nearest.ts';
import { checkValue } from './check-value.ts';
import {
  type ConfigKey,
  type ConfigValue,
  findConfigKey,
  isConfigTable,
  siblingNames,
} from './schema.ts';

export type FileOwner = 'user' | 'project';
export interface FileSetting {
  readonly path: readonly string[];
  readonly value: ConfigValue;
}

/** A settings file is small; a larger one is some other file. */
const MAX_FILE_BYTES = 1024 * 1024;

/** The text of a config file, or undefined when there is none. */
export async function readConfigText(path: string): Promise<string | undefined> {
  const file = readTextFile(path, MAX_FILE_BYTES);
  if (file.ok && !file.isCut) return file.text.replace(/^\uFEFF/, '');
  if (!file.ok && file.reason === 'missing') return undefined;
  if (!file.ok && file.reason === 'no-permission') {
    throw new ZekeError('permission', `${path} may not be read.`, {
      hint: 'Check the owner and mode of the file.',
    });
  }
  throw new ZekeError(
    'config',
    `${path} is no settings file (${file.ok ? 'too large' : file.reason}).`,
  );
}

/**
 * The settings in a TOML text. Throws a ZekeError of kind `config` at the first mistake, with
 * `file:line:column`, the key, and the nearest valid name.
 */
export async function parseSettings(
  file: string,
  text: string,
  owner: FileOwner,
): Promise<readonly FileSetting[]> {
  const { parse } = await import('smol-toml');
  let root: unknown;
  try {
    root = parse(text);
  } catch (error) {
    throw syntaxError(file, error);
  }
  const found: Found[] = [];
  collect(root, [], found);
  const settings: FileSetting[] = [];
  for (const { path, value } of found) {
    const checked = checkSetting(path, value, owner);
    if (!checked.ok) {
      const { findPosition } = await import('./toml-tree.ts');
      const { line, column } = findPosition(text, path);
      throw new ZekeError('config', `${file}:${line}:${column}: ${checked.problem}.`, {
        ...(checked.hint === undefined ? {} : { hint: checked.hint }),
      });
    }
    settings.push({ path, value: checked.value });
  }
  return settings;
}

/** A path as TOML writes it: `local."qwen2.5".path`. */
export function formatPath(path: readonly string[]): string {
  return path
    .map((part) => (/^[A-Za-z0-9_-]+$/.test(part) ? part : JSON.stringify(part)))
    .join('.');
}

/** The path in a text such as `local."qwen2.5".path`, or `local.qwen.path`. */
export function parsePath(text: string): readonly string[] {
  const parts = text.match(/"(?:[^"\\]|\\.)*"|'[^']*'|[^.]+/g) ?? [];
  return parts.map((part) => part.trim().replace(/^(["'])(.*)\1$/, '$2'));
}

interface Found {
  readonly path: readonly string[];
  readonly value: unknown;
}
type CheckedSetting =
  | { readonly ok: true; readonly value: ConfigValue }
  | { readonly ok: false; readonly problem: string; readonly hint?: string };

/** Walks known tables; whatever is not one is a setting, known or not. */
function collect(value: unknown, path: readonly string[], found: Found[]): void {
  const isTable = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (isTable && !(value instanceof Date) && (path.length === 0 || isConfigTable(path))) {
    for (const [name, child] of Object.entries(value)) collect(child, [...path, name], found);
  } else {
    found.push({ path, value });
  }
}

function checkSetting(path: readonly string[], value: unknown, owner: FileOwner): CheckedSetting {
  const key = formatPath(path);
  const entry = findConfigKey(path);
  if (entry === undefined) return unknownKey(path, key);
  if (owner === 'project' && entry.project === 'never') return forbidden(key);
  const checked = checkValue(entry, value);
  if (!checked.ok) return { ok: false, problem: `${key} ${checked.problem}` };
  if (owner === 'project' && !isProjectValue(entry, checked.value)) return forbidden(key, entry);
  return checked;
}

function unknownKey(path: readonly string[], key: string): CheckedSetting {
  if (isConfigTable(path)) return { ok: false, problem: `${key} must be a table` };
  const last = path.at(-1) ?? '';
  const names = siblingNames(path);
  const nearest = nearestName(last, names);
  const parent = path.slice(0, -1);
  if (nearest === undefined && isConfigTable(parent) && parent.length > 0) {
    const problem = `${key} may only be named with letters, digits, ".", "_" and "-"`;
    return { ok: false, problem };
  }
  if (nearest === undefined) return nearestAnywhere(key, last);
  const suggestion = formatPath([...parent, nearest]);
  const problem = `unknown key ${key}; the nearest is ${suggestion}`;
  return last.replaceAll('-', '_') === 'api_key'
    ? { ok: false, problem, hint: 'Keys do not belong in this file: use "zeke auth add".' }
    : { ok: false, problem };
}

/** Below a setting, or where only names of the user's own stand, there are no names beside it. */
function nearestAnywhere(key: string, last: string): CheckedSetting {
  const suggestion = nearestName(last, siblingNames(['']));
  return { ok: false, problem: `unknown key ${key}; the nearest is ${suggestion}` };
}

function forbidden(key: string, entry?: ConfigKey): CheckedSetting {
  const allowed = typeof entry?.project === 'object' ? entry.project.only.join(', ') : undefined;
  const what = allowed === undefined ? key : `${key} (other than ${allowed})`;
  return {
    ok: false,
    problem: `a project may not set ${what}; only your own config file can`,
    hint: 'Remove the line, or see "zeke config path" for your own file.',
  };
}

function isProjectValue(entry: ConfigKey, value: ConfigValue): boolean {
  return typeof entry.project !== 'object' || entry.project.only.includes(value);
}

function syntaxError(file: string, error: unknown): ZekeError {
  const place = error as { readonly line?: unknown; readonly column?: unknown };
  const where = typeof place.line === 'number' ? `:${place.line}:${String(place.column)}` : '';
  const [first] = errorMessage(error).split('\n', 1);
  const problem = (first ?? '').replace(/^Invalid TOML document: /, '');
  return new ZekeError('config', `${file}${where}: not valid TOML: ${problem}.`, { cause: error });
}
