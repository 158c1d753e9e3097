/** What a running Ollama says about one model: context length and abilities. */
import { fetchJson, type ProviderHost } from '../http.ts';
import { readList, readNumber, readRecord, readText } from '../json.ts';
import { bearer } from './headers.ts';
import type { OllamaModel } from './wire.ts';

const NOTHING_KNOWN: OllamaModel = {
  contextTokens: undefined,
  ownContextTokens: undefined,
  capabilities: undefined,
};

export type ShowModel = (model: string, signal: AbortSignal) => Promise<OllamaModel>;

/** Asks once per model; a server that will not say is asked again the next time. */
export function createShowModel(host: ProviderHost): ShowModel {
  const known = new Map<string, OllamaModel>();
  return async (model, signal) => {
    const cached = known.get(model);
    if (cached !== undefined) return cached;
    try {
      const answer = await fetchJson(host, signal, (key) => ({
        path: '/api/show',
        headers: bearer(key),
        body: { model },
      }));
      const shown = readShow(answer);
      known.set(model, shown);
      return shown;
    } catch {
      // The chat request that follows meets the same trouble and reports it properly.
      return NOTHING_KNOWN;
    }
  };
}

/** The context length has the model's architecture in its name: `llama.context_length`. */
function readShow(answer: unknown): OllamaModel {
  const record = readRecord(answer) ?? {};
  const info = readRecord(record.model_info) ?? {};
  const field = Object.keys(info).find((name) => name.endsWith('.context_length'));
  const ownContext = /^num_ctx\s+(\d+)/m.exec(readText(record.parameters) ?? '')?.[1];
  return {
    contextTokens: field === undefined ? undefined : readNumber(info[field]),
    ownContextTokens: readNumber(ownContext),
    capabilities: Array.isArray(record.capabilities)
      ? readList(record.capabilities).flatMap((name) => readText(name) ?? [])
      : undefined,
  };
}
