/** What can stand behind a command, for its completion. */
import { sanitizeLine } from '../../platform/terminal-text.ts';
import type { CompletionItem } from '../input/completion.ts';
import { THEMES } from '../theme/palettes.ts';
import type { SlashCommand } from './command.ts';

type Complete = NonNullable<SlashCommand['complete']>;

export const modelArguments: Complete = async (services, signal) => {
  const models = await services.listModels(signal);
  return models.map(({ ref, label }) =>
    label === ref ? item(ref) : { ...item(ref), detail: sanitizeLine(label) },
  );
};

export const providerArguments: Complete = async (services) => {
  const providers = (await services.listProviders?.()) ?? [];
  return providers.map(({ id, detail }) => ({ ...item(id), detail: sanitizeLine(detail) }));
};

export const sessionArguments: Complete = async (services) => {
  const sessions = await services.listSessions();
  return sessions.filter(({ title }) => sanitizeLine(title) !== '').map(({ title }) => item(title));
};

export const themeArguments: Complete = async () =>
  THEMES.map(({ name, description }) => ({ ...item(name), detail: description }));

/** Names come from files and hosts: they are shown, and put into the text, without controls. */
function item(name: string): CompletionItem {
  const text = sanitizeLine(name);
  return { label: text, replacement: text };
}
