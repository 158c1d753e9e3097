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
import type { ContextRecord } from '../session/events.ts';
import type { UserInput } from '../session/ops.ts';
import type { SessionState, Turn, TurnPart } from '../session/state.ts';

export interface ModelRequestInput {
  readonly state: SessionState;
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
}

/** The request for the next step of `turn`, with everything the model should still remember. */
export function toModelRequest(input: ModelRequestInput): ChatRequest {
  const remembered = input.state.turns.slice(input.state.clearedTurnCount);
  const turns = [...remembered.filter(isWorthTelling), input.turn];
  const messages = mergeUserMessages(turns.flatMap((turn) => turnMessages(turn, input)));
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

/** A turn that failed before the first word is left out: the user sends it again if they want. */
function isWorthTelling(turn: Turn): boolean {
  return turn.parts.length > 0 || turn.endReason !== 'error';
}

function turnMessages(turn: Turn, input: ModelRequestInput): readonly Message[] {
  const isForeign = turn.model !== input.modelRef;
  const parts = isForeign ? neutralParts(turn.parts) : turn.parts;
  const text = userText(turn.message, turn.context, input.border);
  const user: Message = { role: 'user', content: [{ type: 'text', text }] };
  const steps = [...new Set(parts.map((part) => part.step))];
  const answers = steps.flatMap((step) => {
    const ofStep = parts.filter((part) => part.step === step);
    return input.takesTools ? stepMessages(ofStep) : [toolsAsText(ofStep)];
  });
  return [user, ...answers.filter((message) => message.content.length > 0)];
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
    return [{ ...call, id: `call${String(callCount).padStart(5, '0')}` }];
  });
}

function stepMessages(parts: readonly TurnPart[]): readonly Message[] {
  const content: (AssistantMessage['content'][number] | undefined)[] = parts.map((part) => {
    if (part.type === 'text') {
      return part.text === '' ? undefined : { type: 'text', text: part.text };
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

/** Vendors reject a call without its result, so a call that never ran says just that. */
function toolResult(part: ToolCallPart): ToolResultContent {
  const result = part.result ?? { output: 'This call was not run.', isError: true };
  return { type: 'tool-result', id: part.id, name: part.name, ...result };
}

function toolsAsText(parts: readonly TurnPart[]): AssistantMessage {
  const texts = parts.flatMap((part) => {
    if (part.type === 'reasoning' || (part.type === 'text' && part.text === '')) return [];
    if (part.type === 'text') return [part.text];
    const result = toolResult(part);
    return [`[Used ${part.name} ${JSON.stringify(part.input)}, which gave:\n${result.output}]`];
  });
  return { role: 'assistant', content: texts.map((text) => ({ type: 'text', text })) };
}

/** The message with everything that came with it, data first, the user's own words last. */
function userText(message: UserInput, context: readonly ContextRecord[], border: string): string {
  const attached = (message.attachments ?? []).map((attachment) =>
    dataBlock({ source: 'attachment', title: attachment.label, text: attachment.text }, border),
  );
  return [...context.map((block) => dataBlock(block, border)), ...attached, message.text].join(
    '\n\n',
  );
}

function dataBlock(block: ContextRecord, border: string): string {
  const title = block.title.replace(/["\n\r]/g, ' ');
  return `<data ${border} source="${block.source}" title="${title}">\n${block.text}\n</data ${border}>`;
}

/** Some hosts insist on user and assistant taking turns; neighbours of one role become one. */
function mergeUserMessages(messages: readonly Message[]): readonly Message[] {
  const merged: Message[] = [];
  for (const message of messages) {
    const last = merged.at(-1);
    if (last?.role === 'user' && message.role === 'user') {
      merged[merged.length - 1] = { role: 'user', content: [...last.content, ...message.content] };
    } else {
      merged.push(message);
    }
  }
  return merged;
}
