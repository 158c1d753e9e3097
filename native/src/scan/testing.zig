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

pub fn expectScanIsSound(language: Language, text: []const u8) !void {
    var found: Found = .init(testing.allocator);
    defer found.deinit();
    try scan.scan(language, text, &found);
    expectSound(text, &found) catch |err| {
        std.debug.print("{t}: {s}\n", .{ language, text[0..@min(text.len, 2000)] });
        return err;
    };
}

/// What is repeated to make a hostile text.
pub const hostile_pieces = [_][]const u8{
    "{",            "}",        "(",            ")",          "[",           "<",
    "\"",           "'",        "`",            "`${",        "<<A\n",       "<<~A ",
    "/*",           "/",        "\\",           "\x00",       "\xff\xfe",    "\xc3",
    "#",            "#if 1\n",  "\"#{",         "<a>",        "<a {",        "R\"(",
    "class a ",     "class A{", "function a(",  "def a(",     "fn f() {",    "if x\n",
    "const a = (",  "x = (",    "a.b = (",      "interface ", "type a = {",  "enum E {",
    "import a, ",   "require(", "local a = ",   "--[[",       "\"\"\"",      "[==[",
    "\tdef a():\n", "- ",       "\n",           " ",          "<?php ",      "?>",
    "template <",   "operator", "#define a \\", "a::",        "public ",     "@a(",
    "do ",          "case a: ", "=>",           "a < b > ",   "function a ", "$(",
};

const hostile_bytes = 20_000;

/// Long runs of one piece, closed or not, in every language.
pub fn expectHostileIsSound() !void {
    const text = try testing.allocator.alloc(u8, hostile_bytes);
    defer testing.allocator.free(text);
    for (std.enums.values(Language)) |language| {
        for (hostile_pieces) |piece| {
            for (text, 0..) |*byte, i| byte.* = piece[i % piece.len];
            try expectScanIsSound(language, text);
        }
    }
}

/// The text with some of its bytes changed, removed, repeated or taken from the hostile pieces.
pub fn damage(random: std.Random, buffer: []u8, text: []const u8) []const u8 {
    var length = @min(text.len, buffer.len);
    @memcpy(buffer[0..length], text[0..length]);
    for (0..random.intRangeAtMost(usize, 1, 8)) |_| {
        const at = random.uintAtMost(usize, length);
        switch (random.enumValue(enum { change, remove, insert, double })) {
            .change => if (at < length) {
                buffer[at] = random.int(u8);
            },
            .remove => {
                const end = @min(length, at + random.uintAtMost(usize, 40));
                std.mem.copyForwards(u8, buffer[at..], buffer[end..length]);
                length -= end - at;
            },
            .insert => {
                const piece = hostile_pieces[random.uintLessThan(usize, hostile_pieces.len)];
                length = insert(buffer, length, at, piece);
            },
            .double => {
                var copy: [64]u8 = undefined;
                const from = buffer[at..@min(length, at + copy.len)];
                @memcpy(copy[0..from.len], from);
                length = insert(buffer, length, random.uintAtMost(usize, length), copy[0..from.len]);
            },
        }
    }
    return buffer[0..length];
}

fn insert(buffer: []u8, length: usize, at: usize, piece: []const u8) usize {
    if (length + piece.len > buffer.len) return length;
    std.mem.copyBackwards(u8, buffer[at + piece.len ..], buffer[at..length]);
    @memcpy(buffer[at..][0..piece.len], piece);
    return length + piece.len;
}

fn lineOf(text: []const u8, at: u32) usize {
    return 1 + std.mem.count(u8, text[0..at], "\n");
}
