import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { toModels } from '../../../src/providers/openai-chat/models.ts';

const shared = (name: string) =>
  fileURLToPath(new URL(`../../../../shared/transcripts/models/${name}.json`, import.meta.url));

test('GhostLLM prices a thousand tokens', () => {
  const data = [
    {
      id: 'llama',
      object: 'model',
      provider: 'ollama',
      context_length: 8192,
      pricing: { input_per_1k: 0.001, output_per_1k: 0.002 },
      capabilities: { vision: false, functions: true, streaming: true },
    },
  ];
  expect(toModels({ object: 'list', data }, 'ghostllm')).toEqual([
    {
      id: 'llama',
      contextTokens: 8192,
      capabilities: { tools: true, images: false },
      price: { input: 1, output: 2 },
    },
  ]);
});

test('OpenAI says only names; the catalogue knows the rest', () => {
  const [model] = toModels({ data: [{ id: 'gpt-5-2025-08-07', object: 'model' }] }, 'openai');
  expect(model).toMatchObject({ id: 'gpt-5-2025-08-07', contextTokens: 400_000 });
});

test('lists of other shapes, and none', () => {
  expect(toModels([{ id: 'a' }], 'x')).toEqual([{ id: 'a' }]);
  expect(toModels({ models: [{ name: 'b' }] }, 'x')).toMatchObject([{ id: 'b' }]);
  expect(toModels({ data: [null, {}, 'x'] }, 'x')).toEqual([]);
  expect(toModels('nothing', 'x')).toEqual([]);
});

if (existsSync(shared('openrouter'))) {
  const recorded = (name: string) => toModels(JSON.parse(readFileSync(shared(name), 'utf8')), name);

  test('recorded: OpenRouter prices one token', () => {
    expect(recorded('openrouter')[0]).toMatchObject({
      id: 'anthropic/claude-sonnet-5',
      contextTokens: 1_000_000,
      maxOutputTokens: 128_000,
      capabilities: { tools: true, images: true, reasoning: true },
      price: { input: 2, output: 10, cachedInput: 0.2, cacheWrite: 2.5 },
    });
  });

  test('recorded: Mistral', () => {
    expect(recorded('mistral')[0]).toMatchObject({
      id: 'mistral-medium-2505',
      contextTokens: 131_072,
      capabilities: { tools: true, images: true, reasoning: false },
    });
  });

  test('recorded: Copilot', () => {
    expect(recorded('copilot')[0]).toMatchObject({
      id: 'claude-opus-4.7',
      contextTokens: 264_000,
      maxOutputTokens: 64_000,
      capabilities: { tools: true, images: true, reasoning: true },
    });
  });
} else {
  process.stderr.write('models: shared data absent, no recorded lists\n');
}
