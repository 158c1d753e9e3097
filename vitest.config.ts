import { defineConfig } from 'vitest/config';

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
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.{ts,tsx}'],
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
