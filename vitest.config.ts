import { defineConfig } from 'vitest/config';

/** A wait ends when what it waits for is there. The tool's own limit of a second is a busy machine's pause. */
const expectOptions = { poll: { timeout: 60_000 } };

/**
 * Two projects: `unit` needs nothing but this checkout; `e2e` starts the built program, ptys,
 * servers and engines, and gets generous limits because machines differ.
 */
export default defineConfig({
  test: {
    reporters: ['default', './tools/count-reporter.mjs'],
    globalSetup: './test/helpers/temporary-folder.ts',
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/e2e/**', 'test/bench/**'],
          expect: expectOptions,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.{ts,tsx}'],
          expect: expectOptions,
          testTimeout: 240_000,
          hookTimeout: 240_000,
          fileParallelism: false,
          // After the unit tests: terminals and engines share the machine with nothing then.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
