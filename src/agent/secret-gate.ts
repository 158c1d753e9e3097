/**
 * Keeps secrets from leaving, and from being written down on the way: messages are cleaned before
 * the journal sees them, and every request once more before it is sent.
 */
import { type Redactor, SECRET_PLACEHOLDER } from '../platform/secrets/redactor.ts';
import type { ChatRequest, Message } from '../providers/contract.ts';
import type { UserInput } from '../session/ops.ts';

export interface RedactedRequest {
  readonly request: ChatRequest;
  /** The rule of every secret that was replaced, in order. */
  readonly found: readonly string[];
}

export interface SecretGate {
  /** The message with placeholders; what was found is remembered for the turn that sends it. */
  readonly redactMessage: (message: UserInput) => UserInput;
  /**
   * The line of a user's command as they typed it: it must run with the secret that only its
   * placeholder is written down of. Undefined when it was typed in another process.
   */
  readonly commandAsTyped: (redacted: string) => string | undefined;
  readonly redactRequest: (request: ChatRequest, message: UserInput) => RedactedRequest;
  /** Those of the names that were not reported yet; from now on they are. */
  readonly takeUnreported: (found: readonly string[]) => readonly string[];
}

/** One gate for an engine, so that a secret keeps its placeholder for the whole conversation. */
export function createSecretGate(redactor: Redactor): SecretGate {
  const heldBack = new Map<string, readonly string[]>();
  const typed = new Map<string, string>();
  const reported = new Set<string>();
  return {
    redactMessage(message) {
      const found: string[] = [];
      const clean = cleaner(redactor, found);
      const attachments = message.attachments?.map((one) => ({ ...one, text: clean(one.text) }));
      const text = clean(message.text);
      if (found.length > 0) heldBack.set(text, found);
      if (message.kind === 'command' && text !== message.text) typed.set(text, message.text);
      return { ...message, text, ...(attachments === undefined ? {} : { attachments }) };
    },
    commandAsTyped: (redacted) =>
      typed.get(redacted) ?? (SECRET_PLACEHOLDER.test(redacted) ? undefined : redacted),
    redactRequest(request, message) {
      const redacted = redactRequest(request, redactor);
      return { ...redacted, found: [...(heldBack.get(message.text) ?? []), ...redacted.found] };
    },
    takeUnreported(found) {
      const fresh = [...new Set(found)].filter((name) => !reported.has(name));
      for (const name of fresh) reported.add(name);
      return fresh;
    },
  };
}

function cleaner(redactor: Redactor, found: string[]): (text: string) => string {
  return (text) => {
    const result = redactor.redact(text);
    for (const match of result.found) found.push(match.rule);
    return result.text;
  };
}

/** The same request with every secret replaced by its placeholder. */
function redactRequest(request: ChatRequest, redactor: Redactor): RedactedRequest {
  const found: string[] = [];
  const clean = cleaner(redactor, found);
  const system = request.system === undefined ? {} : { system: clean(request.system) };
  const messages = request.messages.map((message) => redactMessage(message, clean));
  return { request: { ...request, ...system, messages }, found };
}

function redactMessage(message: Message, clean: (text: string) => string): Message {
  switch (message.role) {
    case 'user':
      return {
        role: 'user',
        content: message.content.map((part) =>
          part.type === 'text' ? { ...part, text: clean(part.text) } : part,
        ),
      };
    case 'assistant':
      // Reasoning goes back as it came: its signature covers the text.
      return {
        role: 'assistant',
        content: message.content.map((part) =>
          part.type === 'text' ? { ...part, text: clean(part.text) } : part,
        ),
      };
    case 'tool':
      return {
        role: 'tool',
        content: message.content.map((part) => ({ ...part, output: clean(part.output) })),
      };
  }
}
