/** A model that costs nothing and is meant for code, where the conversation's own is paid by request. */
import { ProviderError } from '../../providers/errors.ts';
import type { Runtime } from '../compose.ts';

/** Models for code say so in their names. */
const CODE_MODEL = /cod(?:e|er|estral|ellama|egemma)|starcoder|stable-code|granite-code/i;
const EMBEDS = /embed/i;
/** One that was started since is found without asking for every key. */
const LOOK_AGAIN_MS = 60_000;
/** One on this machine answers in no time, but not while it starts, or while this process does. */
const ANSWER_LIMIT_MS = 2000;

/**
 * Finds `provider/model`: of the local engine, else of an Ollama on this machine. Whoever asks while it
 * is looked for gets what is found: the next key is no reason to do without.
 */
export function createFreeModelFinder(
  runtime: Runtime,
): (signal: AbortSignal) => Promise<string | undefined> {
  let looking: Promise<string | undefined> | undefined;
  let lookAgainAt = 0;
  return async (signal) => {
    if (looking === undefined || Date.now() >= lookAgainAt) {
      lookAgainAt = Date.now() + LOOK_AGAIN_MS;
      looking = look(runtime);
    }
    const found = await looking;
    if (found !== undefined) lookAgainAt = Number.POSITIVE_INFINITY;
    signal.throwIfAborted();
    return found;
  };
}

async function look(runtime: Runtime): Promise<string | undefined> {
  return findLocal(runtime) ?? (await findAtOllama(runtime));
}

function findLocal({ config }: Runtime): string | undefined {
  const name = Object.keys(config.local).find((one) => CODE_MODEL.test(one));
  return name === undefined ? undefined : `local/${name}`;
}

async function findAtOllama(runtime: Runtime): Promise<string | undefined> {
  const { provider } = await (await runtime.registry()).resolve('ollama/any');
  if (!provider.isLocal) return undefined;
  try {
    const models = await provider.listModels({ signal: AbortSignal.timeout(ANSWER_LIMIT_MS) });
    const model = models.find(({ id }) => CODE_MODEL.test(id) && !EMBEDS.test(id));
    return model === undefined ? undefined : `ollama/${model.id}`;
  } catch (error) {
    // No Ollama here, or none that answers: there is no free model.
    if (!(error instanceof ProviderError)) throw error;
    return undefined;
  }
}
