/** Opens a file in the user's editor. */
import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { childEnvironment, type Environment } from '../env.ts';
import { errnoCode, ZekeError } from '../errors.ts';
import { ensurePrivateDir, writeError } from '../files.ts';

/**
 * Runs `$VISUAL`, `$EDITOR` or vi on the file, which is made (0600) when it is not there, and waits
 * until the editor ends. Rejects with a ZekeError when it cannot be started or fails.
 */
export async function openInEditor(
  path: string,
  options: { readonly env: Environment; readonly cwd: string },
): Promise<void> {
  try {
    await ensurePrivateDir(dirname(path));
    await (await open(path, 'a', 0o600)).close();
  } catch (error) {
    throw writeError(path, error);
  }
  const { VISUAL, EDITOR } = options.env;
  // An editor setting is a command with arguments by custom (`code --wait`).
  const [command = 'vi', ...args] = splitCommand(VISUAL ?? EDITOR ?? 'vi');
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    const env = childEnvironment(options.env);
    const child = spawn(command, [...args, path], { cwd: options.cwd, env, stdio: 'inherit' });
    child.on('error', (error) => reject(editorError(command, error)));
    child.on('close', resolve);
  });
  if (exitCode !== 0) {
    throw new ZekeError('system', `The editor ${command} ended with an error (${exitCode}).`);
  }
}

/** The words of a command; quotes keep spaces. There is no shell, so nothing else means anything. */
function splitCommand(command: string): readonly string[] {
  const words = command.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
  return words.map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, '$1$2'));
}

function editorError(command: string, cause: Error): ZekeError {
  const message = `The editor ${command} could not be started (${errnoCode(cause) ?? cause.message}).`;
  return new ZekeError('system', message, { cause, hint: 'Set EDITOR to the editor you use.' });
}
