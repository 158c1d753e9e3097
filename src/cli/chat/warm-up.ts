/** What a host does before the first message comes. */
import { ZekeError } from '../../platform/errors.ts';
import type { Runtime } from '../compose.ts';

/**
 * Loads what the first message needs while the user is still typing it: the engine, the model's
 * provider and its key. Opens no connection.
 */
export async function warmUp(
  runtime: Runtime,
  createRunner: () => Promise<unknown>,
  model: string,
): Promise<void> {
  try {
    await createRunner();
    const { provider } = await (await runtime.registry()).resolve(model);
    await provider.prepare?.();
  } catch (error) {
    // The first message meets the same fault and says it where the user is looking.
    if (!(error instanceof ZekeError)) throw error;
  }
}
