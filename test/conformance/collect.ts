/** Gathers a stream into the answer a person would see, and checks the contract's grammar. */
import { expect } from 'vitest';
import type {
  EndReason,
  JsonValue,
  ProviderFailure,
  StreamPart,
  ToolCallEnd,
  Usage,
} from '../../src/providers/contract.ts';

export interface Answer {
  readonly text: string;
  readonly reasoning: string;
  readonly signatures: readonly JsonValue[];
  readonly calls: readonly ToolCallEnd[];
  readonly usage: Usage | undefined;
  readonly reason: EndReason | undefined;
  readonly rawReason: string | undefined;
  readonly error: ProviderFailure | undefined;
  readonly parts: readonly StreamPart[];
}

export async function collect(stream: AsyncIterable<StreamPart>): Promise<Answer> {
  const parts: StreamPart[] = [];
  for await (const part of stream) parts.push(part);
  checkGrammar(parts);
  const end = parts.find((part) => part.type === 'end');
  const usage = parts.find((part) => part.type === 'usage');
  const failed = parts.find((part) => part.type === 'error');
  return {
    text: parts.map((part) => (part.type === 'text-delta' ? part.text : '')).join(''),
    reasoning: parts.map((part) => (part.type === 'reasoning-delta' ? part.text : '')).join(''),
    signatures: parts.flatMap((part) =>
      part.type === 'reasoning-end' && part.signature !== undefined ? [part.signature] : [],
    ),
    calls: parts.filter((part) => part.type === 'tool-call-end'),
    usage: usage?.usage,
    reason: end?.reason,
    rawReason: end?.rawReason,
    error: failed?.error,
    parts,
  };
}

/** One start first, one end or error last, blocks opened once and closed once, no empty delta. */
function checkGrammar(parts: readonly StreamPart[]): void {
  const last = parts.at(-1);
  expect(['end', 'error']).toContain(last?.type);
  const finals = parts.filter((part) => part.type === 'end' || part.type === 'error');
  expect(finals).toHaveLength(1);
  expect(parts.filter((part) => part.type === 'usage').length).toBeLessThanOrEqual(1);
  if (last?.type === 'end') expect(parts[0]?.type).toBe('start');
  const open = new Map<string, string>();
  const calls = new Map<string, string>();
  for (const part of parts) {
    if (part.type === 'text-start' || part.type === 'reasoning-start') {
      expect(open.has(part.id)).toBe(false);
      open.set(part.id, part.type);
    } else if (part.type === 'text-delta' || part.type === 'reasoning-delta') {
      expect(open.get(part.id)).toBe(part.type.replace('-delta', '-start'));
      expect(part.text).not.toBe('');
    } else if (part.type === 'text-end' || part.type === 'reasoning-end') {
      expect(open.delete(part.id)).toBe(true);
    } else if (part.type === 'tool-call-start') {
      expect(calls.has(part.id)).toBe(false);
      calls.set(part.id, '');
    } else if (part.type === 'tool-call-delta') {
      calls.set(part.id, (calls.get(part.id) ?? '') + part.inputText);
    } else if (part.type === 'tool-call-end') {
      expect(calls.get(part.id)).toBe(part.inputText);
    }
  }
  if (last?.type === 'end') expect([...open.keys()]).toEqual([]);
}
