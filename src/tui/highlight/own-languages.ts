/** Languages that the library has no definition for: a few rules each, tried in their order. */
import { type Rule, simpleMode } from '@codemirror/legacy-modes/mode/simple-mode';
import type { StreamParser } from '@codemirror/streamparser';

type Definition = StreamParser<unknown>;

const NUMBER: Rule = {
  regex: /0[xob][\da-f_]+|\d[\d_]*(?:\.\d[\d_]*)?(?:e[+-]?\d+)?/i,
  token: 'number',
};
const DOUBLE_QUOTED: Rule = { regex: /"(?:[^"\\]|\\.)*"?/, token: 'string' };
const SINGLE_QUOTED: Rule = { regex: /'(?:[^'\\]|\\.)*'?/, token: 'string' };
const HASH_COMMENT: Rule = { regex: /#.*/, token: 'comment' };
const SLASH_COMMENT: Rule = { regex: /\/\/.*/, token: 'comment' };
const OPEN_COMMENT: Rule = { regex: /\/\*/, token: 'comment', push: 'comment' };
const NAME: Rule = { regex: /[\p{L}_$][\p{L}\d_$]*/u, token: 'variable' };
const OPERATOR: Rule = { regex: /[-+*/%=<>!&|^~?:]+/, token: 'operator' };
/** The inside of a comment that may go over lines. */
const COMMENT: Rule[] = [
  { regex: /.*?\*\//, token: 'comment', pop: true },
  { regex: /.+/, token: 'comment' },
];

function words(token: string, list: string): Rule {
  return { regex: new RegExp(`(?:${list.split(' ').join('|')})\\b`), token };
}

export function zig(): Definition {
  return simpleMode({
    start: [
      SLASH_COMMENT,
      { regex: /\\\\.*/, token: 'string' },
      DOUBLE_QUOTED,
      SINGLE_QUOTED,
      { regex: /@[a-zA-Z_]\w*/, token: 'builtin' },
      words(
        'keyword',
        'addrspace align allowzero and anyframe anytype asm async await break callconv catch ' +
          'comptime const continue defer else enum errdefer error export extern fn for if inline ' +
          'linksection noalias noinline nosuspend opaque or orelse packed pub resume return ' +
          'struct suspend switch test threadlocal try union unreachable usingnamespace var ' +
          'volatile while',
      ),
      words('atom', 'true false null undefined'),
      words('type', '[iu]\\d+ f16 f32 f64 f80 f128 bool void noreturn type anyerror usize isize'),
      NUMBER,
      NAME,
      OPERATOR,
    ],
  });
}

export function php(): Definition {
  return simpleMode({
    start: [
      { regex: /<\?(?:php|=)?|\?>/, token: 'meta' },
      SLASH_COMMENT,
      { regex: /#(?!\[).*/, token: 'comment' },
      OPEN_COMMENT,
      { regex: /"/, token: 'string', push: 'double' },
      { regex: /'/, token: 'string', push: 'single' },
      { regex: /\$\w+/, token: 'property' },
      words(
        'keyword',
        'abstract and array as break callable case catch class clone const continue declare ' +
          'default do echo else elseif enum extends final finally fn for foreach function global ' +
          'goto if implements include include_once instanceof insteadof interface isset list ' +
          'match namespace new or print private protected public readonly require require_once ' +
          'return static switch throw trait try unset use var while xor yield',
      ),
      words('type', 'bool float int iterable mixed never object self string void parent'),
      words('atom', 'true false null TRUE FALSE NULL'),
      NUMBER,
      NAME,
      OPERATOR,
    ],
    comment: COMMENT,
    double: [
      { regex: /(?:[^"\\]|\\.|\\$)*"/, token: 'string', pop: true },
      { regex: /.+/, token: 'string' },
    ],
    single: [
      { regex: /(?:[^'\\]|\\.|\\$)*'/, token: 'string', pop: true },
      { regex: /.+/, token: 'string' },
    ],
  });
}

/** The library's definition takes a second for a line of a thousand digits. */
export function cmake(): Definition {
  return simpleMode({
    start: [
      HASH_COMMENT,
      { regex: /"(?:[^"\\]|\\.|\\$)*"/, token: 'string' },
      { regex: /"/, token: 'string', push: 'text' },
      { regex: /\$(?:ENV)?\{[^}]*\}|\$<[^>]*>/, token: 'property' },
      words(
        'keyword',
        'if elseif else endif foreach endforeach while endwhile function endfunction macro endmacro return',
      ),
      words('atom', 'TRUE FALSE ON OFF YES NO PUBLIC PRIVATE INTERFACE REQUIRED VERSION'),
      { regex: /[A-Za-z_]\w*/, token: 'variable' },
      { regex: /\d[\d.]*/, token: 'number' },
    ],
    text: [
      { regex: /(?:[^"\\]|\\.|\\$)*"/, token: 'string', pop: true },
      { regex: /.+/, token: 'string' },
    ],
  });
}

export function makefile(): Definition {
  return simpleMode({
    start: [
      HASH_COMMENT,
      { regex: /\$[({][^)}]*[)}]|\$[@<^+?*%$]/, token: 'property' },
      {
        regex: /-?(?:include|ifeq|ifneq|ifdef|ifndef|else|endif|define|endef|export|override)\b/,
        sol: true,
        token: 'keyword',
      },
      { regex: /[^\s:=#$]+(?=\s*::?(?!=))/, sol: true, token: 'function' },
      { regex: /[\w.-]+(?=\s*[:?+!]?=)/, sol: true, token: 'variableName.constant' },
      { regex: /[:?+!]?=|::?/, token: 'operator' },
      DOUBLE_QUOTED,
      SINGLE_QUOTED,
      { regex: /[\w./-]+/, token: null },
    ],
  });
}

export function markdown(): Definition {
  return simpleMode({
    start: [
      { regex: /(?:```|~~~).*/, sol: true, token: 'comment', push: 'code' },
      { regex: /#{1,6} .*/, sol: true, token: 'header' },
      { regex: /> ?.*/, sol: true, token: 'quote' },
      { regex: /\s*(?:[-*+]|\d+[.)]) /, sol: true, token: 'keyword' },
      { regex: /`[^`]*`/, token: 'string' },
      { regex: /\*\*[^*]+\*\*/, token: 'strong' },
      { regex: /\*[^*\s][^*]*\*/, token: 'emphasis' },
      { regex: /(\[[^\]]*\])(\([^)]*\))/, token: ['property', 'link'] },
      { regex: /[^`*[]+/, token: null },
    ],
    code: [
      { regex: /(?:```|~~~)\s*$/, sol: true, token: 'comment', pop: true },
      { regex: /.+/, token: 'string' },
    ],
  });
}

export function elixir(): Definition {
  return simpleMode({
    start: [
      HASH_COMMENT,
      { regex: /"""/, token: 'string', push: 'text' },
      DOUBLE_QUOTED,
      SINGLE_QUOTED,
      { regex: /@\w+/, token: 'meta' },
      { regex: /:"[^"]*"|:\w+[?!]?|\w+[?!]?:(?=\s)/, token: 'atom' },
      words(
        'keyword',
        'after alias and case catch cond def defdelegate defexception defguard defimpl defmacro ' +
          'defmacrop defmodule defp defprotocol defstruct do else end fn for if import in not or ' +
          'quote raise receive require rescue try unless unquote use when with',
      ),
      words('atom', 'true false nil'),
      { regex: /[A-Z]\w*/, token: 'type' },
      NUMBER,
      { regex: /[a-z_]\w*[?!]?/, token: 'variable' },
      OPERATOR,
    ],
    text: [
      { regex: /.*?"""/, token: 'string', pop: true },
      { regex: /.+/, token: 'string' },
    ],
  });
}

export function graphql(): Definition {
  return simpleMode({
    start: [
      HASH_COMMENT,
      DOUBLE_QUOTED,
      words(
        'keyword',
        'directive enum extend fragment implements input interface mutation on query repeatable ' +
          'scalar schema subscription type union',
      ),
      words('atom', 'true false null'),
      { regex: /@\w+/, token: 'meta' },
      { regex: /\$\w+/, token: 'property' },
      { regex: /[A-Z]\w*/, token: 'type' },
      NUMBER,
      NAME,
    ],
  });
}

export function nix(): Definition {
  return simpleMode({
    start: [
      HASH_COMMENT,
      OPEN_COMMENT,
      { regex: /''/, token: 'string', push: 'text' },
      DOUBLE_QUOTED,
      words('keyword', 'assert else if import in inherit let or rec then with'),
      words('atom', 'true false null'),
      { regex: /\w[\w'-]*(?=\s*=[^=])/, token: 'property' },
      NUMBER,
      { regex: /[a-zA-Z_][\w'-]*/, token: 'variable' },
      OPERATOR,
    ],
    comment: COMMENT,
    text: [
      { regex: /(?:[^']|'(?!'))*''(?![$'\\])/, token: 'string', pop: true },
      { regex: /.+/, token: 'string' },
    ],
  });
}

export function terraform(): Definition {
  return simpleMode({
    start: [
      HASH_COMMENT,
      SLASH_COMMENT,
      OPEN_COMMENT,
      DOUBLE_QUOTED,
      words(
        'keyword',
        'check data dynamic for for_each if import in locals module moved output provider ' +
          'provisioner removed resource terraform variable',
      ),
      words('atom', 'true false null'),
      { regex: /[a-zA-Z_][\w-]*(?=\s*=[^=])/, token: 'property' },
      NUMBER,
      { regex: /[a-zA-Z_][\w-]*/, token: 'variable' },
      OPERATOR,
    ],
    comment: COMMENT,
  });
}

export function viml(): Definition {
  return simpleMode({
    start: [
      { regex: /\s*".*/, sol: true, token: 'comment' },
      DOUBLE_QUOTED,
      SINGLE_QUOTED,
      words(
        'keyword',
        'abort augroup autocmd call catch command const def echo echom else elseif endfor ' +
          'endfunction endif endtry endwhile execute export finally finish for function if import ' +
          'inoremap let map nmap nnoremap noremap normal return set setlocal silent throw try ' +
          'unlet vnoremap while',
      ),
      { regex: /<[A-Za-z][\w-]*>/, token: 'atom' },
      { regex: /[&@][\w:]+|[abglstvw]:\w+/, token: 'property' },
      NUMBER,
      NAME,
      OPERATOR,
    ],
  });
}

/**
 * The library's definition looks for the end of a key from every place of a line, which takes
 * minutes for a line of blanks.
 */
export function yaml(): Definition {
  return simpleMode({
    start: [
      { regex: /---(?:\s|$)|\.\.\.$|%[A-Z].*/, sol: true, token: 'meta' },
      HASH_COMMENT,
      { regex: /\s+#.*/, token: 'comment' },
      { regex: /("(?:[^"\\]|\\.)*")(\s*:)(?=\s|$)/, token: ['property', 'operator'] },
      { regex: /('[^']*')(\s*:)(?=\s|$)/, token: ['property', 'operator'] },
      {
        regex: /([\w$./-][^\s:#,{}[\]"']*(?: [^\s:#,{}[\]"']+)*)(:)(?=\s|$)/,
        token: ['property', 'operator'],
      },
      DOUBLE_QUOTED,
      SINGLE_QUOTED,
      { regex: /-(?=\s|$)|[|>][+-]?\d?$|[?:](?=\s|$)/, token: 'operator' },
      { regex: /[&*][\w.-]+/, token: 'variableName.constant' },
      { regex: /!{1,2}[\w./:-]*/, token: 'type' },
      { regex: /(?:true|false|yes|no|on|off|null|True|False|~)(?=\s*$|\s*[,}\]#])/, token: 'atom' },
      {
        regex: /-?(?:0x[\da-f]+|\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?)(?=\s*$|\s*[,}\]#])/i,
        token: 'number',
      },
      { regex: /[{}[\],]/, token: null },
      { regex: /[^\s{}[\],:#"']+|./, token: null },
    ],
  });
}
