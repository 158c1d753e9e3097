/** What stands around a cursor as a request of the hosts that take it, which do so in three ways. */
import type { FillRoute } from '../../platform/config/config.ts';
import type { FillRequest } from '../contract.ts';
import type { ProviderHost } from '../http.ts';
import type { FillBody, InfillBody } from './wire.ts';

export interface FillCall {
  readonly baseUrl: string;
  readonly path: string;
  readonly body: FillBody | InfillBody;
}

/** Mistral has one model for this, and others of its name that are not. */
const MISTRAL_FILLS = /^codestral-(?!embed|mamba)/;

/** How the host is asked: as the user said, else as its vendor documents; undefined for the others. */
export function fillRoute({ baseUrl, fill }: ProviderHost): FillRoute | undefined {
  if (fill !== undefined) return fill;
  const { hostname, pathname } = new URL(baseUrl);
  if (hostname === 'api.mistral.ai' || hostname === 'codestral.mistral.ai') return 'fim';
  const isDeepSeekBeta = hostname === 'api.deepseek.com' && pathname.startsWith('/beta');
  return isDeepSeekBeta ? 'completions' : undefined;
}

/** The call for a request; undefined where this model of the host cannot fill. */
export function toFillCall(
  request: FillRequest,
  { baseUrl, route }: { readonly baseUrl: string; readonly route: FillRoute },
): FillCall | undefined {
  switch (route) {
    case 'infill':
      // Beside the routes that are like OpenAI's, not below them.
      return { baseUrl: baseUrl.replace(/\/v1$/, ''), path: '/infill', body: toInfill(request) };
    case 'fim': {
      if (!MISTRAL_FILLS.test(request.model)) return undefined;
      return { baseUrl, path: '/fim/completions', body: toCompletion(request) };
    }
    case 'completions': {
      const body = { ...toCompletion(request), stream_options: { include_usage: true } };
      return { baseUrl, path: '/completions', body };
    }
  }
}

function toCompletion(request: FillRequest): FillBody {
  const { model, prefix, suffix, maxOutputTokens } = request;
  const body = {
    model,
    prompt: prefix,
    suffix,
    stream: true,
    max_tokens: maxOutputTokens,
  } as const;
  return { ...body, ...choiceFields(request) };
}

function toInfill(request: FillRequest): InfillBody {
  const { model, prefix, suffix, maxOutputTokens } = request;
  return {
    // Read by a server that loads models as they are asked for; one with a single model ignores it.
    model,
    input_prefix: prefix,
    input_suffix: suffix,
    stream: true,
    n_predict: maxOutputTokens,
    // The next question begins as this one did.
    cache_prompt: true,
    ...choiceFields(request),
  };
}

function choiceFields({ temperature, stop }: FillRequest): object {
  return {
    ...(temperature === undefined ? {} : { temperature }),
    ...(stop === undefined || stop.length === 0 ? {} : { stop }),
  };
}
