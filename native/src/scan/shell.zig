//! Shell: functions of both forms and assignments at the start of a line outside of them. A function
//! ends at the closing bracket that stands alone at its own indentation, which is how they are
//! written; counting brackets fails on `case` patterns and `${x#\}}`.
const std = @import("std");
const lexer = @import("lexing/lexer.zig");
const scan = @import("scan.zig");
const types = @import("../base/types.zig");

const Allocator = std.mem.Allocator;
const Found = scan.Found;
const Span = types.Span;

/// A function whose closing bracket is looked for.
const Block = struct { symbol: u32, indent: usize, closer: u8, name: Span };

const max_depth = 64;

/// Here-documents that are announced in one line; further ones are read as code.
const max_documents = 8;

/// A document without an end is none (`((a << b))`), and a text whose commands are never closed is
/// read to its next quote; after so many of them no end is looked for.
const max_unclosed = 8;

const Stops = lexer.Finder("\n\"'#\\<`$");

pub fn scanText(text: []const u8, found: *Found) Allocator.Error!void {
    var scanner: Scanner = .{ .text = text, .found = found, .stops = .init(text) };
    defer scanner.blocks.deinit(found.gpa);
    try scanner.run();
}

const Document = struct { mark: []const u8, is_indented: bool };

const Scanner = struct {
    text: []const u8,
    found: *Found,
    stops: Stops,
    blocks: std.ArrayList(Block) = .empty,
    documents: [max_documents]Document = undefined,
    document_count: usize = 0,
    unclosed: usize = 0,

    fn run(self: *Scanner) Allocator.Error!void {
        var at: usize = 0;
        while (at < self.text.len) {
            try self.statement(at);
            at = try self.skipLine(at);
            for (self.documents[0..self.document_count]) |document| {
                if (self.unclosed >= max_unclosed) break;
                at = documentEnd(self.text, at, document) orelse {
                    self.unclosed += 1;
                    continue;
                };
            }
            self.document_count = 0;
        }
        while (self.blocks.pop()) |block| self.setEnd(block, self.text.len);
    }

    fn setEnd(self: *Scanner, block: Block, end: usize) void {
        const symbol = &self.found.symbols.items[block.symbol];
        symbol.end = @intCast(lexer.trimBack(self.text, symbol.end, end));
    }

    /// What the line at `line_start` defines or closes.
    fn statement(self: *Scanner, line_start: usize) Allocator.Error!void {
        const text = self.text;
        const start = lexer.skipBlanks(text, line_start);
        if (start >= text.len) return;
        const indent = lexer.indentOf(text, line_start);
        if (text[start] == '}' or text[start] == ')') return self.close(text[start], indent, start);
        var name_start = start;
        const has_keyword = lexer.startsWith(text, start, "function ") or
            lexer.startsWith(text, start, "function\t");
        if (has_keyword) name_start = lexer.skipBlanks(text, start + "function".len);
        const name_end = endOfName(text, name_start);
        if (name_end == name_start) return;
        const name: Span = .{ .start = @intCast(name_start), .end = @intCast(name_end) };
        var next = lexer.skipBlanks(text, name_end);
        const has_list = lexer.peek(text, next) == '(' and
            lexer.peek(text, lexer.skipBlanks(text, next + 1)) == ')';
        if (has_list) {
            next = lexer.skipBlanks(text, lexer.skipBlanks(text, next + 1) + 1);
        } else if (!has_keyword) {
            return self.otherWord(start, name);
        }
        const body = lexer.skipSpace(text, next);
        const symbol: u32 = @intCast(self.found.symbols.items.len);
        try self.add(name, .function, start, name_end);
        const closer: u8 = if (lexer.peek(text, body) == '(') ')' else '}';
        const line_end = lexer.lineEnd(text, body);
        const last = lexer.trimBack(text, name_end, line_end);
        if (last > body + 1 and text[last - 1] == closer) {
            self.found.symbols.items[symbol].end = @intCast(last);
            return;
        }
        if (self.blocks.items.len >= max_depth) return;
        try self.blocks.append(self.found.gpa, .{
            .symbol = symbol,
            .indent = indent,
            .closer = closer,
            .name = name,
        });
    }

    fn close(self: *Scanner, closer: u8, indent: usize, at: usize) void {
        var kept = self.blocks.items.len;
        while (kept > 0) : (kept -= 1) {
            const block = self.blocks.items[kept - 1];
            if (block.indent == indent and block.closer == closer) break;
        }
        if (kept == 0) return;
        while (self.blocks.items.len >= kept) {
            const block = self.blocks.pop() orelse return;
            self.setEnd(block, at + 1);
        }
    }

    /// An assignment, or a file that is read in.
    fn otherWord(self: *Scanner, start: usize, first: Span) Allocator.Error!void {
        const text = self.text;
        const word = first.of(text);
        if (std.mem.eql(u8, word, "source") or std.mem.eql(u8, word, ".")) {
            return self.import(lexer.skipBlanks(text, first.end));
        }
        if (self.blocks.items.len > 0) return;
        var name = first;
        const declares = [_][]const u8{ "export", "readonly", "declare", "typeset", "local" };
        for (declares) |keyword| if (std.mem.eql(u8, word, keyword)) {
            var at = lexer.skipBlanks(text, first.end);
            while (lexer.peek(text, at) == '-') {
                at = lexer.skipBlanks(text, endOfName(text, at));
            }
            name = .{ .start = @intCast(at), .end = @intCast(endOfName(text, at)) };
        };
        const is_plain = for (name.of(text)) |byte| {
            if (!std.ascii.isAlphanumeric(byte) and byte != '_') break false;
        } else !name.isEmpty();
        if (!is_plain or std.ascii.isDigit(text[name.start])) return;
        if (lexer.peek(text, name.end) != '=') return;
        const is_constant = lexer.isConstantName(name.of(text));
        const end = lexer.trimBack(text, name.end, lexer.lineEnd(text, name.end));
        try self.add(name, if (is_constant) .constant else .variable, start, end);
    }

    fn import(self: *Scanner, at: usize) Allocator.Error!void {
        const text = self.text;
        const end = lexer.find(" \t\n;&|", text, at);
        const bare = std.mem.trim(u8, text[at..end], "\"'");
        if (bare.len == 0) return;
        const start = @intFromPtr(bare.ptr) - @intFromPtr(text.ptr);
        try self.found.imports.append(self.found.gpa, .{
            .start = @intCast(start),
            .end = @intCast(start + bare.len),
        });
    }

    fn add(
        self: *Scanner,
        name: Span,
        kind: types.Kind,
        start: usize,
        end: usize,
    ) Allocator.Error!void {
        const outer = self.blocks.getLastOrNull();
        try self.found.symbols.append(self.found.gpa, .{
            .name = name,
            .container = if (outer) |block| block.name else .empty,
            .kind = kind,
            .start = @intCast(start),
            .end = @intCast(end),
        });
    }

    /// One past the line at `from`, texts over several lines included.
    fn skipLine(self: *Scanner, from: usize) Allocator.Error!usize {
        const text = self.text;
        var at = self.stops.next(from);
        while (at < text.len) : (at = self.stops.next(at)) switch (text[at]) {
            '\n' => return at + 1,
            '"' => at = self.quotedEnd(at),
            '\'' => at = lexer.pastMark(text, at + 1, "'"),
            '\\' => {
                at += 2;
                if (lexer.startsWith(text, at -| 1, "\nfunction ")) return at;
            },
            '$' => at += if (lexer.peek(text, at + 1) == '\'')
                lexer.quoteEnd('\'', .many, text, at + 1) - at
            else if (lexer.peek(text, at + 1) == '#') 2 else 1,
            '#' => {
                const before = if (at == 0) '\n' else text[at - 1];
                if (std.ascii.isWhitespace(before) or before == ';') {
                    const end = lexer.lineEnd(text, at);
                    try lexer.addComment(self.found, at, end);
                    at = end;
                } else at += 1;
            },
            '<' => at = self.announce(at),
            else => at += 1,
        };
        return text.len;
    }

    fn quotedEnd(self: *Scanner, at: usize) usize {
        if (self.unclosed < max_unclosed) {
            if (nestedEnd(self.text, at)) |end| return end;
            self.unclosed += 1;
        }
        return lexer.quoteEnd('"', .many, self.text, at);
    }

    /// Keeps the mark of a here-document that `<<` at `at` announces.
    fn announce(self: *Scanner, at: usize) usize {
        const text = self.text;
        if (lexer.peek(text, at + 1) != '<') return at + 1;
        if (lexer.peek(text, at + 2) == '<') return at + 3;
        const is_indented = lexer.peek(text, at + 2) == '-';
        var start = lexer.skipBlanks(text, at + @as(usize, if (is_indented) 3 else 2));
        const quote = lexer.peek(text, start);
        const is_quoted = quote == '\'' or quote == '"' or quote == '\\';
        if (is_quoted) start += 1;
        const end = endOfName(text, start);
        if (end == start or std.ascii.isDigit(text[start])) return at + 2;
        if (self.document_count < max_documents) {
            self.documents[self.document_count] = .{
                .mark = text[start..end],
                .is_indented = is_indented,
            };
            self.document_count += 1;
        }
        return if (is_quoted and quote != '\\') @min(end + 1, text.len) else end;
    }
};

