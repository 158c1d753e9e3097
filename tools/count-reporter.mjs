// A Vitest reporter: says why each skipped test was skipped, and leaves the counts for `.ci/run`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** @implements {import('vitest/node').Reporter} */
export default class CountReporter {
  /**
   * @param {ReadonlyArray<import('vitest/node').TestModule>} modules
   * @param {ReadonlyArray<unknown>} errors
   */
  onTestRunEnd(modules, errors) {
    const counts = { passed: 0, failed: errors.length, skipped: 0 };
    for (const module of modules) {
      // A file that does not load has no tests, and still is a failure.
      const tests = [...module.children.allTests()];
      if (!module.ok() && tests.every((test) => test.result().state !== 'failed'))
        counts.failed += 1;
      for (const test of tests) {
        const result = test.result();
        if (result.state === 'pending') continue;
        counts[result.state] += 1;
        if (result.state === 'skipped') {
          console.log(`skipped: ${test.fullName} (${result.note ?? 'no reason given'})`);
        }
      }
    }
    leaveCounts(counts);
  }
}

/**
 * One file for each run, in the folder that ZEKE_TEST_RESULTS names.
 * @param {{ passed: number, failed: number, skipped: number }} counts
 */
function leaveCounts(counts) {
  const folder = process.env.ZEKE_TEST_RESULTS;
  if (folder === undefined || folder === '') return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `vitest-${process.pid}-${Date.now()}.json`), JSON.stringify(counts));
}
