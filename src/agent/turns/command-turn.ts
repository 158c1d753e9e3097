/** Carries out a `!command`: the user's own line in the user's own shell. No model is asked. */
import { createLimitedOutput } from '../../platform/shell/limited-output.ts';
import { runShell, userShell } from '../../platform/shell/run-shell.ts';
import type { TurnEndReason } from '../../session/events.ts';
import { describeEnd } from './describe-end.ts';
import { createLineRedactor } from './redact-lines.ts';
import { stopFor, type TurnWork } from './turn-work.ts';

/** Characters that are kept of one command's output: its beginning and its end. */
const MAX_OUTPUT_CHARACTERS = 1_000_000;

/** Runs the line; its output is the turn's text. */
export async function runCommandTurn(work: TurnWork): Promise<TurnEndReason> {
  const { deps, turnRun, record } = work;
  const { turn, signal } = turnRun;
  const turnId = turn.id;
  const command = work.memory.secrets.commandAsTyped(turn.message.text)?.trim();
  if (command === undefined) {
    const message = 'The command held a secret, which is not kept. Type it again.';
    return stopFor({ reason: 'error', kind: 'secret', message }, work);
  }
  if (command === '') {
    const message = 'There is no command. Write one after the "!", as in: !git status';
    return stopFor({ reason: 'error', kind: 'usage', message }, work);
  }
  record.emit({ type: 'step-start', turnId, step: 1 });
  let last = '\n';
  const say = (text: string): void => {
    if (text === '') return;
    last = text.slice(-1);
    record.emit({ type: 'text-delta', turnId, text });
  };
  const limited = createLimitedOutput(MAX_OUTPUT_CHARACTERS);
  const clean = createLineRedactor(deps.redactor, (text) => say(limited.push(text)));
  const { env, root } = deps;
  const shell = userShell(env);
  const end = await runShell({ command, shell, cwd: root, env, signal, onOutput: clean.push });
  clean.flush();
  say(limited.flush());
  if (signal.aborted) return 'cancelled';
  const note = describeEnd(end);
  if (note !== undefined) say(`${last === '\n' ? '' : '\n'}${note}\n`);
  return 'stop';
}
