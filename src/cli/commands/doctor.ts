/** `zeke doctor`: is everything in order? */
import { ZekeError } from '../../platform/errors.ts';
import type { Invocation } from '../command.ts';
import { type Check, checkConfig, checkMachine, checkRuntime } from '../doctor-checks.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printJson, printTable } from '../io/print.ts';

const MARKS = { ok: 'ok', note: 'note', problem: 'PROBLEM' } as const;

/** Prints every check; resolves to 0, or to the exit code of the first problem. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const checks = await runChecks(invocation);
  const { stdout } = invocation.io;
  if (invocation.options.json === true) printJson(stdout, checks);
  else
    printTable(
      stdout,
      checks.map(({ status, name, text }) => [MARKS[status], name, text]),
    );
  return checks.find((check) => check.status === 'problem')?.exitCode ?? EXIT.ok;
}

async function runChecks(invocation: Invocation): Promise<readonly Check[]> {
  const machine = await checkMachine(invocation);
  try {
    const { composeRuntime } = await import('../compose.ts');
    const runtime = await composeRuntime(invocation);
    try {
      return [...machine, ...checkConfig(runtime), ...(await checkRuntime(runtime, invocation))];
    } finally {
      await runtime.close();
    }
  } catch (error) {
    if (!(error instanceof ZekeError)) throw error;
    const text = error.hint === undefined ? error.message : `${error.message} ${error.hint}`;
    return [...machine, { name: 'settings', status: 'problem', text, exitCode: EXIT.usage }];
  }
}
