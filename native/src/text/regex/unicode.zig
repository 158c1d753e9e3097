//! Sets of code points: the classes of patterns, the other case of a letter, and how a set is
//! written in bytes of UTF-8.
const std = @import("std");

const Allocator = std.mem.Allocator;

pub const max_code_point = 0x10ffff;

pub const Range = struct {
    low: u21,
    high: u21,

    pub fn one(char: u21) Range {
        return .{ .low = char, .high = char };
    }
};

pub const any_but_newline = [_]Range{
    .{ .low = 0, .high = '\n' - 1 },
    .{ .low = '\n' + 1, .high = max_code_point },
};
const digits = [_]Range{.{ .low = '0', .high = '9' }};
const not_digits = [_]Range{
    .{ .low = 0, .high = '\n' - 1 },
    .{ .low = '\n' + 1, .high = '0' - 1 },
    .{ .low = '9' + 1, .high = max_code_point },
};
/// Every character outside ASCII counts as a letter, as it does for the names of the index.
const word = [_]Range{
    .{ .low = '0', .high = '9' },
    .{ .low = 'A', .high = 'Z' },
    .{ .low = '_', .high = '_' },
    .{ .low = 'a', .high = 'z' },
    .{ .low = 0x80, .high = max_code_point },
};
const not_word = [_]Range{
    .{ .low = 0, .high = '\n' - 1 },
    .{ .low = '\n' + 1, .high = '0' - 1 },
    .{ .low = '9' + 1, .high = 'A' - 1 },
    .{ .low = 'Z' + 1, .high = '_' - 1 },
    .{ .low = '`', .high = '`' },
    .{ .low = 'z' + 1, .high = 0x7f },
};
const space = [_]Range{
    .{ .low = '\t', .high = '\t' },
    .{ .low = 0x0b, .high = '\r' },
    .{ .low = ' ', .high = ' ' },
    .{ .low = 0x85, .high = 0x85 },
    .{ .low = 0xa0, .high = 0xa0 },
    .{ .low = 0x1680, .high = 0x1680 },
    .{ .low = 0x2000, .high = 0x200a },
    .{ .low = 0x2028, .high = 0x2029 },
    .{ .low = 0x202f, .high = 0x202f },
    .{ .low = 0x205f, .high = 0x205f },
    .{ .low = 0x3000, .high = 0x3000 },
};
const not_space = [_]Range{
    .{ .low = 0, .high = '\t' - 1 },
    .{ .low = '\r' + 1, .high = ' ' - 1 },
    .{ .low = ' ' + 1, .high = 0x84 },
    .{ .low = 0x86, .high = 0x9f },
    .{ .low = 0xa1, .high = 0x167f },
    .{ .low = 0x1681, .high = 0x1fff },
    .{ .low = 0x200b, .high = 0x2027 },
    .{ .low = 0x202a, .high = 0x202e },
    .{ .low = 0x2030, .high = 0x205e },
    .{ .low = 0x2060, .high = 0x2fff },
    .{ .low = 0x3001, .high = max_code_point },
};

/// The class an escape stands for: `\d`, `\W`.
pub fn classOf(letter: u8) ?[]const Range {
    return switch (letter) {
        'd' => &digits,
        'D' => &not_digits,
        'w' => &word,
        'W' => &not_word,
        's' => &space,
        'S' => &not_space,
        else => null,
    };
}

const NamedClass = struct { name: []const u8, ranges: []const Range };

const named_classes = [_]NamedClass{
    .{ .name = "alnum", .ranges = &.{ span('0', '9'), span('A', 'Z'), span('a', 'z') } },
    .{ .name = "alpha", .ranges = &.{ span('A', 'Z'), span('a', 'z') } },
    .{ .name = "ascii", .ranges = &.{span(0, 0x7f)} },
    .{ .name = "blank", .ranges = &.{ .one('\t'), .one(' ') } },
    .{ .name = "cntrl", .ranges = &.{ span(0, 0x1f), .one(0x7f) } },
    .{ .name = "digit", .ranges = &digits },
    .{ .name = "graph", .ranges = &.{span('!', '~')} },
    .{ .name = "lower", .ranges = &.{span('a', 'z')} },
    .{ .name = "print", .ranges = &.{span(' ', '~')} },
    .{
        .name = "punct",
        .ranges = &.{ span('!', '/'), span(':', '@'), span('[', '`'), span('{', '~') },
    },
    .{ .name = "space", .ranges = &.{ span('\t', '\t'), span(0x0b, '\r'), .one(' ') } },
    .{ .name = "upper", .ranges = &.{span('A', 'Z')} },
    .{
        .name = "word",
        .ranges = &.{ span('0', '9'), span('A', 'Z'), .one('_'), span('a', 'z') },
    },
    .{ .name = "xdigit", .ranges = &.{ span('0', '9'), span('A', 'F'), span('a', 'f') } },
};

