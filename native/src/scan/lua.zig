//! Lua: functions by any of their ways to a name, and local or global variables at the top. Blocks
//! are words here: `function`, `do`, `if` and `repeat` open, `end` and `until` close.
const std = @import("std");
const lexer = @import("lexing/lexer.zig");
const scan = @import("scan.zig");
const scopes_of = @import("lexing/lexer_scopes.zig");
const types = @import("../base/types.zig");

const Allocator = std.mem.Allocator;
const Found = scan.Found;
const Kind = types.Kind;
const Names = lexer.Identifiers("");
const Span = types.Span;

const Word = enum { do, end, @"for", function, @"if", local, repeat, require, @"return", until };
const words = lexer.Keywords(Word);
const Scopes = scopes_of.Scopes(Role);

const Role = enum { function, block, table };

/// The opener that stands for all blocks of words.
const block_opener = 'b';

pub fn scanText(text: []const u8, found: *Found) Allocator.Error!void {
    var scanner: Scanner = .{
        .text = text,
        .found = found,
        .scopes = .init(found),
        .lines = .{ .text = text },
    };
    defer scanner.scopes.deinit();
    try scanner.run();
}

const Scanner = struct {
    text: []const u8,
    found: *Found,
    scopes: Scopes,
    at: usize = 0,
    /// The name before an `=`: `M.f` with where it starts.
    target: ?Target = null,
    /// The function that comes next is the value of this name.
    bound: ?Target = null,
    /// Where the `local` before this token stands.
    local: ?usize = null,
    lines: lexer.LineEnds,

    const Target = struct {
        name: Span,
        container: Span,
        start: usize,
        is_method: bool,
        symbol: ?u32 = null,
    };

    fn run(self: *Scanner) Allocator.Error!void {
        if (lexer.startsWith(self.text, 0, "#!")) self.at = lexer.lineEnd(self.text, 0);
        while (self.at < self.text.len) try self.token();
        self.scopes.finish(self.text.len);
    }

    fn token(self: *Scanner) Allocator.Error!void {
        const text = self.text;
        const at = self.at;
        const byte = text[at];
        if (Names.isStart(byte)) return self.word();
        switch (byte) {
            ' ', '\t', '\r', '\n' => self.at += 1,
            '-' => if (lexer.startsWith(text, at, "--")) {
                const end = longEnd(text, at + 2) orelse lexer.lineEnd(text, at);
                try lexer.addComment(self.found, at, end);
                self.at = end;
            } else {
                self.at += 1;
            },
            '"' => self.at = lexer.quoteEnd('"', .one, text, at),
            '\'' => self.at = lexer.quoteEnd('\'', .one, text, at),
            '[' => if (longEnd(text, at)) |end| {
                self.at = end;
            } else if (self.keyAt(at)) |key| {
                self.reset(key.end);
                self.target = key.target;
            } else self.reset(at + 1),
            '{' => {
                const name = if (self.bound) |bound| bound.name else Span.empty;
                const symbol = if (self.bound) |bound| bound.symbol else null;
                try self.scopes.push('{', .table, symbol, name);
                self.reset(at + 1);
            },
            '}' => {
                _ = self.scopes.close('{', at + 1);
                self.reset(at + 1);
            },
            '=' => {
                self.at += 1;
                if (lexer.peek(text, at + 1) == '=') {
                    self.reset(at + 2);
                } else {
                    self.bound = self.target;
                    self.target = null;
                }
            },
            '0'...'9' => self.at = Names.end(text, at),
            else => self.reset(at + 1),
        }
    }

    fn reset(self: *Scanner, at: usize) void {
        self.at = at;
        self.target = null;
        self.bound = null;
        self.local = null;
    }

    fn word(self: *Scanner) Allocator.Error!void {
        const start = self.at;
        const end = Names.end(self.text, start);
        const keyword = words.get(self.text[start..end]) orelse {
            var target = self.targetAt(start, self.local orelse start);
            target.symbol = try self.variable(target);
            self.reset(target.name.end);
            self.target = target;
            return;
        };
        switch (keyword) {
            .function => return self.function(end),
            .local => {
                self.reset(end);
                self.local = start;
                return;
            },
            .do, .@"if", .repeat => try self.scopes.push(block_opener, .block, null, .empty),
            .end, .until => _ = self.scopes.close(block_opener, end),
            .require => try self.require(end),
            .@"for", .@"return" => {},
        }
        self.reset(end);
    }

    /// The dotted name at `at`, of a definition that starts at `start`.
    fn targetAt(self: *Scanner, at: usize, start: usize) Target {
        const text = self.text;
        var target: Target = .{
            .name = .{ .start = @intCast(at), .end = @intCast(Names.end(text, at)) },
            .container = .empty,
            .start = start,
            .is_method = false,
        };
        while (true) {
            const dot = target.name.end;
            const byte = lexer.peek(text, dot);
            if ((byte != '.' and byte != ':') or !Names.startsAt(text, dot + 1)) return target;
            target.container = target.name;
            target.is_method = byte == ':' or target.is_method;
            target.name = .{ .start = dot + 1, .end = @intCast(Names.end(text, dot + 1)) };
        }
    }

    const Key = struct { target: Target, end: usize };

    /// The key of `['a.b'] =` or `[KIND.a] =`, which is called by its text or by its last part. What
    /// is computed has no name.
    fn keyAt(self: *Scanner, at: usize) ?Key {
        const text = self.text;
        const first = lexer.skipBlanks(text, at + 1);
        const byte = lexer.peek(text, first);
        var target: Target = undefined;
        var end: usize = undefined;
        if (byte == '"' or byte == '\'') {
            end = lexer.plainLiteralEnd(text, first);
            if (end < first + 3 or text[end - 1] != byte) return null;
            target = .{
                .name = .{ .start = @intCast(first + 1), .end = @intCast(end - 1) },
                .container = .empty,
                .start = at,
                .is_method = false,
            };
        } else if (Names.startsAt(text, first)) {
            target = self.targetAt(first, at);
            if (target.container.isEmpty()) return null;
            end = target.name.end;
        } else return null;
        end = lexer.skipBlanks(text, end);
        if (lexer.peek(text, end) != ']') return null;
        target.container = .empty;
        return .{ .target = target, .end = end + 1 };
    }

    /// Lists the name if it is a variable at the top that gets its value here.
    fn variable(self: *Scanner, target: Target) Allocator.Error!?u32 {
        if (self.scopes.depth() > 0 or !target.container.isEmpty()) return null;
        const next = lexer.skipBlanks(self.text, target.name.end);
        if (lexer.peek(self.text, next) != '=') return null;
        if (lexer.peek(self.text, next + 1) == '=') return null;
        const value = lexer.skipBlanks(self.text, next + 1);
        if (lexer.startsWith(self.text, value, "function")) return null;
        const end = lexer.trimBack(self.text, target.name.end, self.lines.of(value));
        return try self.scopes.add(.{
            .name = target.name,
            .kind = if (lexer.isConstantName(target.name.of(self.text))) .constant else .variable,
            .start = @intCast(target.start),
            .end = @intCast(end),
        });
    }

    fn function(self: *Scanner, keyword_end: usize) Allocator.Error!void {
        const name_start = lexer.skipBlanks(self.text, keyword_end);
        var target = self.bound;
        var end = keyword_end;
        if (Names.startsAt(self.text, name_start)) {
            target = self.targetAt(name_start, self.local orelse self.at);
            end = target.?.name.end;
        }
        var symbol: ?u32 = null;
        if (target) |known| {
            symbol = try self.scopes.add(.{
                .name = known.name,
                .container = known.container,
                .kind = if (known.is_method) .method else .function,
                .start = @intCast(known.start),
                .end = @intCast(end),
            });
        }
        const name = if (target) |known| known.name else Span.empty;
        try self.scopes.push(block_opener, .function, symbol, name);
        self.reset(end);
    }

    fn require(self: *Scanner, end: usize) Allocator.Error!void {
        const max_blanks = 2;
        var at = lexer.skipBlanks(self.text, end);
        for (0..max_blanks) |_| {
            if (lexer.peek(self.text, at) == '(') at = lexer.skipBlanks(self.text, at + 1);
        }
        const quote = lexer.peek(self.text, at);
        if (quote != '"' and quote != '\'') return;
        const close = lexer.plainLiteralEnd(self.text, at);
        if (close < at + 3 or self.text[close - 1] != quote) return;
        try self.found.imports.append(self.found.gpa, .{
            .start = @intCast(at + 1),
            .end = @intCast(close - 1),
        });
    }
};

