/**
 * What a definition looks like, line by line, in each language. Patterns are tried in order on one
 * line; the group `name` is the name. They are compact on purpose: a plain scan needs no parser,
 * and a definition that a pattern misses is still found as text.
 */
import type { SymbolKind } from '../search.ts';

export interface DefinitionPattern {
  readonly kind: SymbolKind;
  readonly pattern: RegExp;
  /** `top`: only without indentation. `member`: only directly inside a type. */
  readonly where?: 'top' | 'member';
}
export interface Language {
  readonly name: string;
  readonly definitions: readonly DefinitionPattern[];
  /** A line at a definition's own indentation that still belongs to it. */
  readonly continues?: RegExp;
}

/** The language of a file by its name; `generic` knows the keywords that most languages share. */
export function languageOf(path: string): Language {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  const extension = name.slice(name.lastIndexOf('.') + 1);
  return BY_EXTENSION.get(extension) ?? BY_EXTENSION.get(name) ?? GENERIC;
}

const NOT_A_CALL =
  '(?!(?:if|for|while|switch|catch|return|function|else|do|new|throw|await|super|case|typeof|using|lock|sizeof|yield)\\b)';

function define(
  kind: SymbolKind,
  pattern: RegExp,
  where?: DefinitionPattern['where'],
): DefinitionPattern {
  return where === undefined ? { kind, pattern } : { kind, pattern, where };
}

