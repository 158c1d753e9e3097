/**
 * The settings of the conversation's looks, read before its first paint. A config file that says
 * nothing about them, as most do, costs one look at its text: no TOML parser is loaded.
 */
import { join } from 'node:path';
import { formatPath, parseSettings, readConfigText } from '../platform/config/read-settings.ts';
import type { ConfigValue } from '../platform/config/schema.ts';
import { resolvePaths } from '../platform/paths.ts';
import { DEFAULT_SETTINGS, type TuiSettings } from '../tui/settings.ts';
import type { Invocation } from './command.ts';

/**
 * What the user's own file and the command line say. Rejects with a ZekeError as loading the whole
 * config does, which happens after the first paint.
 */
export async function readTuiSettings(invocation: Invocation): Promise<TuiSettings> {
  const { env, options } = invocation;
  const { configDir } = resolvePaths(env, process.platform);
  const file = join(configDir, 'config.toml');
  const text = (await readConfigText(file)) ?? '';
  const settings = text.includes('tui') ? await settingsOf(file, text) : DEFAULT_SETTINGS;
  return {
    ...settings,
    ...(options.fullscreen === true ? { fullscreen: true } : {}),
    ...(options['screen-reader'] === true ? { screenReader: true } : {}),
  };
}

async function settingsOf(file: string, text: string): Promise<TuiSettings> {
  const values = new Map<string, ConfigValue>();
  const keys = new Map<string, readonly string[]>();
  for (const { path, value } of await parseSettings(file, text, 'user')) {
    if (path[0] !== 'tui') continue;
    if (path[1] !== 'keys') values.set(formatPath(path), value);
    else keys.set(path[2] ?? '', value as readonly string[]);
  }
  return {
    theme: (values.get('tui.theme') as string | undefined) ?? DEFAULT_SETTINGS.theme,
    viMode: values.get('tui.vi_mode') === true,
    keys,
    fullscreen: values.get('tui.fullscreen') === true,
    screenReader: values.get('tui.screen_reader') === true,
    // The table allows nothing else.
    notify: (values.get('tui.notify') as TuiSettings['notify'] | undefined) ?? 'off',
  };
}
