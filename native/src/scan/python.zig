//! Python: what counts starts a logical line, and what it belongs to is told by its indentation. The
//! rest of a line is jumped over, but for brackets, strings and backslashes that continue it.
const std = @import("std");
const lexer = @import("lexing/lexer.zig");
const scan = @import("scan.zig");
const types = @import("../base/types.zig");

const Allocator = std.mem.Allocator;
const Found = scan.Found;
const Kind = types.Kind;
const Names = lexer.Identifiers("");
const Span = types.Span;

const Word = enum { async, class, def, from, import };
const words = lexer.Keywords(Word);

const Stops = lexer.Finder("\n\"'#()[]{}\\");

/// A definition whose lines are not over.
const Block = struct { indent: usize, symbol: u32, name: Span, is_class: bool };

/// Deeper ones belong to the last that is kept.
const max_depth = 256;

pub fn scanText(text: []const u8, found: *Found) Allocator.Error!void {
    var scanner: Scanner = .{ .text = text, .found = found, .stops = .init(text) };
    defer scanner.blocks.deinit(found.gpa);
    try scanner.run();
}

const Scanner = struct {
    text: []const u8,
    found: *Found,
    stops: Stops,
    blocks: std.ArrayList(Block) = .empty,
    /// A variable that ends with the running line.
    variable: ?u32 = null,
    /// The end of the last line that holds code.
    last_end: usize = 0,

    fn run(self: *Scanner) Allocator.Error!void {
        var at: usize = if (lexer.startsWith(self.text, 0, "\xef\xbb\xbf")) 3 else 0;
        while (at < self.text.len) at = try self.line(at);
        self.closeBlocks(0);
    }

    /// Reads the logical line at `line_start` and returns where the next one starts.
    fn line(self: *Scanner, line_start: usize) Allocator.Error!usize {
        const text = self.text;
        const start = lexer.skipBlanks(text, line_start);
        if (start >= text.len) return text.len;
        switch (text[start]) {
            '\n', '\r', 12 => return start + 1,
            '#' => {
                const end = lexer.lineEnd(text, start);
                try lexer.addComment(self.found, start, end);
                return end;
            },
            else => {},
        }
        const indent = lexer.indentOf(text, line_start);
        self.closeBlocks(indent);
        if (Names.isStart(text[start])) try self.statement(start, indent);
        const is_text = isTextStart(text, start);
        const end = try self.skipLine(start);
        self.last_end = lexer.trimBack(text, start, end);
        if (self.variable) |symbol| {
            self.found.symbols.items[symbol].end = @intCast(self.last_end);
            self.variable = null;
        }
        if (is_text and self.isDocumented(start)) {
            try lexer.addComment(self.found, start, self.last_end);
        }
        return end;
    }

    fn closeBlocks(self: *Scanner, indent: usize) void {
        while (self.blocks.items.len > 0) {
            const block = self.blocks.items[self.blocks.items.len - 1];
            if (block.indent < indent) return;
            self.found.symbols.items[block.symbol].end = @intCast(self.last_end);
            _ = self.blocks.pop();
        }
    }

    /// A text that stands alone documents something unless code came before it on the same line.
    fn isDocumented(self: *Scanner, start: usize) bool {
        const comments = self.found.comments.items;
        return comments.len == 0 or comments[comments.len - 1].end <= start;
    }

    fn statement(self: *Scanner, start: usize, indent: usize) Allocator.Error!void {
        const text = self.text;
        const end = Names.end(text, start);
        const next = lexer.skipBlanks(text, end);
        const word = words.get(text[start..end]) orelse {
            return self.assignment(start, end, next);
        };
        switch (word) {
            .async => if (lexer.startsWith(text, next, "def ")) {
                try self.definition(start, next + "def".len, indent, .function);
            },
            .def => try self.definition(start, end, indent, .function),
            .class => try self.definition(start, end, indent, .class),
            .import => try self.importModules(next),
            .from => {
                const module_end = endOfModule(text, next);
                if (module_end > next) try self.found.imports.append(self.found.gpa, .{
                    .start = @intCast(next),
                    .end = @intCast(module_end),
                });
            },
        }
    }

    fn definition(
        self: *Scanner,
        start: usize,
        keyword_end: usize,
        indent: usize,
        kind: Kind,
    ) Allocator.Error!void {
        const text = self.text;
        const name_start = lexer.skipBlanks(text, keyword_end);
        if (name_start == keyword_end or !Names.startsAt(text, name_start)) return;
        const name: Span = .{
            .start = @intCast(name_start),
            .end = @intCast(Names.end(text, name_start)),
        };
        const outer = self.blocks.getLastOrNull();
        const is_method = kind == .function and outer != null and outer.?.is_class;
        const symbol: u32 = @intCast(self.found.symbols.items.len);
        try self.found.symbols.append(self.found.gpa, .{
            .name = name,
            .container = if (outer) |block| block.name else .empty,
            .kind = if (is_method) .method else kind,
            .start = @intCast(start),
            .end = name.end,
        });
        if (self.blocks.items.len >= max_depth) return;
        try self.blocks.append(self.found.gpa, .{
            .indent = indent,
            .symbol = symbol,
            .name = name,
            .is_class = kind == .class,
        });
    }

    /// `import a.b as c, d`
    fn importModules(self: *Scanner, from: usize) Allocator.Error!void {
        var at = from;
        while (Names.startsAt(self.text, at)) {
            const end = endOfModule(self.text, at);
            try self.found.imports.append(self.found.gpa, .{
                .start = @intCast(at),
                .end = @intCast(end),
            });
            at = lexer.find(",\n#;", self.text, end);
            if (lexer.peek(self.text, at) != ',') return;
            at = lexer.skipBlanks(self.text, at + 1);
        }
    }

    /// `NAME = value`, `name: Type = value` and `a = b = value` at the top or in a class.
    fn assignment(
        self: *Scanner,
        start: usize,
        name_end: usize,
        next: usize,
    ) Allocator.Error!void {
        const outer = self.blocks.getLastOrNull();
        if (outer != null and !outer.?.is_class) return;
        const text = self.text;
        const is_assigned = switch (lexer.peek(text, next)) {
            '=' => lexer.peek(text, next + 1) != '=',
            ':' => isTypeAt(text, start, name_end, lexer.skipBlanks(text, next + 1)),
            else => false,
        };
        if (!is_assigned) return;
        // In a block that is no definition (`if`, `try`) it counts like one at the top.
        self.variable = @intCast(self.found.symbols.items.len);
        try self.found.symbols.append(self.found.gpa, .{
            .name = .{ .start = @intCast(start), .end = @intCast(name_end) },
            .container = if (outer) |block| block.name else .empty,
            .kind = if (lexer.startsWith(text, lexer.skipBlanks(text, next + 1), "lambda"))
                .function
            else if (lexer.isConstantName(text[start..name_end]))
                .constant
            else
                .variable,
            .start = @intCast(start),
            .end = @intCast(name_end),
        });
    }

    /// One past the logical line in which `from` stands; adds its comments.
    fn skipLine(self: *Scanner, from: usize) Allocator.Error!usize {
        const text = self.text;
        var depth: usize = 0;
        var at = self.stops.next(from);
        while (at < text.len) : (at = self.stops.next(at)) switch (text[at]) {
            '\n' => {
                if (depth == 0 or self.isLost(at + 1)) return at + 1;
                at += 1;
            },
            '"', '\'' => at = textEnd(text, at),
            '#' => {
                const end = lexer.lineEnd(text, at);
                try lexer.addComment(self.found, at, end);
                at = end;
            },
            '(', '[', '{' => {
                depth += 1;
                at += 1;
            },
            ')', ']', '}' => {
                depth -|= 1;
                at += 1;
            },
            else => at += if (lexer.startsWith(text, at + 1, "\r\n")) 3 else 2,
        };
        return text.len;
    }

    /// Whether a line inside brackets starts a definition all the same: the bracket was never
    /// closed, as in a file that is being written.
    fn isLost(self: *Scanner, at: usize) bool {
        return lexer.startsWith(self.text, at, "def ") or
            lexer.startsWith(self.text, at, "class ") or
            lexer.startsWith(self.text, at, "async def ");
    }
};

