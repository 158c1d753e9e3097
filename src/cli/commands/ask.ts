/** `zeke ask`: one answer to standard output, streamed as it arrives. */

import { ZekeError } from '../../platform/errors.ts';
import { findProjectRoot } from '../../platform/paths.ts';
import type { TurnEndReason } from '../../session/events.ts';
import type { UserInput } from '../../session/ops.ts';
import type { SessionPort } from '../../session/port.ts';
import { newId } from '../../session/store.ts';
import type { Invocation } from '../command.ts';
import { composeRuntime } from '../compose.ts';
import { composeOneShot, toProjectPath } from '../compose-session.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { createAnswerPrinter } from '../print-answer.ts';
import { readStandardInput } from '../read-standard-input.ts';

export async function run(invocation: Invocation): Promise<ExitCode> {
  const piped = await readStandardInput(invocation);
  const prompt = invocation.positionals.join(' ').trim();
  if (prompt === '' && piped.trim() === '') {
    throw new ZekeError('usage', 'There is nothing to ask.', {
      hint: 'Give a question, as in: zeke ask "what does this project do?"',
    });
  }
  const attachments =
    prompt === '' || piped === '' ? [] : [{ label: 'standard input', text: piped }];
  const message = {
    text: prompt === '' ? piped : prompt,
    mentions: fileOptions(invocation),
    attachments,
  };
  return answer(invocation, message);
}

/** Sends one message in a session of its own and prints the answer. */
export async function answer(invocation: Invocation, message: UserInput): Promise<ExitCode> {
  const runtime = await composeRuntime(invocation);
  const session = await composeOneShot(runtime, invocation);
  try {
    return await printTurn({ invocation, session, message });
  } finally {
    await session.close();
    await runtime.close();
  }
}

interface TurnToPrint {
  readonly invocation: Invocation;
  readonly session: SessionPort;
  readonly message: UserInput;
}

async function printTurn(print: TurnToPrint): Promise<ExitCode> {
  const { invocation, session, message } = print;
  const printer = createAnswerPrinter(invocation.io, formatOption(invocation));
  const { promise, resolve } = Promise.withResolvers<ExitCode>();
  // In a live conversation the turns of others go on beside this one.
  const turnId = newId();
  let failureKind: string | undefined;
  const stop = session.subscribe((events) => {
    for (const event of events) {
      if ('turnId' in event && event.turnId !== turnId) continue;
      printer.print(event);
      if (event.type === 'error') failureKind = event.kind;
      if (event.type === 'turn-end') resolve(exitCodeOf(event.reason, failureKind));
    }
  });
  const cancel = () => {
    const { running } = session.getState();
    if (running === undefined || running.id === turnId) session.send({ type: 'cancel' });
    else resolve(EXIT.interrupted);
  };
  invocation.signal.addEventListener('abort', cancel, { once: true });
  printer.begin(session.getState());
  session.send({ type: 'send', message }, turnId);
  if (invocation.signal.aborted) cancel();
  try {
    return await promise;
  } finally {
    invocation.signal.removeEventListener('abort', cancel);
    stop();
    printer.end();
  }
}

/** The exit code of a turn: fine, or by what went wrong. */
export function exitCodeOf(reason: TurnEndReason, failureKind: string | undefined): ExitCode {
  if (reason === 'cancelled') return EXIT.interrupted;
  if (reason !== 'error' && reason !== 'max_cost') return EXIT.ok;
  switch (failureKind) {
    case 'authentication':
    case 'permission':
    case 'secret':
      return EXIT.permission;
    case 'usage':
    case 'config':
      return EXIT.usage;
    default:
      return EXIT.provider;
  }
}

function fileOptions(invocation: Invocation): readonly string[] {
  const files = invocation.options.file;
  if (files === undefined || typeof files === 'boolean') return [];
  const place = { root: findProjectRoot(invocation.cwd), cwd: invocation.cwd };
  return (typeof files === 'string' ? [files] : files).map((file) => toProjectPath(place, file));
}

type AnswerFormat = 'text' | 'json' | 'markdown';

function formatOption(invocation: Invocation): AnswerFormat {
  if (invocation.options.json === true) return 'json';
  const format = invocation.options.format;
  return format === 'json' || format === 'markdown' ? format : 'text';
}
