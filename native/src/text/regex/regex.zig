//! Regular expressions over the lines of a text, linear in the text whatever the pattern.
const std = @import("std");
const dfas = @import("dfa.zig");
const literals = @import("literals.zig");
const literal = @import("../literal.zig");
const pikes = @import("pike.zig");
const programs = @import("program.zig");
const syntax = @import("syntax.zig");

const Allocator = std.mem.Allocator;
pub const Error = dfas.Error;
pub const Failure = syntax.Failure;
pub const Options = syntax.Options;
pub const Stop = dfas.Stop;

pub const Regex = struct {
    program: programs.Program,
    /// What every matching line holds: one literal of each clause.
    clauses: []const literals.Clause,

    /// Everything lives in `arena`; what is refused and why is told in `failure`.
    pub fn compile(
        arena: Allocator,
        pattern: []const u8,
        options: Options,
        failure: *Failure,
    ) syntax.Error!Regex {
        const tree = try syntax.parse(arena, pattern, options, failure);
        return .{
            .program = try programs.compile(arena, tree, failure),
            .clauses = try literals.clausesOf(arena, tree),
        };
    }
};

/// The first match of one line; all in bytes of the text.
pub const LineMatch = struct {
    line_start: usize,
    /// Where its newline is, or the end of the text.
    line_end: usize,
    start: usize,
    end: usize,
};

/// Searches texts with one pattern. Not for two threads at once: each has its own.
pub const Matcher = struct {
    dfa: dfas.Dfa,
    pike: pikes.Pike,
    /// A literal that every match holds: found much faster than a table can step.
    finder: ?literal.Finder,

    pub fn init(gpa: Allocator, regex: *const Regex, stop: Stop) Error!Matcher {
        var dfa = try dfas.Dfa.init(gpa, &regex.program, stop);
        errdefer dfa.deinit();
        return .{
            .dfa = dfa,
            .pike = try .init(gpa, &regex.program, stop),
            .finder = finderOf(regex.clauses),
        };
    }

    pub fn deinit(matcher: *Matcher) void {
        matcher.dfa.deinit();
        matcher.pike.deinit();
    }

    /// The next matching line from `from`, which begins a line.
    pub fn next(matcher: *Matcher, text: []const u8, from: usize) Error!?LineMatch {
        var at = from;
        while (at < text.len) {
            if (matcher.finder) |finder| {
                const found = finder.find(text, at) orelse return null;
                const start = lineStart(text, found, at);
                const end = lineEnd(text, found);
                at = end + 1;
                if (try matcher.dfa.find(text[start..end], 0) == null and end > start) continue;
                if (try matcher.matchOf(text, start, end)) |match| return match;
                continue;
            }
            const hit = try matcher.dfa.find(text, at) orelse return null;
            const start = lineStart(text, hit, at);
            const end = lineEnd(text, hit);
            if (try matcher.matchOf(text, start, end)) |match| return match;
            at = end + 1;
        }
        return null;
    }

    fn matchOf(matcher: *Matcher, text: []const u8, start: usize, end: usize) Error!?LineMatch {
        const match = try matcher.pike.find(text[start..end]) orelse return null;
        return .{
            .line_start = start,
            .line_end = end,
            .start = start + match.start,
            .end = start + match.end,
        };
    }
};

/// The longest literal of a clause that offers no choice.
fn finderOf(clauses: []const literals.Clause) ?literal.Finder {
    var best: []const u8 = "";
    var is_folded = false;
    for (clauses) |clause| {
        if (clause.literals.len != 1) continue;
        const bytes = literals.withoutBorders(clause.literals[0]);
        if (bytes.len <= best.len) continue;
        best = bytes;
        is_folded = clause.is_folded;
    }
    return if (best.len < 2) null else .init(best, is_folded);
}

/// Where the line of a byte begins, no earlier than `from`, which begins a line too.
pub fn lineStart(text: []const u8, at: usize, from: usize) usize {
    const before = std.mem.lastIndexOfScalar(u8, text[from..at], '\n') orelse return from;
    return from + before + 1;
}

pub fn lineEnd(text: []const u8, at: usize) usize {
    return std.mem.indexOfScalarPos(u8, text, at, '\n') orelse text.len;
}

