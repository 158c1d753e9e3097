/** How full the model's context is, for a status line. */
import type { NvimServices } from '../../nvim/services.ts';
import { contextUse } from '../chat/context-use.ts';
import type { modelServices } from '../chat/model-services.ts';
import type { Runtime } from '../compose.ts';

export function contextUseService(
  runtime: Runtime,
  { contextTokens }: Pick<ReturnType<typeof modelServices>, 'contextTokens'>,
): NvimServices['context-use'] {
  return async (_, { sessionState }) => {
    const state = sessionState();
    const tokens = contextUse(state, runtime).parts.reduce((sum, part) => sum + part.tokens, 0);
    const limit = contextTokens(state.model);
    return { tokens, ...(limit === undefined ? {} : { contextTokens: limit }) };
  };
}