fn span(low: u21, high: u21) Range {
    return .{ .low = low, .high = high };
}

/// `alpha` of `[[:alpha:]]`.
pub fn namedClass(name: []const u8) ?[]const Range {
    for (named_classes) |class| if (std.mem.eql(u8, class.name, name)) return class.ranges;
    return null;
}

/// The same letter in the other case, for the alphabets whose cases stand apart by a rule:
/// Latin with its first extensions, Greek, Cyrillic, Armenian.
pub fn otherCase(char: u21) ?u21 {
    return switch (char) {
        'A'...'Z' => char + 32,
        'a'...'z' => char - 32,
        0xc0...0xd6, 0xd8...0xde => char + 32,
        0xe0...0xf6, 0xf8...0xfe => char - 32,
        0x100...0x12f, 0x132...0x137, 0x14a...0x177 => char ^ 1,
        0x139...0x148, 0x179...0x17e => if (char % 2 == 1) char + 1 else char - 1,
        0x391...0x3a1, 0x3a3...0x3ab => char + 32,
        0x3b1...0x3c1, 0x3c3...0x3cb => char - 32,
        0x410...0x42f => char + 32,
        0x430...0x44f => char - 32,
        0x400...0x40f => char + 80,
        0x450...0x45f => char - 80,
        0x460...0x481, 0x48a...0x4bf, 0x4d0...0x52f => char ^ 1,
        0x531...0x556 => char + 48,
        0x561...0x586 => char - 48,
        0x1e00...0x1e95, 0x1ea0...0x1eff => char ^ 1,
        else => null,
    };
}

/// Sorted, and joined where ranges touch.
pub fn normalize(arena: Allocator, set: *std.ArrayList(Range)) Allocator.Error![]const Range {
    std.mem.sort(Range, set.items, {}, isBefore);
    var joined: std.ArrayList(Range) = .empty;
    for (set.items) |range| {
        if (joined.items.len > 0) {
            const last = &joined.items[joined.items.len - 1];
            if (range.low <= @as(u32, last.high) + 1) {
                last.high = @max(last.high, range.high);
                continue;
            }
        }
        try joined.append(arena, range);
    }
    return joined.items;
}

fn isBefore(_: void, left: Range, right: Range) bool {
    return left.low < right.low;
}

/// Everything that is in none of the (sorted, joined) ranges.
pub fn negate(arena: Allocator, ranges: []const Range) Allocator.Error![]const Range {
    var rest: std.ArrayList(Range) = .empty;
    var next: u32 = 0;
    for (ranges) |range| {
        if (range.low > next) {
            try rest.append(arena, .{ .low = @intCast(next), .high = range.low - 1 });
        }
        next = @as(u32, range.high) + 1;
    }
    if (next <= max_code_point) {
        try rest.append(arena, .{ .low = @intCast(next), .high = max_code_point });
    }
    return rest.items;
}

/// A match stands within one line: no class of a pattern holds the newline.
pub fn withoutNewline(arena: Allocator, ranges: []const Range) Allocator.Error![]const Range {
    var rest: std.ArrayList(Range) = .empty;
    for (ranges) |range| {
        if (range.low > '\n' or range.high < '\n') {
            try rest.append(arena, range);
            continue;
        }
        if (range.low < '\n') try rest.append(arena, .{ .low = range.low, .high = '\n' - 1 });
        if (range.high > '\n') try rest.append(arena, .{ .low = '\n' + 1, .high = range.high });
    }
    return rest.items;
}

/// Adds the other case of every letter that is in the set; of very wide ranges only of ASCII.
pub fn addOtherCases(arena: Allocator, set: *std.ArrayList(Range)) Allocator.Error!void {
    const widest = 0x600;
    for (try arena.dupe(Range, set.items)) |range| {
        var char: u32 = range.low;
        const is_wide = range.high - range.low > widest;
        const end = if (is_wide) @min(range.high, 0x7f) else range.high;
        while (char <= end) : (char += 1) {
            const other = otherCase(@intCast(char)) orelse continue;
            try set.append(arena, .one(other));
        }
    }
}

