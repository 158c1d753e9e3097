import type { CodeLine } from '../code/code-lines.ts';
import { MANIFESTS, type Manifest } from './manifests.ts';
import { perFile, type ReviewRule, type RuleSubject } from './rule.ts';

/** Names that an addition brings in: somebody must have looked at what they are. */
export const dependencyAdded: ReviewRule = {
  name: 'dependency-added',
  summary: 'A package is added to a manifest.',
  start: perFile(function* (subject) {
    const { file, kind, hunks } = subject;
    const manifest = MANIFESTS.find(({ path }) => path.test(file.path));
    // A new manifest is a new project: its whole list would say nothing about this change.
    if (manifest === undefined || kind.isTest || kind.isVendored || file.change === 'added') return;
    const before = namesBefore(subject, manifest);
    for (const lines of hunks) {
      for (const { name, line } of manifest.read(lines)) {
        if (!line.isAdded || before.has(name)) continue;
        yield {
          startLine: line.newLine,
          severity: 'info',
          category: 'dependencies',
          title: `New dependency: ${name.slice(0, 100)}`,
          body:
            'Check that the name is the one you mean, that the package is kept alive, and ' +
            'what its licence is.',
        };
      }
    }
  }),
};

/** What the old side named already: a new version of it is no new dependency. */
function namesBefore({ file }: RuleSubject, { read }: Manifest): ReadonlySet<string> {
  const names = new Set<string>();
  for (const hunk of file.hunks) {
    const old = hunk.lines.flatMap((line): CodeLine[] =>
      line.kind === 'added'
        ? []
        : [{ newLine: 0, isAdded: false, text: line.text, code: line.text, comment: '' }],
    );
    for (const { name } of read(old)) names.add(name);
  }
  return names;
}
