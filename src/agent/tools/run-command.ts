/** Runs a command in the project's root. */
import { createLimitedOutput } from '../../platform/shell/limited-output.ts';
import { runShell, SYSTEM_SHELL } from '../../platform/shell/run-shell.ts';
import { sanitizeText } from '../../platform/terminal-text.ts';
import { leadsOut } from '../../platform/walk/leads-out.ts';
import type { JsonObject } from '../../providers/contract.ts';
import { describeEnd } from '../turns/describe-end.ts';
import { createActingTool, optionalCount, requiredText, ToolInputError } from './input.ts';
import {
  type ActContext,
  MAX_OUTPUT_CHARACTERS,
  type Plan,
  type ToolContext,
  type ToolOutput,
} from './tool.ts';

const DEFAULT_SECONDS = 120;
const MAX_SECONDS = 1_800;
const TITLE_CHARACTERS = 80;

export const runCommandTool = createActingTool(
  {
    name: 'run_command',
    description:
      'Run a command with /bin/sh in the project root, without input or a terminal. Returns what it printed. It is ended after timeout_seconds.',
    inputSchema: {
      type: 'object',
      properties: {
        command: { type: 'string' },
        timeout_seconds: { type: 'integer', minimum: 1, maximum: MAX_SECONDS },
      },
      required: ['command'],
      additionalProperties: false,
    },
  },
  'command',
  planCommand,
);

function planCommand(input: JsonObject, { root }: ToolContext): Promise<Plan> {
  const command = requiredText(input, 'command').trim();
  const seconds = Math.min(optionalCount(input, 'timeout_seconds') ?? DEFAULT_SECONDS, MAX_SECONDS);
  // What is agreed to must be what is run.
  if (sanitizeText(command) !== command) {
    throw new ToolInputError(
      '"command" holds characters that cannot be seen. Write it without them.',
    );
  }
  const [line = '', ...more] = command.split('\n');
  const isCut = more.length > 0 || line.length > TITLE_CHARACTERS;
  return Promise.resolve({
    action: { effect: 'command', command, leadsOut: (path) => leadsOut(root, path) },
    title: `run ${line.slice(0, TITLE_CHARACTERS)}${isCut ? '…' : ''}`,
    detail: { type: 'command', text: command },
    act: (context) => runPlanned(command, seconds, context),
  });
}

async function runPlanned(
  command: string,
  seconds: number,
  { root, env, signal, onOutput }: ActContext,
): Promise<ToolOutput> {
  const limited = createLimitedOutput(MAX_OUTPUT_CHARACTERS);
  let printed = '';
  const end = await runShell({
    command,
    shell: SYSTEM_SHELL,
    cwd: root,
    env,
    signal,
    timeLimitMs: seconds * 1_000,
    endsLeftovers: true,
    onOutput: (text) => {
      printed += limited.push(text);
      onOutput(text);
    },
  });
  const output = (printed + limited.flush()).trimEnd();
  const note = end.isOutOfTime ? `[ended after ${seconds} s]` : describeEnd(end);
  const lines = [output === '' ? '[no output]' : output, ...(note === undefined ? [] : [note])];
  return { output: lines.join('\n'), isError: note !== undefined };
}
