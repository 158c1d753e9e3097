/** GET /models as OpenAI, GhostLLM, OpenRouter, Mistral and others answer it. */
import { describeModel } from '../catalogue.ts';
import type { ModelInfo, ModelPrice } from '../contract.ts';
import { readList, readNumber, readRecord, readText, type UnknownRecord } from '../json.ts';

/** The models of a list; what the host leaves out comes from the catalogue. */
export function toModels(answer: unknown, providerId: string): readonly ModelInfo[] {
  const record = readRecord(answer);
  const items = Array.isArray(answer) ? answer : readList(record?.data ?? record?.models);
  return items.flatMap((item) => {
    const model = readRecord(item) ?? {};
    const id = readText(model.id) ?? readText(model.name);
    return id === undefined ? [] : [{ ...describeModel(providerId, id), ...said(model), id }];
  });
}

function said(model: UnknownRecord): Partial<ModelInfo> {
  const limits = readRecord(readRecord(model.capabilities)?.limits);
  const fields = {
    name: readText(model.name),
    contextTokens:
      readNumber(model.context_length) ??
      readNumber(model.max_context_length) ??
      readNumber(model.max_model_len) ??
      readNumber(limits?.max_context_window_tokens),
    maxOutputTokens:
      readNumber(readRecord(model.top_provider)?.max_completion_tokens) ??
      readNumber(limits?.max_output_tokens),
    capabilities: capabilities(model),
    price: price(readRecord(model.pricing)),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function capabilities(model: UnknownRecord): ModelInfo['capabilities'] | undefined {
  const has = readRecord(model.capabilities);
  const supports = readRecord(has?.supports) ?? has;
  const parameters = readList(model.supported_parameters);
  const inputs = readList(readRecord(model.architecture)?.input_modalities);
  if (supports === undefined && parameters.length === 0) return undefined;
  const isRouter = parameters.length > 0;
  const fields = {
    tools: flag(
      isRouter ? parameters.includes('tools') : undefined,
      supports?.functions ?? supports?.function_calling ?? supports?.tool_calls,
    ),
    images: flag(isRouter ? inputs.includes('image') : undefined, supports?.vision),
    reasoning: flag(
      isRouter ? parameters.includes('reasoning') : undefined,
      supports?.reasoning ?? supports?.adaptive_thinking,
    ),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function flag(first: boolean | undefined, second: unknown): boolean | undefined {
  return first ?? (typeof second === 'boolean' ? second : undefined);
}

/** OpenRouter prices one token, GhostLLM a thousand; the contract prices a million. */
function price(pricing: UnknownRecord | undefined): ModelPrice | undefined {
  const perToken = [readNumber(pricing?.prompt), readNumber(pricing?.completion)] as const;
  if (perToken[0] !== undefined && perToken[1] !== undefined) {
    const cached = readNumber(pricing?.input_cache_read);
    const written = readNumber(pricing?.input_cache_write);
    return {
      input: perMillion(perToken[0], 1),
      output: perMillion(perToken[1], 1),
      ...(cached === undefined ? {} : { cachedInput: perMillion(cached, 1) }),
      ...(written === undefined ? {} : { cacheWrite: perMillion(written, 1) }),
    };
  }
  const input = readNumber(pricing?.input_per_1k);
  const output = readNumber(pricing?.output_per_1k);
  if (input === undefined || output === undefined) return undefined;
  return { input: perMillion(input, 1000), output: perMillion(output, 1000) };
}

/** Rounded to a billionth, so that 0.0000002 dollars a token do not become 0.19999999999. */
function perMillion(price: number, tokens: number): number {
  return Math.round((price * 1_000_000 * 1e9) / tokens) / 1e9;
}