/// Bytes that may stand one after the other.
pub const Sequence = struct {
    low: [4]u8,
    high: [4]u8,
    len: u3,
};

/// Splits a range of code points into sequences of byte ranges, surrogates left out.
pub const Sequences = struct {
    stack: [24]Range = undefined,
    depth: usize = 0,

    pub fn of(range: Range) Sequences {
        var sequences: Sequences = .{};
        sequences.push(range.low, range.high);
        return sequences;
    }

    fn push(sequences: *Sequences, low: u32, high: u32) void {
        if (low > high) return;
        sequences.stack[sequences.depth] = .{ .low = @intCast(low), .high = @intCast(high) };
        sequences.depth += 1;
    }

    pub fn next(sequences: *Sequences) ?Sequence {
        while (sequences.depth > 0) {
            sequences.depth -= 1;
            const range = sequences.stack[sequences.depth];
            if (sequences.split(range.low, range.high)) continue;
            var sequence: Sequence = .{ .low = undefined, .high = undefined, .len = undefined };
            // Never fails: surrogates were split off.
            sequence.len = std.unicode.utf8Encode(range.low, &sequence.low) catch continue;
            _ = std.unicode.utf8Encode(range.high, &sequence.high) catch continue;
            return sequence;
        }
        return null;
    }

    /// Whether the range was put back in two parts because its ends differ in more than one byte.
    fn split(sequences: *Sequences, low: u32, high: u32) bool {
        if (low <= 0xdfff and high >= 0xd800) {
            sequences.push(0xe000, high);
            if (low < 0xd800) sequences.push(low, 0xd7ff);
            return true;
        }
        for ([_]u32{ 0x7f, 0x7ff, 0xffff }) |last| {
            if (low <= last and last < high) {
                sequences.push(last + 1, high);
                sequences.push(low, last);
                return true;
            }
        }
        if (high <= 0x7f) return false;
        for (1..4) |index| {
            const mask = (@as(u32, 1) << @intCast(6 * index)) - 1;
            if (low & ~mask == high & ~mask) continue;
            if (low & mask != 0) {
                sequences.push((low | mask) + 1, high);
                sequences.push(low, low | mask);
                return true;
            }
            if (high & mask != mask) {
                sequences.push(high & ~mask, high);
                sequences.push(low, (high & ~mask) - 1);
                return true;
            }
        }
        return false;
    }
};

test "the sequences of a range are its characters and no others" {
    const ranges = [_]Range{
        .{ .low = 0, .high = max_code_point },
        .{ .low = 'a', .high = 0x20ac },
        .{ .low = 0x7ff, .high = 0x800 },
        .{ .low = 0xd000, .high = 0xe123 },
        .{ .low = 0x10000, .high = 0x10ffff },
        .{ .low = 0xdabc, .high = 0xdabd },
    };
    for (ranges) |range| {
        var count: u64 = 0;
        var sequences: Sequences = .of(range);
        while (sequences.next()) |sequence| {
            var product: u64 = 1;
            for (0..sequence.len) |index| {
                try std.testing.expect(sequence.low[index] <= sequence.high[index]);
                product *= @as(u64, sequence.high[index] - sequence.low[index]) + 1;
            }
            count += product;
        }
        var expected: u64 = @as(u64, range.high - range.low) + 1;
        const surrogates_low = @max(@as(u32, range.low), 0xd800);
        const surrogates_high = @min(@as(u32, range.high), 0xdfff);
        if (surrogates_high >= surrogates_low) expected -= surrogates_high - surrogates_low + 1;
        try std.testing.expectEqual(expected, count);
    }
}

test "a class and its opposite share nothing and cover everything but the newline" {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    for ([_][2]u8{ .{ 'd', 'D' }, .{ 'w', 'W' }, .{ 's', 'S' } }) |pair| {
        var set: std.ArrayList(Range) = .empty;
        try set.appendSlice(arena.allocator(), classOf(pair[0]).?);
        const opposite = try withoutNewline(
            arena.allocator(),
            try negate(arena.allocator(), try normalize(arena.allocator(), &set)),
        );
        try std.testing.expectEqualDeep(opposite, classOf(pair[1]).?);
    }
}

test "the other case leads back" {
    for (0..0x2000) |char| {
        const other = otherCase(@intCast(char)) orelse continue;
        try std.testing.expectEqual(@as(?u21, @intCast(char)), otherCase(other));
    }
}
