//! What the tests of the scanners share: results as lines of text, and hostile input.
const std = @import("std");
const scan = @import("scan.zig");
const types = @import("../base/types.zig");

const testing = std.testing;
const Found = scan.Found;
const Language = types.Language;

/// Compares with lines like `method Foo.bar 3-7`: kind, container and name, first and last line.
pub fn expectSymbols(language: Language, text: []const u8, expected: []const u8) !void {
    var found: Found = .init(testing.allocator);
    defer found.deinit();
    try scan.scan(language, text, &found);
    try expectSound(text, &found);
    var lines: std.Io.Writer.Allocating = .init(testing.allocator);
    defer lines.deinit();
    for (found.symbols.items, 0..) |symbol, i| {
        if (i > 0) try lines.writer.writeByte('\n');
        const container = symbol.container.of(text);
        try lines.writer.print("{t} {s}{s}{s} {d}-{d}", .{
            symbol.kind,
            container,
            if (container.len == 0) "" else ".",
            symbol.name.of(text),
            lineOf(text, symbol.start),
            lineOf(text, symbol.end -| 1),
        });
    }
    try testing.expectEqualStrings(expected, lines.written());
}

pub const Spans = enum { comments, imports };

/// Compares the texts of all comments or imports, joined by `|`.
pub fn expectSpans(language: Language, text: []const u8, spans: Spans, expected: []const u8) !void {
    var found: Found = .init(testing.allocator);
    defer found.deinit();
    try scan.scan(language, text, &found);
    var joined: std.Io.Writer.Allocating = .init(testing.allocator);
    defer joined.deinit();
    const list = switch (spans) {
        .comments => found.comments.items,
        .imports => found.imports.items,
    };
    for (list, 0..) |span, i| {
        if (i > 0) try joined.writer.writeByte('|');
        try joined.writer.writeAll(span.of(text));
    }
    try testing.expectEqualStrings(expected, joined.written());
}

/// What holds for every text: spans lie in it, comments are in order and apart, symbols in order.
pub fn expectSound(text: []const u8, found: *const Found) !void {
    var last_end: u32 = 0;
    for (found.comments.items) |span| {
        try testing.expect(span.start >= last_end and span.start < span.end);
        try testing.expect(span.end <= text.len);
        last_end = span.end;
    }
    for (found.imports.items) |span| try testing.expect(!span.isEmpty() and span.end <= text.len);
    var last_start: u32 = 0;
    for (found.symbols.items) |symbol| {
        try testing.expect(symbol.start >= last_start);
        try testing.expect(symbol.name.start < symbol.name.end and symbol.name.end <= text.len);
        try testing.expect(symbol.start <= symbol.name.start);
        try testing.expect(symbol.start < symbol.end and symbol.end <= text.len);
        try testing.expect(symbol.container.end <= text.len);
        last_start = symbol.start;
    }
}

fn lineOf(text: []const u8, at: u32) usize {
    return 1 + std.mem.count(u8, text[0..at], "\n");
}
