/** Refusals that real hosts sent, and what they mean. None where the shared data is absent. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FailureKind } from '../../src/providers/contract.ts';

const SHARED = fileURLToPath(new URL('../../../shared/transcripts/errors/', import.meta.url));

/** By the beginning of the file's name. */
const RECORDED: readonly (readonly [string, FailureKind])[] = [
  ['anthropic-400-', 'invalid-request'],
  ['anthropic-401-', 'authentication'],
  ['azure-401-', 'authentication'],
  ['azure-429-', 'rate-limit'],
  ['deepseek-400-', 'context-overflow'],
  ['gemini-400-error-handling', 'authentication'],
  ['gemini-400-sse-image', 'invalid-request'],
  ['gemini-404-', 'not-found'],
  ['gemini-429-', 'rate-limit'],
  ['groq-400-', 'invalid-request'],
  ['groq-404-', 'not-found'],
  ['ollama-cloud-400-', 'context-overflow'],
  ['openai-400-inferred-model', 'not-found'],
  ['openai-400-multimodal', 'invalid-request'],
  ['openai-400-openai-o1', 'invalid-request'],
  ['openai-400-openai-responses', 'invalid-request'],
  ['openai-400-real-error-scenarios', 'context-overflow'],
  ['openai-400-reasoning', 'invalid-request'],
  ['openai-401-', 'authentication'],
  ['openai-404-', 'not-found'],
  ['openrouter-400-', 'context-overflow'],
  ['openrouter-429-', 'rate-limit'],
  ['perplexity-401-', 'authentication'],
  ['vertex-400-', 'context-overflow'],
];

interface RecordedRefusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly expected: { readonly message: string };
}

export interface RecordedError {
  readonly name: string;
  readonly recorded: RecordedRefusal;
  readonly kind: FailureKind | undefined;
  /** The beginning of what the host said. */
  readonly words: string;
}

export function recordedErrors(): readonly RecordedError[] {
  if (!existsSync(SHARED)) {
    process.stderr.write('errors: shared data absent, no recorded errors\n');
    return [];
  }
  return readdirSync(SHARED).map((file) => {
    const recorded = JSON.parse(readFileSync(join(SHARED, file), 'utf8')) as RecordedRefusal;
    return {
      name: file.replace('.json', ''),
      recorded,
      kind: RECORDED.find(([start]) => file.startsWith(start))?.[1],
      words: recorded.expected.message.slice(0, 30).split(/\s*\n|test-con/)[0] ?? '',
    };
  });
}