fn expectMatches(
    pattern: []const u8,
    options: Options,
    text: []const u8,
    expected: []const u8,
) !void {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    var failure: Failure = .{};
    const regex = try Regex.compile(arena.allocator(), pattern, options, &failure);
    var matcher = try Matcher.init(std.testing.allocator, &regex, .{});
    defer matcher.deinit();
    var found: std.ArrayList(u8) = .empty;
    var at: usize = 0;
    while (try matcher.next(text, at)) |match| {
        at = match.line_end + 1;
        try found.print(arena.allocator(), "[{s}]", .{text[match.start..match.end]});
    }
    try std.testing.expectEqualStrings(expected, found.items);
}

test "the first match of each line" {
    try expectMatches("a+", .{}, "xaaay\nb\naa aaa\n", "[aaa][aa]");
    try expectMatches("a+?", .{}, "xaaay", "[a]");
    try expectMatches("(a|ab)(c|bcd)", .{}, "abcd", "[abcd]");
    try expectMatches("ab|a", .{}, "ab", "[ab]");
    try expectMatches("a|ab", .{}, "ab", "[a]");
    try expectMatches("^b|c$", .{}, "ab\nba\nac\nca", "[b][c]");
    try expectMatches("x$", .{}, "x\r\nxy\nx", "[x][x]");
    try expectMatches("^$", .{}, "a\n\nb\n\n", "[][]");
    try expectMatches("x*", .{}, "a\nxx\n", "[][xx]");
    try expectMatches("\\bfoo\\b", .{}, "foobar foo\nafoo\nfoo-x\n", "[foo][foo]");
    try expectMatches("o\\B.", .{}, "of fox", "[of]");
    try expectMatches("[^\\s\"]+\"", .{}, "a b\"c\"", "[b\"]");
    try expectMatches("a{2,3}", .{}, "a aaaa", "[aaa]");
    try expectMatches("(ab){2}", .{}, "ab abab", "[abab]");
    try expectMatches("é.", .{}, "xé€y", "[é€]");
    try expectMatches("[à-ü]+", .{}, "xéèy", "[éè]");
    try expectMatches(".", .{}, "\xff\xfe\n\xc3\n€\n", "[€]");
    try expectMatches("É", .{ .is_case_sensitive = false }, "café", "[é]");
    try expectMatches("[A-C]x", .{ .is_case_sensitive = false }, "bX", "[bX]");
    try expectMatches("(?i)abc(?-i)D", .{}, "ABCd aBcD", "[aBcD]");
    try expectMatches("fo+", .{ .is_word = true }, "foox foo", "[foo]");
    try expectMatches("->x", .{ .is_word = true }, "p->x ->xy\n ->x", "[->x]");
    try expectMatches("(a*)*b", .{}, "aaab", "[aaab]");
    try expectMatches("[[:digit:]]+", .{}, "a12", "[12]");
    try expectMatches("f() {", .{}, "f {", "[f {]");
    try expectMatches("[]a]+", .{}, "x]a", "[]a]");
    try expectMatches("a", .{}, "", "");
    try expectMatches("", .{}, "", "");
}

test "what takes other engines for ever takes a moment" {
    const text = "a" ** 5000 ++ "\n";
    try expectMatches("(a+)+b", .{}, text, "");
    try expectMatches("(a|aa)*c", .{}, text, "");
    try expectMatches("(x+x+)+y|a{500}b", .{}, text, "");
}

test "a table that grows beyond its bound begins anew" {
    var text: std.ArrayList(u8) = .empty;
    defer text.deinit(std.testing.allocator);
    var random: std.Random.DefaultPrng = .init(7);
    for (0..200_000) |_| {
        try text.append(std.testing.allocator, if (random.random().boolean()) 'a' else 'b');
    }
    try text.appendSlice(std.testing.allocator, "\nab");
    // Every mix of the last 14 letters is a state of its own.
    try expectMatches("a[ab]{14}c", .{}, text.items, "");
}

test "a search ends when it is told to" {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    var failure: Failure = .{};
    const regex = try Regex.compile(arena.allocator(), "a.{100}b", .{}, &failure);
    const stop: Stop = .{ .isStopped = struct {
        fn always(_: ?*const anyopaque) bool {
            return true;
        }
    }.always };
    var matcher = try Matcher.init(std.testing.allocator, &regex, stop);
    defer matcher.deinit();
    try std.testing.expectError(error.Stopped, matcher.next("a" ** 1000 ++ "b", 0));
}

