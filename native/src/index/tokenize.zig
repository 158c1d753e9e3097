//! Cuts a text into the runs that the names are made of, 64 bytes at a time, and counts its lines
//! on the way.
//!
//! A run is as many letters, digits, `_`, `$` and bytes above 127 as stand together. It is a name
//! unless it is a plain number (`isPlainNumber`: `42`, `0xFFul`) or longer than the dictionary
//! takes. An exact search may rely on this: a text that holds `foo(bar` holds a name that ends in
//! `foo` and one that starts with `bar`, unless these letters can hide in a number
//! (`canHideInNumber`) or the document says `has_unlisted_text`.
const std = @import("std");
const max_name_bytes = @import("segment.zig").max_name_bytes;

const Bytes = @Vector(64, u8);

pub fn isRunByte(byte: u8) bool {
    return switch (byte) {
        'a'...'z', 'A'...'Z', '0'...'9', '_', '$', 0x80...0xff => true,
        else => false,
    };
}

/// Digits of any base and the letters that mark one; these runs are no names.
pub fn isPlainNumber(run: []const u8) bool {
    if (run.len == 0 or !std.ascii.isDigit(run[0])) return false;
    for (run) |byte| if (!is_number_byte[byte]) return false;
    return true;
}

/// Whether the letters may stand inside or at the end of a number, which is not in the dictionary.
pub fn canHideInNumber(letters: []const u8) bool {
    for (letters) |byte| if (!is_number_byte[byte]) return false;
    return true;
}

const is_number_byte: [256]bool = table: {
    var table: [256]bool = @splat(false);
    for ("0123456789abcdefABCDEFxXuUlL") |byte| table[byte] = true;
    break :table table;
};

/// A bit for each byte of a run, and one for each line break.
const Masks = struct { runs: u64, breaks: u64 };

fn masksOf(bytes: *const [64]u8) Masks {
    const block: Bytes = bytes.*;
    return .{
        .runs = @bitCast(runBytes(64, block) >= splat(64, 0x80)),
        .breaks = @bitCast(block == splat(64, '\n')),
    };
}

/// Where a byte is one of a run, its highest bit is set. Compares give whole bytes of ones, which
/// are joined as bytes and cut down to bits only once: so it stays in vector registers on every
/// processor.
inline fn runBytes(comptime width: usize, block: @Vector(width, u8)) @Vector(width, u8) {
    const folded = block | splat(width, 0x20);
    const letters = ones(width, folded -% splat(width, 'a') < splat(width, 26));
    const digits = ones(width, block -% splat(width, '0') < splat(width, 10));
    const underscores = ones(width, block == splat(width, '_'));
    const dollars = ones(width, block == splat(width, '$'));
    // A byte above 127 has its highest bit set as it is.
    return letters | digits | underscores | dollars | block;
}

inline fn splat(comptime width: usize, byte: u8) @Vector(width, u8) {
    return @splat(byte);
}

inline fn ones(comptime width: usize, is_set: @Vector(width, bool)) @Vector(width, u8) {
    return @select(u8, is_set, splat(width, 0xff), splat(width, 0));
}

/// The run that starts at `start`, however long it is.
pub fn runAt(text: []const u8, start: usize) []const u8 {
    var end = start;
    while (text.len - end >= 16) : (end += 16) {
        const block: @Vector(16, u8) = text[end..][0..16].*;
        const others: u16 = @bitCast(runBytes(16, block) < splat(16, 0x80));
        if (others != 0) return text[start .. end + @ctz(others)];
    }
    while (end < text.len and isRunByte(text[end])) end += 1;
    return text[start..end];
}

/// What `forEachName` found besides the names.
pub const Summary = struct {
    /// Line breaks, plus one for a last line without.
    lines: u32 = 0,
    /// A run was too long to be a name.
    has_unlisted_text: bool = false,
};

/// Calls `context.addName(start, end)` for each name of `text` in order, and fills `lines`, which
/// has `LineTable.sizeFor(text)` elements. `text` is shorter than 4 GiB.
pub fn forEachName(text: []const u8, context: anytype, lines: []LineTable.Block) !Summary {
    var pass: Pass = .{ .text = text };
    var offset: usize = 0;
    while (text.len - offset >= 64) : (offset += 64) {
        const masks = masksOf(text[offset..][0..64]);
        lines[offset / 64] = .{ .breaks = masks.breaks, .before = pass.line_breaks };
        try pass.takeBlock(offset, masks, context);
    }
    if (offset < text.len) {
        const masks = masksOfTail(text[offset..]);
        lines[offset / 64] = .{ .breaks = masks.breaks, .before = pass.line_breaks };
        try pass.takeBlock(offset, masks, context);
    }
    // A run that ends with the text has its end behind it.
    if (pass.start) |start| try pass.take(start, text.len, context);
    const is_open = text.len > 0 and text[text.len - 1] != '\n';
    return .{
        .lines = pass.line_breaks + @intFromBool(is_open),
        .has_unlisted_text = pass.has_unlisted_text,
    };
}

/// How far a text is read.
const Pass = struct {
    text: []const u8,
    line_breaks: u32 = 0,
    has_unlisted_text: bool = false,
    /// Where the run started that is being read.
    start: ?usize = null,

    /// Where the mask changes, a run starts or ends.
    inline fn takeBlock(pass: *Pass, offset: usize, masks: Masks, context: anytype) !void {
        pass.line_breaks += @popCount(masks.breaks);
        var edges = masks.runs ^ (masks.runs << 1 | @intFromBool(pass.start != null));
        while (edges != 0) : (edges &= edges - 1) {
            const edge = offset + @ctz(edges);
            if (pass.start) |start| {
                pass.start = null;
                try pass.take(start, edge, context);
            } else pass.start = edge;
        }
    }

    inline fn take(pass: *Pass, start: usize, end: usize, context: anytype) !void {
        if (std.ascii.isDigit(pass.text[start]) and isPlainNumber(pass.text[start..end])) return;
        if (end - start > max_name_bytes) {
            pass.has_unlisted_text = true;
            return;
        }
        try context.addName(@intCast(start), @intCast(end));
    }
};

