//! What a text must hold for a pattern to match in it: found from the pattern's tree, so that most
//! files need not be read at all.
const std = @import("std");
const syntax = @import("syntax.zig");

const Allocator = std.mem.Allocator;
const Index = syntax.Index;
const Tree = syntax.Tree;

/// Stands in a literal where the pattern asks that no word byte be on both sides: `\bfoo\b`. No
/// literal holds this byte itself.
pub const border: u8 = 0;

/// One of these literals stands in every match.
pub const Clause = struct {
    literals: []const []const u8,
    /// ASCII letters count in either case; the literals are in lower case then.
    is_folded: bool,

    /// How much a clause narrows: the length of its shortest literal.
    fn weight(clause: Clause) usize {
        var shortest: usize = std.math.maxInt(usize);
        for (clause.literals) |literal| {
            shortest = @min(shortest, withoutBorders(literal).len);
        }
        return shortest;
    }
};

const max_literals = 32;
const max_literal_bytes = 128;
const max_clauses = 8;

/// Each clause must hold in a line that matches; none at all says nothing.
pub fn clausesOf(arena: Allocator, tree: Tree) Allocator.Error![]const Clause {
    var extractor: Extractor = .{ .arena = arena, .tree = tree };
    const facts = try extractor.factsOf(tree.root);
    return (try extractor.settle(facts)).items;
}

/// The bytes of a literal. Marks of borders stand at its ends only.
pub fn withoutBorders(literal: []const u8) []const u8 {
    return std.mem.trim(u8, literal, &.{border});
}

/// What is known of a part of the pattern.
const Facts = struct {
    /// All it can match, when that is a handful of texts.
    exact: ?[]const []const u8,
    is_folded: bool = false,
    clauses: std.ArrayList(Clause) = .empty,
};

const nothing: []const []const u8 = &.{""};

const Extractor = struct {
    arena: Allocator,
    tree: Tree,

    /// Recursion is bounded by `syntax.max_depth`.
    fn factsOf(extractor: *Extractor, index: Index) Allocator.Error!Facts {
        switch (extractor.tree.at(index)) {
            .empty => return .{ .exact = nothing },
            .char => |char| {
                if (char == border) return .{ .exact = null };
                return .{ .exact = try extractor.one(char) };
            },
            .folded => |letter| return .{
                .exact = try extractor.one(letter),
                .is_folded = true,
            },
            .set => |ranges| return .{ .exact = try extractor.someOf(ranges) },
            .look => |kind| return .{ .exact = switch (kind) {
                .word_border, .word_start, .word_end, .no_word_before, .no_word_after => &.{
                    &.{border},
                },
                .line_start, .line_end, .no_word_border => nothing,
            } },
            .concat => |children| return extractor.factsOfConcat(children),
            .alternate => |children| return extractor.factsOfAlternate(children),
            .repeat => |repeat| {
                if (repeat.min == 0) return .{ .exact = null };
                const facts = try extractor.factsOf(repeat.child);
                if (repeat.min == 1 and repeat.max == 1) return facts;
                return .{ .exact = null, .clauses = try extractor.settle(facts) };
            },
        }
    }

    fn one(extractor: *Extractor, char: u21) Allocator.Error![]const []const u8 {
        var bytes: [4]u8 = undefined;
        const length = std.unicode.utf8Encode(char, &bytes) catch return nothing;
        const texts = try extractor.arena.alloc([]const u8, 1);
        texts[0] = try extractor.arena.dupe(u8, bytes[0..length]);
        return texts;
    }

    /// The characters of a class, when they are few.
    fn someOf(
        extractor: *Extractor,
        ranges: []const syntax.Range,
    ) Allocator.Error!?[]const []const u8 {
        const most = 4;
        var texts: std.ArrayList([]const u8) = .empty;
        for (ranges) |range| {
            if (range.high - range.low >= most or range.low == border) return null;
            var char: u32 = range.low;
            while (char <= range.high) : (char += 1) {
                if (char >= 0xd800 and char <= 0xdfff) continue;
                if (texts.items.len == most) return null;
                try texts.appendSlice(extractor.arena, try extractor.one(@intCast(char)));
            }
        }
        return if (texts.items.len == 0) null else texts.items;
    }

    fn factsOfConcat(extractor: *Extractor, children: []const Index) Allocator.Error!Facts {
        var whole: Facts = .{ .exact = null };
        var run: Facts = .{ .exact = nothing };
        var is_exact = true;
        for (children) |child| {
            const facts = try extractor.factsOf(child);
            if (facts.exact) |texts| {
                if (try extractor.product(run.exact.?, texts)) |joined| {
                    run.exact = joined;
                    run.is_folded = run.is_folded or facts.is_folded;
                    continue;
                }
            }
            is_exact = false;
            try extractor.addAll(&whole.clauses, try extractor.settle(run));
            run = .{ .exact = nothing };
            if (facts.exact) |texts| {
                run = .{ .exact = texts, .is_folded = facts.is_folded };
            } else try extractor.addAll(&whole.clauses, facts.clauses);
        }
        if (is_exact) return run;
        try extractor.addAll(&whole.clauses, try extractor.settle(run));
        return whole;
    }

    fn addAll(
        extractor: *Extractor,
        to: *std.ArrayList(Clause),
        clauses: std.ArrayList(Clause),
    ) Allocator.Error!void {
        for (clauses.items) |clause| {
            if (to.items.len == max_clauses) return;
            try to.append(extractor.arena, clause);
        }
    }

    /// Every text of `left` followed by every text of `right`; null when that is too many.
    fn product(
        extractor: *Extractor,
        left: []const []const u8,
        right: []const []const u8,
    ) Allocator.Error!?[]const []const u8 {
        if (left.len * right.len > max_literals) return null;
        const texts = try extractor.arena.alloc([]const u8, left.len * right.len);
        for (left, 0..) |before, row| for (right, 0..) |after, column| {
            if (before.len + after.len > max_literal_bytes) return null;
            texts[row * right.len + column] = try join(extractor.arena, before, after);
        };
        return texts;
    }

    /// A pattern that is a choice needs one of the literals of any of its branches.
    fn factsOfAlternate(extractor: *Extractor, children: []const Index) Allocator.Error!Facts {
        var texts: std.ArrayList([]const u8) = .empty;
        var is_exact = true;
        var is_folded = false;
        for (children) |child| {
            const facts = try extractor.factsOf(child);
            is_folded = is_folded or facts.is_folded;
            if (facts.exact) |exact| {
                try texts.appendSlice(extractor.arena, exact);
                continue;
            }
            is_exact = false;
            const best = strongest(facts.clauses.items) orelse return .{ .exact = null };
            is_folded = is_folded or best.is_folded;
            try texts.appendSlice(extractor.arena, best.literals);
        }
        if (texts.items.len > max_literals) return .{ .exact = null };
        const facts: Facts = .{ .exact = texts.items, .is_folded = is_folded };
        if (is_exact) return facts;
        return .{ .exact = null, .clauses = try extractor.settle(facts) };
    }

    /// The clauses of a part that stands for itself, what it matches exactly among them.
    fn settle(extractor: *Extractor, facts: Facts) Allocator.Error!std.ArrayList(Clause) {
        var clauses = facts.clauses;
        const texts = facts.exact orelse return clauses;
        const literals = try extractor.arena.alloc([]const u8, texts.len);
        for (texts, literals) |text, *literal| literal.* = text;
        if (facts.is_folded) for (literals) |*literal| {
            literal.* = try std.ascii.allocLowerString(extractor.arena, literal.*);
        };
        const clause: Clause = .{ .literals = literals, .is_folded = facts.is_folded };
        if (clause.weight() > 0 and clauses.items.len < max_clauses) {
            try clauses.append(extractor.arena, clause);
        }
        return clauses;
    }
};

