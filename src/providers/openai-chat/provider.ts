/** Any host that speaks OpenAI chat completions: OpenAI, GhostLLM, and whatever a base URL names. */
import type { HttpResponse } from '../../platform/http/exchange.ts';
import type { Provider, StreamPart } from '../contract.ts';
import type { HostInfo } from '../errors.ts';
import { fetchJson, type ProviderHost, streamAnswer } from '../http.ts';
import { readSse, type SseEvent } from '../sse.ts';
import { readChatStream } from './from-stream.ts';
import { toModels } from './models.ts';
import { toChatCompletion } from './to-request.ts';
import type { ChatDialect } from './wire.ts';

/** The whole answer of a host that does not stream fits in this. */
const WHOLE_ANSWER_BYTES = 16 * 1024 * 1024;

export function createOpenAiChatProvider(host: ProviderHost): Provider {
  const dialect: ChatDialect = { isOpenAi: new URL(host.baseUrl).hostname === 'api.openai.com' };
  return {
    id: host.id,
    isLocal: host.isLocal,
    stream: (request, { signal }) =>
      streamAnswer(host, {
        signal,
        prepare: (key) => ({
          path: '/chat/completions',
          headers: { accept: 'text/event-stream', ...bearer(key) },
          body: toChatCompletion(request, dialect),
        }),
        read: readAnswer,
      }),
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

function readAnswer(response: HttpResponse, info: HostInfo): AsyncIterable<StreamPart> {
  const isWhole = (response.headers['content-type'] ?? '').includes('application/json');
  return readChatStream(isWhole ? wholeAnswer(response) : readSse(response.body), info);
}

/** A host that ignores `stream: true` answers with one JSON object: a stream of one event. */
async function* wholeAnswer(response: HttpResponse): AsyncGenerator<SseEvent> {
  yield { event: undefined, data: await response.text(WHOLE_ANSWER_BYTES) };
}
