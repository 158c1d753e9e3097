/** Just enough about programming languages to tell code from comments and strings. */

export type LanguageId =
  | 'c'
  | 'csharp'
  | 'css'
  | 'elixir'
  | 'go'
  | 'java'
  | 'javascript'
  | 'kotlin'
  | 'lua'
  | 'perl'
  | 'php'
  | 'python'
  | 'ruby'
  | 'rust'
  | 'scala'
  | 'shell'
  | 'sql'
  | 'swift'
  | 'yaml'
  | 'zig';

export interface Language {
  readonly id: LanguageId;
  readonly lineComments: readonly string[];
  readonly blockComment?: readonly [open: string, close: string];
  readonly quotes: string;
  /** Strings that go on over line ends. */
  readonly longStrings: readonly string[];
}

const C_LIKE = { lineComments: ['//'], blockComment: ['/*', '*/'], longStrings: [] } as const;
const HASH = { lineComments: ['#'], longStrings: [] } as const;

const LANGUAGES: { readonly [Id in LanguageId]: Omit<Language, 'id'> } = {
  c: { ...C_LIKE, quotes: `"'` },
  csharp: { ...C_LIKE, quotes: `"'`, longStrings: ['"""'] },
  css: { ...C_LIKE, quotes: `"'` },
  elixir: { ...HASH, quotes: `"'`, longStrings: ['"""'] },
  go: { ...C_LIKE, quotes: `"'`, longStrings: ['`'] },
  java: { ...C_LIKE, quotes: `"'`, longStrings: ['"""'] },
  javascript: { ...C_LIKE, quotes: `"'`, longStrings: ['`'] },
  kotlin: { ...C_LIKE, quotes: `"'`, longStrings: ['"""'] },
  lua: { lineComments: ['--'], blockComment: ['--[[', ']]'], quotes: `"'`, longStrings: [] },
  perl: { ...HASH, quotes: `"'` },
  php: { lineComments: ['//', '#'], blockComment: ['/*', '*/'], quotes: `"'`, longStrings: [] },
  python: { ...HASH, quotes: `"'`, longStrings: ['"""', "'''"] },
  ruby: { ...HASH, quotes: `"'` },
  rust: { ...C_LIKE, quotes: '"' },
  scala: { ...C_LIKE, quotes: '"', longStrings: ['"""'] },
  shell: { ...HASH, quotes: `"'` },
  sql: { lineComments: ['--'], blockComment: ['/*', '*/'], quotes: "'", longStrings: [] },
  swift: { ...C_LIKE, quotes: '"', longStrings: ['"""'] },
  yaml: { ...HASH, quotes: `"'` },
  zig: { lineComments: ['//'], quotes: `"'`, longStrings: [] },
};

const EXTENSIONS: { readonly [Id in LanguageId]: string } = {
  c: 'c h cc cpp cxx hpp hh hxx m mm cu ino',
  csharp: 'cs',
  css: 'css scss sass less',
  elixir: 'ex exs',
  go: 'go',
  java: 'java groovy gradle',
  javascript: 'js jsx mjs cjs ts tsx mts cts vue svelte astro',
  kotlin: 'kt kts',
  lua: 'lua',
  perl: 'pl pm',
  php: 'php',
  python: 'py pyi pyx',
  ruby: 'rb rake gemspec',
  rust: 'rs',
  scala: 'scala sc',
  shell: 'sh bash zsh ksh',
  sql: 'sql',
  swift: 'swift',
  yaml: 'yml yaml toml ini cfg conf',
  zig: 'zig',
};

const BY_EXTENSION = new Map(
  Object.entries(EXTENSIONS).flatMap(([id, extensions]) =>
    extensions.split(' ').map((extension) => [extension, id as LanguageId] as const),
  ),
);

/** The language of a path, by its extension; undefined for anything that is not code. */
export function languageOf(path: string): Language | undefined {
  const id = BY_EXTENSION.get(/\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase() ?? '');
  return id === undefined ? undefined : { id, ...LANGUAGES[id] };
}
