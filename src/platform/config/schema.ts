/**
 * Every setting there is, in one table: what it means, why it exists, and who may set it. The
 * loader, `zeke config`, docs/config.md and the JSON schema are made from it.
 */

export type ConfigValue = string | number | boolean | readonly string[];

export interface ConfigKey {
  /** Dotted, as in TOML; a part in angle brackets is a name that the user chooses. */
  readonly key: string;
  readonly type: 'string' | 'boolean' | 'integer' | 'number' | 'string-list';
  readonly defaultValue?: ConfigValue;
  readonly choices?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  /** A further form that a string must have. */
  readonly form?: 'url' | 'variable-name' | 'model' | 'absolute-path';
  /** What it does and why one would change it; full sentences for docs/config.md. */
  readonly reason: string;
  /**
   * What the `.zeke/config.toml` of a project may do with it. A repository is untrusted: it may
   * tighten (`only`: these values) and say how it wants to be reviewed, nothing else.
   */
  readonly project: 'never' | 'any' | { readonly only: readonly ConfigValue[] };
  /** The environment variable that sets it. */
  readonly variable?: string;
  /** The command-line option that sets it. */
  readonly flag?: string;
}

const SEVERITIES = ['info', 'minor', 'major', 'critical'] as const;

export const CONFIG_KEYS: readonly ConfigKey[] = [
  {
    key: 'model',
    type: 'string',
    form: 'model',
    reason:
      'The model to use, as provider/model; a name alone works where it is clear. Not set: Zeke uses what it finds: a local ' +
      'gateway, a key in the environment, a local model host, and else the built-in engine.',
    project: 'never',
    variable: 'ZEKE_MODEL',
    flag: '--model',
  },
  {
    key: 'offline',
    type: 'boolean',
    defaultValue: false,
    reason: 'When true, no request leaves this machine. Hosts on this machine still work.',
    project: { only: [true] },
    variable: 'ZEKE_OFFLINE',
    flag: '--offline',
  },
  {
    key: 'max_cost_usd',
    type: 'number',
    min: 0,
    reason:
      'Stops before the request that could bring the cost of a command or a turn over this many ' +
      'US dollars. Not set means no limit.',
    project: 'never',
    flag: '--max-cost',
  },
  {
    key: 'reasoning_effort',
    type: 'string',
    choices: ['none', 'minimal', 'low', 'medium', 'high'],
    reason:
      'How long a model that can reason may think before it answers. More is slower and costs ' +
      'more. Not set leaves it to the vendor.',
    project: 'never',
    flag: '--reasoning',
  },
  {
    key: 'providers.<id>.family',
    type: 'string',
    choices: ['openai-chat', 'anthropic', 'ollama'],
    reason:
      'The protocol the host speaks. Known ids (openai, anthropic, ollama, ghostllm) have their ' +
      'own; for others the default is openai-chat, which most compatible hosts speak.',
    project: 'never',
  },
  {
    key: 'providers.<id>.base_url',
    type: 'string',
    form: 'url',
    reason:
      'Where requests go. Your code is sent there, and your key with it, so only your own file ' +
      'or the environment may set it.',
    project: 'never',
  },
  {
    key: 'providers.<id>.api_key_env',
    type: 'string',
    form: 'variable-name',
    reason:
      'Name of the environment variable that holds the key. The key itself never belongs in this ' +
      'file: use "zeke auth add".',
    project: 'never',
  },
  {
    key: 'providers.<id>.allow_plain_http',
    type: 'boolean',
    reason:
      'Allows http:// to a host that is not this machine. Everybody on the way can read your ' +
      'code and your key then, so it must be said on purpose.',
    project: 'never',
  },
  {
    key: 'providers.<id>.fill',
    type: 'string',
    choices: ['completions', 'fim', 'infill'],
    reason:
      'How a host of the family openai-chat is asked for ghost text in an editor: "completions" ' +
      'takes a suffix at /completions, "fim" is Mistral’s /fim/completions, "infill" the server of ' +
      'llama.cpp. Not set: known for Mistral and DeepSeek’s beta; other models are asked in words.',
    project: 'never',
  },
  {
    key: 'local.<name>.path',
    type: 'string',
    form: 'absolute-path',
    reason:
      'A GGUF file that the local engine runs as local/<name>. "zeke models add-local" writes it.',
    project: 'never',
  },
  {
    key: 'local.<name>.context_tokens',
    type: 'integer',
    min: 128,
    max: 16_777_216,
    reason: 'Context size for the local model; memory grows with it. Not set: the file’s own.',
    project: 'never',
  },
  {
    key: 'network.connect_timeout_ms',
    type: 'integer',
    defaultValue: 10_000,
    min: 1,
    max: 3_600_000,
    reason: 'How long connecting to a host may take, in milliseconds.',
    project: 'never',
  },
  {
    key: 'network.first_byte_timeout_ms',
    type: 'integer',
    defaultValue: 120_000,
    min: 1,
    max: 3_600_000,
    reason:
      'How long a host may take before its answer begins. Raise it for a local host that loads ' +
      'large models.',
    project: 'never',
  },
  {
    key: 'network.idle_timeout_ms',
    type: 'integer',
    defaultValue: 90_000,
    min: 1,
    max: 3_600_000,
    reason: 'How long an answer that has begun may pause before it counts as lost.',
    project: 'never',
  },
  {
    key: 'network.max_retries',
    type: 'integer',
    defaultValue: 2,
    min: 0,
    max: 10,
    reason:
      'How often a request is tried again before anything of the answer has arrived. A host that ' +
      'says how long to wait is obeyed.',
    project: 'never',
  },
  {
    key: 'secrets.on_secret',
    type: 'string',
    choices: ['redact', 'refuse'],
    defaultValue: 'redact',
    reason:
      'What happens when a secret is about to be sent: "redact" sends a stable placeholder and ' +
      'says so, "refuse" sends nothing.',
    project: { only: ['refuse'] },
  },
  {
    key: 'review.fail_on',
    type: 'string',
    choices: SEVERITIES,
    defaultValue: 'major',
    reason: '"zeke review" ends with exit code 1 when a finding is at or over this severity.',
    project: 'any',
    flag: '--fail-on',
  },
  {
    key: 'review.min_severity',
    type: 'string',
    choices: SEVERITIES,
    defaultValue: 'info',
    reason: 'Findings below this severity are not shown.',
    project: 'any',
  },
  {
    key: 'review.concurrency',
    type: 'integer',
    defaultValue: 4,
    min: 1,
    max: 32,
    reason: 'How many requests a review may have open at once. Lower it when a host limits you.',
    project: 'never',
  },
  {
    key: 'review.exclude',
    type: 'string-list',
    defaultValue: [],
    reason: 'Patterns of paths that are not reviewed, such as "dist/**" or "*.lock".',
    project: 'any',
  },
  {
    key: 'approvals.edit',
    type: 'string',
    choices: ['ask', 'allow', 'deny'],
    defaultValue: 'ask',
    reason:
      'What happens when a model wants to change a file of the project: "ask" shows the change and ' +
      'waits for you, "allow" makes it at once, "deny" takes the tools for it away. A project may ' +
      'only deny.',
    project: { only: ['deny'] },
  },
  {
    key: 'approvals.command',
    type: 'string',
    choices: ['ask', 'allow', 'deny'],
    defaultValue: 'ask',
    reason:
      'What happens when a model wants to run a command: "ask" shows it and waits for you, "deny" ' +
      'takes the tool away. "allow" runs whatever the model says, with your rights: only where ' +
      'nothing can be lost, such as in a container. A project may only deny.',
    project: { only: ['deny'] },
  },
  {
    key: 'approvals.allowed_commands',
    type: 'string-list',
    defaultValue: [],
    reason:
      'Commands that a model may run without asking, such as "npm test" or "git log --oneline". ' +
      'Paths inside the project may follow, further options may not; with " *" at its end a rule ' +
      'allows whatever follows. Every part of a line with "&&", ";" or "|" must be allowed, and ' +
      'anything else of the shell (redirections, variables, substitutions) is always asked.',
    project: 'never',
  },
  {
    key: 'compact.auto',
    type: 'boolean',
    defaultValue: false,
    reason:
      'When true, a conversation that would not fit into the model any more is replaced by a ' +
      'summary before the next message is sent. Zeke says so, and it can be taken back. When ' +
      'false, the turn explains what happened and you decide.',
    project: 'never',
  },
  {
    key: 'context.budget_tokens',
    type: 'integer',
    defaultValue: 4000,
    min: 0,
    max: 1_000_000,
    reason:
      'How much of the workspace is put before the model with a question, in tokens. 0 sends ' +
      'only what you name. More finds more and costs more.',
    project: 'never',
  },
  {
    key: 'tui.theme',
    type: 'string',
    defaultValue: 'auto',
    reason:
      'The colours of the conversation: a name that /theme lists, or "auto" for one that suits the ' +
      'background of the terminal.',
    project: 'never',
  },
  {
    key: 'tui.vi_mode',
    type: 'boolean',
    defaultValue: false,
    reason: 'When true, the input is edited with the keys of vi; Escape leaves insert mode.',
    project: 'never',
  },
  {
    key: 'tui.keys.<action>',
    type: 'string-list',
    reason:
      'Keys for an action instead of its usual ones, such as ["Ctrl+G", "F2"]; docs/tui.md names the ' +
      'actions. An empty list takes its keys away.',
    project: 'never',
  },
  {
    key: 'tui.fullscreen',
    type: 'boolean',
    defaultValue: false,
    reason:
      'When true, the conversation has the whole window and a scroll view of its own; otherwise it ' +
      'stays in the scrollback of the terminal.',
    project: 'never',
    flag: '--fullscreen',
  },
  {
    key: 'tui.screen_reader',
    type: 'boolean',
    defaultValue: false,
    reason:
      'When true, the conversation is plain lines that are only ever added, with everything said in ' +
      'words; for screen readers and Braille displays.',
    project: 'never',
    flag: '--screen-reader',
  },
  {
    key: 'tui.notify',
    type: 'string',
    choices: ['off', 'bell', 'osc9'],
    defaultValue: 'off',
    reason:
      'How you hear that an answer has ended while you look elsewhere, or after a long wait: "bell" ' +
      'rings the terminal, "osc9" shows a message of the desktop where the terminal can.',
    project: 'never',
  },
];