/// How deep quotes and commands in texts are told apart.
const max_nesting = 64;

/// One past the text in double quotes at `at`. In its commands (`"$(echo "x")"`) quotes are quotes of
/// their own. Null if it is not closed or nested too deep.
fn nestedEnd(text: []const u8, at: usize) ?usize {
    var stack: [max_nesting]u8 = undefined;
    stack[0] = '"';
    var depth: usize = 1;
    var to = lexer.find("\"'\\()", text, at + 1);
    while (to < text.len) : (to = lexer.find("\"'\\()", text, @min(to, text.len))) {
        const is_text = stack[depth - 1] == '"';
        const byte = text[to];
        to += 1;
        const opens = switch (byte) {
            '\\' => {
                to += 1;
                continue;
            },
            '\'' => {
                if (!is_text) to = lexer.pastMark(text, to, "'");
                continue;
            },
            '(' => !is_text or text[to - 2] == '$',
            '"' => !is_text,
            else => if (is_text) continue else false,
        };
        if (opens) {
            if (depth == max_nesting) return null;
            stack[depth] = byte;
            depth += 1;
        } else if (byte != '(') {
            depth -= 1;
            if (depth == 0) return to;
        }
    }
    return null;
}

/// One past the line that ends the document whose first line is at `from`, or null without one.
fn documentEnd(text: []const u8, from: usize, document: Document) ?usize {
    var at = from;
    while (at < text.len) {
        const end = lexer.lineEnd(text, at);
        const start = if (document.is_indented) lexer.skipBlanks(text, at) else at;
        const line = std.mem.trimEnd(u8, text[@min(start, end)..end], "\r");
        at = @min(end + 1, text.len);
        if (std.mem.eql(u8, line, document.mark)) return at;
    }
    return null;
}

