/** What the user should know before the first message. */
import type { Runtime } from '../compose.ts';

/** Warnings of the config; and where no model is there, what was looked for and what to do. */
export async function bannerLines(runtime: Runtime): Promise<readonly string[]> {
  const { warnings } = runtime.loadedConfig;
  const discovery = await runtime.discovery();
  const wasAskedFor = discovery.tried.length === 0;
  if (wasAskedFor || !discovery.model.startsWith('builtin/')) return warnings;
  const looked = discovery.tried.filter(({ found }) => !found);
  return [
    ...warnings,
    'No model was found on this machine. The built-in engine answers meanwhile, without any model:',
    '  it finds code and files, explains what a file holds and where a name is used, lists what has',
    '  changed, and reviews diffs by rules (/review). It writes no code and holds no opinions.',
    'Looked for:',
    ...looked.map(({ what, detail }) => `  ${what}: ${detail}`),
    'To add a real model, leave with Ctrl+D and run:  zeke auth add anthropic',
    '  (or openai, or any other of "zeke auth list"; a running Ollama is found by itself)',
  ];
}
