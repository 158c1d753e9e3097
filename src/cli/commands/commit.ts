/** `zeke commit`: a commit message from the staged diff. */
import { cleanCommitMessage, describeChange } from '../../agent/generate/commit-message.ts';
import { COMMIT_REQUEST, COMMIT_SYSTEM_PROMPT } from '../../agent/prompts/commit.ts';
import { ZekeError } from '../../platform/errors.ts';
import { type RunResult, run as runProgram } from '../../platform/process.ts';
import { sanitizeLine, sanitizeText } from '../../platform/terminal-text.ts';
import type { SessionPort } from '../../session/port.ts';
import { readStagedMaterial, requireStagedFiles } from '../changes/staged-changes.ts';
import type { Invocation } from '../command.ts';
import { composeRuntime, type Runtime } from '../compose.ts';
import { composeOneShot } from '../compose-session.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { exitCodeOf } from './ask.ts';

/** A commit may wait for a hook or for a passphrase. */
const COMMIT_TIMEOUT_MS = 600_000;

export async function run(invocation: Invocation): Promise<ExitCode> {
  const files = await requireStagedFiles(invocation);
  const runtime = await composeRuntime(invocation);
  try {
    const model = await runtime.defaultModel();
    const written = model.startsWith('builtin/')
      ? { message: describeChange(files), exitCode: EXIT.ok }
      : await askForMessage(runtime, invocation);
    if (written.exitCode !== EXIT.ok) return written.exitCode;
    invocation.io.stdout.write(`${sanitizeText(written.message)}\n`);
    return invocation.options.commit === true
      ? await commitWith(invocation, written.message)
      : EXIT.ok;
  } finally {
    await runtime.close();
  }
}

interface WrittenMessage {
  readonly message: string;
  readonly exitCode: ExitCode;
}

async function askForMessage(runtime: Runtime, invocation: Invocation): Promise<WrittenMessage> {
  const overrides = { system: COMMIT_SYSTEM_PROMPT, usesTools: false, purpose: 'commit' };
  const session = await composeOneShot(runtime, invocation, overrides);
  try {
    return await collectMessage(session, invocation);
  } finally {
    await session.close();
  }
}

async function collectMessage(
  session: SessionPort,
  invocation: Invocation,
): Promise<WrittenMessage> {
  const { material, note } = await readStagedMaterial(invocation);
  if (note !== undefined) invocation.io.stderr.write(`zeke: ${sanitizeLine(note)}\n`);
  const attachments = material.map(({ title, text }) => ({ label: title, text }));
  const { promise, resolve } = Promise.withResolvers<WrittenMessage>();
  session.subscribe((events, state) => {
    for (const event of events) {
      if (event.type === 'error') {
        invocation.io.stderr.write(`zeke: ${sanitizeText(event.message)}\n`);
      }
      if (event.type !== 'turn-end') continue;
      const turn = state.turns.at(-1);
      const texts = turn?.parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])) ?? [];
      const message = cleanCommitMessage(texts.join(''));
      resolve({ message, exitCode: exitCodeOf(event.reason, turn?.error?.kind) });
    }
  });
  const cancel = () => session.send({ type: 'cancel' });
  invocation.signal.addEventListener('abort', cancel, { once: true });
  session.send({ type: 'send', message: { text: COMMIT_REQUEST, attachments } });
  const written = await promise;
  if (written.exitCode !== EXIT.ok || written.message !== '') return written;
  throw new ZekeError('provider', 'The model gave an empty commit message.', {
    hint: 'Try again, or another model with --model.',
  });
}

/** The user's own git commit, hooks and signing included: that is what they asked for. */
async function commitWith(invocation: Invocation, message: string): Promise<ExitCode> {
  const { cwd, env, signal } = invocation;
  const options = { cwd, env, signal, timeoutMs: COMMIT_TIMEOUT_MS };
  const committed = await runProgram('git', ['commit', '-m', message], options);
  invocation.io.stderr.write(sanitizeText(committed.stdout + committed.stderr));
  if (committed.exitCode === 0) return EXIT.ok;
  throw new ZekeError('system', `git commit failed: ${firstLine(committed)}`, {
    hint: 'The staged changes are as they were; see the lines above.',
  });
}

function firstLine(result: RunResult): string {
  return (result.stderr || result.stdout).split('\n', 1)[0] ?? '';
}
