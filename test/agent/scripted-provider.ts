/**
 * A provider that answers from a script: the fake that stands beside src/providers/contract.ts.
 * Each call of stream() plays the next script and records what was asked.
 */
import type { ChatRequest, ModelInfo, Provider, StreamPart } from '../../src/providers/contract.ts';

export interface ScriptedProvider extends Provider {
  readonly requests: readonly ChatRequest[];
}

export function createScriptedProvider(
  scripts: readonly (readonly StreamPart[])[],
  options: { readonly id?: string; readonly isLocal?: boolean } = {},
): ScriptedProvider {
  const requests: ChatRequest[] = [];
  return {
    id: options.id ?? 'scripted',
    isLocal: options.isLocal ?? false,
    requests,
    async *stream(request, { signal }) {
      const script = scripts[requests.length] ?? [];
      requests.push(request);
      for (const part of script) {
        if (signal.aborted) {
          yield failure('cancelled', 'Cancelled.');
          return;
        }
        yield part;
        await Promise.resolve();
      }
      if (!script.some((part) => part.type === 'end' || part.type === 'error')) {
        await new Promise<void>((resolve) => {
          if (signal.aborted) resolve();
          else signal.addEventListener('abort', () => resolve(), { once: true });
        });
        yield failure('cancelled', 'Cancelled.');
      }
    },
    listModels: (): Promise<readonly ModelInfo[]> => Promise.resolve([{ id: 'one' }]),
  };
}

export function failure(
  kind: 'cancelled' | 'server' | 'authentication',
  message: string,
): StreamPart {
  return { type: 'error', error: { kind, message, retryable: false } };
}

/** The parts of a plain answer. */
export function answerParts(text: string): readonly StreamPart[] {
  return [
    { type: 'start' },
    { type: 'text-start', id: '0' },
    { type: 'text-delta', id: '0', text },
    { type: 'text-end', id: '0' },
    { type: 'usage', usage: { inputTokens: 100, outputTokens: 10 } },
    { type: 'end', reason: 'stop' },
  ];
}

/** The parts of an answer that calls one tool. */
export function toolParts(name: string, inputText: string): readonly StreamPart[] {
  const parsed: unknown = safeParse(inputText);
  const input = typeof parsed === 'object' && parsed !== null ? { input: parsed as never } : {};
  return [
    { type: 'start' },
    { type: 'tool-call-start', id: 'c1', name },
    { type: 'tool-call-delta', id: 'c1', inputText },
    { type: 'tool-call-end', id: 'c1', name, inputText, ...input },
    { type: 'usage', usage: { inputTokens: 100, outputTokens: 10 } },
    { type: 'end', reason: 'tool_calls' },
  ];
}

function safeParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
