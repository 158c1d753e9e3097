/**
 * Turns the conversation into one request for one model. This is the only place where history made
 * by another model is adapted: reasoning, signatures and tool-call ids of one vendor mean nothing
 * to the next, and some reject them, so they never cross.
 */
import type {
  AssistantMessage,
  ChatRequest,
  Message,
  ReasoningEffort,
  ToolCallContent,
  ToolDefinition,
  ToolResultContent,
} from '../providers/contract.ts';
import type { SessionState, Turn, TurnPart } from '../session/state.ts';
import type { ImageGate } from './request/images.ts';
import { type ToldConversation, toldConversation } from './request/told-turns.ts';
import { toSummaryMessage, toUserMessage } from './request/user-message.ts';

export interface ModelRequestInput {
  readonly state: SessionState;
  /** What came before `turn`; everything that the state says is still told, where absent. */
  readonly told?: ToldConversation;
  readonly turn: Turn;
  /** `provider/model` that the request goes to. */
  readonly modelRef: string;
  /** The vendor's id of that model. */
  readonly model: string;
  readonly system: string;
  readonly tools: readonly ToolDefinition[];
  /** False where the model is known to take no tools: old tool calls are then told as text. */
  readonly takesTools: boolean;
  readonly reasoningEffort?: ReasoningEffort | undefined;
  readonly maxOutputTokens?: number | undefined;
  /** Marks the borders of data blocks; random, so that no file can close its own block. */
  readonly border: string;
  /** Who is shown images; nobody where absent. */
  readonly images?: ImageGate | undefined;
}

/** The request for the next step of `turn`, with everything the model should still remember. */
export function toModelRequest(input: ModelRequestInput): ChatRequest {
  const { summary, turns } = input.told ?? toldConversation(input.state);
  const messages = withUniqueIds(
    mergeNeighbours([
      ...(summary === undefined ? [] : [toSummaryMessage(summary, input.border)]),
      ...[...turns, input.turn].flatMap((turn) => turnMessages(turn, input)),
    ]),
  );
  return {
    model: input.model,
    system: input.system,
    messages,
    ...(input.tools.length > 0 && input.takesTools ? { tools: input.tools } : {}),
    ...(input.reasoningEffort === undefined ? {} : { reasoningEffort: input.reasoningEffort }),
    ...(input.maxOutputTokens === undefined ? {} : { maxOutputTokens: input.maxOutputTokens }),
    metadata: { session_id: input.state.sessionId },
  };
}

function turnMessages(turn: Turn, input: ModelRequestInput): readonly Message[] {
  const user = toUserMessage({
    turn,
    border: input.border,
    findImage: (image) => input.images?.find(turn, image),
  });
  // What a command printed is told with it.
  if (turn.message.kind === 'command') return [user];
  const isForeign = turn.model !== input.modelRef;
  const parts = isForeign ? neutralParts(turn.parts) : turn.parts;
  const steps = [...new Set(parts.map((part) => part.step))];
  const answers = steps.flatMap((step) => {
    const ofStep = parts.filter((part) => part.step === step);
    return input.takesTools ? stepMessages(ofStep) : [toolsAsText(ofStep)];
  });
  return [user, ...answers.filter(saysSomething)];
}

/** Reasoning alone, of an answer that was stopped before its first word, is no answer. */
function saysSomething(message: Message): boolean {
  if (message.role !== 'assistant') return message.content.length > 0;
  return message.content.some((part) => part.type !== 'reasoning');
}

/**
 * History of another model without what only its vendor understands. The ids keep to nine letters
 * and digits, the narrowest rule among the vendors (Mistral's).
 */
function neutralParts(parts: readonly TurnPart[]): readonly TurnPart[] {
  let callCount = 0;
  return parts.flatMap((part): readonly TurnPart[] => {
    if (part.type === 'reasoning') return [];
    if (part.type === 'text') return [part];
    callCount += 1;
    const { signature: _, ...call } = part;
    return [{ ...call, id: neutralId(callCount) }];
  });
}

