/** The slash commands in one table: what runs, what is completed and what /help shows. */

export interface CommandContext {
  showHelp(): void;
  openModelPicker(): void;
  switchModel(model: string): void;
  clearContext(): void;
  newSession(): void;
  openSessionPicker(): void;
  leave(): void;
}
export interface SlashCommand {
  readonly name: string;
  readonly argument?: string;
  readonly summary: string;
  run(context: CommandContext, argument: string): void;
}

export const COMMANDS: readonly SlashCommand[] = [
  {
    name: 'help',
    summary: 'Keys and commands',
    run: (context) => context.showHelp(),
  },
  {
    name: 'model',
    argument: '[provider/model]',
    summary: 'Choose the model of the next turn',
    run: (context, argument) =>
      argument === '' ? context.openModelPicker() : context.switchModel(argument),
  },
  {
    name: 'clear',
    summary: 'The model forgets the conversation; the session keeps it',
    run: (context) => context.clearContext(),
  },
  {
    name: 'new',
    summary: 'Start a new session',
    run: (context) => context.newSession(),
  },
  {
    name: 'resume',
    summary: 'Go on with an earlier session of this project',
    run: (context) => context.openSessionPicker(),
  },
  {
    name: 'quit',
    summary: 'Leave; the session can be resumed',
    run: (context) => context.leave(),
  },
];

export type ParsedInput =
  | { readonly type: 'message' }
  | { readonly type: 'command'; readonly command: SlashCommand; readonly argument: string }
  | { readonly type: 'unknown'; readonly name: string };

/** Whether a text is a command. A path like `/usr/bin` is none. */
export function parseInput(text: string): ParsedInput {
  const match = /^\/([a-z-]+)(?:\s+([\s\S]*))?$/.exec(text.trim());
  if (match === null) return { type: 'message' };
  const [, name = '', argument = ''] = match;
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command === undefined) return { type: 'unknown', name };
  return { type: 'command', command, argument: argument.trim() };
}

/** Commands that begin with what was typed. */
export function matchingCommands(query: string): readonly SlashCommand[] {
  return COMMANDS.filter(({ name }) => name.startsWith(query));
}
