//! Where in a text the names are, and which of them may hold what a question looks for, 64 bytes
//! at a time. A question looks into dozens of files and finds its words in few places of them: the
//! names in between are counted, never looked at.
const std = @import("std");
const tokenize = @import("../index/tokenize.zig");
const max_name_bytes = @import("../index/segment.zig").max_name_bytes;

const Allocator = std.mem.Allocator;
const Bytes = @Vector(64, u8);

/// What is looked for begins with one of these pairs of letters, or not at all. A stem keeps the
/// first letters of its word, but for a few irregular ones (`held`): these are then missed in the
/// score of a passage, not in that of its file.
pub const Beginnings = struct {
    /// For each first letter, a bit for each second one; characters share the bits of `low_bits`,
    /// so that letters of both cases are one.
    pairs: [32]u32 = @splat(0),
    /// The first letters there are, each as a block full of it.
    firsts: [32]Bytes = undefined,
    count: usize = 0,

    const low_bits = 31;

    pub fn add(beginnings: *Beginnings, text: []const u8) void {
        if (text.len < 2) {
            // A single character may stand anywhere.
            for (0..32) |first| beginnings.addPairs(@intCast(first), std.math.maxInt(u32));
            return;
        }
        const second: u5 = @intCast(text[1] & low_bits);
        beginnings.addPairs(@intCast(text[0] & low_bits), @as(u32, 1) << second);
    }

    fn addPairs(beginnings: *Beginnings, first: u5, seconds: u32) void {
        if (beginnings.pairs[first] == 0) {
            beginnings.firsts[beginnings.count] = @splat(first);
            beginnings.count += 1;
        }
        beginnings.pairs[first] |= seconds;
    }

    /// Whether a part of the run may be what is looked for.
    pub fn mayHold(beginnings: *const Beginnings, run: []const u8) bool {
        if (run.len < 2) return run.len == 1 and beginnings.hasPair(run[0], 0);
        var before: u8 = '_';
        for (run[0 .. run.len - 1], run[1..]) |first, second| {
            const is_inside = std.ascii.isLower(before) and std.ascii.isLower(first);
            if (!is_inside and beginnings.hasPair(first, second)) return true;
            before = first;
        }
        return false;
    }

    inline fn hasPair(beginnings: *const Beginnings, first: u8, second: u8) bool {
        return beginnings.pairs[first & low_bits] >> @intCast(second & low_bits) & 1 == 1;
    }
};

pub const Marks = struct {
    text: []const u8,
    blocks: []const Block,

    /// A bit for each of 64 bytes.
    const Block = struct {
        /// Here a name starts, as `tokenize.forEachName` finds them.
        names: u64,
        /// Here something starts, or a part of it, that may be looked for.
        hits: u64,
    };

    pub fn of(
        arena: Allocator,
        text: []const u8,
        beginnings: *const Beginnings,
    ) Allocator.Error!Marks {
        const blocks = try arena.alloc(Block, (text.len + 63) / 64);
        var pass: Pass = .{ .text = text, .beginnings = beginnings, .blocks = blocks };
        var offset: usize = 0;
        while (text.len - offset >= 64) : (offset += 64) {
            pass.take(offset, masksOf(text[offset..][0..64], beginnings));
        }
        if (offset < text.len) {
            var padded: [64]u8 = @splat(' ');
            @memcpy(padded[0 .. text.len - offset], text[offset..]);
            pass.take(offset, masksOf(&padded, beginnings));
        }
        if (pass.is_open == 1) pass.endRun(text.len);
        return .{ .text = text, .blocks = blocks };
    }

    /// How many names start in `[from, to)`.
    pub fn namesIn(marks: *const Marks, from: usize, to: usize) u32 {
        if (from >= to) return 0;
        const last = (to - 1) / 64;
        var count: u32 = 0;
        for (from / 64..last + 1) |index| {
            count += @popCount(marks.blocks[index].names & bitsWithin(index, from, to));
        }
        return count;
    }

    /// The first byte in `[from, to)` where something starts that may be looked for.
    pub fn nextHit(marks: *const Marks, from: usize, to: usize) ?usize {
        if (from >= to) return null;
        const last = (to - 1) / 64;
        for (from / 64..last + 1) |index| {
            const hits = marks.blocks[index].hits & bitsWithin(index, from, to);
            if (hits != 0) return index * 64 + @ctz(hits);
        }
        return null;
    }

    pub const Run = struct { start: usize, end: usize, is_name: bool };

    /// The run around a byte of it; of one that is too long to be a name, only a part.
    pub fn runAt(marks: *const Marks, at: usize) Run {
        const text = marks.text;
        var start = at;
        const first = at -| max_name_bytes;
        while (start > first and tokenize.isRunByte(text[start - 1])) start -= 1;
        var end = at + 1;
        const last = @min(text.len, at + max_name_bytes);
        while (end < last and tokenize.isRunByte(text[end])) end += 1;
        const is_name = marks.blocks[start / 64].names >> @intCast(start % 64) & 1 == 1;
        return .{ .start = start, .end = end, .is_name = is_name };
    }
};

