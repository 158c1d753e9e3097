/** Ollama through its own API, which knows more than its OpenAI-compatible one. */
import { describeModel } from '../catalogue.ts';
import type { ChatRequest, ModelInfo, Provider } from '../contract.ts';
import {
  fetchJson,
  type ProviderHost,
  prepareHost,
  streamAnswer,
  type WireRequest,
} from '../http.ts';
import { readList, readNumber, readRecord, readText, type UnknownRecord } from '../json.ts';
import { readLines } from '../ndjson.ts';
import { contextSize } from './context-size.ts';
import { readOllamaStream } from './from-stream.ts';
import { bearer } from './headers.ts';
import { createShowModel } from './show.ts';
import { toOllamaChat, toOllamaMessages } from './to-request.ts';

export function createOllamaProvider(host: ProviderHost): Provider {
  const show = createShowModel(host);
  const lastContext = new Map<string, number>();

  const prepare = async (request: ChatRequest, signal: AbortSignal) => {
    const model = await show(request.model, signal);
    const contextTokens = contextSize({
      requestCharacters: JSON.stringify([toOllamaMessages(request), request.tools]).length,
      maxOutputTokens: request.maxOutputTokens,
      model,
      lastTokens: lastContext.get(request.model),
    });
    if (contextTokens !== undefined) lastContext.set(request.model, contextTokens);
    return toOllamaChat(request, { model, contextTokens });
  };
  return {
    id: host.id,
    isLocal: host.isLocal,
    isFree: host.isLocal,
    prepare: () => prepareHost(host),
    stream: (request, { signal }) =>
      streamAnswer(host, {
        signal,
        prepare: async (key): Promise<WireRequest> => ({
          path: '/api/chat',
          headers: bearer(key),
          body: await prepare(request, signal),
        }),
        read: (response, info) => readOllamaStream(readLines(response.body), info),
      }),
    async listModels({ signal }) {
      const answer = await fetchJson(host, signal, (key) => ({
        path: '/api/tags',
        headers: bearer(key),
      }));
      return readList(readRecord(answer)?.models).flatMap((item) =>
        toModel(readRecord(item) ?? {}, host.id),
      );
    },
  };
}

/** Prices of a vendor's own service say nothing about a model that runs here. */
function toModel(model: UnknownRecord, providerId: string): readonly ModelInfo[] {
  const id = readText(model.model) ?? readText(model.name);
  if (id === undefined) return [];
  const details = readRecord(model.details);
  const contextTokens =
    readNumber(details?.context_length) ?? describeModel(providerId, id)?.contextTokens;
  const abilities = Array.isArray(model.capabilities) ? readList(model.capabilities) : undefined;
  return [
    {
      id,
      ...(contextTokens === undefined ? {} : { contextTokens }),
      ...(abilities === undefined
        ? {}
        : {
            capabilities: {
              tools: abilities.includes('tools'),
              images: abilities.includes('vision'),
              reasoning: abilities.includes('thinking'),
            },
          }),
    },
  ];
}
