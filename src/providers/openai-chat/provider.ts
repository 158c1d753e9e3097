/** Any host that speaks OpenAI chat completions: OpenAI, GhostLLM, and whatever a base URL names. */
import type { Provider, StreamPart } from '../contract.ts';
import { NOT_IMPLEMENTED } from '../errors.ts';
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
  /** Models that the server of llama.cpp said it cannot fill with. */
  const unfit = new Set<string>();
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
      if (call === undefined || unfit.has(request.model)) return undefined;
      const read = route === 'infill' ? readInfillStream : readChatStream;
      const { baseUrl, path, body } = call;
      const parts = streamAnswer(
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
      if (route !== 'infill') return parts;
      const answer = await unlessNotImplemented(parts);
      if (answer === undefined) unfit.add(request.model);
      return answer;
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

/** The parts, once the first is there; undefined where that is the word of a host that has no such ability. */
async function unlessNotImplemented(
  parts: AsyncGenerator<StreamPart>,
): Promise<AsyncIterable<StreamPart> | undefined> {
  const first = await parts.next();
  if (first.done === true) return parts;
  const part = first.value;
  if (part.type === 'error' && part.error.status === NOT_IMPLEMENTED) return undefined;
  return (async function* () {
    yield part;
    yield* parts;
  })();
}

function bearer(key: string | undefined): { readonly [name: string]: string } {
  return key === undefined ? {} : { authorization: `Bearer ${key}` };
}
