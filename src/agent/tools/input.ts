/** Reads the input of a tool call, which comes from a model and may be anything. */
import type { JsonObject, ToolDefinition } from '../../providers/contract.ts';
import type { Action } from '../approval.ts';
import type { ActingTool, Plan, ReadingTool, ToolContext, ToolOutput } from './tool.ts';

/** Wrong input, in words that help the model to call again. */
export class ToolInputError extends Error {}

/** A tool from its definition and what it does; wrong input and unknown fields become errors. */
export function createTool(
  definition: ToolDefinition,
  run: (input: JsonObject, context: ToolContext) => Promise<ToolOutput>,
): ReadingTool {
  return {
    definition,
    run: (input, context) => tryInput(definition, input, () => run(input, context)),
  };
}

/** As `createTool`, for a tool that plans before it acts. */
export function createActingTool(
  definition: ToolDefinition,
  effect: Action['effect'],
  plan: (input: JsonObject, context: ToolContext) => Promise<Plan | ToolOutput>,
): ActingTool {
  return {
    definition,
    effect,
    plan: (input, context) => tryInput(definition, input, () => plan(input, context)),
  };
}

async function tryInput<T>(
  definition: ToolDefinition,
  input: JsonObject,
  act: () => Promise<T>,
): Promise<T | ToolOutput> {
  try {
    refuseUnknownFields(definition, input);
    return await act();
  } catch (error) {
    if (error instanceof ToolInputError) return { output: error.message, isError: true };
    throw error;
  }
}

function refuseUnknownFields(definition: ToolDefinition, input: JsonObject): void {
  const { properties } = definition.inputSchema;
  const known = Object.keys(
    typeof properties === 'object' && properties !== null ? properties : {},
  );
  const unknown = Object.keys(input).filter((field) => !known.includes(field));
  if (unknown.length === 0) return;
  throw new ToolInputError(
    `${definition.name} has no field ${unknown.map((field) => `"${field.slice(0, 40)}"`).join(', ')}; ` +
      `it takes ${known.map((field) => `"${field}"`).join(', ')}.`,
  );
}

/** A text field; `undefined` where it is absent. */
export function optionalText(input: JsonObject, field: string): string | undefined {
  const value = input[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new ToolInputError(`"${field}" must be a string.`);
  return value;
}

/** A text field that must be there and must not be blank. */
export function requiredText(input: JsonObject, field: string): string {
  const value = optionalText(input, field);
  if (value === undefined || value.trim() === '') {
    throw new ToolInputError(`"${field}" is missing: give it as a string.`);
  }
  return value;
}

/** A text field that must be there and may be empty. */
export function presentText(input: JsonObject, field: string): string {
  const value = optionalText(input, field);
  if (value === undefined) throw new ToolInputError(`"${field}" is missing: give it as a string.`);
  return value;
}

/** A field that is true or false; some models send it as text, which is taken as well. */
export function optionalFlag(input: JsonObject, field: string): boolean {
  const value = input[field];
  if (value === undefined || value === null || value === false || value === 'false') return false;
  if (value === true || value === 'true') return true;
  throw new ToolInputError(`"${field}" must be true or false.`);
}

/** A whole number of at least 1; some models send numbers as text, which is taken as well. */
export function optionalCount(input: JsonObject, field: string): number | undefined {
  const value = input[field];
  if (value === undefined || value === null) return undefined;
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 1) {
    throw new ToolInputError(`"${field}" must be a whole number from 1.`);
  }
  return number;
}

/** A path as models write it (`./src/a.ts`, `src/a.ts/`), in the form the workspace uses. */
export function workspacePath(input: JsonObject, field: string): string {
  return requiredText(input, field)
    .replace(/^(?:\.\/)+/, '')
    .replace(/\/+$/, '');
}
