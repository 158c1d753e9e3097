/** What kind of file a path names: rules are strict with source and easy on everything else. */

export interface FileKind {
  readonly isTest: boolean;
  readonly isDocumentation: boolean;
  /** Written by a program: lock files, bundles, snapshots, generated code. */
  readonly isGenerated: boolean;
  /** Somebody else's code that lives here. */
  readonly isVendored: boolean;
  /** Scripts, examples, benchmarks and settings: printing and short cuts are normal there. */
  readonly isScript: boolean;
}

/** Judges a path alone: cheap, and the same for every part of a file. */
export function fileKindOf(path: string): FileKind {
  return {
    isTest: TEST.test(path),
    isDocumentation: DOCUMENTATION.test(path),
    isGenerated: GENERATED.test(path),
    isVendored: VENDORED.test(path),
    isScript: SCRIPT.test(path),
  };
}

/** A path below a folder of one of these names, at any depth. */
const folder = (names: string): string => `(?:^|/)(?:${words(names)})/`;
/** A file of one of these names, in any folder. */
const file = (names: string): string => `(?:^|/)(?:${words(names)})$`;
/** A file whose name ends with a dot and one of these. */
const extension = (names: string): string => `\\.(?:${words(names)})$`;

function words(names: string): string {
  return names.trim().split(/\s+/).join('|');
}

const TEST = new RegExp(
  [
    folder('tests? __tests__ __mocks__ specs? testing testdata fixtures? __fixtures__'),
    folder('__snapshots__ mocks? e2e cypress playwright integration[-_]tests? conformance'),
    folder('test[-_]?(?:data|utils?|helpers?|support)'),
    file('test_[^/]*\\.py conftest\\.py'),
    '[._-](?:test|spec|e2e|cy|stories|mock|fixture)s?\\.[^/]+$',
    '_(?:test|spec)\\.[^/]+$',
    '(?:Tests?|Spec|IT)\\.(?:java|kts?|scala|cs|swift|php|groovy)$',
  ].join('|'),
);

const DOCUMENTATION = new RegExp(
  [
    extension('mdx? markdown rst a(?:scii)?doc txt tex org pod html? svg ipynb'),
    folder('docs? documentation website man'),
    '(?:^|/)(?:CHANGELOG|CHANGES|README|LICEN[CS]E|COPYING|AUTHORS|NEWS|HISTORY|NOTICE)[^/]*$',
  ].join('|'),
  'i',
);

const GENERATED = new RegExp(
  [
    file(
      'package-lock\\.json npm-shrinkwrap\\.json pnpm-lock\\.yaml bun\\.lockb packages\\.lock\\.json',
    ),
    file(
      'go\\.sum go\\.work\\.sum Package\\.resolved gradle\\.lockfile verification-metadata\\.xml',
    ),
    extension('lock map snap min\\.m?js min\\.css pb\\.(?:go|cc|h) g\\.dart designer\\.cs'),
    '_pb2(?:_grpc)?\\.pyi?$',
    '[._-]gen(?:erated)?\\.[a-z]+$',
    folder('dist build out target generated __generated__ gen \\.next \\.nuxt'),
  ].join('|'),
  'i',
);

const VENDORED = new RegExp(
  [
    folder('vendors? vendored third[-_]?party 3rdparty external extern deps'),
    folder('node_modules bower_components Pods Carthage site-packages'),
  ].join('|'),
  'i',
);

const SCRIPT = new RegExp(
  [
    folder('bin scripts? tools? hack ci \\.github \\.ci cli cmd debug'),
    folder('examples? samples? demos? playground sandbox tutorials? bench(?:es)? benchmarks?'),
    '(?:^|/)(?:gulpfile|Gruntfile|webpack|rollup|vite|esbuild|jest|babel)[^/]*\\.[cm]?[jt]s$',
    '(?:^|/)(?:build|setup|tasks|noxfile|cli|main)[^/]*\\.(?:[cm]?[jt]s|py|rb)$',
    extension('config\\.[cm]?[jt]s sh bash zsh fish ps1 bat cmd'),
  ].join('|'),
  'i',
);
