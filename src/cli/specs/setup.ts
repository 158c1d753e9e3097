/** Specs of the commands that look after Zeke itself. Data only. */
import type { CommandSpec } from '../command.ts';
import { JSON_OPTION } from './options.ts';

export const MODELS_COMMAND: CommandSpec = {
  name: 'models',
  summary: 'List the models you can use, or add a local one',
  description:
    'Without an action: what each configured provider offers, with context size and price per ' +
    'million tokens where they are known. "add-local" writes a GGUF file into your own ' +
    'config.toml, and "--model local/<name>" then runs it on this machine.',
  arguments: [
    {
      name: 'action',
      description: 'What to do; list where absent',
      isOptional: true,
      choices: ['list', 'add-local', 'remove-local'],
    },
    {
      name: 'file',
      description: 'Provider for list, GGUF file for add-local, name for remove-local',
      isOptional: true,
      completes: 'file',
    },
  ],
  options: [
    JSON_OPTION,
    { name: 'ids', description: 'Print provider/model alone, one a line, for scripts' },
    { name: 'provider', value: 'ID', description: 'List the models of this provider only' },
    { name: 'name', value: 'NAME', description: 'Name of the local model; the file’s name else' },
  ],
  examples: [
    { command: 'zeke models', description: 'Everything that can be used now' },
    { command: 'zeke models --provider ollama', description: 'One provider' },
    {
      command: 'zeke models add-local ~/models/tiny.gguf --name tiny',
      description: 'Then: zeke ask --model local/tiny',
    },
  ],
  load: () => import('../commands/models.ts'),
};

export const CONFIG_COMMAND: CommandSpec = {
  name: 'config',
  summary: 'Read and change your settings',
  description:
    'Settings live in config.toml in your own config folder; comments there survive "set" and ' +
    '"unset". "get" without a key shows every value and where it comes from. All keys are ' +
    'described in docs/config.md.',
  arguments: [
    {
      name: 'action',
      description: 'What to do; get where absent',
      isOptional: true,
      choices: ['get', 'set', 'unset', 'edit', 'path', 'validate'],
    },
    { name: 'key', description: 'A key such as review.fail_on', isOptional: true },
    { name: 'value', description: 'The new value for set', isOptional: true, isRepeated: true },
  ],
  options: [JSON_OPTION],
  examples: [
    { command: 'zeke config get', description: 'Every setting and its source' },
    { command: 'zeke config set model ollama/qwen3', description: 'Choose the default model' },
    { command: 'zeke config set review.exclude "dist/**" "*.lock"', description: 'Set a list' },
    { command: 'zeke config edit', description: 'Open the file in your editor' },
  ],
  load: () => import('../commands/config.ts'),
};

export const AUTH_COMMAND: CommandSpec = {
  name: 'auth',
  summary: 'Keep API keys in the system keyring',
  description:
    'A key is looked for in the environment, then in the keyring of the system, then in a file ' +
    'that only you can read. "add" asks for the key without showing it, or reads it from ' +
    'standard input; it is never an argument. "test" makes one cheap request with it.',
  arguments: [
    {
      name: 'action',
      description: 'What to do; list where absent',
      isOptional: true,
      choices: ['add', 'list', 'remove', 'test'],
    },
    { name: 'provider', description: 'Provider id, such as anthropic', isOptional: true },
  ],
  options: [JSON_OPTION],
  examples: [
    { command: 'zeke auth add anthropic', description: 'Asks for the key' },
    { command: 'pass show openai | zeke auth add openai', description: 'From a password store' },
    { command: 'zeke auth test anthropic', description: 'Is the key accepted?' },
  ],
  load: () => import('../commands/auth.ts'),
};

export const DOCTOR_COMMAND: CommandSpec = {
  name: 'doctor',
  summary: 'Check that everything Zeke needs is in order',
  description:
    'Looks at Node, folders and their modes, settings, keys, providers, git, the terminal and ' +
    'the socket. Ends with 0 when nothing is broken, 2 when a setting is, 3 when something ' +
    'cannot be reached or used, 4 when a key or a permission is missing.',
  arguments: [],
  options: [JSON_OPTION],
  examples: [
    { command: 'zeke doctor', description: 'Check everything' },
    { command: 'zeke doctor --offline', description: 'Without asking any provider' },
  ],
  load: () => import('../commands/doctor.ts'),
};

export const COMPLETION_COMMAND: CommandSpec = {
  name: 'completion',
  summary: 'Print a completion script for your shell',
  arguments: [{ name: 'shell', description: 'Your shell', choices: ['bash', 'zsh', 'fish'] }],
  options: [],
  examples: [
    { command: 'source <(zeke completion bash)', description: 'In ~/.bashrc' },
    { command: 'source <(zeke completion zsh)', description: 'In ~/.zshrc, after compinit' },
    { command: 'zeke completion fish | source', description: 'In config.fish' },
  ],
  load: () => import('../help/completion-command.ts'),
};

export const HELP_COMMAND: CommandSpec = {
  name: 'help',
  summary: 'Show help for a command',
  arguments: [
    { name: 'command', description: 'The command', isOptional: true, completes: 'command' },
  ],
  options: [],
  examples: [{ command: 'zeke help review', description: 'Everything about one command' }],
  load: () => import('../help/help-command.ts'),
};