fn endOfModule(text: []const u8, at: usize) usize {
    var end = at;
    while (end < text.len and (Names.isPart(text[end]) or text[end] == '.')) end += 1;
    return end;
}

/// Whether a text stands at `at`, prefixes like `r` and `f` included.
fn isTextStart(text: []const u8, at: usize) bool {
    const max_prefix = 2;
    var to = at;
    while (to < at + max_prefix and to < text.len) : (to += 1) switch (text[to]) {
        'r', 'R', 'u', 'U', 'f', 'F', 'b', 'B' => {},
        else => break,
    };
    const byte = lexer.peek(text, to);
    return byte == '"' or byte == '\'';
}

/// One past the text whose quotes open at `at`.
fn textEnd(text: []const u8, at: usize) usize {
    if (text[at] == '"') {
        if (lexer.startsWith(text, at, "\"\"\"")) {
            return lexer.pastUnescapedMark("\"\"\"", text, at + 3);
        }
        return lexer.quoteEnd('"', .one, text, at);
    }
    if (lexer.startsWith(text, at, "'''")) return lexer.pastUnescapedMark("'''", text, at + 3);
    return lexer.quoteEnd('\'', .one, text, at);
}

/// Words that may stand before a colon without being annotated: `else:`, `try:`, `lambda:`.
const Opener = enum { @"else", finally, lambda, @"try", except, with, match, case };
const openers = lexer.Keywords(Opener);

