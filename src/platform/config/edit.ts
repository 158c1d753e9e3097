/**
 * Changes the user's own config.toml. `conf` does the reading and the atomic writing; its
 * serializer patches the text that is there, so that comments, order and blank lines survive.
 */
import { isDeepStrictEqual } from 'node:util';
import { errnoCode, ZekeError } from '../errors.ts';
import { ensurePrivateDir, writeError } from '../files.ts';
import type { Paths } from '../paths.ts';
import { checkSettingsText, configFiles } from './load.ts';
import { formatPath, readConfigText } from './read-settings.ts';
import type { ConfigValue } from './schema.ts';

export interface ConfigEdit {
  readonly path: readonly string[];
  /** Undefined removes the setting, or the whole table. */
  readonly value: ConfigValue | undefined;
}

type Table = Record<string, unknown>;

/**
 * Makes the edits in the user's config.toml, all or none, and resolves to its path. The new text is
 * checked as a whole before it is written. Rejects with a ZekeError: `config` when the file has or
 * would have a mistake, `permission` or `system` when it cannot be written.
 */
export async function editUserConfig(paths: Paths, edits: readonly ConfigEdit[]): Promise<string> {
  const file = configFiles(paths, paths.configDir).user;
  const before = (await readConfigText(file)) ?? '';
  await checkSyntax(file, before);
  const { setTomlValue, unsetTomlValue } = await import('./toml-edit.ts');
  const after = edits.reduce(
    (text, { path, value }) =>
      value === undefined ? unsetTomlValue(text, path) : setTomlValue(text, path, value),
    before,
  );
  await checkEdited(file, { before, after }, edits);
  if (after !== before) await writeThroughConf(paths.configDir, file, after);
  return file;
}

/** Mistakes in other settings must not keep somebody from repairing them one by one. */
async function checkSyntax(file: string, text: string): Promise<void> {
  const { parse } = await import('smol-toml');
  try {
    parse(text);
  } catch {
    await checkSettingsText(file, text);
  }
}

/** The edited text must be valid, say exactly what was asked for, and all else as before. */
async function checkEdited(
  file: string,
  { before, after }: { readonly before: string; readonly after: string },
  edits: readonly ConfigEdit[],
): Promise<void> {
  const { parse } = await import('smol-toml');
  await checkSettingsText(file, after);
  const expected = parse(before);
  for (const edit of edits) applyEdit(expected, edit);
  if (isDeepStrictEqual(withoutEmptyTables(parse(after)), withoutEmptyTables(expected))) return;
  const keys = edits.map(({ path }) => formatPath(path)).join(', ');
  throw new ZekeError('config', `${keys} could not be changed in ${file} without a rewrite.`, {
    hint: 'Change it by hand: zeke config edit.',
  });
}

function applyEdit(root: Table, { path, value }: ConfigEdit): void {
  let table = root;
  for (const name of path.slice(0, -1)) {
    if (!isTable(table[name])) table[name] = {};
    table = table[name] as Table;
  }
  const last = path.at(-1) ?? '';
  if (value === undefined) delete table[last];
  else table[last] = value;
}

/** An empty table means the same as none, and editing may leave one or the other. */
function withoutEmptyTables(table: Table): Table {
  const entries = Object.entries(table).flatMap(([name, value]): [string, unknown][] => {
    if (!isTable(value)) return [[name, value]];
    const inner = withoutEmptyTables(value);
    return Object.keys(inner).length === 0 ? [] : [[name, inner]];
  });
  return Object.fromEntries(entries);
}

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function writeThroughConf(configDir: string, file: string, text: string): Promise<void> {
  const { default: Conf } = await import('conf');
  const { parse } = await import('smol-toml');
  try {
    await ensurePrivateDir(configDir);
    const store = new Conf<Record<string, unknown>>({
      cwd: configDir,
      configName: 'config',
      fileExtension: 'toml',
      configFileMode: 0o600,
      accessPropertiesByDotNotation: false,
      deserialize: (source) => parse(source.replace(/^\uFEFF/, '')),
      serialize: () => text,
    });
    store.store = parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
    throw writeError(file, error);
  }
}
