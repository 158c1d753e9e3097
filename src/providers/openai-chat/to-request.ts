/** A neutral request as an OpenAI chat completion body. */
import { findModel } from '../catalogue.ts';
import type {
  AssistantMessage,
  ChatRequest,
  Message,
  ReasoningEffort,
  ToolMessage,
  UserMessage,
} from '../contract.ts';
import { readRecord } from '../json.ts';
import type { ChatCompletionBody, ChatDialect, ReasoningSignature } from './wire.ts';

/** The body of POST /chat/completions. Fields that the user did not set are left out. */
export function toChatCompletion(request: ChatRequest, dialect: ChatDialect): ChatCompletionBody {
  const system = request.system === undefined ? [] : [{ role: 'system', content: request.system }];
  return {
    model: request.model,
    messages: [...system, ...request.messages.flatMap(toWireMessages)],
    stream: true,
    stream_options: { include_usage: true },
    ...toolFields(request),
    ...limitFields(request, dialect),
    ...(request.temperature === undefined ? {} : { temperature: request.temperature }),
    ...(request.stop === undefined || request.stop.length === 0 ? {} : { stop: request.stop }),
    ...formatFields(request),
    ...ghostFields(request, dialect),
  };
}

function toWireMessages(message: Message): readonly unknown[] {
  if (message.role === 'user') return [toUserMessage(message)];
  if (message.role === 'assistant') return toAssistantMessages(message);
  return toToolMessages(message);
}

function toUserMessage(message: UserMessage): unknown {
  const hasImages = message.content.some((part) => part.type === 'image');
  if (!hasImages) {
    const texts = message.content.map((part) => (part.type === 'text' ? part.text : ''));
    return { role: 'user', content: texts.join('\n\n') };
  }
  const content = message.content.map((part) =>
    part.type === 'text'
      ? { type: 'text', text: part.text }
      : { type: 'image_url', image_url: { url: `data:${part.mediaType};base64,${part.data}` } },
  );
  return { role: 'user', content };
}

function toAssistantMessages(message: AssistantMessage): readonly unknown[] {
  const text = message.content.map((part) => (part.type === 'text' ? part.text : '')).join('');
  const calls = message.content
    .filter((part) => part.type === 'tool-call')
    .map((part) => ({
      id: part.id,
      type: 'function',
      function: { name: part.name, arguments: JSON.stringify(part.input) },
    }));
  if (text === '' && calls.length === 0) return [];
  return [
    {
      role: 'assistant',
      content: text === '' ? null : text,
      ...reasoningFields(message, calls.length > 0),
      ...(calls.length === 0 ? {} : { tool_calls: calls }),
    },
  ];
}

/** What this host gave us to hold for it; hosts that gave nothing get nothing. */
function reasoningFields(message: AssistantMessage, hasCalls: boolean): object {
  const blocks = message.content
    .filter((part) => part.type === 'reasoning')
    .map((part) => ({ text: part.text, signature: toSignature(part.signature) }));
  const details = blocks.flatMap((block) => block.signature.reasoning_details ?? []);
  const opaque = blocks.map((block) => block.signature.reasoning_opaque).find((text) => text);
  const own = blocks.filter((block) => block.signature.field === 'reasoning_content');
  const reasoning = blocks.map((block) => block.text).join('');
  return {
    ...(details.length === 0 ? {} : { reasoning_details: details }),
    ...(opaque === undefined ? {} : { reasoning_opaque: opaque, reasoning_text: reasoning }),
    // Only the turn that called tools needs its thinking back; elsewhere it is paid for in vain.
    ...(own.length === 0 || !hasCalls
      ? {}
      : { reasoning_content: own.map((block) => block.text).join('') }),
  };
}

function toSignature(signature: unknown): ReasoningSignature {
  return (readRecord(signature) ?? {}) as ReasoningSignature;
}

function toToolMessages(message: ToolMessage): readonly unknown[] {
  return message.content.map((result) => ({
    role: 'tool',
    tool_call_id: result.id,
    content: result.isError === true ? `Error: ${result.output}` : result.output,
  }));
}

function toolFields(request: ChatRequest): object {
  if (request.tools === undefined || request.tools.length === 0) return {};
  const tools = request.tools.map((tool) => ({
    type: 'function',
    function: {
      name: tool.name,
      description: tool.description,
      parameters: tool.inputSchema,
    },
  }));
  return request.toolChoice === undefined ? { tools } : { tools, tool_choice: request.toolChoice };
}

function limitFields(request: ChatRequest, dialect: ChatDialect): object {
  const isReasoning = dialect.isOpenAi && reasons(request.model);
  const effort = effortOf(request, dialect);
  const limitName = isReasoning ? 'max_completion_tokens' : 'max_tokens';
  return {
    ...(effort === undefined ? {} : { reasoning_effort: effort }),
    ...(request.maxOutputTokens === undefined ? {} : { [limitName]: request.maxOutputTokens }),
  };
}

/** Whether a model of OpenAI's own reasons; a new one that the catalogue lacks surely does. */
function reasons(model: string): boolean {
  return findModel('openai', model)?.capabilities?.reasoning ?? !/^gpt-[34]|^chatgpt/.test(model);
}

/** OpenAI's models differ in the lowest effort they take and reject any other word. */
function effortOf(request: ChatRequest, dialect: ChatDialect): ReasoningEffort | undefined {
  const { model, reasoningEffort: effort } = request;
  if (effort === undefined || !dialect.isOpenAi) return effort;
  if (!reasons(model)) return undefined;
  const isLowest = effort === 'none' || effort === 'minimal';
  if (!isLowest) return effort;
  if (/^o\d/.test(model)) return 'low';
  if (/^gpt-5(?:-|$)/.test(model)) return 'minimal';
  return effort === 'none' ? 'none' : 'low';
}

/** `constraint` narrows the output on hosts of this family only as a JSON schema. */
function formatFields(request: ChatRequest): object {
  const { responseFormat, constraint } = request;
  if (responseFormat?.type === 'json-schema') {
    return schemaFormat(responseFormat.name, responseFormat.schema);
  }
  if (constraint?.type === 'json-schema') return schemaFormat('answer', constraint.schema);
  return responseFormat?.type === 'json' ? { response_format: { type: 'json_object' } } : {};
}

function schemaFormat(name: string, schema: unknown): object {
  return { response_format: { type: 'json_schema', json_schema: { name, schema } } };
}

function ghostFields(request: ChatRequest, dialect: ChatDialect): object {
  const sessionId = request.metadata?.session_id;
  return dialect.isGhostLlm === true && sessionId !== undefined ? { session_id: sessionId } : {};
}
