/** What tools/test-setup.mjs could bring to this machine; tests skip what is missing. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { NEOVIMS } from '../../tools/fetch-neovim.mjs';

export interface TestSetup {
  /** A folder whose node_modules holds the inference engine. */
  readonly engineFolder: string | undefined;
  /** Programs that are not installed. */
  readonly missing: readonly string[];
  /** The Neovims that tests run on. */
  readonly neovims: readonly { readonly version: string; readonly path: string }[];
  /** Those that are wanted and could not be had. */
  readonly missingNeovims: readonly { readonly version: string; readonly why: string }[];
}

const RESULTS = new URL('../../node_modules/.cache/zeke/', import.meta.url);
const NEVER_RAN = 'node tools/test-setup.mjs brings it';

/** The result of the last set-up. Where it never ran, nothing that it brings is there. */
export function readTestSetup(): TestSetup {
  const setup = readResult('test-setup.json');
  const editors = readResult('neovims.json');
  return {
    engineFolder: setup?.engineFolder ?? undefined,
    missing: setup?.missing ?? [],
    neovims: editors?.neovims ?? [],
    missingNeovims: editors?.missing ?? NEOVIMS.map(({ version }) => ({ version, why: NEVER_RAN })),
  };
}

function readResult(name: string) {
  try {
    return JSON.parse(readFileSync(fileURLToPath(new URL(name, RESULTS)), 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
