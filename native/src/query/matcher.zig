//! Finds the words and identifiers of a question in texts and paths.
const std = @import("std");
const Beginnings = @import("marks.zig").Beginnings;
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
    beginnings: Beginnings,
    cache: []Entry,

    /// A text repeats its identifiers: what a run of letters holds is worked out once. A later run
    /// takes the place of an earlier one that falls on the same entry.
    const Entry = struct { hash: u64, match: Match };
    const cache_size = 1 << 10;

    pub fn init(arena: Allocator, question: *const Question) Allocator.Error!Matcher {
        var terms: std.StringHashMapUnmanaged(u6) = .empty;
        for (question.terms, 0..) |term, index| try terms.put(arena, term.stem, @intCast(index));
        var names: std.StringHashMapUnmanaged(u8) = .empty;
        for (question.names, 1..) |name, number| try names.put(arena, name.text, @intCast(number));
        const cache = try emptyCache(arena);
        var beginnings: Beginnings = .{};
        for (question.terms) |term| beginnings.add(term.stem);
        for (question.names) |name| beginnings.add(name.text);
        return .{ .terms = terms, .names = names, .beginnings = beginnings, .cache = cache };
    }

    /// For another thread.
    pub fn another(matcher: *const Matcher, arena: Allocator) Allocator.Error!Matcher {
        var copy = matcher.*;
        copy.cache = try emptyCache(arena);
        return copy;
    }

    fn emptyCache(arena: Allocator) Allocator.Error![]Entry {
        const cache = try arena.alloc(Entry, cache_size);
        @memset(cache, .{ .hash = 0, .match = .{} });
        return cache;
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
