/** How package managers' manifests name dependencies. */
import type { CodeLine } from '../code/code-lines.ts';

export interface Manifest {
  readonly path: RegExp;
  /** Names of the dependencies that a list of new-side lines declares, with their lines. */
  readonly read: (lines: readonly CodeLine[]) => readonly Dependency[];
}
export interface Dependency {
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

interface SectionShape {
  /** A line that begins or ends a section. */
  readonly header: RegExp;
  /** A header of a section that lists dependencies. */
  readonly section: RegExp;
  /** A header that names one dependency itself; the first group is the name. */
  readonly named?: RegExp;
  /** An entry; the first group is the name. */
  readonly entry: RegExp;
  /** An entry that nothing else in such a file looks like. */
  readonly sure: RegExp;
}

/** Entries below a fitting header. A hunk may begin below it: then only a sure entry counts. */
const inSections =
  ({ header, section, named, entry, sure }: SectionShape): Manifest['read'] =>
  (lines) => {
    let isInside: boolean | undefined;
    return lines.flatMap((line) => {
      if (header.test(line.text)) {
        isInside = section.test(line.text);
        const own = named?.exec(line.text)?.[1];
        return own === undefined ? [] : [{ name: own, line }];
      }
      const name = entry.exec(line.text)?.[1];
      const counts = isInside ?? sure.test(line.text);
      return name === undefined || !counts ? [] : [{ name, line }];
    });
  };

const VERSION = /:\s*"(?:[~^><=*v]|\d+\.|workspace:|npm:|git|file:|latest)/;

/** Every manifest that the rule reads. */
export const MANIFESTS: readonly Manifest[] = [
  {
    path: /(?:^|\/)package\.json$/,
    read: inSections({
      header: /^\s*(?:"[\w-]+"\s*:\s*[{[]|\})/,
      section: /"(?:dev|peer|optional)?[dD]ependencies"/,
      entry: /^\s*"((?:@[\w.~-]+\/)?[\w.~-]+)"\s*:\s*"/,
      sure: /^\s{4,}"(?!version|node|npm|types|main|url|email|name)[^"]+":\s*"[~^]?\d+\./,
    }),
  },
  {
    path: /(?:^|\/)Cargo\.toml$/,
    read: inSections({
      header: /^\s*\[/,
      section: /dependencies\]\s*$/,
      named: /dependencies\.([\w-]+)\]/,
      entry: /^\s*([\w-]+)\s*(?:=|\.workspace)/,
      sure: /^\s*[\w-]+\s*=\s*\{.*version\s*=/,
    }),
  },
  {
    path: /(?:^|\/)go\.mod$/,
    read: anywhere(/^\s*(?:require\s+)?([\w.-]+\.[a-z]+\/\S+)\s+v\d(?!.*\/\/ indirect)/),
  },
  {
    path: /(?:^|\/)pyproject\.toml$/,
    read: inSections({
      header: /^\s*(?:\[|[\w-]+\s*=\s*\[)/,
      section:
        /dependencies|dependency-groups|optional-dependencies|^\s*(?:dev|test|docs)\s*=\s*\[/,
      entry: /^\s*["']?([A-Za-z][\w.-]*)(?:\[[\w,-]+\])?\s*(?:["']|[=<>~!^])/,
      sure: /^\s*"[A-Za-z][\w.-]*(?:\[[\w,-]+\])?\s*[<>=~!]=[^"]+",?\s*$/,
    }),
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
    read: inSections({
      header: /^\s*(?:"[\w-]+"\s*:\s*[{[]|\})/,
      section: /"require(?:-dev)?"/,
      entry: /^\s*"([\w.-]+\/[\w.-]+)"\s*:\s*"/,
      sure: VERSION,
    }),
  },
  {
    path: /\.(?:csproj|fsproj)$|(?:^|\/)Directory\.Packages\.props$/,
    read: anywhere(/<Package(?:Reference|Version)\s+Include="([\w.-]+)"/),
  },
  { path: /(?:^|\/)mix\.exs$/, read: anywhere(/^\s*\{:(\w+),\s*["'~]/) },
  {
    path: /(?:^|\/)pubspec\.yaml$/,
    read: inSections({
      header: /^\S/,
      section: /^(?:dev_)?dependencies:/,
      entry: /^ {2}([a-z_]\w*):/,
      sure: /^$/,
    }),
  },
  {
    path: /(?:^|\/)build\.zig\.zon$/,
    read: anywhere(
      /^\s*\.(?!name|version|url|hash|paths|dependencies|fingerprint|minimum_zig_version|path|lazy)([\w-]+|@"[^"]+")\s*=\s*\.\{/,
    ),
  },
];
