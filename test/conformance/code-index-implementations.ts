/** Every implementation of CodeIndex; each runs both conformance suites. */
import type { CodeIndex } from '../../src/context/code-index.ts';
import { openIndex } from '../../src/context/open-index.ts';
import { createScanIndex } from '../../src/context/scan/scan-index.ts';
import { findZig } from '../../tools/zig.mjs';
import { bareEnvironment } from '../helpers/workspace.ts';

type Implementation = readonly [name: string, open: (root: string) => CodeIndex];

const SCAN: Implementation = [
  'scan',
  (root) => createScanIndex({ root, env: bareEnvironment(root) }),
];
const NATIVE: Implementation = [
  'native',
  (root) => openIndex({ root, env: bareEnvironment(root) }),
];

/** Where Zig is, the library was built; a test of openIndex sees to it that it answers then. */
export const INDEX_IMPLEMENTATIONS: readonly Implementation[] =
  findZig() === undefined ? [SCAN] : [SCAN, NATIVE];