/// Of the block's bytes those in `[from, to)`.
inline fn bitsWithin(index: usize, from: usize, to: usize) u64 {
    const start = index * 64;
    var bits: u64 = std.math.maxInt(u64);
    if (from > start) bits = bits << @intCast(from - start);
    if (to - start < 64) bits &= (@as(u64, 1) << @intCast(to - start)) - 1;
    return bits;
}

/// How far a text is read.
const Pass = struct {
    text: []const u8,
    beginnings: *const Beginnings,
    blocks: []Marks.Block,
    /// 1 when the last byte of the block before was of a run, of a small letter.
    is_open: u64 = 0,
    is_lower: u64 = 0,
    /// Where the run started that goes on into the next block.
    open_start: usize = 0,

    inline fn take(pass: *Pass, offset: usize, masks: Masks) void {
        if (pass.is_open == 1 and masks.runs != std.math.maxInt(u64)) {
            pass.endRun(offset + @ctz(~masks.runs));
        }
        const starts = masks.runs & ~(masks.runs << 1 | pass.is_open);
        const inside = masks.lower & (masks.lower << 1 | pass.is_lower);
        pass.blocks[offset / 64] = .{
            .names = starts & ~pass.numbersAmong(offset, starts & masks.digits),
            .hits = pass.hitsAmong(offset, masks.firsts & masks.runs & ~inside),
        };
        pass.is_open = masks.runs >> 63;
        pass.is_lower = masks.lower >> 63;
        if (starts != 0) pass.open_start = offset + 63 - @clz(starts);
    }

    /// Of those that start with a digit.
    inline fn numbersAmong(pass: *const Pass, offset: usize, starts: u64) u64 {
        var numbers: u64 = 0;
        var left = starts;
        while (left != 0) : (left &= left - 1) {
            const start = offset + @ctz(left);
            var end = start + 1;
            while (end < pass.text.len and tokenize.isRunByte(pass.text[end])) end += 1;
            if (tokenize.isPlainNumber(pass.text[start..end])) numbers |= left & (~left + 1);
        }
        return numbers;
    }

    /// Of the bytes that something may begin with those that are followed by the right one.
    inline fn hitsAmong(pass: *const Pass, offset: usize, firsts: u64) u64 {
        var hits: u64 = 0;
        var left = firsts;
        while (left != 0) : (left &= left - 1) {
            const at = offset + @ctz(left);
            const second = if (at + 1 < pass.text.len) pass.text[at + 1] else 0;
            const is_hit: u64 = @intFromBool(pass.beginnings.hasPair(pass.text[at], second));
            hits |= is_hit << @intCast(at - offset);
        }
        return hits;
    }

    /// A run that is too long is no name.
    fn endRun(pass: *Pass, end: usize) void {
        const start = pass.open_start;
        if (end - start <= max_name_bytes) return;
        pass.blocks[start / 64].names &= ~(@as(u64, 1) << @intCast(start % 64));
    }
};

const Masks = struct { runs: u64, digits: u64, lower: u64, firsts: u64 };

