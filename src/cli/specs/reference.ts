/** Exit codes, variables and files, for help, the manual and docs/cli.md. Data only. */
import { EXIT } from '../exit-codes.ts';

export interface ReferenceRow {
  readonly name: string;
  readonly description: string;
}

export const EXIT_CODES: readonly ReferenceRow[] = [
  { name: String(EXIT.ok), description: 'Fine. Also when the reader of a pipe leaves early' },
  {
    name: String(EXIT.findings),
    description: '"zeke review" has findings at or over --fail-on',
  },
  { name: String(EXIT.usage), description: 'The command line or a settings file is wrong' },
  {
    name: String(EXIT.provider),
    description: 'A provider, the network or this machine failed',
  },
  {
    name: String(EXIT.permission),
    description: 'A key is missing or refused, or a file may not be used',
  },
  {
    name: String(EXIT.interrupted),
    description: 'Interrupted by Ctrl+C, SIGTERM or the terminal closing',
  },
];

export const ENVIRONMENT_VARIABLES: readonly ReferenceRow[] = [
  { name: 'ZEKE_MODEL', description: 'Model to use, as provider/model' },
  { name: 'ZEKE_OFFLINE', description: 'With 1, no request leaves this machine' },
  { name: 'ZEKE_CONFIG_DIR', description: 'Folder of config.toml and of the key file' },
  { name: 'ZEKE_STATE_DIR', description: 'Folder of sessions and of the log' },
  { name: 'ZEKE_CACHE_DIR', description: 'Folder of the snapshots of the code index' },
  {
    name: 'ZEKE_INDEX',
    description: 'With "scan", no native index: every question reads all files',
  },
  { name: 'ZEKE_KEYRING', description: 'With "off", keys are kept in the file, not the keyring' },
  { name: 'ZEKE_DEBUG', description: 'Show the stack of an unexpected error' },
  { name: 'ZEKE_LOCAL_ENGINE', description: 'Folder in whose node_modules node-llama-cpp is' },
  { name: 'OPENAI_API_KEY', description: 'Key for openai' },
  { name: 'OPENAI_BASE_URL', description: 'Address of openai, or of a compatible host' },
  { name: 'ANTHROPIC_API_KEY', description: 'Key for anthropic' },
  { name: 'ANTHROPIC_BASE_URL', description: 'Address of anthropic' },
  { name: 'OLLAMA_HOST', description: 'Address of ollama, as its own tools take it' },
  { name: 'OLLAMA_API_KEY', description: 'Key for ollama, where a host wants one' },
  { name: 'GHOSTLLM_URL', description: 'Address of ghostllm' },
  { name: 'GHOSTLLM_API_KEY', description: 'Key for ghostllm' },
  { name: 'HTTPS_PROXY, HTTP_PROXY, NO_PROXY', description: 'Proxies, in either case' },
  { name: 'NODE_EXTRA_CA_CERTS', description: 'File with further certificate authorities' },
  { name: 'NO_COLOR', description: 'No colours' },
  { name: 'VISUAL, EDITOR', description: 'Editor for "zeke config edit"' },
];

export const FILES: readonly ReferenceRow[] = [
  { name: '~/.config/zeke/config.toml', description: 'Your settings ("zeke config path")' },
  { name: '~/.config/zeke/keys.json', description: 'Keys where there is no keyring; mode 0600' },
  { name: '.zeke/config.toml', description: 'Harmless settings of a project' },
  { name: '~/.local/state/zeke/', description: 'Sessions and zeke.log' },
  { name: '~/.cache/zeke/index/', description: 'Snapshots of the code index; may be deleted' },
];
