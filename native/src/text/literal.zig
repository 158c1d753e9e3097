//! Finds a short text in a long one, many bytes at a time.
const std = @import("std");

const lanes = 32;
const Lanes = @Vector(lanes, u8);
const Mask = std.meta.Int(.unsigned, lanes);

/// A text to look for. With `is_folded` ASCII letters count in either case.
pub const Finder = struct {
    /// In lower case when folded.
    needle: []const u8,
    is_folded: bool,
    /// The two bytes of the needle that are looked for first: the rarest ones of it.
    first: usize,
    second: usize,

    /// A folded needle must be in lower case already. An empty one is found everywhere.
    pub fn init(needle: []const u8, is_folded: bool) Finder {
        var finder: Finder = .{ .needle = needle, .is_folded = is_folded, .first = 0, .second = 0 };
        for (needle, 0..) |byte, index| {
            if (rarity(byte) > rarity(needle[finder.first])) finder.first = index;
        }
        finder.second = if (finder.first == 0) needle.len -| 1 else 0;
        for (needle, 0..) |byte, index| {
            if (index == finder.first) continue;
            if (rarity(byte) > rarity(needle[finder.second])) finder.second = index;
        }
        return finder;
    }

    /// Where the needle first stands at or after `from`.
    pub fn find(finder: *const Finder, text: []const u8, from: usize) ?usize {
        if (finder.needle.len == 0) return if (from <= text.len) from else null;
        if (text.len < finder.needle.len) return null;
        return if (finder.is_folded)
            finder.search(true, text, from)
        else
            finder.search(false, text, from);
    }

    fn search(
        finder: *const Finder,
        comptime is_folded: bool,
        text: []const u8,
        from: usize,
    ) ?usize {
        const last = text.len - finder.needle.len;
        const first: Byte = .of(is_folded, finder.needle[finder.first]);
        const second: Byte = .of(is_folded, finder.needle[finder.second]);
        var at = from;
        // `last + needle.len` is the text's end: a block of starts reads no further than that.
        while (at + lanes <= last + 1) : (at += lanes) {
            const one: Lanes = text[at + finder.first ..][0..lanes].*;
            const two: Lanes = text[at + finder.second ..][0..lanes].*;
            var mask: Mask = @bitCast(first.isIn(one) & second.isIn(two));
            while (mask != 0) : (mask &= mask - 1) {
                const start = at + @ctz(mask);
                if (finder.isAt(is_folded, text[start..])) return start;
            }
        }
        while (at <= last) : (at += 1) {
            if (finder.isAt(is_folded, text[at..])) return at;
        }
        return null;
    }

    fn isAt(finder: *const Finder, comptime is_folded: bool, text: []const u8) bool {
        if (text.len < finder.needle.len) return false;
        for (finder.needle, text[0..finder.needle.len]) |wanted, given| {
            if ((if (is_folded) std.ascii.toLower(given) else given) != wanted) return false;
        }
        return true;
    }
};

/// A byte that is compared with many: `byte | case_bit == wanted`.
const Byte = struct {
    case_bit: u8,
    wanted: u8,

    fn of(is_folded: bool, byte: u8) Byte {
        const case_bit: u8 = if (is_folded and std.ascii.isAlphabetic(byte)) 0x20 else 0;
        return .{ .case_bit = case_bit, .wanted = byte | case_bit };
    }

    inline fn isIn(byte: Byte, many: Lanes) @Vector(lanes, bool) {
        const wanted: Lanes = @splat(byte.wanted);
        const case_bit: Lanes = @splat(byte.case_bit);
        return (many | case_bit) == wanted;
    }
};

/// How seldom a byte stands in source code, roughly.
fn rarity(byte: u8) u8 {
    return switch (byte) {
        ' ', 'e' => 0,
        't', 'a', 'i', 'n', 'r', 's', 'o', '\t', '\n' => 1,
        'c', 'd', 'l', 'u', 'p', 'm', 'f', '_' => 2,
        'b', 'g', 'h', 'x', 'v', 'w', 'y', '(', ')', ',', ';', '*', '0', '1', '=', '.', '-' => 3,
        'k', 'q', 'j', 'z', '2'...'9', '/', '"', '{', '}', '<', '>' => 4,
        'A'...'Z' => 4,
        else => 5,
    };
}

fn findSlowly(needle: []const u8, is_folded: bool, text: []const u8, from: usize) ?usize {
    if (!is_folded) return std.mem.indexOfPos(u8, text, from, needle);
    var at = from;
    while (at + needle.len <= text.len) : (at += 1) {
        if (std.ascii.eqlIgnoreCase(needle, text[at..][0..needle.len])) return at;
    }
    return null;
}

test "finds what a plain search finds" {
    var random: std.Random.DefaultPrng = .init(std.testing.random_seed);
    const any = random.random();
    var text: [200]u8 = undefined;
    for (0..20_000) |_| {
        const letters = "abAB@[`{";
        const length = any.uintLessThan(usize, text.len + 1);
        for (text[0..length]) |*byte| byte.* = letters[any.uintLessThan(usize, letters.len)];
        var needle: [6]u8 = undefined;
        const wanted = needle[0..any.intRangeAtMost(usize, 1, needle.len)];
        const is_folded = any.boolean();
        for (wanted) |*byte| {
            byte.* = letters[any.uintLessThan(usize, letters.len)];
            if (is_folded) byte.* = std.ascii.toLower(byte.*);
        }
        const from = any.uintLessThan(usize, length + 1);
        const finder: Finder = .init(wanted, is_folded);
        try std.testing.expectEqual(
            findSlowly(wanted, is_folded, text[0..length], from),
            finder.find(text[0..length], from),
        );
    }
}

test "an empty needle stands everywhere, a long one nowhere" {
    const empty: Finder = .init("", false);
    try std.testing.expectEqual(@as(?usize, 2), empty.find("abc", 2));
    const long: Finder = .init("abcd", true);
    try std.testing.expectEqual(@as(?usize, null), long.find("abc", 0));
}
