/** Ids for tool calls of hosts that send none, or the same one twice. */

/** An id that no other call has, in the characters that every vendor accepts. */
export function newToolCallId(): string {
  return `call_${globalThis.crypto.randomUUID().replaceAll('-', '').slice(0, 24)}`;
}
