/** A neutral request as the body of Ollama's /api/chat. */
import type {
  AssistantMessage,
  ChatRequest,
  FillRequest,
  Message,
  ReasoningEffort,
} from '../contract.ts';
import type { OllamaChatBody, OllamaFillBody, OllamaModel } from './wire.ts';

type Sampling = Pick<ChatRequest, 'maxOutputTokens' | 'temperature' | 'stop'>;

/** What the body needs beyond the request itself. */
export interface OllamaSettings {
  readonly model: OllamaModel;
  readonly contextTokens: number | undefined;
}

/** The body of POST /api/chat. Leaves out what the model is known to refuse. */
export function toOllamaChat(request: ChatRequest, settings: OllamaSettings): OllamaChatBody {
  const { capabilities } = settings.model;
  const takesTools = capabilities === undefined || capabilities.includes('tools');
  const tools = takesTools && request.toolChoice !== 'none' ? (request.tools ?? []) : [];
  const think = thinkField(request, capabilities);
  const format = formatField(request);
  return {
    model: request.model,
    messages: toOllamaMessages(request),
    stream: true,
    ...(tools.length === 0 ? {} : { tools: tools.map(toTool) }),
    ...(think === undefined ? {} : { think }),
    ...(format === undefined ? {} : { format }),
    options: optionFields(request, settings.contextTokens),
  };
}

/** The body of POST /api/generate, which wants the text after the cursor beside the one before it. */
export function toOllamaFill(
  request: FillRequest,
  contextTokens: number | undefined,
): OllamaFillBody {
  const { model, prefix, suffix } = request;
  const options = optionFields(request, contextTokens);
  return { model, prompt: prefix, suffix, stream: true, options };
}

export function toOllamaMessages(request: ChatRequest): readonly unknown[] {
  const system = request.system === undefined ? [] : [{ role: 'system', content: request.system }];
  return [...system, ...request.messages.flatMap(toMessages)];
}

function toMessages(message: Message): readonly unknown[] {
  if (message.role === 'assistant') return [toAssistant(message)];
  if (message.role === 'tool') {
    return message.content.map((result) => ({
      role: 'tool',
      tool_name: result.name,
      tool_call_id: result.id,
      content: result.isError === true ? `Error: ${result.output}` : result.output,
    }));
  }
  const images = message.content.flatMap((part) => (part.type === 'image' ? [part.data] : []));
  const texts = message.content.flatMap((part) => (part.type === 'text' ? [part.text] : []));
  const content = texts.join('\n\n');
  return [{ role: 'user', content, ...(images.length === 0 ? {} : { images }) }];
}

function toAssistant(message: AssistantMessage): unknown {
  const texts = message.content.map((part) => (part.type === 'text' ? part.text : ''));
  const thoughts = message.content.map((part) => (part.type === 'reasoning' ? part.text : ''));
  const calls = message.content
    .filter((part) => part.type === 'tool-call')
    .map((part) => ({ id: part.id, function: { name: part.name, arguments: part.input } }));
  const thinking = thoughts.join('');
  return {
    role: 'assistant',
    content: texts.join(''),
    // A turn that called tools goes on thinking where it was; finished turns do not need it.
    ...(thinking === '' || calls.length === 0 ? {} : { thinking }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
}

function toTool(tool: {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: unknown;
}): unknown {
  const { name, description, inputSchema } = tool;
  return { type: 'function', function: { name, description, parameters: inputSchema } };
}

/** gpt-oss takes levels; every other thinking model is on or off. A model that cannot, is not asked. */
function thinkField(
  request: ChatRequest,
  capabilities: readonly string[] | undefined,
): boolean | ReasoningEffort | undefined {
  const effort = request.reasoningEffort;
  if (effort === undefined || capabilities?.includes('thinking') === false) return undefined;
  if (/gpt-oss/i.test(request.model)) {
    return effort === 'none' || effort === 'minimal' ? 'low' : effort;
  }
  return effort !== 'none';
}

function formatField(request: ChatRequest): unknown {
  const { responseFormat, constraint } = request;
  if (responseFormat?.type === 'json-schema') return responseFormat.schema;
  if (constraint?.type === 'json-schema') return constraint.schema;
  return responseFormat?.type === 'json' ? 'json' : undefined;
}

function optionFields(
  { maxOutputTokens, temperature, stop }: Sampling,
  contextTokens: number | undefined,
): object {
  return {
    ...(contextTokens === undefined ? {} : { num_ctx: contextTokens }),
    ...(maxOutputTokens === undefined ? {} : { num_predict: maxOutputTokens }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(stop === undefined || stop.length === 0 ? {} : { stop }),
  };
}
