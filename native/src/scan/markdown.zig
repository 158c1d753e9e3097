//! Markdown: headings outside of code, each with all that stands below it up to the next heading of
//! the same or a higher level. The heading above is its container.
const std = @import("std");
const lexer = @import("lexing/lexer.zig");
const scan = @import("scan.zig");
const types = @import("../base/types.zig");

const Allocator = std.mem.Allocator;
const Found = scan.Found;
const Span = types.Span;

const max_level = 6;

const Heading = struct { name: Span, symbol: u32 };

pub fn scanText(text: []const u8, found: *Found) Allocator.Error!void {
    var scanner: Scanner = .{ .text = text, .found = found };
    try scanner.run();
}

const Scanner = struct {
    text: []const u8,
    found: *Found,
    /// The open heading of each level.
    open: [max_level + 1]?Heading = @splat(null),
    /// The mark of the fence that is open: its byte and how many of it.
    fence: ?Fence = null,
    /// The paragraph that an underline would make a heading of.
    paragraph: ?Span = null,

    const Fence = struct { byte: u8, count: usize };

    fn run(self: *Scanner) Allocator.Error!void {
        var at = frontMatterEnd(self.text);
        while (at < self.text.len) {
            const end = lexer.lineEnd(self.text, at);
            try self.line(at, end);
            at = end + 1;
        }
        self.close(1, self.text.len);
    }

    fn line(self: *Scanner, line_start: usize, line_end: usize) Allocator.Error!void {
        const text = self.text[0..line_end];
        const start = lexer.skipBlanks(text, line_start);
        const end = lexer.trimBack(text, start, line_end);
        const is_code = lexer.indentOf(text, line_start) >= 4;
        if (self.fence) |fence| {
            const marks = runLength(text, start, fence.byte);
            if (marks >= fence.count and start + marks == end) self.fence = null;
            return;
        }
        if (start == end or (is_code and self.paragraph == null)) {
            self.paragraph = null;
            return;
        }
        const byte = text[start];
        if (!is_code and (byte == '`' or byte == '~')) {
            const marks = runLength(text, start, byte);
            const info = text[start + marks .. end];
            if (marks >= 3 and (byte == '~' or std.mem.indexOfScalar(u8, info, '`') == null)) {
                self.fence = .{ .byte = byte, .count = marks };
                self.paragraph = null;
                return;
            }
        }
        if (byte == '#' and !is_code) {
            const level = runLength(text, start, '#');
            const is_heading = level <= max_level and
                (start + level == end or text[start + level] == ' ' or text[start + level] == '\t');
            if (is_heading) return self.heading(level, line_start, start + level, end, end);
        }
        if (self.paragraph) |title| if (byte == '=' or byte == '-') {
            if (!is_code and start + runLength(text, start, byte) == end) {
                const level: usize = if (byte == '=') 1 else 2;
                return self.heading(level, title.start, title.start, title.end, end);
            }
        };
        const starts_list = byte == '>' or byte == '|' or lexer.startsWith(text, start, "- ") or
            lexer.startsWith(text, start, "* ") or lexer.startsWith(text, start, "<");
        self.paragraph = if (starts_list or self.paragraph != null)
            null
        else
            .{ .start = @intCast(start), .end = @intCast(end) };
    }

    fn heading(
        self: *Scanner,
        level: usize,
        start: usize,
        text_start: usize,
        text_end: usize,
        end: usize,
    ) Allocator.Error!void {
        self.paragraph = null;
        const from = lexer.skipBlanks(self.text, text_start);
        const name: Span = .{
            .start = @intCast(@min(from, text_end)),
            .end = @intCast(withoutClosing(self.text, @min(from, text_end), text_end)),
        };
        if (name.isEmpty()) return;
        self.close(level, start);
        var container: Span = .empty;
        for (self.open[1..level]) |above| if (above) |known| {
            container = known.name;
        };
        self.open[level] = .{ .name = name, .symbol = @intCast(self.found.symbols.items.len) };
        try self.found.symbols.append(self.found.gpa, .{
            .name = name,
            .container = container,
            .kind = .heading,
            .start = @intCast(start),
            .end = @intCast(end),
        });
    }

    /// Ends the headings of this level and below before `at`.
    fn close(self: *Scanner, level: usize, at: usize) void {
        for (self.open[level..]) |*below| {
            const known = below.* orelse continue;
            const symbol = &self.found.symbols.items[known.symbol];
            symbol.end = @intCast(@max(symbol.end, lexer.trimBack(self.text, symbol.end, at)));
            below.* = null;
        }
    }
};

fn runLength(text: []const u8, at: usize, byte: u8) usize {
    var to = at;
    while (to < text.len and text[to] == byte) to += 1;
    return to - at;
}

/// The end of a heading without the marks that may close it: `## Title ##`.
fn withoutClosing(text: []const u8, start: usize, end: usize) usize {
    var to = end;
    while (to > start and text[to - 1] == '#') to -= 1;
    if (to == start) return start;
    if (to < end and text[to - 1] != ' ' and text[to - 1] != '\t') return end;
    return lexer.trimBack(text, start, to);
}

/// One past the block of settings between two lines of `---` that a text may start with.
fn frontMatterEnd(text: []const u8) usize {
    if (!lexer.startsWith(text, 0, "---\n") and !lexer.startsWith(text, 0, "---\r\n")) return 0;
    const end = std.mem.indexOf(u8, text, "\n---") orelse return 0;
    return lexer.nextLine(text, end + 1);
}

const expectSymbols = @import("testing.zig").expectSymbols;

test "headings of both forms, with what is below them" {
    try expectSymbols(.markdown,
        \\Title
        \\=====
        \\text
        \\## One ##
        \\### Deep
        \\Two
        \\---
        \\end
        \\
    ,
        \\heading Title 1-8
        \\heading Title.One 4-5
        \\heading One.Deep 5-5
        \\heading Title.Two 6-8
    );
}

test "code, lists and front matter hold no headings" {
    try expectSymbols(.markdown,
        \\---
        \\title: x
        \\---
        \\# A
        \\```sh
        \\# no
        \\~~~
        \\````
        \\    # no
        \\#no
        \\- item
        \\---
        \\####### no
        \\# B C#
        \\
    ,
        \\heading A 4-13
        \\heading B C# 14-14
    );
}
