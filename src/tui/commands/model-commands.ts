/** Commands that choose who answers. */
import { ZekeError } from '../../platform/errors.ts';
import { nearestName } from '../../platform/nearest.ts';
import { sanitizeLine } from '../../platform/terminal-text.ts';
import { modelList, providerList } from '../picker/lists.ts';
import { modelArguments, providerArguments } from './arguments.ts';
import type { Chat, SlashCommand } from './command.ts';

export const MODEL_COMMANDS: readonly SlashCommand[] = [
  {
    name: 'model',
    argument: '[provider/model]',
    complete: modelArguments,
    summary: 'Choose the model of the next turn',
    details: 'Without a name a list opens; type to filter it. A running answer is finished first.',
    run: (chat, argument) => {
      if (argument === '') return openModels(chat);
      if (!/^[^\s/]+\/\S+$/.test(argument)) {
        throw new ZekeError('usage', 'A model is named as provider/model.', {
          hint: 'As in /model ollama/llama3.2; /model alone lists them.',
        });
      }
      if (chat.services.listProviders === undefined) return switchModel(chat, argument);
      return switchKnown(chat, argument);
    },
  },
  {
    name: 'provider',
    argument: '[name]',
    complete: providerArguments,
    summary: 'Choose a provider, then one of its models',
    run: async (chat, argument) => {
      if (chat.services.listProviders === undefined) {
        openModels(chat);
        return;
      }
      const { model } = chat.state();
      if (argument === '') {
        chat.openList(
          providerList(chat.services, model, ({ id }) => {
            openProvider(chat, id).catch((error: unknown) => chat.fail(error));
          }),
        );
      } else await openProvider(chat, argument);
    },
  },
];

/** Opens the list of models, of one provider or of all. */
export function openModels(chat: Chat, provider?: string): void {
  const { model: current } = chat.state();
  const wanted = provider === undefined ? { current } : { current, provider };
  chat.openList(modelList(chat.services, wanted, ({ id }) => switchModel(chat, id)));
}

async function openProvider(chat: Chat, id: string): Promise<void> {
  const providers = (await chat.services.listProviders?.()) ?? [];
  const provider = providers.find((one) => one.id === id);
  if (provider === undefined) {
    throw new ZekeError('usage', `There is no provider ${JSON.stringify(sanitizeLine(id))}.`, {
      hint: '/provider lists them.',
    });
  }
  if (provider.isUsable) openModels(chat, provider.id);
  else chat.say(`${sanitizeLine(id)} is not set up yet: ${sanitizeLine(provider.detail)}`);
}

/** A model may be one that nobody has listed; its provider is one there is. */
async function switchKnown(chat: Chat, model: string): Promise<void> {
  const ids = ((await chat.services.listProviders?.()) ?? []).map(({ id }) => id);
  const id = model.slice(0, model.indexOf('/'));
  if (ids.includes(id)) {
    switchModel(chat, model);
    return;
  }
  throw new ZekeError('usage', `There is no provider ${JSON.stringify(sanitizeLine(id))}.`, {
    hint: `The nearest is "${nearestName(id, ids) ?? 'none'}"; /provider lists them.`,
  });
}

function switchModel(chat: Chat, model: string): void {
  chat.send({ type: 'switch-model', model });
  const when = chat.state().running === undefined ? '' : ' after this answer';
  chat.hint(`The next message goes to ${sanitizeLine(model)}${when}.`);
}
