/** Reading JSON that somebody else wrote: every field may be missing or of another type. */
import type { JsonObject } from './contract.ts';

export type UnknownRecord = { readonly [name: string]: unknown };

/** The parsed text, or undefined where it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The value as an object (no list), or undefined. */
export function readRecord(value: unknown): UnknownRecord | undefined {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isRecord ? (value as UnknownRecord) : undefined;
}

/** The value as a list; anything else is an empty one. */
export function readList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value as text; numbers are written out, because some hosts send codes as numbers. */
export function readText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : undefined;
}

/** The value as a finite number; numbers written as text count. */
export function readNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** A tool's input: empty text means no arguments; undefined where it is no JSON object. */
export function parseToolInput(text: string): JsonObject | undefined {
  return readRecord(text.trim() === '' ? {} : parseJson(text)) as JsonObject | undefined;
}
