import type { CodeLine } from '../code-lines.ts';
import { perFile, type ReviewRule, type RuleSubject } from './rule.ts';

interface Manifest {
  readonly path: RegExp;
  /** Names of the dependencies that a list of new-side lines declares, with their lines. */
  readonly read: (lines: readonly CodeLine[]) => readonly Dependency[];
}
interface Dependency {
  readonly name: string;
  readonly line: CodeLine;
}

/** Lines that match anywhere in the file. */
const anywhere =
  (pattern: RegExp): Manifest['read'] =>
  (lines) =>
    lines.flatMap((line) => {
      const name = pattern
        .exec(line.text)
        ?.slice(1)
        .find((group) => group !== undefined);
      return name === undefined ? [] : [{ name, line }];
    });

/**
 * Lines below a header that says "dependencies". A hunk may begin below the header: then a line counts
 * when `looksSure` says that nothing else looks like it.
 */
const inSections =
  (header: RegExp, isSection: RegExp, entry: RegExp, looksSure: RegExp): Manifest['read'] =>
  (lines) => {
    let isInside: boolean | undefined;
    return lines.flatMap((line) => {
      if (header.test(line.text)) {
        isInside = isSection.test(line.text);
        return [];
      }
      const name = entry.exec(line.text)?.[1];
      const counts = isInside ?? looksSure.test(line.text);
      return name === undefined || !counts ? [] : [{ name, line }];
    });
  };

const VERSION = /:\s*"(?:[~^><=*v]|\d+\.|workspace:|npm:|git|file:|latest)/;

const MANIFESTS: readonly Manifest[] = [
  {
    path: /(?:^|\/)package\.json$/,
    read: inSections(
      /^\s*(?:"[\w-]+"\s*:\s*[{[]|\})/,
      /"(?:dev|peer|optional)?[dD]ependencies"/,
      /^\s*"((?:@[\w.~-]+\/)?[\w.~-]+)"\s*:\s*"/,
      /^\s{4,}"(?!version|node|npm|types|main|url|email|name)[^"]+":\s*"[~^]?\d+\./,
    ),
  },
  {
    path: /(?:^|\/)Cargo\.toml$/,
    read: inSections(
      /^\s*\[/,
      /dependencies/,
      /^\s*([\w-]+)\s*(?:=|\.workspace)/,
      /^\s*[\w-]+\s*=\s*\{.*version\s*=/,
    ),
  },
  {
    path: /(?:^|\/)go\.mod$/,
    read: anywhere(/^\s*(?:require\s+)?([\w.-]+\.[a-z]+\/\S+)\s+v\d(?!.*\/\/ indirect)/),
  },
  {
    path: /(?:^|\/)pyproject\.toml$/,
    read: inSections(
      /^\s*(?:\[|[\w-]+\s*=\s*\[)/,
      /dependencies|dependency-groups|optional-dependencies|^\s*(?:dev|test|docs)\s*=\s*\[/,
      /^\s*["']?([A-Za-z][\w.-]*)(?:\[[\w,-]+\])?\s*(?:["']|[=<>~!^])/,
      /^\s*"[A-Za-z][\w.-]*(?:\[[\w,-]+\])?\s*[<>=~!]=[^"]+",?\s*$/,
    ),
  },
  {
    path: /(?:^|\/)requirements[\w./-]*\.(?:txt|in)$/,
    read: anywhere(/^\s*([A-Za-z][\w.-]*)(?:\[[\w,-]+\])?\s*(?:[=<>~!]=|$|;|@)/),
  },
  {
    path: /(?:^|\/)(?:Gemfile|[\w-]+\.gemspec)$/,
    read: anywhere(
      /^\s*(?:gem|\w+\.add_(?:runtime_|development_)?dependency)[ (]\s*["']([\w-]+)["']/,
    ),
  },
  { path: /(?:^|\/)pom\.xml$/, read: anywhere(/<artifactId>([\w.-]+)<\/artifactId>/) },
  {
    path: /(?:^|\/)build\.gradle(?:\.kts)?$/,
    read: anywhere(
      /^\s*(?:implementation|api|compileOnly|runtimeOnly|testImplementation|kapt|ksp)\s*\(?\s*["']([\w.-]+:[\w.-]+)/,
    ),
  },
  {
    path: /(?:^|\/)composer\.json$/,
    read: inSections(
      /^\s*(?:"[\w-]+"\s*:\s*[{[]|\})/,
      /"require(?:-dev)?"/,
      /^\s*"([\w.-]+\/[\w.-]+)"\s*:\s*"/,
      VERSION,
    ),
  },
  {
    path: /\.(?:csproj|fsproj)$|(?:^|\/)Directory\.Packages\.props$/,
    read: anywhere(/<Package(?:Reference|Version)\s+Include="([\w.-]+)"/),
  },
  { path: /(?:^|\/)mix\.exs$/, read: anywhere(/^\s*\{:(\w+),\s*["'~]/) },
  {
    path: /(?:^|\/)pubspec\.yaml$/,
    read: inSections(/^\S/, /^(?:dev_)?dependencies:/, /^ {2}([a-z_]\w*):/, /^$/),
  },
  {
    path: /(?:^|\/)build\.zig\.zon$/,
    read: anywhere(
      /^\s*\.(?!name|version|url|hash|paths|dependencies|fingerprint|minimum_zig_version|path|lazy)([\w-]+|@"[^"]+")\s*=\s*\.\{/,
    ),
  },
];

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
          body: 'Check that the name is the one you mean, that the package is kept alive, and what its licence is.',
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
