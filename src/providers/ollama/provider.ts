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
import { toOllamaChat, toOllamaFill, toOllamaMessages } from './to-request.ts';
import type { OllamaModel } from './wire.ts';

export function createOllamaProvider(host: ProviderHost): Provider {
  const show = createShowModel(host);
  const lastContext = new Map<string, number>();

  /** One size for chats and fills: another one makes the server load the model anew. */
  const sizeContext = (
    { model: id, maxOutputTokens }: Pick<ChatRequest, 'model' | 'maxOutputTokens'>,
    requestCharacters: number,
    model: OllamaModel,
  ): number | undefined => {
    const lastTokens = lastContext.get(id);
    const size = contextSize({ requestCharacters, maxOutputTokens, model, lastTokens });
    if (size !== undefined) lastContext.set(id, size);
    return size;
  };
  const prepare = async (request: ChatRequest, signal: AbortSignal) => {
    const model = await show(request.model, signal);
    const characters = JSON.stringify([toOllamaMessages(request), request.tools]).length;
    return toOllamaChat(request, { model, contextTokens: sizeContext(request, characters, model) });
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
    async fill(request, { signal }) {
      const model = await show(request.model, signal);
      // The server refuses it of a model whose template has no place for a suffix.
      if (model.capabilities?.includes('insert') !== true) return undefined;
      const characters = request.prefix.length + request.suffix.length;
      const body = toOllamaFill(request, sizeContext(request, characters, model));
      return streamAnswer(host, {
        signal,
        prepare: (key) => ({ path: '/api/generate', headers: bearer(key), body }),
        read: (response, info) => readOllamaStream(readLines(response.body), info),
      });
    },
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
