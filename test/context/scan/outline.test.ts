import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { outlineText } from '../../../src/context/scan/outline.ts';

/** `kind name start-end` of every definition, `container.` before the name where there is one. */
function outline(path: string, text: string): readonly string[] {
  return outlineText(path, text.split('\n')).map(
    ({ kind, name, startLine, endLine, container }) =>
      `${kind} ${container === undefined ? '' : `${container}.`}${name} ${startLine}-${endLine}`,
  );
}

const CASES: Readonly<Record<string, readonly [text: string, expected: readonly string[]]>> = {
  'a.ts': [
    `import { x } from 'y';

export async function load<T>(
  path: string,
): Promise<T> {
  if (path) {
    return 1;
  }
}
export abstract class Base<T> extends Other {
  #count = 0;
  constructor(readonly a: string) {
    super();
  }
  static async *walk(path: string): AsyncGenerator<T> {
    for (const a of b) {
      yield a;
    }
  }
  get size() { return 1; }
  onClick = (event: Event) => {
    call(event);
  };
}
export interface Shape { a: string }
export type Id = string | number;
declare enum Color { Red }
export const LIMIT = 10;
const add = (a: number, b: number): number => a + b;
export const handler = async (request) => {
  return request;
};
exports.old = function () {
  return 1;
};
const table = {
  run: function () {
    return 1;
  },
};
`,
    [
      'function load 3-9',
      'class Base 10-24',
      'method Base.constructor 12-14',
      'method Base.walk 15-19',
      'method Base.size 20-20',
      'method Base.onClick 21-23',
      'interface Shape 25-25',
      'type Id 26-26',
      'enum Color 27-27',
      'constant LIMIT 28-28',
      'function add 29-29',
      'function handler 30-32',
      'function old 33-35',
      'constant table 36-40',
      'function table.run 37-39',
    ],
  ],
  'a.go': [
    `package main

const Limit = 10

type Store struct {
	items map[string]int
}

type Reader interface {
	Read() error
}

func New() *Store {
	return nil
}

func (s *Store) Get(
	key string,
) (int, error) {
	return s.items[key], nil
}
`,
    [
      'constant Limit 3-3',
      'class Store 5-7',
      'interface Reader 9-11',
      'function New 13-15',
      'method Get 17-21',
    ],
  ],
  'a.rs': [
    `pub(crate) struct Point<T> {
    x: T,
}

impl<T> Display for Point<T>
where
    T: Debug,
{
    fn fmt(&self, f: &mut Formatter) -> Result {
        Ok(())
    }
}

pub async fn run() {}
pub trait Shape { fn area(&self) -> f64; }
enum Kind { A }
const MAX: usize = 3;
macro_rules! check {
    () => {};
}
mod tests {
    #[test]
    fn works() {}
}
`,
    [
      'class Point 1-3',
      'class Point 5-12',
      'method Point.fmt 9-11',
      'function run 14-14',
      'interface Shape 15-15',
      'enum Kind 16-16',
      'constant MAX 17-17',
      'function check 18-20',
      'module tests 21-24',
      'function tests.works 23-23',
    ],
  ],
  'a.zig': [
    `const std = @import("std");

pub const Parser = struct {
    pos: usize,

    pub fn next(self: *Parser) ?u8 {
        return null;
    }
};
const Kind = enum { a, b };
export fn zeke_open(path: [*:0]const u8) callconv(.c) i32 {
    return 0;
}
`,
    [
      'constant std 1-1',
      'class Parser 3-9',
      'method Parser.next 6-8',
      'enum Kind 10-10',
      'function zeke_open 11-13',
    ],
  ],
  'a.c': [
    `#include <stdio.h>
#define MAX_SIZE 10

typedef struct client {
    int fd;
} client;

enum state { OPEN };

static int declared(int a);

static int
gnu_style(int a)
{
    return a;
}

void freeClient(client *c) {
#ifdef DEBUG
    log(c);
#endif
    if (c) {
        free(c);
    }
}
`,
    [
      'constant MAX_SIZE 2-2',
      'class client 4-6',
      'enum state 8-8',
      'function gnu_style 13-16',
      'function freeClient 18-25',
    ],
  ],
  'a.cpp': [
    `namespace app {

class Session : public Base {
public:
    explicit Session(int id);
    int id() const {
        return id_;
    }
};

int Session::open(const std::string& name) {
    return 1;
}

}  // namespace app
`,
    [
      'module app 1-1',
      'class Session 3-9',
      'method Session.id 6-8',
      'function Session::open 11-13',
    ],
  ],
  'A.java': [
    `package a;

public final class Cart implements Thing {
    private static final int LIMIT = 3;

    public Cart(int size) {
        this.size = size;
    }

    @Override
    public List<String> items(String filter)
            throws IOException {
        if (filter != null) {
            return call(filter);
        }
        return new ArrayList<>();
    }
}
`,
    ['class Cart 3-18', 'method Cart.Cart 6-8', 'method Cart.items 11-17'],
  ],
  'A.cs': [
    `namespace Shop
{
    public record Item(string Name);

    public class Cart
    {
        public async Task<int> TotalAsync(int tax)
        {
            return await Sum(tax);
        }
    }
}
`,
    [
      'module Shop 1-12',
      'class Shop.Item 3-3',
      'class Shop.Cart 5-11',
      'method Cart.TotalAsync 7-10',
    ],
  ],
  'a.kt': [
    'data class User(val name: String)\n\nsuspend fun String.load(id: Int): User {\n    return x\n}\n',
    ['class User 1-1', 'function load 3-5'],
  ],
  'a.swift': [
    'public struct Point {\n    init(x: Int) {\n    }\n    mutating func move() {\n    }\n}\nprotocol Shape {}\n',
    ['class Point 1-6', 'method Point.init 2-3', 'method Point.move 4-5', 'interface Shape 7-7'],
  ],
  'a.rb': [
    `module Shop
  class Cart < Base
    LIMIT = 3
    def self.build(items)
      items.each do |item|
        add(item)
      end
    rescue Error
      nil
    end

    def empty?
      true
    end
  end
end
`,
    [
      'module Shop 1-16',
      'class Shop.Cart 2-15',
      'constant Cart.LIMIT 3-3',
      'method Cart.build 4-10',
      'method Cart.empty? 12-14',
    ],
  ],
  'a.php': [
    `<?php
abstract class Cart extends Base
{
    const LIMIT = 3;

    public static function build(array $items): self
    {
        return new self($items);
    }
}
function helper() {}
`,
    [
      'class Cart 2-10',
      'constant Cart.LIMIT 4-4',
      'method Cart.build 6-9',
      'function helper 11-11',
    ],
  ],
  'a.lua': [
    'local M = {}\nfunction M.setup(opts)\n  return opts\nend\nM.run = function()\n  return 1\nend\nlocal function hidden()\nend\n',
    ['variable M 1-1', 'function setup 2-4', 'function run 5-7', 'function hidden 8-9'],
  ],
  'a.sh': [
    '#!/bin/sh\nROOT=/tmp\nbuild() {\n  if true; then\n    echo\n  fi\n}\nfunction clean {\n  rm\n}\n',
    ['variable ROOT 2-2', 'function build 3-7', 'function clean 8-10'],
  ],
  'a.md': [
    '# Top\n\ntext\n\n## One\n\n```sh\n# no heading\n```\n\n### Deep ###\n\n## Two\nlast\n',
    ['heading Top 1-15', 'heading Top.One 5-12', 'heading One.Deep 11-12', 'heading Top.Two 13-15'],
  ],
  'a.ex': [
    'defmodule Shop.Cart do\n  def add(item) do\n    item\n  end\nend\n',
    ['class Shop.Cart 1-5', 'method Shop.Cart.add 2-4'],
  ],
  'a.sql': ['CREATE TABLE IF NOT EXISTS users (\n  id int\n);\n', ['class users 1-3']],
  'a.unknown': ['function go()\n  1\nend\nclass A {\n}\n', ['function go 1-3', 'class A 4-5']],
};

