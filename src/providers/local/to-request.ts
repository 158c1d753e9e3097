/** Turns a neutral request into what the local engine is called with. */
import type {
  AssistantMessage,
  ChatRequest,
  JsonObject,
  Message,
  ToolMessage,
  UserMessage,
} from '../contract.ts';
import type { EngineFunctions, FunctionCallItem, HistoryItem, ResponseItem } from './wire.ts';

/** Everything the engine needs that is plain data; grammars are made by the engine itself. */
export interface LocalRequest {
  readonly history: readonly HistoryItem[];
  readonly functions: EngineFunctions | undefined;
  readonly grammar: GrammarSource | undefined;
  readonly maxTokens: number | undefined;
  readonly temperature: number | undefined;
  readonly stop: readonly string[];
}
export type GrammarSource =
  | { readonly type: 'json' }
  | { readonly type: 'json-schema'; readonly schema: JsonObject }
  | { readonly type: 'grammar'; readonly grammar: string };

const IMAGE_NOTE = '[an image, which this model cannot see]';

/** The engine takes either tools or a grammar; a grammar that the caller asked for wins. */
export function toLocalRequest(request: ChatRequest): LocalRequest {
  const grammar = toGrammar(request);
  const wantsTools = request.toolChoice !== 'none' && grammar === undefined;
  return {
    history: toHistory(request),
    functions: wantsTools ? toFunctions(request) : undefined,
    grammar,
    maxTokens: request.maxOutputTokens,
    temperature: request.temperature,
    stop: request.stop ?? [],
  };
}

function toGrammar({ constraint, responseFormat }: ChatRequest): GrammarSource | undefined {
  if (constraint?.type === 'json-schema' || constraint?.type === 'grammar') return constraint;
  if (responseFormat?.type === 'json-schema') {
    return { type: 'json-schema', schema: responseFormat.schema };
  }
  return responseFormat?.type === 'json' ? { type: 'json' } : undefined;
}

function toFunctions({ tools }: ChatRequest): EngineFunctions | undefined {
  if (tools === undefined || tools.length === 0) return undefined;
  return Object.fromEntries(
    tools.map(({ name, description, inputSchema }) => [name, { description, params: inputSchema }]),
  );
}

/**
 * The engine keeps one item for everything a model said between two user messages, tool results
 * included, and the last item is the one it goes on writing.
 */
function toHistory({ system, messages }: ChatRequest): readonly HistoryItem[] {
  const history: HistoryItem[] = system === undefined ? [] : [{ type: 'system', text: system }];
  const results = toolResults(messages);
  let open: ResponseItem[] | undefined;
  for (const message of messages) {
    if (message.role === 'user') {
      open = undefined;
      history.push({ type: 'user', text: userText(message) });
    }
    if (message.role === 'assistant') {
      if (open === undefined) {
        open = [];
        history.push({ type: 'model', response: open });
      }
      open.push(...responseItems(message, results));
    }
  }
  if (open === undefined) history.push({ type: 'model', response: [] });
  return history;
}

function userText(message: UserMessage): string {
  return message.content.map((part) => (part.type === 'text' ? part.text : IMAGE_NOTE)).join('\n');
}

function toolResults(messages: readonly Message[]): ReadonlyMap<string, string> {
  return new Map(
    messages
      .filter((message): message is ToolMessage => message.role === 'tool')
      .flatMap((message) => message.content.map((part) => [part.id, part.output] as const)),
  );
}

/** Reasoning is left out: a model is not asked to repeat what it or another one thought. */
function responseItems(
  message: AssistantMessage,
  results: ReadonlyMap<string, string>,
): readonly ResponseItem[] {
  return message.content.flatMap((part): readonly ResponseItem[] => {
    if (part.type === 'reasoning') return [];
    if (part.type === 'text') return [part.text];
    const call: FunctionCallItem = {
      type: 'functionCall',
      name: part.name,
      params: part.input,
      result: results.get(part.id) ?? 'The call was not carried out.',
    };
    return [call];
  });
}
