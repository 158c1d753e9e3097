import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import {
  catalogueModels,
  defaultModelOf,
  describeModel,
  findModel,
} from '../../src/providers/catalogue.ts';
import { CATALOGUE_DATE } from '../../src/providers/catalogue-table.ts';

const SHARED = fileURLToPath(
  new URL('../../../shared/catalogue/models.dev.slim.json', import.meta.url),
);

interface SharedModel {
  readonly limit: { readonly context: number; readonly output: number };
  readonly cost?: Readonly<
    Record<'input' | 'output' | 'cache_read' | 'cache_write', number | undefined>
  >;
  readonly tool_call?: boolean;
  readonly reasoning?: boolean;
  readonly modalities: { readonly input: readonly string[] };
}
interface SharedCatalogue {
  readonly date: string;
  readonly providers: {
    readonly [id: string]: { readonly models: { readonly [id: string]: SharedModel } };
  };
}

if (existsSync(SHARED)) {
  const shared = JSON.parse(readFileSync(SHARED, 'utf8')) as SharedCatalogue;

  test('the table is of the catalogue’s date', () => {
    expect(shared.date.slice(0, 10)).toBe(CATALOGUE_DATE);
  });

  test.each(catalogueModels())('$vendor/$id says what the catalogue says', (entry) => {
    const model = shared.providers[entry.vendor]?.models[entry.id];
    expect(entry).toMatchObject({
      contextTokens: model?.limit.context,
      maxOutputTokens: model?.limit.output,
      capabilities: {
        tools: model?.tool_call ?? false,
        images: model?.modalities.input.includes('image'),
        reasoning: model?.reasoning ?? false,
      },
    });
    expect(entry.price?.input).toBe(model?.cost?.input);
    expect(entry.price?.output).toBe(model?.cost?.output);
    expect(entry.price?.cachedInput).toBe(model?.cost?.cache_read);
    expect(entry.price?.cacheWrite).toBe(model?.cost?.cache_write);
  });
} else {
  process.stderr.write('catalogue: shared data absent, the table is not compared\n');
}

describe('a model is found', () => {
  test.each([
    ['openai', 'gpt-5', 'gpt-5'],
    ['openai', 'gpt-5-2025-08-07', 'gpt-5'],
    ['anthropic', 'claude-haiku-4-5-20251001', 'claude-haiku-4-5'],
    ['anthropic', 'claude-opus-4-20250514', 'claude-opus-4-0'],
    ['openrouter', 'anthropic/claude-haiku-4.5', 'claude-haiku-4-5'],
    ['openrouter', 'openai/gpt-5:nitro', 'gpt-5'],
    ['mine', 'GPT-5', 'gpt-5'],
  ])('%s/%s', (provider, model, id) => {
    expect(findModel(provider, model)?.id).toBe(id);
  });

  test('or is unknown', () => {
    expect(findModel('openai', 'gpt-77')).toBeUndefined();
    expect(findModel('ollama', 'llama3.2:3b')).toBeUndefined();
    expect(describeModel('openai', '')).toBeUndefined();
  });
});

test('facts keep the id that was asked for, and a price only where one is paid', () => {
  expect(describeModel('openai', 'gpt-5-2025-08-07')).toMatchObject({
    id: 'gpt-5-2025-08-07',
    price: { input: 1.25 },
  });
  expect(describeModel('ollama', 'mistral-small-latest')).not.toHaveProperty('price');
});

test('every vendor’s first line is its default', () => {
  expect(defaultModelOf('anthropic')).toBe('claude-sonnet-5');
  expect(defaultModelOf('nobody')).toBeUndefined();
});
