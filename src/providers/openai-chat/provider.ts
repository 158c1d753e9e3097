/** Any host that speaks OpenAI chat completions: OpenAI, GhostLLM, and whatever a base URL names. */
import type { Provider } from '../contract.ts';
import { fetchJson, type ProviderHost, prepareHost, streamAnswer } from '../http.ts';
import { readEvents } from '../sse.ts';
import { readInfillStream } from './from-infill.ts';
import { readChatStream } from './from-stream.ts';
import { toModels } from './models.ts';
import { fillRoute, toFillCall } from './to-fill.ts';
import { toChatCompletion } from './to-request.ts';
import type { ChatDialect } from './wire.ts';

export function createOpenAiChatProvider(host: ProviderHost): Provider {
  const dialect: ChatDialect = {
    isOpenAi: new URL(host.baseUrl).hostname === 'api.openai.com',
    isGhostLlm: host.id === 'ghostllm',
  };
  const route = fillRoute(host);
  return {
    id: host.id,
    isLocal: host.isLocal,
    // Of all servers of this family only llama.cpp's own is known to be no gateway to something paid.
    isFree: host.isLocal && route === 'infill',
    prepare: () => prepareHost(host),
    stream: (request, { signal }) =>
      streamAnswer(host, {
        signal,
        prepare: (key) => ({
          path: '/chat/completions',
          headers: { accept: 'text/event-stream', ...bearer(key) },
          body: toChatCompletion(request, dialect),
        }),
        read: (response, info) => readChatStream(readEvents(response), info),
      }),
    async fill(request, { signal }) {
      const call = route === undefined ? undefined : toFillCall(request, { ...host, route });
      if (call === undefined) return undefined;
      const read = route === 'infill' ? readInfillStream : readChatStream;
      const { baseUrl, path, body } = call;
      return streamAnswer(
        { ...host, baseUrl },
        {
          signal,
          prepare: (key) => ({
            path,
            headers: { accept: 'text/event-stream', ...bearer(key) },
            body,
          }),
          read: (response, info) => read(readEvents(response), info),
        },
      );
    },
    async listModels({ signal }) {
      const answer = await fetchJson(host, signal, (key) => ({
        path: '/models',
        headers: { accept: 'application/json', ...bearer(key) },
      }));
      return toModels(answer, host.id);
    },
  };
}

function bearer(key: string | undefined): { readonly [name: string]: string } {
  return key === undefined ? {} : { authorization: `Bearer ${key}` };
}
