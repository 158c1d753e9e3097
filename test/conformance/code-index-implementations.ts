/** Every implementation of CodeIndex; each runs both conformance suites. */
import type { CodeIndex } from '../../src/context/code-index.ts';
import { createScanIndex } from '../../src/context/scan/scan-index.ts';
import { bareEnvironment } from '../helpers/workspace.ts';

export const INDEX_IMPLEMENTATIONS: readonly (readonly [
  name: string,
  open: (root: string) => CodeIndex,
])[] = [['scan', (root) => createScanIndex({ root, env: bareEnvironment(root) })]];