test "memory that is refused at any moment is neither lost nor given back twice" {
    try std.testing.checkAllAllocationFailures(std.testing.allocator, makeAndSearch, .{});
}

fn makeAndSearch(gpa: Allocator) !void {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    var failure: Failure = .{};
    const regex = try Regex.compile(arena.allocator(), "a(b|c)+d", .{}, &failure);
    var matcher: Matcher = try .init(gpa, &regex, .{});
    defer matcher.deinit();
    const match = try matcher.next("xx\nxabcbd\n", 0);
    try std.testing.expect(match != null);
}

test "no pattern and no text does harm" {
    var random: std.Random.DefaultPrng = .init(std.testing.random_seed);
    const any = random.random();
    const marks = "\\()[]{}|*+?.^$-,:=!<>aibdwsxpQ019\xc3\xa9\x00\n";
    for (0..3000) |_| {
        var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
        defer arena.deinit();
        var buffer: [40]u8 = undefined;
        const pattern = buffer[0..any.uintLessThan(usize, 16)];
        for (pattern) |*byte| byte.* = marks[any.uintLessThan(usize, marks.len)];
        var failure: Failure = .{};
        const options: Options = .{ .is_case_sensitive = any.boolean(), .is_word = any.boolean() };
        const regex = Regex.compile(arena.allocator(), pattern, options, &failure) catch |err| {
            try std.testing.expectEqual(error.BadPattern, err);
            try std.testing.expect(failure.message.len > 0 and failure.offset <= pattern.len);
            continue;
        };
        var matcher = try Matcher.init(std.testing.allocator, &regex, .{});
        defer matcher.deinit();
        var text: [40]u8 = undefined;
        any.bytes(&text);
        for (text[20..]) |*byte| byte.* = marks[byte.* % marks.len];
        var at: usize = 0;
        while (at < text.len) {
            const match = try matcher.next(&text, at) orelse break;
            try std.testing.expect(match.line_start >= at and match.start >= match.line_start);
            try std.testing.expect(match.end >= match.start and match.line_end >= match.end);
            at = match.line_end + 1;
        }
    }
}

/// Tries the ways of a pattern one after the other, as its order says: slow, and plainly right.
const Backtracker = struct {
    tree: syntax.Tree,
    line: []const u8,

    /// What is to match after a part.
    const Rest = struct {
        what: union(enum) {
            end,
            pieces: []const syntax.Index,
            again: struct { repeat: syntax.Repeat, count: u16 },
        },
        next: ?*const Rest = null,
    };

    fn find(tracker: Backtracker) ?pikes.Match {
        for (0..tracker.line.len + 1) |start| {
            const end = tracker.match(tracker.tree.root, start, &.{ .what = .end }) orelse continue;
            return .{ .start = start, .end = end };
        }
        return null;
    }

    fn match(tracker: Backtracker, index: syntax.Index, at: usize, rest: *const Rest) ?usize {
        const line = tracker.line;
        const is_in = at < line.len;
        switch (tracker.tree.at(index)) {
            .empty => return tracker.goOn(at, rest),
            .char => |char| {
                if (!is_in or line[at] != char) return null;
                return tracker.goOn(at + 1, rest);
            },
            .folded => |letter| {
                if (!is_in or std.ascii.toLower(line[at]) != letter) return null;
                return tracker.goOn(at + 1, rest);
            },
            .set => |ranges| {
                if (!is_in) return null;
                for (ranges) |range| {
                    if (line[at] < range.low or line[at] > range.high) continue;
                    return tracker.goOn(at + 1, rest);
                }
                return null;
            },
            .look => |kind| {
                const before: programs.Before = if (at == 0)
                    .line_start
                else if (programs.isWordByte(line[at - 1])) .word else .other;
                const after: programs.After = if (is_in) dfas.afterOf(line[at]) else .line_end;
                return if (programs.holds(kind, before, after)) tracker.goOn(at, rest) else null;
            },
            .concat => |children| {
                return tracker.goOn(at, &.{ .what = .{ .pieces = children }, .next = rest });
            },
            .alternate => |children| {
                for (children) |child| if (tracker.match(child, at, rest)) |end| return end;
                return null;
            },
            .repeat => |repeat| return tracker.again(repeat, 0, at, rest),
        }
    }

    fn goOn(tracker: Backtracker, at: usize, rest: *const Rest) ?usize {
        switch (rest.what) {
            .end => return at,
            .pieces => |pieces| {
                if (pieces.len == 0) return tracker.goOn(at, rest.next.?);
                const left: Rest = .{ .what = .{ .pieces = pieces[1..] }, .next = rest.next };
                return tracker.match(pieces[0], at, &left);
            },
            .again => |of| return tracker.again(of.repeat, of.count, at, rest.next.?),
        }
    }

    fn again(
        tracker: Backtracker,
        repeat: syntax.Repeat,
        count: u16,
        at: usize,
        rest: *const Rest,
    ) ?usize {
        const more: Rest = .{
            .what = .{ .again = .{ .repeat = repeat, .count = count + 1 } },
            .next = rest,
        };
        if (count < repeat.min) return tracker.match(repeat.child, at, &more);
        const may_go_on = repeat.max == null or count < repeat.max.?;
        if (repeat.is_lazy) {
            if (tracker.goOn(at, rest)) |end| return end;
            return if (may_go_on) tracker.match(repeat.child, at, &more) else null;
        }
        if (may_go_on) if (tracker.match(repeat.child, at, &more)) |end| return end;
        return tracker.goOn(at, rest);
    }
};

