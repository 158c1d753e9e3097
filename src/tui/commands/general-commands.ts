/** Commands about the program itself: help, keys, looks, leaving. */
import { ZekeError } from '../../platform/errors.ts';
import { nearestName } from '../../platform/nearest.ts';
import { sanitizeLine } from '../../platform/terminal-text.ts';
import { plainLine } from '../styled-text.ts';
import { THEMES } from '../theme/palettes.ts';
import { textToCopy } from './answer-blocks.ts';
import { themeArguments } from './arguments.ts';
import { type Chat, type SlashCommand, words } from './command.ts';
import { commandHelp, helpLines, keyLines } from './help-lines.ts';

/** `/help`, which has to know all the others. */
export function helpCommand(commands: () => readonly SlashCommand[]): SlashCommand {
  return {
    name: 'help',
    argument: '[command]',
    summary: 'Keys and commands, or more about one command',
    complete: async () => words(commands().map(({ name }) => name)),
    run: (chat, argument) => {
      const { theme, keymap } = chat;
      const name = argument.replace(/^\//, '');
      if (name === '') {
        chat.print(helpLines({ commands: commands(), keymap }, theme));
        return;
      }
      const command = commands().find((candidate) => candidate.name === name);
      if (command !== undefined) {
        chat.print(commandHelp(command, theme));
        return;
      }
      const names = commands().map((candidate) => candidate.name);
      throw new ZekeError('usage', `There is no command /${sanitizeLine(name)}.`, {
        hint: `The nearest is /${nearestName(name, names)}; /help lists all.`,
      });
    },
  };
}

export const GENERAL_COMMANDS: readonly SlashCommand[] = [
  {
    name: 'copy',
    argument: '[last|block N|all]',
    summary: 'Copy the last answer, one of its code blocks, or the conversation',
    complete: async () => words(['last', 'block', 'all']),
    details:
      'Without a word the last answer is copied as it was written, in Markdown. `block` alone is the last code block, `block 2` the second one.',
    run: async (chat, argument) => {
      const { what, text } = textToCopy(chat.state(), argument);
      const how = await chat.services.copy?.(text);
      if (how === undefined) throw new ZekeError('system', 'There is no clipboard here.');
      chat.hint(`Copied ${what} ${how}.`);
    },
  },
  {
    name: 'theme',
    argument: '[name]',
    complete: themeArguments,
    summary: 'Choose the colours',
    details: `There are ${THEMES.map(({ name }) => name).join(', ')}. The choice is written into your config file. What stands in the scrollback keeps its colours.`,
    run: (chat, argument) => (argument === '' ? openThemes(chat) : chooseTheme(chat, argument)),
  },
  {
    name: 'keys',
    summary: 'All keys',
    details: 'Each can be changed: `[tui.keys]` in the config, with the name that is shown here.',
    run: (chat) => chat.print(keyLines(chat.keymap, chat.theme)),
  },
  {
    name: 'who',
    summary: 'Who is attached to this conversation',
    run: (chat) => {
      const clients = chat.clients();
      if (clients.length <= 1) {
        chat.say(
          'Nobody else is attached. Run "zeke" in another terminal of this project to join.',
        );
        return;
      }
      const lines = clients.map(({ name, isHost, isSelf }) => {
        const facts = [isSelf ? 'this one' : '', isHost ? 'the conversation lives here' : ''];
        const note = facts.filter(Boolean).join(', ');
        return plainLine(`${sanitizeLine(name)}${note === '' ? '' : ` (${note})`}`);
      });
      chat.print(lines);
    },
  },
  {
    name: 'quit',
    summary: 'Leave; the session can be resumed',
    run: (chat) => chat.leave(),
  },
];

function openThemes(chat: Chat): void {
  const current = chat.themes?.current();
  chat.openList({
    kind: 'theme',
    title: 'Colours',
    load: async () =>
      THEMES.map(({ name, description }) => ({
        id: name,
        label: name,
        detail: description,
        isCurrent: name === current,
      })),
    onChoose: ({ id }) => {
      chooseTheme(chat, id).catch((error: unknown) => chat.fail(error));
    },
  });
}

async function chooseTheme(chat: Chat, typed: string): Promise<void> {
  const names = THEMES.map(({ name }) => name);
  const name = names.find((known) => known === typed.toLowerCase());
  if (name === undefined || chat.themes === undefined) {
    throw new ZekeError('usage', `There is no theme ${JSON.stringify(sanitizeLine(typed))}.`, {
      hint: `The nearest is "${nearestName(typed, names)}"; /theme lists all.`,
    });
  }
  chat.themes.choose(name);
  chat.hint(`The theme is ${name}.`);
  const path = await chat.services.saveSetting?.(['tui', 'theme'], name);
  if (path !== undefined) chat.hint(`The theme is ${name}; saved in ${sanitizeLine(path)}.`);
}