/** The entry for a path such as `['providers', 'openai', 'base_url']`, or undefined. */
export function findConfigKey(path: readonly string[]): ConfigKey | undefined {
  return CONFIG_KEYS.find((entry) => {
    const parts = entry.key.split('.');
    return parts.length === path.length && parts.every((part, index) => matches(part, path[index]));
  });
}

/** True when settings lie below this path: it is a table, such as `['review']`. */
export function isConfigTable(path: readonly string[]): boolean {
  return CONFIG_KEYS.some((entry) => {
    const parts = entry.key.split('.');
    return parts.length > path.length && path.every((part, at) => matches(parts[at] ?? '', part));
  });
}

/** Names that may stand where `path` stands: those of the settings and tables beside it. */
export function siblingNames(path: readonly string[]): readonly string[] {
  const parent = path.slice(0, -1);
  const names = CONFIG_KEYS.map((entry) => entry.key.split('.'))
    .filter((parts) => parts.length > parent.length)
    .filter((parts) => parent.every((part, index) => matches(parts[index] ?? '', part)))
    .map((parts) => parts[parent.length] ?? '')
    .filter((name) => !isPlaceholder(name));
  return [...new Set(names)];
}

/** Ids of providers and names of local models: they become part of `provider/model`. */
const USER_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

function matches(part: string, name: string | undefined): boolean {
  if (name === undefined) return false;
  return isPlaceholder(part) ? USER_NAME.test(name) : part === name;
}

function isPlaceholder(part: string): boolean {
  return part.startsWith('<');
}