const TYPESCRIPT: Language = {
  name: 'typescript',
  definitions: [
    define(
      'function',
      /^\s*(?:export\s+)?(?:default\s+)?(?:declare\s+)?(?:async\s+)?function\s*\*?\s*(?<name>[\w$]+)/,
    ),
    define(
      'class',
      /^\s*(?:export\s+)?(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?class\s+(?<name>[\w$]+)/,
    ),
    define('interface', /^\s*(?:export\s+)?(?:declare\s+)?interface\s+(?<name>[\w$]+)/),
    define('type', /^\s*(?:export\s+)?(?:declare\s+)?type\s+(?<name>[\w$]+)\s*[<=]/),
    define('enum', /^\s*(?:export\s+)?(?:declare\s+)?(?:const\s+)?enum\s+(?<name>[\w$]+)/),
    define(
      'module',
      /^\s*(?:export\s+)?(?:declare\s+)?(?:namespace|module)\s+(?<name>[\w$.]+)\s*\{/,
    ),
    define(
      'function',
      /^\s*(?:export\s+)?(?:const|let|var)\s+(?<name>[\w$]+)(?:\s*:[^=]+)?\s*=\s*(?:async\s*)?(?:function\b|\([^()]*$|\(.*\)(?:\s*:[^=]+)?\s*=>|[\w$]+\s*=>|<\w)/,
    ),
    define('constant', /^(?:export\s+)?(?:declare\s+)?const\s+(?<name>[\w$]+)/, 'top'),
    define('variable', /^(?:export\s+)?(?:declare\s+)?(?:let|var)\s+(?<name>[\w$]+)/, 'top'),
    define(
      'function',
      /^\s*(?:[\w$]+\.)+(?<name>[\w$]+)\s*=\s*(?:async\s*)?(?:function\b|\(.*=>|[\w$]+\s*=>)/,
    ),
    define('function', /^\s+(?<name>[\w$]+)\s*:\s*(?:async\s*)?function\b/),
    define(
      'method',
      new RegExp(
        `^\\s+(?:(?:public|private|protected|static|override|readonly|abstract|async|get|set|declare)\\s+)*\\*?${NOT_A_CALL}(?<name>#?[\\w$]+)\\??\\s*(?:<.*>)?\\(`,
      ),
      'member',
    ),
    define(
      'method',
      /^\s+(?:(?:public|private|protected|static|override|readonly)\s+)*(?<name>#?[\w$]+)(?:\s*:[^=]+)?\s*=\s*(?:async\s*)?(?:\(|[\w$]+\s*=>)/,
      'member',
    ),
  ],
};

const PYTHON: Language = {
  name: 'python',
  definitions: [
    define('function', /^\s*(?:async\s+)?def\s+(?<name>\w+)/),
    define('class', /^\s*class\s+(?<name>\w+)/),
    define('constant', /^(?<name>[A-Z][A-Z0-9_]*)\s*(?::[^=]+)?=[^=]/, 'top'),
    define('variable', /^(?<name>[A-Za-z_]\w*)\s*(?::[^=]+)?=[^=]/, 'top'),
  ],
};

const GO: Language = {
  name: 'go',
  definitions: [
    define('method', /^func\s+\([^)]*\)\s*(?<name>\w+)/),
    define('function', /^func\s+(?<name>\w+)/),
    define('interface', /^\s*(?:type\s+)?(?<name>\w+)(?:\[.*\])?\s+interface\s*\{/),
    define('class', /^\s*(?:type\s+)?(?<name>\w+)(?:\[.*\])?\s+struct\s*\{/),
    define('type', /^type\s+(?<name>\w+)\s/),
    define('constant', /^const\s+(?<name>\w+)/),
    define('variable', /^var\s+(?<name>\w+)/),
  ],
};

const RUST_VISIBILITY = '(?:pub(?:\\([^)]*\\))?\\s+)?';
const RUST: Language = {
  name: 'rust',
  continues: /^where\b/,
  definitions: [
    define(
      'function',
      new RegExp(
        `^\\s*${RUST_VISIBILITY}(?:default\\s+)?(?:const\\s+)?(?:async\\s+)?(?:unsafe\\s+)?(?:extern\\s+"[^"]*"\\s+)?fn\\s+(?<name>\\w+)`,
      ),
    ),
    define('class', new RegExp(`^\\s*${RUST_VISIBILITY}(?:struct|union)\\s+(?<name>\\w+)`)),
    define('enum', new RegExp(`^\\s*${RUST_VISIBILITY}enum\\s+(?<name>\\w+)`)),
    define('interface', new RegExp(`^\\s*${RUST_VISIBILITY}(?:unsafe\\s+)?trait\\s+(?<name>\\w+)`)),
    define(
      'class',
      /^\s*(?:unsafe\s+)?impl\b(?:.*\bfor)?[^{]*?\b(?<name>[A-Z]\w*)(?:<[^{]*>)?\s*\{?/,
    ),
    define('module', new RegExp(`^\\s*${RUST_VISIBILITY}mod\\s+(?<name>\\w+)`)),
    define('type', new RegExp(`^\\s*${RUST_VISIBILITY}type\\s+(?<name>\\w+)`)),
    define(
      'constant',
      new RegExp(`^\\s*${RUST_VISIBILITY}(?:const|static)\\s+(?:mut\\s+)?(?<name>\\w+)\\s*:`),
    ),
    define('function', /^\s*macro_rules!\s+(?<name>\w+)/),
  ],
};

const ZIG: Language = {
  name: 'zig',
  definitions: [
    define(
      'function',
      /^\s*(?:pub\s+)?(?:export\s+|extern\s+(?:"[^"]*"\s+)?|inline\s+|noinline\s+)*fn\s+(?<name>\w+)/,
    ),
    define(
      'class',
      /^\s*(?:pub\s+)?const\s+(?<name>\w+)\s*=\s*(?:packed\s+|extern\s+)?(?:struct|union|opaque)\b/,
    ),
    define('enum', /^\s*(?:pub\s+)?const\s+(?<name>\w+)\s*=\s*(?:enum|error)\b/),
    define('constant', /^(?:pub\s+)?const\s+(?<name>\w+)/, 'top'),
    define('variable', /^(?:pub\s+)?(?:threadlocal\s+)?var\s+(?<name>\w+)/, 'top'),
  ],
};

const C_FAMILY: Language = {
  name: 'c',
  continues: /^(?:#|\w+:(?!:)|(?:public|private|protected)\s*:)/,
  definitions: [
    define('constant', /^\s*#\s*define\s+(?<name>\w+)/),
    define('module', /^\s*(?:inline\s+)?namespace\s+(?<name>[\w:]+)/),
    define(
      'enum',
      /^\s*(?:typedef\s+)?enum\s+(?:class\s+|struct\s+)?(?<name>\w+)\s*(?::\s*[\w:]+\s*)?(?:\{.*)?$/,
    ),
    define(
      'class',
      /^\s*(?:typedef\s+|template\s*<.*>\s*)?(?:struct|union|class)\s+(?:\w+\s+)?(?<name>\w+)(?:\s+final)?\s*(?::[^:;(){}][^;(){}]*)?(?:\{.*)?$/,
    ),
    define('type', /^\s*(?:typedef\b.*\b(?<name>\w+)\s*;|using\s+\w+\s*=)/),
    define(
      'function',
      new RegExp(
        `^\\s{0,4}${NOT_A_CALL}(?:[\\w:<>,*&~\\[\\]]+[\\s*&]+)+(?<name>~?\\w+(?:::~?\\w+)*)\\s*\\([^;=]*$`,
      ),
    ),
    define('function', new RegExp(`^${NOT_A_CALL}(?<name>[a-z_]\\w*(?:::~?\\w+)*)\\s*\\([^;]*$`)),
    define(
      'variable',
      /^(?:static\s+|const\s+|extern\s+)+[\w*\s]+?\b(?<name>\w+)(?:\[[^\]]*\])*\s*=/,
    ),
  ],
};

const JVM_MODIFIERS =
  '(?:(?:public|private|protected|internal|static|final|abstract|override|virtual|async|sealed|synchronized|native|default|partial|new|unsafe|extern|readonly|open|data|inline|suspend|operator|infix|tailrec|lateinit|companion|inner|const|fileprivate|mutating|required|convenience|indirect|nonisolated|dynamic)\\s+)*';
const JVM: Language = {
  name: 'java',
  definitions: [
    define('interface', new RegExp(`^\\s*${JVM_MODIFIERS}@?interface\\s+(?<name>\\w+)`)),
    define('enum', new RegExp(`^\\s*${JVM_MODIFIERS}enum\\s+(?:class\\s+)?(?<name>\\w+)`)),
    define(
      'class',
      new RegExp(`^\\s*${JVM_MODIFIERS}(?:class|record|struct|object)\\s+(?<name>\\w+)`),
    ),
    define('module', /^\s*namespace\s+(?<name>[\w.]+)/),
    define(
      'function',
      new RegExp(`^\\s*${JVM_MODIFIERS}fun\\s+(?:<[^>]*>\\s*)?(?:\\w+\\.)?(?<name>\\w+)`),
    ),
    define(
      'method',
      new RegExp(
        `^\\s+${JVM_MODIFIERS}(?:<[^>]+>\\s*)?${NOT_A_CALL}(?:[\\w<>\\[\\],.?]+\\s+)?(?<name>\\w+)\\s*(?:<[^>]*>)?\\([^;]*$`,
      ),
      'member',
    ),
    define('constant', new RegExp(`^${JVM_MODIFIERS}va[lr]\\s+(?<name>\\w+)`), 'top'),
  ],
};

const SWIFT: Language = {
  name: 'swift',
  definitions: [
    define('interface', new RegExp(`^\\s*${JVM_MODIFIERS}protocol\\s+(?<name>\\w+)`)),
    define('enum', new RegExp(`^\\s*${JVM_MODIFIERS}enum\\s+(?<name>\\w+)`)),
    define(
      'class',
      new RegExp(
        `^\\s*${JVM_MODIFIERS}(?:class|struct|actor|extension)\\s+(?!func|var)(?<name>\\w+)`,
      ),
    ),
    define(
      'function',
      new RegExp(`^\\s*(?:@\\w+\\s+)*${JVM_MODIFIERS}(?:class\\s+)?func\\s+(?<name>\\w+)`),
    ),
    define('method', new RegExp(`^\\s+${JVM_MODIFIERS}(?<name>init)\\b[?!]?\\s*[(<]`), 'member'),
    define('type', new RegExp(`^\\s*${JVM_MODIFIERS}typealias\\s+(?<name>\\w+)`)),
    define('constant', new RegExp(`^${JVM_MODIFIERS}(?:let|var)\\s+(?<name>\\w+)`), 'top'),
  ],
};

const PHP: Language = {
  name: 'php',
  definitions: [
    define('interface', /^\s*interface\s+(?<name>\w+)/),
    define('class', /^\s*(?:(?:abstract|final|readonly)\s+)*(?:class|trait)\s+(?<name>\w+)/),
    define('enum', /^\s*enum\s+(?<name>\w+)/),
    define(
      'function',
      /^\s*(?:(?:public|private|protected|static|final|abstract)\s+)*function\s+&?(?<name>\w+)/,
    ),
    define(
      'constant',
      /^\s*(?:(?:public|private|protected|final)\s+)*const\s+(?:\w+\s+)?(?<name>\w+)\s*=/,
    ),
  ],
};

const RUBY: Language = {
  name: 'ruby',
  continues: /^(?:rescue|ensure|else|elsif|when|in)\b/,
  definitions: [
    define('function', /^\s*(?:private\s+|protected\s+)?def\s+(?:self\.)?(?<name>[\w]+[?!=]?)/),
    define('class', /^\s*class\s+(?<name>[A-Z][\w:]*)/),
    define('module', /^\s*module\s+(?<name>[A-Z][\w:]*)/),
    define('constant', /^\s*(?<name>[A-Z][A-Z0-9_]+)\s*=[^=]/),
  ],
};

const LUA: Language = {
  name: 'lua',
  continues: /^(?:else|elseif)\b/,
  definitions: [
    define('function', /^\s*(?:local\s+)?function\s+(?:[\w]+[.:])*(?<name>\w+)/),
    define('function', /^\s*(?:local\s+)?(?:\w+\.)*(?<name>\w+)\s*=\s*function\b/),
    define('variable', /^local\s+(?<name>\w+)\s*=/, 'top'),
  ],
};

const SHELL: Language = {
  name: 'shell',
  continues: /^(?:else|elif|then|do)\b/,
  definitions: [
    define('function', /^\s*(?:function\s+)?(?<name>[\w:.-]+)\s*\(\)/),
    define('function', /^\s*function\s+(?<name>[\w:.-]+)/),
    define(
      'variable',
      /^(?:export\s+|readonly\s+|declare\s+(?:-\w+\s+)?)?(?<name>[A-Z_][A-Z0-9_]*)=/,
      'top',
    ),
  ],
};

/** Headings are read by outline.ts, which knows their levels. */
const MARKDOWN: Language = { name: 'markdown', definitions: [] };

const GENERIC: Language = {
  name: 'generic',
  continues: /^(?:end|else|rescue)\b/,
  definitions: [
    define(
      'function',
      /^\s*(?:(?:export|pub|public|private|local|static|async|override|final)\s+)*(?:function|func|fn|fun|defp?|defmacro|sub|proc|procedure)\s+(?<name>[\w:.?!]+)/,
    ),
    define(
      'class',
      /^\s*(?:(?:export|pub|public|private|abstract|final|sealed|case|data)\s+)*(?:class|struct|object|trait|interface|protocol|record|defmodule)\s+(?<name>[\w:.]+)/,
    ),
    define('module', /^\s*(?:module|namespace|package)\s+(?<name>[\w:.]+)\s*(?:\{|do|where)?\s*$/),
    define('type', /^\s*(?:export\s+)?(?:type|enum)\s+(?<name>\w+)/),
    define(
      'class',
      /^\s*create\s+(?:or\s+replace\s+)?(?:table|view|function|procedure|trigger|index)\s+(?:if\s+not\s+exists\s+)?["`]?(?<name>[\w.]+)/i,
    ),
  ],
};

const MAKE: Language = {
  name: 'make',
  definitions: [define('function', /^(?<name>[\w.-]+)\s*:(?![=:])/, 'top')],
};

const EXTENSIONS: readonly (readonly [Language, string])[] = [
  [TYPESCRIPT, 'ts tsx mts cts js jsx mjs cjs vue svelte astro'],
  [PYTHON, 'py pyi pyx'],
  [GO, 'go'],
  [RUST, 'rs'],
  [ZIG, 'zig zon'],
  [C_FAMILY, 'c h cc cpp cxx hpp hh hxx inl m mm cu'],
  [JVM, 'java cs kt kts groovy'],
  [SWIFT, 'swift'],
  [PHP, 'php'],
  [RUBY, 'rb rake gemspec'],
  [LUA, 'lua'],
  [SHELL, 'sh bash zsh ksh'],
  [MARKDOWN, 'md mdx markdown'],
  [MAKE, 'mk makefile'],
];
const BY_EXTENSION: ReadonlyMap<string, Language> = new Map(
  EXTENSIONS.flatMap(([language, names]) =>
    names.split(' ').map((name) => [name, language] as const),
  ),
);