/// One past a long bracket (`[[ … ]]`, `[==[ … ]==]`) that opens at `at`, or null.
fn longEnd(text: []const u8, at: usize) ?usize {
    if (lexer.peek(text, at) != '[') return null;
    var to = at + 1;
    while (lexer.peek(text, to) == '=') to += 1;
    if (lexer.peek(text, to) != '[') return null;
    const level = to - at - 1;
    while (true) {
        to = lexer.find("]", text, to + 1);
        if (to >= text.len) return text.len;
        const close = to + 1 + level;
        if (close >= text.len or text[close] != ']') continue;
        if (std.mem.allEqual(u8, text[to + 1 .. close], '=')) return close + 1;
    }
}

const helpers = @import("testing.zig");

test "functions by every way to a name" {
    try helpers.expectSymbols(.lua,
        \\local M = {}
        \\local function a() if x then return end end
        \\function M.b(x) for i = 1, 2 do end
        \\end
        \\function M.sub:c() while true do end end
        \\M.d = function() repeat until function() end end
        \\local e = function() local function inner() end end
        \\return { f = function() end, ['g.h'] = function() end, [K.i] = function() end,
        \\  [no] = function() end, [1] = function() end, ["no" .. x] = function() end }
        \\M["j"] = function() end
        \\local k = x[y.z]
    ,
        \\variable M 1-1
        \\function a 2-2
        \\function M.b 3-4
        \\method sub.c 5-5
        \\function M.d 6-6
        \\function e 7-7
        \\function e.inner 7-7
        \\function f 8-8
        \\function g.h 8-8
        \\function i 8-8
        \\function j 10-10
        \\variable k 11-11
    );
}

test "long brackets, comments and quotes hide what is in them" {
    const text =
        \\--[==[ function no() ]] end ]==]
        \\local s = [[ function no() ]]
        \\-- function no()
        \\local t = "function no()" --[[x]] require 'a.b'
        \\function yes() end
    ;
    try helpers.expectSymbols(.lua, text, "variable s 2-2\nvariable t 4-4\nfunction yes 5-5");
    try helpers.expectSpans(.lua, text, .imports, "a.b");
    try helpers.expectSpans(
        .lua,
        text,
        .comments,
        "--[==[ function no() ]] end ]==]|-- function no()|--[[x]]",
    );
}
