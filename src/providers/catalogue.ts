/** What is known about models without asking anybody. */
import { CATALOGUE_TABLE } from './catalogue-table.ts';
import type { ModelInfo } from './contract.ts';
import { readNumber } from './json.ts';

export interface CatalogueEntry extends ModelInfo {
  /** Who makes the model; also the id of the built-in provider for it, where there is one. */
  readonly vendor: string;
}

const ENTRIES: readonly CatalogueEntry[] = CATALOGUE_TABLE.trim().split('\n').map(parseLine);
const BY_REFERENCE: ReadonlyMap<string, CatalogueEntry> = new Map(
  ENTRIES.map((entry) => [`${entry.vendor}/${entry.id}`, entry]),
);
const BY_MODEL: ReadonlyMap<string, CatalogueEntry> = new Map(
  ENTRIES.map((entry) => [entry.id, entry]),
);

/** Every model of the table, the main ones of a vendor first. */
export function catalogueModels(): readonly CatalogueEntry[] {
  return ENTRIES;
}

/**
 * What the table says about a model of a provider. A dated release (`gpt-5-2025-08-07`) is found
 * under its name, and a router's `vendor/model` under the vendor's. Undefined where it is unknown;
 * callers then use safe defaults.
 */
export function findModel(providerId: string, model: string): CatalogueEntry | undefined {
  const exact = BY_REFERENCE.get(`${providerId}/${model}`);
  if (exact !== undefined) return exact;
  const name = model.slice(model.lastIndexOf('/') + 1).toLowerCase();
  const undated = name.replace(/:[a-z]+$/, '').replace(/-(?:\d{8}|\d{4}-\d{2}-\d{2})$/, '');
  // Routers write claude-haiku-4.5 where the vendor writes claude-haiku-4-5, and the release
  // claude-opus-4-20250514 is claude-opus-4-0.
  const spellings = [name, undated, undated.replace('.', '-'), `${undated}-0`];
  return spellings.map((spelling) => BY_MODEL.get(spelling)).find((entry) => entry !== undefined);
}

/** Providers whose models run on this machine: a vendor's price says nothing about them. */
const WITHOUT_PRICE = new Set(['ollama', 'local', 'builtin']);

/** The same as plain model facts, without the vendor. */
export function describeModel(providerId: string, model: string): ModelInfo | undefined {
  const entry = findModel(providerId, model);
  if (entry === undefined) return undefined;
  const { vendor: _vendor, price, ...info } = entry;
  const hasPrice = price !== undefined && !WITHOUT_PRICE.has(providerId);
  return { ...info, id: model, ...(hasPrice ? { price } : {}) };
}

/** The model a vendor's key is used for when the user named none: the first of its lines. */
export function defaultModelOf(vendor: string): string | undefined {
  return ENTRIES.find((entry) => entry.vendor === vendor)?.id;
}

function parseLine(line: string): CatalogueEntry {
  const [reference = '', context, output, ...rest] = line.split(' ');
  const [input, outputPrice, cached, written, abilities = ''] = rest;
  const [vendor = '', id = ''] = reference.split('/');
  const cachedInput = readNumber(cached);
  const cacheWrite = readNumber(written);
  return {
    vendor,
    id,
    contextTokens: Number(context),
    maxOutputTokens: Number(output),
    capabilities: {
      tools: abilities.includes('t'),
      images: abilities.includes('i'),
      reasoning: abilities.includes('r'),
    },
    price: {
      input: Number(input),
      output: Number(outputPrice),
      ...(cachedInput === undefined ? {} : { cachedInput }),
      ...(cacheWrite === undefined ? {} : { cacheWrite }),
    },
  };
}
