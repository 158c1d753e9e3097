/**
 * The definitions of languages. In the bundle this is a file of its own, which the terminal loads
 * after its first frame, and each definition in it runs when its language is first met: together
 * they would take 15 ms and 10 MB. The build turns the imports below into that; see its plugins.
 */
import * as clike from '@codemirror/legacy-modes/mode/clike';
import * as clojure from '@codemirror/legacy-modes/mode/clojure';
import * as css from '@codemirror/legacy-modes/mode/css';
import * as dockerfile from '@codemirror/legacy-modes/mode/dockerfile';
import * as go from '@codemirror/legacy-modes/mode/go';
import * as groovy from '@codemirror/legacy-modes/mode/groovy';
import * as haskell from '@codemirror/legacy-modes/mode/haskell';
import * as javascript from '@codemirror/legacy-modes/mode/javascript';
import * as lua from '@codemirror/legacy-modes/mode/lua';
import * as mllike from '@codemirror/legacy-modes/mode/mllike';
import * as perl from '@codemirror/legacy-modes/mode/perl';
import * as powershell from '@codemirror/legacy-modes/mode/powershell';
import * as properties from '@codemirror/legacy-modes/mode/properties';
import * as protobuf from '@codemirror/legacy-modes/mode/protobuf';
import * as python from '@codemirror/legacy-modes/mode/python';
import * as r from '@codemirror/legacy-modes/mode/r';
import * as ruby from '@codemirror/legacy-modes/mode/ruby';
import * as rust from '@codemirror/legacy-modes/mode/rust';
import * as shell from '@codemirror/legacy-modes/mode/shell';
import * as sql from '@codemirror/legacy-modes/mode/sql';
import * as swift from '@codemirror/legacy-modes/mode/swift';
import * as toml from '@codemirror/legacy-modes/mode/toml';
import * as xml from '@codemirror/legacy-modes/mode/xml';
import { type StreamParser, StringStream } from '@codemirror/streamparser';
import { copyState } from './copy-state.ts';
import type { LanguageTable } from './highlighter.ts';
import { html } from './html-language.ts';
import * as own from './own-languages.ts';

/** By the names that `language-names.ts` leads to; `diff` needs none. */
const DEFINITIONS: Readonly<Record<string, () => StreamParser<unknown>>> = {
  c: () => clike.c,
  clojure: () => clojure.clojure,
  cmake: () => own.cmake(),
  cpp: () => clike.cpp,
  csharp: () => clike.csharp,
  css: () => css.css,
  dart: () => clike.dart,
  dockerfile: () => dockerfile.dockerFile,
  elixir: () => own.elixir(),
  go: () => go.go,
  graphql: () => own.graphql(),
  groovy: () => groovy.groovy,
  haskell: () => haskell.haskell,
  html: () => html(xml.html, { script: javascript.javascript, style: css.css }),
  ini: () => properties.properties,
  java: () => clike.java,
  javascript: () => javascript.javascript,
  json: () => javascript.json,
  kotlin: () => clike.kotlin,
  less: () => css.less,
  lua: () => lua.lua,
  makefile: () => own.makefile(),
  markdown: () => own.markdown(),
  nix: () => own.nix(),
  objectivec: () => clike.objectiveC,
  ocaml: () => mllike.oCaml,
  perl: () => perl.perl,
  php: () => own.php(),
  powershell: () => powershell.powerShell,
  protobuf: () => protobuf.protobuf,
  python: () => python.python,
  r: () => r.r,
  ruby: () => ruby.ruby,
  rust: () => rust.rust,
  scala: () => clike.scala,
  scss: () => css.sCSS,
  shell: () => shell.shell,
  sql: () => sql.pgSQL,
  swift: () => swift.swift,
  terraform: () => own.terraform(),
  toml: () => toml.toml,
  typescript: () => javascript.typescript,
  viml: () => own.viml(),
  xml: () => xml.xml,
  yaml: () => own.yaml(),
  zig: () => own.zig(),
};

export const LANGUAGES: LanguageTable = {
  find: (name) => (Object.hasOwn(DEFINITIONS, name) ? DEFINITIONS[name]?.() : undefined),
  stream: StringStream,
  copyState,
};