/// A pattern in which nothing that is repeated can be empty.
fn randomPattern(any: std.Random, arena: Allocator, out: *std.ArrayList(u8), depth: usize) !void {
    const atoms = [_][]const u8{ "a", "b", "_", "[ab]", "[^a]", ".", "\\w", "-", "ab" };
    const looks = [_][]const u8{ "^", "$", "\\b", "\\B", "\\<", "\\>" };
    const counts = [_][]const u8{ "*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,3}?" };
    for (0..any.intRangeAtMost(usize, 1, 3)) |_| switch (any.uintLessThan(u8, 8)) {
        0 => try out.appendSlice(arena, looks[any.uintLessThan(usize, looks.len)]),
        1, 2 => if (depth > 0) {
            try out.append(arena, '(');
            try randomPattern(any, arena, out, depth - 1);
            try out.append(arena, '|');
            try randomPattern(any, arena, out, depth - 1);
            try out.append(arena, ')');
        },
        3, 4 => {
            const atom = atoms[any.uintLessThan(usize, atoms.len - 1)];
            try out.print(arena, "({s}|{s}b){s}", .{
                atom,
                atom,
                counts[any.uintLessThan(usize, counts.len)],
            });
        },
        5 => try out.print(arena, "{s}{s}", .{
            atoms[any.uintLessThan(usize, atoms.len)],
            counts[any.uintLessThan(usize, counts.len)],
        }),
        else => try out.appendSlice(arena, atoms[any.uintLessThan(usize, atoms.len)]),
    };
}

test "any pattern matches what trying all ways matches" {
    var random: std.Random.DefaultPrng = .init(std.testing.random_seed);
    const any = random.random();
    for (0..1500) |_| {
        var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
        defer arena.deinit();
        const gpa = arena.allocator();
        var pattern: std.ArrayList(u8) = .empty;
        try randomPattern(any, gpa, &pattern, 2);
        var failure: Failure = .{};
        const options: Options = .{ .is_case_sensitive = any.boolean(), .is_word = any.boolean() };
        const tree = try syntax.parse(gpa, pattern.items, options, &failure);
        const regex = try Regex.compile(gpa, pattern.items, options, &failure);
        var matcher = try Matcher.init(std.testing.allocator, &regex, .{});
        defer matcher.deinit();
        for (0..8) |_| {
            var buffer: [10]u8 = undefined;
            const line = buffer[0..any.intRangeAtMost(usize, 1, buffer.len)];
            for (line) |*byte| byte.* = "abAB_- "[any.uintLessThan(usize, 7)];
            const tracker: Backtracker = .{ .tree = tree, .line = line };
            const expected = tracker.find();
            const found = try matcher.next(line, 0);
            const got: ?pikes.Match =
                if (found) |at| .{ .start = at.start, .end = at.end } else null;
            std.testing.expectEqualDeep(expected, got) catch |err| {
                std.debug.print("'{s}' {} in '{s}'\n", .{ pattern.items, options, line });
                return err;
            };
        }
    }
}
