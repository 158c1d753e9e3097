/** A neutral request as an Anthropic Messages body. */
import { findModel } from '../catalogue.ts';
import type {
  AssistantMessage,
  ChatRequest,
  Message,
  ReasoningContent,
  ToolMessage,
  UserMessage,
} from '../contract.ts';
import { readRecord, readText } from '../json.ts';
import { thinkingFields } from './thinking.ts';
import type { MessagesBody, WireBlock, WireMessage } from './wire.ts';

/** Accepted by every Claude model since 3.5; used where the catalogue does not know the model. */
const SAFE_MAX_TOKENS = 8192;
/** Enough for any answer to a person; a model's own limit can be four times that. */
const USUAL_MAX_TOKENS = 32_000;

/** The body of POST /v1/messages. Sampling parameters only where the user set them. */
export function toMessagesBody(request: ChatRequest): MessagesBody {
  const maxTokens = request.maxOutputTokens ?? defaultMaxTokens(request.model);
  const thinking = thinkingFields(request, maxTokens);
  const isThinking = 'thinking' in thinking;
  const messages = mergeNeighbours(request.messages.map(toWireMessage));
  const isConversation = request.messages.length > 1;
  return {
    model: request.model,
    max_tokens: maxTokens,
    ...systemField(request, isConversation),
    messages: isConversation ? markForCache(messages) : messages,
    stream: true,
    ...toolFields(request),
    ...mergeOutputConfig(thinking, formatField(request)),
    // While it thinks, a model takes no temperature.
    ...(request.temperature === undefined || isThinking
      ? {}
      : { temperature: request.temperature }),
    ...stopField(request),
  };
}

function defaultMaxTokens(model: string): number {
  const limit = findModel('anthropic', model)?.maxOutputTokens;
  return limit === undefined ? SAFE_MAX_TOKENS : Math.min(limit, USUAL_MAX_TOKENS);
}

/** Writing the cache costs a quarter more, so it starts with the second message. */
const CACHE_MARK = { cache_control: { type: 'ephemeral' } };

function systemField(request: ChatRequest, isConversation: boolean): object {
  if (request.system === undefined || request.system === '') return {};
  const block = { type: 'text', text: request.system, ...(isConversation ? CACHE_MARK : {}) };
  return { system: [block] };
}

function markForCache(messages: readonly WireMessage[]): readonly WireMessage[] {
  const last = messages.at(-1);
  const block = last?.content.at(-1);
  if (last === undefined || block === undefined || last.role !== 'user') return messages;
  const content = [...last.content.slice(0, -1), { ...block, ...CACHE_MARK }];
  return [...messages.slice(0, -1), { ...last, content }];
}

function toWireMessage(message: Message): WireMessage {
  if (message.role === 'user') return { role: 'user', content: userBlocks(message) };
  if (message.role === 'tool') return { role: 'user', content: resultBlocks(message) };
  return { role: 'assistant', content: assistantBlocks(message) };
}

/** The API wants turns to alternate: tool results and the words after them are one message. */
function mergeNeighbours(messages: readonly WireMessage[]): readonly WireMessage[] {
  const merged: WireMessage[] = [];
  for (const message of messages) {
    const last = merged.at(-1);
    if (message.content.length === 0) continue;
    if (last?.role === message.role) {
      merged[merged.length - 1] = { ...last, content: [...last.content, ...message.content] };
    } else merged.push(message);
  }
  return merged;
}

function userBlocks(message: UserMessage): readonly WireBlock[] {
  return message.content.flatMap((part): readonly WireBlock[] => {
    if (part.type === 'text') return textBlocks(part.text);
    const source = { type: 'base64', media_type: part.mediaType, data: part.data };
    return [{ type: 'image', source }];
  });
}

function assistantBlocks(message: AssistantMessage): readonly WireBlock[] {
  return message.content.flatMap((part): readonly WireBlock[] => {
    if (part.type === 'text') return textBlocks(part.text);
    if (part.type === 'reasoning') return reasoningBlocks(part);
    return [{ type: 'tool_use', id: wireId(part.id), name: part.name, input: part.input }];
  });
}

/** Reasoning without the vendor's signature is not accepted back. */
function reasoningBlocks(part: ReasoningContent): readonly WireBlock[] {
  const carried = readRecord(part.signature);
  const data = readText(carried?.data);
  const signature = readText(carried?.signature);
  if (carried?.type === 'redacted_thinking' && data !== undefined) {
    return [{ type: 'redacted_thinking', data }];
  }
  return signature === undefined ? [] : [{ type: 'thinking', thinking: part.text, signature }];
}

function resultBlocks(message: ToolMessage): readonly WireBlock[] {
  return message.content.map((result) => ({
    type: 'tool_result',
    tool_use_id: wireId(result.id),
    content: result.output,
    ...(result.isError === true ? { is_error: true } : {}),
  }));
}

/** Empty and blank text blocks are rejected. */
function textBlocks(text: string): readonly WireBlock[] {
  return text.trim() === '' ? [] : [{ type: 'text', text }];
}

/** Ids of other vendors (`functions.add:0`) may hold characters that are rejected here. */
function wireId(id: string): string {
  return id.replace(/[^a-zA-Z0-9_-]/g, '_');
}

const TOOL_CHOICES = { auto: 'auto', none: 'none', required: 'any' } as const;

function toolFields(request: ChatRequest): object {
  if (request.tools === undefined || request.tools.length === 0) return {};
  const tools = request.tools.map((tool) => ({
    name: tool.name,
    description: tool.description,
    input_schema: tool.inputSchema,
  }));
  const choice = request.toolChoice;
  return choice === undefined ? { tools } : { tools, tool_choice: { type: TOOL_CHOICES[choice] } };
}

function formatField(request: ChatRequest): object | undefined {
  const { responseFormat, constraint } = request;
  const schema =
    responseFormat?.type === 'json-schema'
      ? responseFormat.schema
      : constraint?.type === 'json-schema'
        ? constraint.schema
        : undefined;
  return schema === undefined ? undefined : { format: { type: 'json_schema', schema } };
}

function mergeOutputConfig(thinking: object, format: object | undefined): object {
  if (format === undefined) return thinking;
  const effort = 'output_config' in thinking ? (thinking.output_config as object) : {};
  return { ...thinking, output_config: { ...effort, ...format } };
}

/** Blank stop sequences are rejected. */
function stopField(request: ChatRequest): object {
  const stop = (request.stop ?? []).filter((text) => text.trim() !== '');
  return stop.length === 0 ? {} : { stop_sequences: stop };
}
