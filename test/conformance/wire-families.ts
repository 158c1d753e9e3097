/** The wire families by the name that transcripts have for them. */
import { readMessageStream } from '../../src/providers/anthropic/from-stream.ts';
import { createAnthropicProvider } from '../../src/providers/anthropic/provider.ts';
import type { Provider, StreamPart } from '../../src/providers/contract.ts';
import type { HostInfo } from '../../src/providers/errors.ts';
import type { ProviderHost } from '../../src/providers/http.ts';
import { readLines } from '../../src/providers/ndjson.ts';
import { readOllamaStream } from '../../src/providers/ollama/from-stream.ts';
import { createOllamaProvider } from '../../src/providers/ollama/provider.ts';
import { readChatStream } from '../../src/providers/openai-chat/from-stream.ts';
import { createOpenAiChatProvider } from '../../src/providers/openai-chat/provider.ts';
import { readSse } from '../../src/providers/sse.ts';

const FAMILIES: { readonly [format: string]: (host: ProviderHost) => Provider } = {
  'openai-chat': createOpenAiChatProvider,
  'openai-compatible': createOpenAiChatProvider,
  anthropic: createAnthropicProvider,
  ollama: createOllamaProvider,
};

const READERS: {
  readonly [format: string]: (
    body: AsyncIterable<Uint8Array>,
    host: HostInfo,
  ) => AsyncIterable<StreamPart>;
} = {
  'openai-chat': (body, host) => readChatStream(readSse(body), host),
  'openai-compatible': (body, host) => readChatStream(readSse(body), host),
  anthropic: (body, host) => readMessageStream(readSse(body), host),
  ollama: (body, host) => readOllamaStream(readLines(body), host),
};

/** A reader returns without an end where the stream was cut; the request layer says so. */
async function* markCut(stream: AsyncIterable<StreamPart>): AsyncGenerator<StreamPart> {
  let last: StreamPart | undefined;
  for await (const part of stream) {
    last = part;
    yield part;
  }
  if (last?.type === 'end' || last?.type === 'error') return;
  yield { type: 'error', error: { kind: 'incomplete', message: 'cut', retryable: true } };
}

/** The provider of a transcript's format. */
export function createProvider(format: string, host: ProviderHost): Provider {
  const create = FAMILIES[format];
  if (create === undefined) throw new Error(`no family for ${format}`);
  return create(host);
}

/** The parts of exactly these pieces, without the network, which may put small ones together. */
export function readPieces(
  format: string,
  pieces: readonly Uint8Array[],
): AsyncIterable<StreamPart> {
  const read = READERS[format];
  if (read === undefined) throw new Error(`no family for ${format}`);
  async function* body(): AsyncGenerator<Uint8Array> {
    yield* pieces;
  }
  return markCut(read(body(), { id: 'test', host: 'test.test', apiKeyEnv: undefined }));
}

export function hasFamily(format: string): boolean {
  return FAMILIES[format] !== undefined;
}