fn strongest(clauses: []const Clause) ?Clause {
    var best: ?Clause = null;
    for (clauses) |clause| {
        if (best == null or clause.weight() > best.?.weight()) best = clause;
    }
    return best;
}

/// Marks of borders inside are dropped: they say nothing that the neighbours do not.
fn join(arena: Allocator, before: []const u8, after: []const u8) Allocator.Error![]const u8 {
    if (before.len == 0) return after;
    if (after.len == 0) return before;
    const is_mark_before = before.len == 1 and before[0] == border;
    const is_mark_after = after.len == 1 and after[0] == border;
    if (is_mark_before and is_mark_after) return before;
    const left = if (is_mark_before) before else std.mem.trimEnd(u8, before, &.{border});
    const right = if (is_mark_after) after else std.mem.trimStart(u8, after, &.{border});
    return std.mem.concat(arena, u8, &.{ left, right });
}

fn expectClauses(pattern: []const u8, is_case_sensitive: bool, expected: []const u8) !void {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    const gpa = arena.allocator();
    var failure: syntax.Failure = .{};
    const options: syntax.Options = .{ .is_case_sensitive = is_case_sensitive };
    const tree = try syntax.parse(gpa, pattern, options, &failure);
    var text: std.ArrayList(u8) = .empty;
    for (try clausesOf(gpa, tree), 0..) |clause, number| {
        if (number > 0) try text.appendSlice(gpa, " & ");
        if (clause.is_folded) try text.append(gpa, '~');
        for (clause.literals, 0..) |literal, index| {
            if (index > 0) try text.append(gpa, '|');
            try text.appendSlice(gpa, literal);
        }
    }
    std.mem.replaceScalar(u8, text.items, border, '%');
    try std.testing.expectEqualStrings(expected, text.items);
}

test "the literals of which one must occur" {
    try expectClauses("foo", true, "foo");
    try expectClauses("foo.*bar", true, "foo & bar");
    try expectClauses("foo|bar", true, "foo|bar");
    try expectClauses("a(foo|bar)c", true, "afooc|abarc");
    try expectClauses("(foo|x*)bar", true, "bar");
    try expectClauses("(foo.*|bar+)", true, "foo|ba");
    try expectClauses("foo|b*", true, "");
    try expectClauses("x*", true, "");
    try expectClauses("(foo)?bar", true, "bar");
    try expectClauses("(foo){2,3}", true, "foo");
    try expectClauses("gr[ae]y", true, "gray|grey");
    try expectClauses("\\bfoo\\b", true, "%foo%");
    try expectClauses("foo\\b\\(", true, "foo(");
    try expectClauses("FOO", false, "~foo");
    try expectClauses("[a-z]+_init\\(", true, "_init(");
    try expectClauses("\\x{0}foo", true, "foo");
    try expectClauses("é", true, "é");
    try expectClauses("^$", true, "");
}
