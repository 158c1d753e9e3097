//! Finds the words and identifiers of a question in texts and paths.
const std = @import("std");
const question_file = @import("question.zig");
const words_file = @import("../index/words.zig");

const Allocator = std.mem.Allocator;
const Question = question_file.Question;

/// Which terms and names of the question one run of letters holds.
pub const Match = struct {
    terms: u64 = 0,
    /// Its number among the names plus one; 0 when it is none.
    name: u8 = 0,

    pub fn isNothing(match: Match) bool {
        return match.terms == 0 and match.name == 0;
    }
};

pub const Matcher = struct {
    terms: std.StringHashMapUnmanaged(u6),
    names: std.StringHashMapUnmanaged(u8),
    /// Which two letters something that is looked for begins with.
    beginnings: Beginnings = .{},
    cache: []Entry,

    /// A text repeats its identifiers: what a run of letters holds is worked out once. A later run
    /// takes the place of an earlier one that falls on the same entry.
    const Entry = struct { hash: u64, match: Match };
    const cache_size = 1 << 13;

    pub fn init(arena: Allocator, question: *const Question) Allocator.Error!Matcher {
        var terms: std.StringHashMapUnmanaged(u6) = .empty;
        for (question.terms, 0..) |term, index| try terms.put(arena, term.stem, @intCast(index));
        var names: std.StringHashMapUnmanaged(u8) = .empty;
        for (question.names, 1..) |name, number| try names.put(arena, name.text, @intCast(number));
        const cache = try arena.alloc(Entry, cache_size);
        @memset(cache, .{ .hash = 0, .match = .{} });
        var beginnings: Beginnings = .{};
        for (question.terms) |term| beginnings.add(term.stem);
        for (question.names) |name| beginnings.add(name.text);
        return .{ .terms = terms, .names = names, .beginnings = beginnings, .cache = cache };
    }

    pub fn of(matcher: *Matcher, run: []const u8) Match {
        if (!matcher.beginnings.mayHold(run)) return .{};
        const hash = std.hash.Wyhash.hash(1, run);
        const entry = &matcher.cache[hash % cache_size];
        if (entry.hash == hash) return entry.match;
        entry.* = .{ .hash = hash, .match = matcher.find(run) };
        return entry.match;
    }

    fn find(matcher: *const Matcher, run: []const u8) Match {
        return .{ .terms = matcher.termsIn(run), .name = matcher.names.get(run) orelse 0 };
    }

    /// The terms among the words of any text.
    pub fn termsIn(matcher: *const Matcher, text: []const u8) u64 {
        var found: u64 = 0;
        var words: words_file.Iterator = .init(text);
        while (words.next()) |word| {
            if (matcher.terms.get(word)) |index| found |= @as(u64, 1) << index;
        }
        return found;
    }
};

/// Most runs of letters hold nothing that is looked for, and the first two letters of their parts
/// say so. A stem keeps the first letters of its word, but for a few irregular ones (`held`): these
/// are then missed in the score of a passage, not in that of its file.
const Beginnings = struct {
    /// For each first letter, a bit for each second one; characters share the bits of `mask`.
    pairs: [32]u32 = @splat(0),

    const mask = 31;

    fn add(beginnings: *Beginnings, text: []const u8) void {
        if (text.len < 2) {
            beginnings.pairs = @splat(std.math.maxInt(u32));
            return;
        }
        beginnings.pairs[text[0] & mask] |= @as(u32, 1) << @intCast(text[1] & mask);
    }

    /// Letters of both cases have the same lowest bits.
    fn mayHold(beginnings: *const Beginnings, run: []const u8) bool {
        if (run.len < 2) return run.len == 1 and beginnings.pairs[run[0] & mask] != 0;
        var before: u8 = '_';
        for (run[0 .. run.len - 1], run[1..]) |first, second| {
            const is_inside = before >= 'a' and before <= 'z' and first >= 'a' and first <= 'z';
            if (!is_inside) {
                const seconds = beginnings.pairs[first & mask];
                if (seconds >> @intCast(second & mask) & 1 == 1) return true;
            }
            before = first;
        }
        return false;
    }
};

test "a run that may hold something is never passed over" {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    const question = try question_file.parse(arena.allocator(), "retry server größe 検索語 parse_url");
    var matcher: Matcher = try .init(arena.allocator(), &question);
    const runs = [_][]const u8{
        "Retry",     "HTTPServer", "RETRY_COUNT", "XRetries",
        "Größe",
        "検索",
        "parse_url",
    };
    for (runs) |run| try std.testing.expectEqual(matcher.find(run), matcher.of(run));
    for (runs) |run| try std.testing.expect(!matcher.of(run).isNothing());
}

test "runs hold terms and names" {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    const question = try question_file.parse(arena.allocator(), "retry of sendRequest");
    var matcher: Matcher = try .init(arena.allocator(), &question);
    const match = matcher.of("sendRequest");
    try std.testing.expectEqual(1, match.name);
    try std.testing.expectEqual(2, @popCount(match.terms));
    try std.testing.expectEqual(match, matcher.of("sendRequest"));
    try std.testing.expectEqual(1, @popCount(matcher.of("maxRetries").terms));
    try std.testing.expect(matcher.of("other").isNothing());
    try std.testing.expect(matcher.of("").isNothing());
    try std.testing.expectEqual(2, @popCount(matcher.termsIn("src/retry/send-it.ts")));
}