/// Names of functions may hold more than those of variables: `git-log`, `ns::f`, `a.b`.
fn endOfName(text: []const u8, at: usize) usize {
    var to = at;
    while (to < text.len) : (to += 1) switch (text[to]) {
        'a'...'z', 'A'...'Z', '0'...'9', '_', '-', '.', ':', '+', '@', '?', '!', ',', 0x80...0xff => {},
        else => break,
    };
    return to;
}

const helpers = @import("testing.zig");

test "both forms of functions, and variables outside of them" {
    try helpers.expectSymbols(.shell,
        \\#!/bin/sh
        \\export DIR=/tmp x=1
        \\declare -r count=3
        \\one() { echo; }
        \\function two-b {
        \\  inner () {
        \\    y=1
        \\  }
        \\  case $x in a) echo;; esac
        \\}
        \\three()
        \\(
        \\  echo
        \\)
        \\echo four() {
        \\
    ,
        \\constant DIR 2-2
        \\variable count 3-3
        \\function one 4-4
        \\function two-b 5-10
        \\function two-b.inner 6-8
        \\function three 11-14
    );
}

test "here-documents, texts over lines and comments hold no functions" {
    const text =
        \\cat <<EOF <<-'E2' # c
        \\no() { }
        \\EOF
        \\no2() { }
        \\  E2
        \\x="
        \\no3() {
        \\" ; y=${#x} z=$((1 << a))
        \\. ./lib.sh
        \\y="$(a "'$b" | sed "s/'//g" 'x"' ")") ("
        \\yes() { :; }
    ;
    try helpers.expectSymbols(.shell, text, "variable x 6-6\nvariable y 10-10\nfunction yes 11-11");
    try helpers.expectSpans(.shell, text, .comments, "# c");
    try helpers.expectSpans(.shell, text, .imports, "./lib.sh");
}
