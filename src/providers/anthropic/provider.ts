/** Anthropic, and any host that speaks Anthropic Messages. */
import { describeModel } from '../catalogue.ts';
import type { ModelInfo, Provider } from '../contract.ts';
import { fetchJson, type ProviderHost, prepareHost, streamAnswer } from '../http.ts';
import { readList, readNumber, readRecord, readText, type UnknownRecord } from '../json.ts';
import { readEvents } from '../sse.ts';
import { readMessageStream } from './from-stream.ts';
import { toMessagesBody } from './to-request.ts';
import { ANTHROPIC_VERSION } from './wire.ts';

export function createAnthropicProvider(host: ProviderHost): Provider {
  const prefix = host.baseUrl.endsWith('/v1') ? '' : '/v1';
  return {
    id: host.id,
    isLocal: host.isLocal,
    prepare: () => prepareHost(host),
    stream: (request, { signal }) =>
      streamAnswer(host, {
        signal,
        prepare: (key) => ({
          path: `${prefix}/messages`,
          headers: { accept: 'text/event-stream', ...anthropicHeaders(key) },
          body: toMessagesBody(request),
        }),
        read: (response, info) => readMessageStream(readEvents(response), info),
      }),
    async listModels({ signal }) {
      const answer = await fetchJson(host, signal, (key) => ({
        path: `${prefix}/models?limit=1000`,
        headers: { accept: 'application/json', ...anthropicHeaders(key) },
      }));
      return readList(readRecord(answer)?.data).flatMap((item) =>
        toModel(readRecord(item) ?? {}, host.id),
      );
    },
  };
}

function anthropicHeaders(key: string | undefined): { readonly [name: string]: string } {
  const version = { 'anthropic-version': ANTHROPIC_VERSION };
  return key === undefined ? version : { ...version, 'x-api-key': key };
}

function toModel(model: UnknownRecord, providerId: string): readonly ModelInfo[] {
  const id = readText(model.id);
  if (id === undefined) return [];
  const abilities = readRecord(model.capabilities);
  const known = describeModel(providerId, id);
  const fields = {
    name: readText(model.display_name),
    contextTokens: readNumber(model.max_input_tokens),
    maxOutputTokens: readNumber(model.max_tokens),
    capabilities:
      abilities === undefined
        ? undefined
        : {
            // Every Claude model of this API takes tools, so the list has no word for it.
            tools: true,
            images: readRecord(abilities.image_input)?.supported === true,
            reasoning: readRecord(abilities.thinking)?.supported === true,
          },
  };
  const said = Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  );
  return [{ ...known, ...said, id }];
}
