/** What tools/test-setup.mjs could bring to this machine; tests skip what is missing. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface TestSetup {
  /** A folder whose node_modules holds the inference engine. */
  readonly engineFolder: string | undefined;
  /** Programs that are not installed. */
  readonly missing: readonly string[];
}

const RESULT = new URL('../../node_modules/.cache/zeke/test-setup.json', import.meta.url);

/** The result of the last set-up. Where it never ran, nothing that it brings is there. */
export function readTestSetup(): TestSetup {
  try {
    const result = JSON.parse(readFileSync(fileURLToPath(RESULT), 'utf8'));
    return { engineFolder: result.engineFolder ?? undefined, missing: result.missing };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return { engineFolder: undefined, missing: [] };
    }
    throw error;
  }
}
