/** `zeke [prompt]`: the conversation in the terminal. */
import { openTerminal } from '../../platform/terminal/terminal.ts';
import type { Invocation } from '../command.ts';
import type { Chat } from '../compose-chat.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { readTuiSettings } from '../tui-settings.ts';

/** Runs until the user leaves. The terminal is given back on every way out. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { stdin, stdout, stderr } = invocation.io;
  if (!stdin.isTTY || !stdout.isTTY) {
    stderr.write('zeke: the conversation needs a terminal; use "zeke ask" in scripts and pipes.\n');
    return EXIT.usage;
  }
  // First of all, so that keys typed while the rest is loaded are kept.
  const terminal = openTerminal({ stdin, stdout });
  const signal = AbortSignal.any([invocation.signal, terminal.closed]);
  let chat: Chat | undefined;
  try {
    const settings = await readTuiSettings(invocation);
    const { startTui } = await import('../../tui/start.tsx');
    await terminal.settle(settings.screenReader);
    await startTui({
      terminal,
      stderr,
      env: invocation.env,
      settings,
      signal,
      ...initialInput(invocation),
      openSession: async (tell) => {
        const { composeChat } = await import('../compose-chat.ts');
        chat = await composeChat({ ...invocation, signal }, tell);
        return chat;
      },
    });
    return signal.aborted ? EXIT.interrupted : EXIT.ok;
  } finally {
    terminal.restore();
    await chat?.close();
  }
}

/** The prompt is sent at once; files without one wait in the input as mentions. */
function initialInput(invocation: Invocation): {
  readonly initialPrompt?: string;
  readonly initialInput?: string;
} {
  const { file } = invocation.options;
  const files = (Array.isArray(file) ? file : [file]).filter((path) => typeof path === 'string');
  const mentions = files.map((path) => (/\s/.test(path) ? `@"${path}"` : `@${path}`));
  const prompt = [...invocation.positionals, ...mentions].join(' ');
  if (prompt === '') return {};
  return invocation.positionals.length > 0
    ? { initialPrompt: prompt }
    : { initialInput: `${prompt} ` };
}