/// What is compared is cut down to bits before the next loop: a vector of truth values that lives
/// longer would be kept as 64 single bytes.
fn masksOf(bytes: *const [64]u8, beginnings: *const Beginnings) Masks {
    const block: Bytes = bytes.*;
    const letters = ones((block | splat(0x20)) -% splat('a') < splat(26));
    const digits = ones(block -% splat('0') < splat(10));
    const signs = ones(block == splat('_')) | ones(block == splat('$'));
    return .{
        // A byte above 127 has its highest bit set as it is.
        .runs = highestBits(letters | digits | signs | block),
        .digits = highestBits(digits),
        .lower = highestBits(ones(block -% splat('a') < splat(26))),
        .firsts = firstsIn(bytes, beginnings),
    };
}

noinline fn firstsIn(bytes: *const [64]u8, beginnings: *const Beginnings) u64 {
    const block: Bytes = bytes.*;
    const low = block & splat(Beginnings.low_bits);
    var firsts: Bytes = splat(0);
    for (beginnings.firsts[0..beginnings.count]) |*first| firsts |= ones(low == first.*);
    return highestBits(firsts);
}

inline fn splat(byte: u8) Bytes {
    return @splat(byte);
}

inline fn ones(is_set: @Vector(64, bool)) Bytes {
    return @select(u8, is_set, splat(0xff), splat(0));
}

inline fn highestBits(bytes: Bytes) u64 {
    return @bitCast(bytes >= splat(0x80));
}

const Collector = struct {
    arena: Allocator,
    starts: std.ArrayList(u32) = .empty,
    ends: std.ArrayList(u32) = .empty,

    pub fn addName(collector: *Collector, start: u32, end: u32) !void {
        try collector.starts.append(collector.arena, start);
        try collector.ends.append(collector.arena, end);
    }
};

fn expectLikeTokens(arena: Allocator, text: []const u8, beginnings: *const Beginnings) !void {
    var collector: Collector = .{ .arena = arena };
    const lines = try arena.alloc(tokenize.LineTable.Block, tokenize.LineTable.sizeFor(text));
    _ = try tokenize.forEachName(text, &collector, lines);
    const starts = collector.starts.items;
    const marks: Marks = try .of(arena, text, beginnings);
    try std.testing.expectEqual(starts.len, marks.namesIn(0, text.len));
    for (starts, collector.ends.items, 0..) |start, end, index| {
        try std.testing.expectEqual(index, marks.namesIn(0, start));
        try std.testing.expectEqual(index + 1, marks.namesIn(0, start + 1));
        if (!beginnings.mayHold(text[start..end])) continue;
        const hit = marks.nextHit(start, end) orelse return error.Missed;
        const run = marks.runAt(hit);
        try std.testing.expectEqual(Marks.Run{ .start = start, .end = end, .is_name = true }, run);
    }
    var from: usize = 0;
    while (marks.nextHit(from, text.len)) |hit| {
        const run = marks.runAt(hit);
        try std.testing.expect(run.end > hit);
        from = run.end;
        const start: u32 = @intCast(run.start);
        if (run.is_name) try std.testing.expect(std.mem.indexOfScalar(u32, starts, start) != null);
    }
}

test "names are those of the index, and none that may hold something is passed over" {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    var random: std.Random.DefaultPrng = .init(std.testing.random_seed);
    const any = random.random();
    var some: Beginnings = .{};
    for ([_][]const u8{ "ab", "x_", "a9", "\xc3\xb6" }) |text| some.add(text);
    var all: Beginnings = .{};
    all.add("a");
    const letters = "abABx_9.\n \xc3\xb6$0F";
    for (0..300) |round| {
        var text: [700]u8 = undefined;
        const length = any.uintAtMost(usize, text.len);
        for (text[0..length]) |*byte| byte.* = letters[any.uintLessThan(usize, letters.len)];
        // Some with a run that is too long to be a name, or just not.
        if (round % 3 == 0 and length > 400) {
            const from = any.uintLessThan(usize, 200);
            @memset(text[from..][0 .. 150 + round % 30], "b9"[round % 2]);
        }
        try expectLikeTokens(arena.allocator(), text[0..length], &some);
        try expectLikeTokens(arena.allocator(), text[0..length], &all);
        _ = arena.reset(.retain_capacity);
    }
    try expectLikeTokens(arena.allocator(), "", &some);
}
