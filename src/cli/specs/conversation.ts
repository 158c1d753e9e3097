/** Specs of the commands that talk to a model. Data only: nothing is loaded before it runs. */
import type { CommandSpec, OptionSpec } from '../command.ts';

const FILE_OPTION: OptionSpec = {
  name: 'file',
  short: 'f',
  value: 'PATH',
  isRepeated: true,
  completes: 'file',
  description: 'Put this file before the model; may be given more than once',
};
const REASONING_OPTION: OptionSpec = {
  name: 'reasoning',
  value: 'EFFORT',
  choices: ['none', 'minimal', 'low', 'medium', 'high'],
  description: 'How long the model may think before it answers',
};
const MAX_TOKENS_OPTION: OptionSpec = {
  name: 'max-tokens',
  value: 'N',
  description: 'Upper bound for the answer, in tokens',
};

/** How the answer of a one-shot command is printed. */
const OUTPUT_OPTIONS: readonly OptionSpec[] = [
  { name: 'json', description: 'Print events, one JSON object per line (--format json)' },
  {
    name: 'format',
    value: 'FORMAT',
    choices: ['text', 'json', 'markdown'],
    description: 'Form of the answer',
  },
];
/** Which conversation a message belongs to. */
const SESSION_OPTIONS: readonly OptionSpec[] = [
  { name: 'continue', short: 'c', description: 'Go on with the last session of this project' },
  { name: 'session', value: 'ID', description: 'Go on with this session' },
];

/** How the conversation is shown. */
const SCREEN_OPTIONS: readonly OptionSpec[] = [
  { name: 'new', description: 'Start apart from the conversation that is live in this project' },
  { name: 'fullscreen', description: 'Use the whole window, with a scroll view of its own' },
  { name: 'screen-reader', description: 'Plain lines that are only ever added, said in words' },
];

export const CHAT_COMMAND: CommandSpec = {
  name: 'chat',
  summary: 'Talk about the code in this folder (the default command)',
  description:
    'Opens the conversation in the terminal; a prompt on the command line is its first message. ' +
    'Without a terminal use "zeke ask".',
  arguments: [{ name: 'prompt', description: 'First message', isOptional: true, isRepeated: true }],
  options: [...SESSION_OPTIONS, ...SCREEN_OPTIONS, FILE_OPTION, REASONING_OPTION],
  examples: [
    { command: 'zeke', description: 'Open an empty conversation' },
    { command: 'zeke "why does the login test fail?"', description: 'Open it with a question' },
    { command: 'zeke --continue', description: 'Go on where you left off' },
    { command: 'zeke --new', description: 'Start apart from what runs in another terminal' },
  ],
  load: () => import('../commands/chat.ts'),
};

export const ASK_COMMAND: CommandSpec = {
  name: 'ask',
  summary: 'Print one answer to standard output',
  description:
    'The prompt comes from the arguments; what is piped in is context, or the prompt itself when ' +
    'there are no arguments. Only the answer goes to standard output. With --json the events of ' +
    'the session are printed, one per line, as described in docs/events.md.',
  arguments: [{ name: 'prompt', description: 'The question', isOptional: true, isRepeated: true }],
  options: [
    ...OUTPUT_OPTIONS,
    FILE_OPTION,
    { name: 'system', value: 'TEXT', description: 'Instructions that come before the question' },
    MAX_TOKENS_OPTION,
    REASONING_OPTION,
    ...SESSION_OPTIONS,
  ],
  examples: [
    { command: 'zeke ask "where is the retry limit set?"', description: 'Ask about this project' },
    { command: 'cat error.log | zeke ask "what broke?"', description: 'Ask about piped text' },
    { command: 'zeke ask --json "hello" | jq -r .type', description: 'Read the events' },
  ],
  load: () => import('../commands/ask.ts'),
};

export const HOST_COMMAND: CommandSpec = {
  name: 'host',
  summary: 'Hold the conversation of this project in the background, for editors',
  description:
    'Neovim starts this where no terminal holds the conversation. It asks nothing, and prints one ' +
    'line of JSON: the address of the socket, and whether the conversation is held here ' +
    '(hosting) or by another Zeke (hosted, or busy where that does not answer), when it leaves ' +
    'at once. It ends some seconds after the last editor or terminal has left.',
  arguments: [],
  options: [
    {
      name: 'session',
      value: 'ID',
      description: 'Go on with this session and what was waiting in it',
    },
    {
      name: 'idle',
      value: 'SECONDS',
      description:
        'Leave that long after the last front end has left and the answer has ended (10)',
    },
  ],
  examples: [
    { command: 'zeke host', description: 'What Neovim runs' },
    { command: 'zeke host --idle 3600', description: 'Stay for an hour' },
  ],
  load: () => import('../commands/host.ts'),
};

export const EXPLAIN_COMMAND: CommandSpec = {
  name: 'explain',
  summary: 'Explain a file, or some lines of it',
  arguments: [
    {
      name: 'file[:lines]',
      description: 'A path, with lines as in src/app.ts:10-40 or src/app.ts:12',
      completes: 'file',
    },
  ],
  options: [...OUTPUT_OPTIONS, MAX_TOKENS_OPTION, REASONING_OPTION],
  examples: [
    { command: 'zeke explain src/app.ts', description: 'What is this file for?' },
    { command: 'zeke explain src/app.ts:120-160', description: 'What do these lines do?' },
  ],
  load: () => import('../commands/explain.ts'),
};

export const COMMIT_COMMAND: CommandSpec = {
  name: 'commit',
  summary: 'Write a commit message from the staged changes',
  description:
    'Prints a message for what "git diff --cached" shows. With --commit the message is shown and ' +
    'git commits the staged changes with it.',
  arguments: [],
  options: [{ name: 'commit', description: 'Commit with the message after showing it' }],
  examples: [
    { command: 'zeke commit', description: 'Print the message' },
    { command: 'zeke commit | git commit -F -', description: 'Look at it in git first' },
    { command: 'zeke commit --commit', description: 'Commit at once' },
  ],
  load: () => import('../commands/commit.ts'),
};
