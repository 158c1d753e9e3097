/** Options that more than one command takes. Data only. */
import type { OptionSpec } from '../command.ts';

/** Valid before and after every command. */
export const GLOBAL_OPTIONS: readonly OptionSpec[] = [
  {
    name: 'model',
    short: 'm',
    value: 'PROVIDER/MODEL',
    completes: 'model',
    description: 'Model to use, for example anthropic/claude-sonnet-5; "builtin" needs no network',
  },
  { name: 'offline', description: 'Send no request off this machine' },
  {
    name: 'max-cost',
    value: 'USD',
    description: 'Stop before the request that could bring the cost over this many US dollars',
  },
  { name: 'no-color', description: 'No colours (NO_COLOR in the environment does the same)' },
  { name: 'help', short: 'h', description: 'Show help and leave' },
  { name: 'version', short: 'v', description: 'Show the version and leave' },
];

export const JSON_OPTION: OptionSpec = {
  name: 'json',
  description: 'Print JSON instead of text',
};
