/**
 * What services are asked with comes from a plugin that may be another version, or another program:
 * it is checked here, once, so that a service can rely on its types.
 */
import { ZekeError } from '../platform/errors.ts';
import { isFields } from '../session/validate.ts';
import type { ServiceName } from './protocol.ts';
import type { NvimServices } from './services.ts';

/** What a field has to be; said to whoever sent something else. */
interface Kind {
  readonly name: string;
  readonly fits: (value: unknown) => boolean;
}
type Shape = Readonly<Record<string, Kind>>;
export type ParamsOf<Name extends ServiceName> = Parameters<NvimServices[Name]>[0];

/** A buffer beyond this is no text to send to a model. */
const MAX_TEXT_CHARACTERS = 8 * 1024 * 1024;
const MAX_COUNT = 1_000_000_000;
const MAX_ITEMS = 10_000;

const text: Kind = {
  name: 'text in UTF-8, of at most 8 million characters',
  fits: (value) => typeof value === 'string' && value.length <= MAX_TEXT_CHARACTERS,
};
const count: Kind = {
  name: 'a whole number from 0',
  fits: (value) => Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= MAX_COUNT,
};
const flag: Kind = { name: 'true or false', fits: (value) => typeof value === 'boolean' };

function optional(kind: Kind): Kind {
  return { name: kind.name, fits: (value) => value === undefined || kind.fits(value) };
}
function oneOf(...names: readonly string[]): Kind {
  return {
    name: `one of ${names.join(', ')}`,
    fits: (value) => typeof value === 'string' && names.includes(value),
  };
}
function fields(name: string, shape: Shape): Kind {
  return {
    name,
    fits: (value) => isFields(value) && findFault(value, shape) === undefined,
  };
}
function listOf(kind: Kind): Kind {
  return {
    name: `a list, each item ${kind.name}`,
    fits: (value) => Array.isArray(value) && value.length <= MAX_ITEMS && value.every(kind.fits),
  };
}

const buffer = { path: optional(text), language: optional(text) };
const range = fields('{startLine, endLine}', { startLine: count, endLine: count });
const diagnostic = fields('{line, severity, message}', {
  line: count,
  severity: text,
  message: text,
});

const SHAPES: {
  readonly [Name in ServiceName]: { readonly [field in keyof Required<ParamsOf<Name>>]: Kind };
} = {
  models: {},
  sessions: {},
  'search-sessions': { query: text },
  'delete-session': { id: text },
  'export-session': { id: text, format: oneOf('markdown', 'json'), path: optional(text) },
  'earlier-turns': { sessionId: text, before: count },
  files: { pattern: text, limit: count },
  symbols: { pattern: text, limit: count },
  definition: { name: text },
  diff: {},
  'context-use': {},
  cost: {},
  edit: {
    ...buffer,
    instruction: text,
    action: optional(text),
    text,
    firstLine: optional(count),
    range: optional(range),
    diagnostics: optional(listOf(diagnostic)),
    source: optional(fields('{path, text}', { path: optional(text), text })),
    model: optional(text),
  },
  apply: { code: text, text, path: optional(text) },
  complete: {
    ...buffer,
    prefix: text,
    suffix: text,
    model: optional(text),
    count,
    isManual: flag,
  },
  review: { base: optional(text), model: optional(text), id: optional(text) },
  'commit-message': { model: optional(text) },
};

/** The parameters of a service. Throws a ZekeError that names the field that is wrong. */
export function checkParams<Name extends ServiceName>(name: Name, params: unknown): ParamsOf<Name> {
  // Lua has one empty table: without any parameter it comes as a list.
  const given = isFields(params) ? params : {};
  const shape: Shape = SHAPES[name];
  const fault = findFault(given, shape);
  if (fault !== undefined) {
    throw new ZekeError(
      'usage',
      `"${fault}" of the request "${name}" is not ${shape[fault]?.name}.`,
    );
  }
  // Every field was checked against the shape, and the compiler checked the shape.
  return given as ParamsOf<Name>;
}

function findFault(value: Readonly<Record<string, unknown>>, shape: Shape): string | undefined {
  return Object.entries(shape).find(([field, kind]) => !kind.fits(value[field]))?.[0];
}
