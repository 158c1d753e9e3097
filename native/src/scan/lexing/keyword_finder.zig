//! Finds where a keyword may start, and bytes of interest, 64 bytes at a time. Most words of a text
//! define nothing: two letters and what stands before them rule nearly all of them out without
//! looking at any by itself.
const std = @import("std");
const lexer = @import("lexer.zig");

const lane = 64;
const Lane = @Vector(lane, u8);
const Names = lexer.Identifiers("");

/// `set` are the bytes of interest; `pairs` the first two bytes of the keywords, which must not
/// follow a letter, digit or underscore.
pub fn KeywordFinder(comptime set: []const u8, comptime pairs: []const *const [2]u8) type {
    return struct {
        text: []const u8,
        base: usize,
        hits: u64 = 0,

        const Self = @This();

        pub fn init(text: []const u8) Self {
            return .{ .text = text, .base = text.len };
        }

        /// The first hit at or after `from`; the text's length if there is none.
        pub fn next(finder: *Self, from: usize) usize {
            const text = finder.text;
            if (from >= text.len) return text.len;
            if (from < finder.base or from - finder.base >= lane) finder.look(from);
            var hits = finder.hits >> @intCast(from - finder.base);
            if (hits != 0) return from + @ctz(hits);
            while (true) {
                const base = finder.base + lane;
                if (base >= text.len) return text.len;
                finder.look(base);
                hits = finder.hits;
                if (hits != 0) return base + @ctz(hits);
            }
        }

        fn look(finder: *Self, base: usize) void {
            const text = finder.text;
            finder.base = base;
            const follows = base > 0 and Names.isPart(text[base - 1]);
            if (text.len - base > lane) {
                finder.hits = mask(text[base..][0..lane].*, text[base + 1 ..][0..lane].*, follows);
                return;
            }
            var padded: [lane + 1]u8 = @splat(0);
            @memcpy(padded[0 .. text.len - base], text[base..]);
            finder.hits = mask(padded[0..lane].*, padded[1..][0..lane].*, follows);
        }

        fn mask(bytes: Lane, seconds: Lane, follows: bool) u64 {
            var starts: u64 = 0;
            inline for (pairs) |pair| {
                const first: u64 = @bitCast(bytes == @as(Lane, @splat(pair[0])));
                const second: u64 = @bitCast(seconds == @as(Lane, @splat(pair[1])));
                starts |= first & second;
            }
            const before = wordBytes(bytes) << 1 | @intFromBool(follows);
            var hits = starts & ~before;
            inline for (set) |byte| {
                const equal: u64 = @bitCast(bytes == @as(Lane, @splat(byte)));
                hits |= equal;
            }
            return hits;
        }
    };
}

/// Takes a scanner from hit to hit of its `finder`: each `step` reads on from `pos` and leaves `pos`
/// where it has read to. What is open behind the last one ends with the text.
pub fn stepThrough(scanner: anytype) std.mem.Allocator.Error!void {
    const end = scanner.text.len;
    while (true) {
        scanner.pos = scanner.finder.next(scanner.pos);
        if (scanner.pos >= end) break;
        try scanner.step();
    }
    scanner.scopes.finish(end);
}

/// Which bytes are parts of names.
fn wordBytes(bytes: Lane) u64 {
    const lower = bytes | @as(Lane, @splat(0x20));
    const letters: u64 = @bitCast(lower -% @as(Lane, @splat('a')) < @as(Lane, @splat(26)));
    const digits: u64 = @bitCast(bytes -% @as(Lane, @splat('0')) < @as(Lane, @splat(10)));
    const lines: u64 = @bitCast(bytes == @as(Lane, @splat('_')));
    const scripts: u64 = @bitCast(bytes >= @as(Lane, @splat(0x80)));
    return letters | digits | lines | scripts;
}

test "keywords are found at the starts of words, and bytes everywhere" {
    const text = "fn a_fn xfn {" ** 9 ++ "x" ** 51 ++ " fn f" ++ " " ** 70 ++ "fn";
    var finder: KeywordFinder("{", &.{"fn"}) = .init(text);
    for (0..text.len + 1) |from| {
        const expected = for (from..text.len) |at| {
            if (text[at] == '{') break at;
            const isWord = at == 0 or !Names.isPart(text[at - 1]);
            if (isWord and lexer.startsWith(text, at, "fn")) break at;
        } else text.len;
        try std.testing.expectEqual(expected, finder.next(from));
    }
    var empty: KeywordFinder("{", &.{"fn"}) = .init("");
    try std.testing.expectEqual(0, empty.next(0));
}
