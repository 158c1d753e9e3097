/** What people write behind a fence, and which definition colours it. */

/** Names by definition, its own name first. */
const NAMES: Readonly<Record<string, string>> = {
  c: 'c h',
  clojure: 'clojure clj cljs edn',
  cmake: 'cmake',
  cpp: 'cpp c++ cc cxx hpp hxx cuda cu arduino ino',
  csharp: 'csharp c# cs',
  css: 'css',
  dart: 'dart',
  diff: 'diff patch udiff',
  dockerfile: 'dockerfile docker containerfile',
  elixir: 'elixir ex exs',
  go: 'go golang',
  graphql: 'graphql gql',
  groovy: 'groovy gradle',
  haskell: 'haskell hs',
  html: 'html htm xhtml vue svelte astro',
  ini: 'ini properties conf cfg dotenv env editorconfig gitconfig desktop',
  java: 'java',
  javascript: 'javascript js jsx mjs cjs node',
  json: 'json jsonc json5 jsonl ndjson',
  kotlin: 'kotlin kt kts',
  less: 'less',
  lua: 'lua',
  makefile: 'makefile make mk gnumake',
  markdown: 'markdown md mdx',
  nix: 'nix',
  objectivec: 'objectivec objective-c objc',
  ocaml: 'ocaml ml mli',
  perl: 'perl pl pm',
  php: 'php',
  powershell: 'powershell ps1 pwsh',
  protobuf: 'protobuf proto',
  python: 'python py py3 python3 pyi starlark bazel',
  r: 'r',
  ruby: 'ruby rb gemfile rakefile',
  rust: 'rust rs',
  scala: 'scala',
  scss: 'scss sass',
  shell: 'shell sh bash zsh ksh fish console shellsession shell-session terminal ash dash',
  sql: 'sql postgres postgresql pgsql psql mysql mariadb sqlite plsql tsql',
  swift: 'swift',
  terraform: 'terraform tf hcl',
  toml: 'toml',
  typescript: 'typescript ts tsx mts cts',
  viml: 'vim viml vimscript',
  xml: 'xml svg xsl xsd plist rss',
  yaml: 'yaml yml',
  zig: 'zig zon',
};

const LANGUAGE_OF: ReadonlyMap<string, string> = new Map(
  Object.entries(NAMES).flatMap(([language, names]) =>
    names.split(' ').map((name): [string, string] => [name, language]),
  ),
);

/** A file's extension is a name too: some write the file behind the fence. */
const MAX_NAME_CHARACTERS = 200;

/** The definition for the name behind a fence; undefined where there is none. */
export function languageOf(name: string): string | undefined {
  const plain = name
    .slice(0, MAX_NAME_CHARACTERS)
    .toLowerCase()
    .replace(/^\.|[,:;{].*$/g, '');
  const base = plain.slice(plain.lastIndexOf('/') + 1);
  const extension = base.slice(base.lastIndexOf('.') + 1);
  return LANGUAGE_OF.get(plain) ?? LANGUAGE_OF.get(base) ?? LANGUAGE_OF.get(extension);
}

/** The names of each language, that of its definition first. */
export function languageNames(): readonly (readonly string[])[] {
  return Object.entries(NAMES).map(([language, names]) => [
    language,
    ...names.split(' ').filter((name) => name !== language),
  ]);
}
