// Which files count as sources, by path alone: the same for the gold and for every ranker.

const SOURCE =
  /\.(?:c|cc|cpp|cxx|h|hh|hpp|cs|go|java|js|jsx|mjs|cjs|ts|tsx|mts|cts|kt|kts|lua|php|py|pyi|rb|rs|sh|svelte|swift|vue|zig)$/;
const TEST =
  /(?:^|\/)(?:tests?|__tests__|testing|spec|specs|e2e|fixtures?|testdata|bench|benchmarks?)\/|(?:^|\/)(?:test_[^/]*|conftest\.py|[^/]*[._-](?:test|tests|spec|bench)(?:-d)?\.[^/]+|[^/]*_test\.[^/]+)$/i;
const DOC = /(?:^|\/)(?:docs?|doc|examples?|samples?|playground)\//i;

export function isSource(path) {
  return SOURCE.test(path) && !path.endsWith('.d.ts');
}

/** A test or an example: never what a change to the program is about. */
export function isAside(path) {
  return TEST.test(path) || DOC.test(path);
}

/** What a ranker may name: the sources beside tests and examples, and the gold whatever it is. */
export function isCandidate(path, gold) {
  return isSource(path) && (!isAside(path) || gold.includes(path));
}