function neutralId(number: number): string {
  return `call${String(number).padStart(5, '0')}`;
}

/** Some vendors refuse an id that comes twice in a conversation; hosts that count from 1 repeat theirs. */
function withUniqueIds(messages: readonly Message[]): readonly Message[] {
  const used = new Set<string>();
  let ids: readonly string[] = [];
  const uniqueId = (id: string): string => {
    let unique = id;
    for (let number = used.size + 1; used.has(unique); number += 1) unique = neutralId(number);
    used.add(unique);
    return unique;
  };
  return messages.map((message): Message => {
    if (message.role === 'assistant') {
      const content = message.content.map((part) =>
        part.type === 'tool-call' ? { ...part, id: uniqueId(part.id) } : part,
      );
      ids = content.flatMap((part) => (part.type === 'tool-call' ? [part.id] : []));
      return { role: 'assistant', content };
    }
    if (message.role === 'user') return message;
    // The results stand in the order of their calls.
    const content = message.content.map((result, at) => ({ ...result, id: ids[at] ?? result.id }));
    return { role: 'tool', content };
  });
}

function stepMessages(parts: readonly TurnPart[]): readonly Message[] {
  const content: (AssistantMessage['content'][number] | undefined)[] = parts.map((part) => {
    if (part.type === 'text') {
      return part.text.trim() === '' ? undefined : { type: 'text', text: part.text };
    }
    const signed = part.signature === undefined ? {} : { signature: part.signature };
    if (part.type === 'reasoning') return { type: 'reasoning', text: part.text, ...signed };
    return toolCall(part, signed);
  });
  const assistant = {
    role: 'assistant' as const,
    content: content.filter((part) => part !== undefined),
  };
  const results = parts.flatMap((part) => (part.type === 'tool-call' ? [toolResult(part)] : []));
  return results.length === 0 ? [assistant] : [assistant, { role: 'tool', content: results }];
}

type ToolCallPart = Extract<TurnPart, { type: 'tool-call' }>;

function toolCall(part: ToolCallPart, signed: object): ToolCallContent {
  return { type: 'tool-call', id: part.id, name: part.name, input: part.input, ...signed };
}

/** Vendors reject a call without its result; whether it was begun, nobody may know any more. */
function toolResult(part: ToolCallPart): ToolResultContent {
  const result = part.result ?? {
    output: 'The turn ended before this call was done.',
    isError: true,
  };
  return { type: 'tool-result', id: part.id, name: part.name, ...result };
}

function toolsAsText(parts: readonly TurnPart[]): AssistantMessage {
  const texts = parts.flatMap((part) => {
    if (part.type === 'reasoning') return [];
    if (part.type === 'text') return part.text.trim() === '' ? [] : [part.text];
    const result = toolResult(part);
    return [`[Used ${part.name} ${JSON.stringify(part.input)}, which gave:\n${result.output}]`];
  });
  const text = texts.join('\n\n');
  return { role: 'assistant', content: text === '' ? [] : [{ type: 'text', text }] };
}

/** Some hosts insist on user and assistant taking turns; neighbours of one role become one. */
function mergeNeighbours(messages: readonly Message[]): readonly Message[] {
  const merged: Message[] = [];
  for (const message of messages) {
    const last = merged.at(-1);
    if (last?.role === 'user' && message.role === 'user') {
      merged[merged.length - 1] = { role: 'user', content: [...last.content, ...message.content] };
    } else if (last?.role === 'assistant' && message.role === 'assistant') {
      // Some hosts take one text: the two must not run into each other there.
      const content = [
        ...last.content,
        { type: 'text' as const, text: '\n\n' },
        ...message.content,
      ];
      merged[merged.length - 1] = { role: 'assistant', content };
    } else {
      merged.push(message);
    }
  }
  return merged;
}
