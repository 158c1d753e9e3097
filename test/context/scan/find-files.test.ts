import { expect, it } from 'vitest';
import { findPaths } from '../../../src/context/scan/find-files.ts';

const PATHS = [
  'README.md',
  'src/context/search.ts',
  'src/context/scan/scan-search.ts',
  'src/agent/tools/search-code.ts',
  'test/conformance/code-search.test.ts',
  'src/platform/env.ts',
  'src/session/events.ts',
  'src/httpServer.ts',
  'docs/research.md',
];

it.each([
  ['search', 'src/context/search.ts'],
  ['search.ts', 'src/context/search.ts'],
  ['SEARCH-CODE', 'src/agent/tools/search-code.ts'],
  ['scsearch', 'src/context/scan/scan-search.ts'],
  ['hs', 'src/httpServer.ts'],
  ['tools/', 'src/agent/tools/search-code.ts'],
  ['conf code', 'test/conformance/code-search.test.ts'],
  ['env', 'src/platform/env.ts'],
])('%s means %s', (pattern, path) => {
  expect(findPaths(PATHS, pattern, 3)[0]).toBe(path);
});

it('gives what fits, and no more than asked for', () => {
  expect(findPaths(PATHS, 'search', 2)).toHaveLength(2);
  expect(findPaths(PATHS, 'search', 99)).not.toContain('README.md');
  expect(findPaths(PATHS, '  ', 3)).toEqual(PATHS.slice(0, 3));
});