fn masksOfTail(tail: []const u8) Masks {
    var padded: [64]u8 = @splat(' ');
    @memcpy(padded[0..tail.len], tail);
    return masksOf(&padded);
}

/// Tells the line of a byte.
pub const LineTable = struct {
    blocks: []const Block,

    /// What `forEachName` leaves of each 64 bytes.
    pub const Block = struct {
        breaks: u64,
        /// How many line breaks there are before it.
        before: u32,
    };

    pub fn sizeFor(text: []const u8) usize {
        return (text.len + 63) / 64;
    }

    /// The line of byte `offset`, from 1; of a byte that is not there, the last line.
    pub fn lineOf(table: LineTable, offset: usize) u32 {
        if (table.blocks.len == 0) return 1;
        const index = @min(offset / 64, table.blocks.len - 1);
        const bit: u6 = if (offset / 64 == index) @intCast(offset % 64) else 63;
        const block = table.blocks[index];
        return block.before + @popCount(block.breaks & ((@as(u64, 1) << bit) - 1)) + 1;
    }
};

const Collector = struct {
    text: []const u8,
    names: std.ArrayList([]const u8) = .empty,

    pub fn addName(collector: *Collector, start: u32, end: u32) !void {
        try collector.names.append(std.testing.allocator, collector.text[start..end]);
    }
};

fn expectNames(text: []const u8, expected: []const []const u8) !Summary {
    var collector: Collector = .{ .text = text };
    defer collector.names.deinit(std.testing.allocator);
    const lines = try std.testing.allocator.alloc(LineTable.Block, LineTable.sizeFor(text));
    defer std.testing.allocator.free(lines);
    const summary = try forEachName(text, &collector, lines);
    try std.testing.expectEqual(expected.len, collector.names.items.len);
    for (expected, collector.names.items) |name, found| try std.testing.expectEqualStrings(name, found);
    return summary;
}

test "names are runs, plain numbers are none" {
    _ = try expectNames("int a_b = 0xFFul + $c->d2; 3com 1e9 1_000", &.{
        "int", "a_b", "$c", "d2", "3com", "1_000",
    });
    _ = try expectNames("größe=日本語", &.{ "größe", "日本語" });
    _ = try expectNames("", &.{});
    try std.testing.expect(canHideInNumber("beef"));
    try std.testing.expect(!canHideInNumber("been"));
}

test "a run ends where it does" {
    const text = "abc " ++ "x" ** 40 ++ "-d_e\xc3";
    try std.testing.expectEqualStrings("abc", runAt(text, 0));
    try std.testing.expectEqualStrings("", runAt(text, 3));
    for (4..44) |start| try std.testing.expectEqual(44 - start, runAt(text, start).len);
    try std.testing.expectEqualStrings("d_e\xc3", runAt(text, 45));
    try std.testing.expectEqualStrings("", runAt(text, text.len));
}

test "runs across blocks, lines and what is too long" {
    const padding = "." ** 60;
    var summary = try expectNames(padding ++ "crosses_it\n" ++ padding ++ "last", &.{ "crosses_it", "last" });
    try std.testing.expectEqual(2, summary.lines);
    summary = try expectNames("a\nb\n" ++ "x" ** 161 ++ "\n", &.{ "a", "b" });
    try std.testing.expectEqual(3, summary.lines);
    try std.testing.expect(summary.has_unlisted_text);
    summary = try expectNames("x" ** 160, &.{"x" ** 160});
    try std.testing.expect(!summary.has_unlisted_text);
}

test "any text gives the same names as the plain definition" {
    var random = std.Random.DefaultPrng.init(std.testing.random_seed);
    const letters = "ab_$9.\n \xc3x0";
    for (0..200) |_| {
        var text: [300]u8 = undefined;
        const length = random.random().uintAtMost(usize, text.len);
        for (text[0..length]) |*byte| byte.* = letters[random.random().uintLessThan(usize, letters.len)];
        var expected: std.ArrayList([]const u8) = .empty;
        defer expected.deinit(std.testing.allocator);
        var start: usize = 0;
        for (0..length + 1) |index| {
            if (index < length and isRunByte(text[index])) continue;
            const run = text[start..index];
            if (run.len > 0 and run.len <= max_name_bytes and !isPlainNumber(run)) {
                try expected.append(std.testing.allocator, run);
            }
            start = index + 1;
        }
        _ = try expectNames(text[0..length], expected.items);
    }
}

test "the line of a byte" {
    const text = "one\ntwo\n" ++ "." ** 100 ++ "\nfour";
    var lines: [LineTable.sizeFor(text)]LineTable.Block = undefined;
    var collector: Collector = .{ .text = text };
    defer collector.names.deinit(std.testing.allocator);
    _ = try forEachName(text, &collector, &lines);
    const table: LineTable = .{ .blocks = &lines };
    try std.testing.expectEqual(1, table.lineOf(3));
    try std.testing.expectEqual(4, table.lineOf(text.len - 1));
    try std.testing.expectEqual(2, table.lineOf(4));
    try std.testing.expectEqual(3, table.lineOf(8));
    try std.testing.expectEqual(4, table.lineOf(text.len));
    try std.testing.expectEqual(4, table.lineOf(text.len + 1000));
}
