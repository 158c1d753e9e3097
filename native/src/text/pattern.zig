//! What is looked for in texts, exactly or as a regular expression, and the search for it in one.
const std = @import("std");
const literals = @import("regex/literals.zig");
const literal = @import("literal.zig");
const prefilter = @import("prefilter.zig");
const programs = @import("regex/program.zig");
const regex = @import("regex/regex.zig");

const Allocator = std.mem.Allocator;

pub const Options = struct {
    is_regex: bool = false,
    is_case_sensitive: bool = true,
    /// A match has no word byte before it and none after it.
    is_word: bool = false,
};

pub const Pattern = struct {
    kind: Kind,
    /// Which documents can match.
    plan: prefilter.Plan,

    const Kind = union(enum) {
        exact: struct { finder: literal.Finder, is_word: bool },
        regex: regex.Regex,
    };

    /// Everything lives in `arena`; the text must outlive it.
    pub fn compile(
        arena: Allocator,
        text: []const u8,
        options: Options,
        failure: *regex.Failure,
    ) error{ OutOfMemory, BadPattern }!Pattern {
        if (!options.is_regex) {
            failure.* = .{ .message = "a match stands within one line" };
            if (std.mem.indexOfScalar(u8, text, '\n') != null) return error.BadPattern;
            failure.* = .{ .message = "there is nothing to look for" };
            if (text.len == 0) return error.BadPattern;
            // The other case of letters outside ASCII is known to regular expressions alone.
            if (options.is_case_sensitive or isAscii(text)) return exact(arena, text, options);
        }
        const given = if (options.is_regex) text else try escaped(arena, text);
        const made: regex.Regex = try .compile(arena, given, .{
            .is_case_sensitive = options.is_case_sensitive,
            .is_word = options.is_word,
        }, failure);
        return .{ .kind = .{ .regex = made }, .plan = try .of(arena, made.clauses) };
    }

    fn exact(arena: Allocator, text: []const u8, options: Options) Allocator.Error!Pattern {
        const is_folded = !options.is_case_sensitive;
        const needle = if (is_folded) try std.ascii.allocLowerString(arena, text) else text;
        const border: []const u8 = if (options.is_word) &.{literals.border} else "";
        const marked = try std.mem.concat(arena, u8, &.{ border, needle, border });
        const clause: literals.Clause = .{ .literals = &.{marked}, .is_folded = is_folded };
        const has_mark = std.mem.indexOfScalar(u8, needle, literals.border) != null;
        return .{
            .kind = .{ .exact = .{
                .finder = .init(needle, is_folded),
                .is_word = options.is_word,
            } },
            .plan = if (has_mark) .{} else try .of(arena, &.{clause}),
        };
    }
};

fn isAscii(text: []const u8) bool {
    for (text) |byte| if (byte >= 0x80) return false;
    return true;
}

fn escaped(arena: Allocator, text: []const u8) Allocator.Error![]const u8 {
    var out: std.ArrayList(u8) = .empty;
    for (text) |byte| {
        if (std.mem.indexOfScalar(u8, "\\.+*?()|[]{}^$", byte) != null) try out.append(arena, '\\');
        try out.append(arena, byte);
    }
    return out.items;
}

/// Searches texts with one pattern; each thread has its own.
pub const Searcher = union(enum) {
    exact: Exact,
    regex: regex.Matcher,

    const Exact = struct { finder: *const literal.Finder, is_word: bool };

    pub fn init(gpa: Allocator, pattern: *const Pattern, stop: regex.Stop) regex.Error!Searcher {
        return switch (pattern.kind) {
            .exact => |*of| .{ .exact = .{ .finder = &of.finder, .is_word = of.is_word } },
            .regex => |*of| .{ .regex = try .init(gpa, of, stop) },
        };
    }

    pub fn deinit(searcher: *Searcher) void {
        switch (searcher.*) {
            .exact => {},
            .regex => |*matcher| matcher.deinit(),
        }
    }

    /// The first match of the next line that has one, from `from`, which begins a line.
    pub fn next(searcher: *Searcher, text: []const u8, from: usize) regex.Error!?regex.LineMatch {
        switch (searcher.*) {
            .regex => |*matcher| return matcher.next(text, from),
            .exact => |of| {
                var at = from;
                while (of.finder.find(text, at)) |start| {
                    const end = start + of.finder.needle.len;
                    if (of.is_word and !isAlone(text, start, end)) {
                        at = start + 1;
                        continue;
                    }
                    return .{
                        .line_start = regex.lineStart(text, start, from),
                        .line_end = regex.lineEnd(text, end),
                        .start = start,
                        .end = end,
                    };
                }
                return null;
            },
        }
    }
};

/// Whether no word byte stands beside these bytes.
pub fn isAlone(text: []const u8, start: usize, end: usize) bool {
    if (start > 0 and programs.isWordByte(text[start - 1])) return false;
    return end == text.len or !programs.isWordByte(text[end]);
}

fn expectFound(
    pattern: []const u8,
    options: Options,
    text: []const u8,
    expected: []const u8,
) !void {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    var failure: regex.Failure = .{};
    const made: Pattern = try .compile(arena.allocator(), pattern, options, &failure);
    var searcher: Searcher = try .init(std.testing.allocator, &made, .{});
    defer searcher.deinit();
    var found: std.ArrayList(u8) = .empty;
    var at: usize = 0;
    while (try searcher.next(text, at)) |match| {
        at = match.line_end + 1;
        const line = text[match.line_start..match.line_end];
        const match_text = text[match.start..match.end];
        try found.print(arena.allocator(), "{s}[{s}]", .{ line, match_text });
        if (at >= text.len) break;
    }
    try std.testing.expectEqualStrings(expected, found.items);
}

test "exact, by word and in any case" {
    try expectFound("a.c", .{}, "abc\nxa.c a.c\n", "xa.c a.c[a.c]");
    try expectFound("foo", .{ .is_word = true }, "foobar\nfoobar foo", "foobar foo[foo]");
    try expectFound("FoO", .{ .is_case_sensitive = false }, "xfoO\n", "xfoO[foO]");
    try expectFound("É(", .{ .is_case_sensitive = false }, "é(\nÉ", "é([é(]");
    try expectFound("é", .{}, "é\nÉ", "é[é]");
    try expectFound("x+", .{ .is_regex = true }, "axx", "axx[xx]");
}

test "nothing and several lines are refused" {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    var failure: regex.Failure = .{};
    for ([_][]const u8{ "", "a\nb" }) |text| {
        const made = Pattern.compile(arena.allocator(), text, .{}, &failure);
        try std.testing.expectError(error.BadPattern, made);
        try std.testing.expect(failure.message.len > 0);
    }
}