fn isTypeAt(text: []const u8, start: usize, end: usize, at: usize) bool {
    if (openers.get(text[start..end]) != null) return false;
    return at < text.len and text[at] != '\n' and text[at] != '=' and text[at] != '\r';
}

fn expectSymbols(text: []const u8, expected: []const u8) !void {
    try @import("testing.zig").expectSymbols(.python, text, expected);
}

test "functions, classes and methods, nested ones with what they stand in" {
    try expectSymbols(
        \\class A(B, metaclass=C):
        \\    """class doc: def x(): pass"""
        \\    size = 1
        \\    @property
        \\    async def f(self,
        \\          x="def y():"):
        \\        def inner(): pass
        \\        local = 2
        \\        return f'''
        \\def no(): pass
        \\'''
        \\
        \\    class Inner: pass
        \\# def gone(): pass
        \\def g(): return 1
        \\
    ,
        \\class A 1-13
        \\variable A.size 3-3
        \\method A.f 5-11
        \\function f.inner 7-7
        \\class A.Inner 13-13
        \\function g 15-15
    );
}

test "variables at the top, also annotated and in brackets over lines" {
    try expectSymbols(
        \\LIMIT: int = 3
        \\table = {
        \\  'a': 1,
        \\}
        \\if x == 1:
        \\    y = 2
        \\else:
        \\    pass
        \\a.b = 1
        \\print(z=1)
        \\
    ,
        \\constant LIMIT 1-1
        \\variable table 2-4
        \\variable y 6-6
    );
}

test "a definition behind a bracket that was never closed" {
    try expectSymbols("x = foo(\ndef f():\n    pass\n", "variable x 1-1\nfunction f 2-3");
}

test "comments, doc strings and imports" {
    const text =
        \\import os, a.b as c
        \\from ..x import (y,
        \\   z)
        \\def f():
        \\    """Doc."""
        \\    return '#no'  # yes
        \\
    ;
    try @import("testing.zig").expectSpans(.python, text, .imports, "os|a.b|..x");
    try @import("testing.zig").expectSpans(.python, text, .comments, "\"\"\"Doc.\"\"\"|# yes");
}
