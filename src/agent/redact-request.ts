/** The last gate before anything is sent: no text of a request leaves with a secret in it. */
import type { Redactor } from '../platform/secrets/redactor.ts';
import type { ChatRequest, Message } from '../providers/contract.ts';

export interface RedactedRequest {
  readonly request: ChatRequest;
  /** The rule of every secret that was replaced, in order. */
  readonly found: readonly string[];
}

/** The same request with every secret replaced by its placeholder. */
export function redactRequest(request: ChatRequest, redactor: Redactor): RedactedRequest {
  const found: string[] = [];
  const clean = (text: string): string => {
    const result = redactor.redact(text);
    for (const match of result.found) found.push(match.rule);
    return result.text;
  };
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
