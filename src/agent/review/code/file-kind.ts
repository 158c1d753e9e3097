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

const TEST =
  /(?:^|\/)(?:tests?|__tests__|__mocks__|spec|specs|testing|testdata|test[-_]?(?:data|utils?|helpers?|support)|fixtures?|__fixtures__|__snapshots__|mocks?|e2e|cypress|playwright|integration[-_]tests?|conformance)\/|(?:^|\/)(?:test_[^/]*|conftest)\.py$|[._-](?:test|tests|spec|specs|e2e|cy|stories|mock|fixture)s?\.[^/]+$|_(?:test|spec)\.[^/]+$|(?:Test|Tests|Spec|IT)\.(?:java|kt|kts|scala|cs|swift|php|groovy)$/;
const DOCUMENTATION =
  /\.(?:md|mdx|markdown|rst|adoc|asciidoc|txt|tex|org|pod|html?|svg|ipynb)$|(?:^|\/)(?:docs?|documentation|website|man)\/|(?:^|\/)(?:CHANGELOG|CHANGES|README|LICEN[CS]E|COPYING|AUTHORS|NEWS|HISTORY|NOTICE)[^/]*$/i;
const GENERATED =
  /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lockb?|deno\.lock|Cargo\.lock|go\.sum|go\.work\.sum|poetry\.lock|uv\.lock|pdm\.lock|Pipfile\.lock|Gemfile\.lock|composer\.lock|Podfile\.lock|Package\.resolved|packages\.lock\.json|gradle\.lockfile|mix\.lock|pubspec\.lock|flake\.lock|verification-metadata\.xml)$|\.(?:min\.(?:js|css|mjs)|map|snap|pb\.go|pb\.cc|pb\.h|g\.dart|designer\.cs|generated\.[a-z]+|lock)$|_(?:pb2|pb2_grpc)\.pyi?$|[._-]gen(?:erated)?\.[a-z]+$|(?:^|\/)(?:dist|build|out|target|generated|__generated__|gen|\.next|\.nuxt)\//i;
const VENDORED =
  /(?:^|\/)(?:vendor|vendors|vendored|third[-_]?party|3rdparty|external|extern|node_modules|bower_components|Pods|Carthage|site-packages|deps)\//i;
const SCRIPT =
  /(?:^|\/)(?:bin|scripts?|tools?|hack|ci|\.github|\.ci|examples?|samples?|demos?|playground|sandbox|bench|benches|benchmarks?|tutorials?|cli|cmd|debug)\/|(?:^|\/)(?:gulpfile|Gruntfile|webpack|rollup|vite|esbuild|rspack|jest|babel|build|setup|tasks|noxfile|cli|main)[^/]*\.(?:[cm]?[jt]s|py|rb)$|\.config\.[cm]?[jt]s$|\.(?:sh|bash|zsh|fish|ps1|bat|cmd)$/i;

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