it.each(Object.entries(CASES))('outlines %s', (path, [text, expected]) => {
  expect(outline(path, text)).toEqual(expected);
});

it.each(['', '\n\n', '}\n}\n)', '\t\t\n', 'end\nend'])('finds nothing in %j', (text) => {
  for (const path of Object.keys(CASES)) expect(outline(path, text)).toEqual([]);
});

it('is quick on lines made to be slow', () => {
  const lines = [
    `${'a '.repeat(190)}(`,
    `export const a${' '.repeat(380)}`,
    `const a: ${'('.repeat(380)}`,
    `static ${'int '.repeat(90)}`,
    `impl<${'<'.repeat(380)}`,
    `  ${'public '.repeat(55)}x`,
    `struct ${'a '.repeat(180)}`,
    `${'a::'.repeat(120)}(`,
    `  a<${'>'.repeat(380)}`,
  ];
  for (const path of Object.keys(CASES)) {
    const text = lines.join('\n').concat('\n').repeat(40);
    expect(outline(path, text).length).toBeLessThan(1_000);
  }
});

it('agrees with itself on this very file: ends come after starts and lie inside of containers', () => {
  const path = new URL('../../../src/context/scan/outline.ts', import.meta.url);
  const symbols = outlineText('outline.ts', readFileSync(path, 'utf8').split('\n'));
  expect(symbols.map(({ name }) => name)).toContain('outlineCode');
  for (const symbol of symbols) expect(symbol.endLine).toBeGreaterThanOrEqual(symbol.startLine);
});
