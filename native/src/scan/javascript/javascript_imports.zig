//! What a text of TypeScript or JavaScript asks for: `import`, `export … from`, `require` and
//! `import(…)`.
const std = @import("std");
const javascript = @import("javascript.zig");
const lexer = @import("../lexing/lexer.zig");
const types = @import("javascript_types.zig");

const Allocator = std.mem.Allocator;
const Names = types.Names;
const Scanner = javascript.Scanner;

/// `export * from './x'` and `export { a } from './x'`.
pub fn ofExport(self: *Scanner, end: usize) Allocator.Error!void {
    var next = try self.skipTrivia(end);
    if (self.isWord(next, "type")) {
        const behind = try self.skipTrivia(next + "type".len);
        if (lexer.peek(self.text, behind) == '{') next = behind;
    }
    switch (lexer.peek(self.text, next)) {
        '*' => self.advance(next + 1, false),
        '{' => self.advance(try self.reader.skipBracket(next), false),
        else => return,
    }
    const from = try self.skipTrivia(self.at);
    if (self.isWord(from, "from") or self.isWord(from, "as")) try ofImport(self, from);
}

/// An import statement or call whose first word ends at `end`, up to what it asks for.
pub fn ofImport(self: *Scanner, end: usize) Allocator.Error!void {
    const max_words = 4;
    var at = end;
    for (0..max_words * 2) |_| {
        at = try self.skipTrivia(at);
        switch (lexer.peek(self.text, at)) {
            '(' => {
                try add(self, try self.skipTrivia(at + 1));
                return self.advance(end, true);
            },
            '{' => at = try self.reader.skipBracket(at),
            '*', ',' => at += 1,
            '"', '\'' => {
                try add(self, at);
                return self.advance(lexer.plainLiteralEnd(self.text, at), true);
            },
            else => |byte| {
                if (!Names.isStart(byte) or self.isWord(at, "require")) break;
                at = Names.end(self.text, at);
            },
        }
    }
    self.advance(at, false);
}

pub fn ofRequire(self: *Scanner, end: usize) Allocator.Error!void {
    const list = try self.skipTrivia(end);
    if (lexer.peek(self.text, list) == '(') {
        try add(self, try self.skipTrivia(list + 1));
    }
    self.advance(end, true);
}

fn add(self: *Scanner, at: usize) Allocator.Error!void {
    const quote = lexer.peek(self.text, at);
    if (quote != '"' and quote != '\'' and quote != '`') return;
    const end = lexer.plainLiteralEnd(self.text, at);
    if (end < at + 3 or self.text[end - 1] != quote) return;
    try self.found.imports.append(self.found.gpa, .{
        .start = @intCast(at + 1),
        .end = @intCast(end - 1),
    });
}

const helpers = @import("../testing.zig");

test "what is asked for, in every form" {
    try helpers.expectSpans(.typescript,
        \\import a, { type b } from './a'; import * as c from "c"; import 'd'; import type E from 'e'
        \\export * from 'f'; export { g } from 'g'; export { h }; const i = require('i')
        \\import j = require('j'); await import('k'); import.meta.url; import(`l`); export * as m from 'm'
    , .imports, "./a|c|d|e|f|g|i|j|k|l|m");
}
