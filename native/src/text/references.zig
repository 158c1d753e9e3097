//! Who refers to a name: where it stands in code, comments and strings left out, and in which
//! definition.
const std = @import("std");
const literal = @import("literal.zig");
const ordered_search = @import("ordered_search.zig");
const patterns = @import("pattern.zig");
const regex = @import("regex/regex.zig");
const scan = @import("../scan/scan.zig");
const strings = @import("strings.zig");
const types = @import("../base/types.zig");
const view_file = @import("../store/view.zig");

const Allocator = std.mem.Allocator;
const Match = ordered_search.Match;
const Span = types.Span;
const Symbol = types.Symbol;

/// What all threads of one search share.
pub const Wanted = struct {
    view: *const view_file.View,
    finder: literal.Finder,
};

/// Searches one text after the other; see ordered_search.zig.
pub const Reader = struct {
    wanted: *const Wanted,
    gpa: Allocator,
    found: scan.Found,
    strings: std.ArrayList(Span) = .empty,

    pub fn init(wanted: *const Wanted, gpa: Allocator, stop: regex.Stop) regex.Error!Reader {
        _ = stop;
        return .{ .wanted = wanted, .gpa = gpa, .found = .init(gpa) };
    }

    pub fn deinit(reader: *Reader) void {
        reader.found.deinit();
        reader.strings.deinit(reader.gpa);
    }

    pub fn find(
        reader: *Reader,
        place: view_file.Place,
        text: view_file.Text,
        limit: u32,
        arena: Allocator,
        out: *std.ArrayList(Match),
    ) regex.Error!void {
        const language = reader.wanted.view.segment(place).info(place.document).language;
        try reader.findIn(language, text.bytes, limit, arena, out);
    }

    fn findIn(
        reader: *Reader,
        language: types.Language,
        bytes: []const u8,
        limit: u32,
        arena: Allocator,
        out: *std.ArrayList(Match),
    ) regex.Error!void {
        if (!isCode(language)) return;
        // Most texts that hold the name hold it alone: look before the costly part.
        var next = reader.nextAlone(bytes, 0) orelse return;
        reader.found.clear();
        reader.strings.clearRetainingCapacity();
        try scan.scan(language, bytes, &reader.found);
        const comments = reader.found.comments.items;
        try strings.find(reader.gpa, language, bytes, comments, &reader.strings);
        var counter: ordered_search.LineCounter = .{};
        while (out.items.len < limit) {
            if (!strings.isInside(comments, next) and !reader.isInString(language, bytes, next)) {
                try reader.add(bytes, next, &counter, arena, out);
            }
            const after = next + reader.wanted.finder.needle.len;
            next = reader.nextAlone(bytes, after) orelse return;
        }
    }

    fn nextAlone(reader: *const Reader, bytes: []const u8, from: usize) ?usize {
        var at = from;
        while (reader.wanted.finder.find(bytes, at)) |start| {
            const end = start + reader.wanted.finder.needle.len;
            if (patterns.isAlone(bytes, start, end)) return start;
            at = start + 1;
        }
        return null;
    }

    /// `"$name"` is code where strings are expanded.
    fn isInString(
        reader: *const Reader,
        language: types.Language,
        bytes: []const u8,
        at: usize,
    ) bool {
        if (!strings.isInside(reader.strings.items, at)) return false;
        const is_expanded = language == .php or language == .kotlin or language == .shell;
        return !(is_expanded and at > 0 and bytes[at - 1] == '$');
    }

    fn add(
        reader: *const Reader,
        bytes: []const u8,
        at: usize,
        counter: *ordered_search.LineCounter,
        arena: Allocator,
        out: *std.ArrayList(Match),
    ) Allocator.Error!void {
        const start = regex.lineStart(bytes, at, 0);
        const end = regex.lineEnd(bytes, at);
        const around = definitionsAround(reader.found.symbols.items, at);
        try out.append(arena, .{
            .path = "",
            .line = counter.lineOf(bytes, start),
            .column = @intCast(at - start + 1),
            .length = @intCast(reader.wanted.finder.needle.len),
            .text = try arena.dupe(u8, ordered_search.excerpt(bytes, start, end, at)),
            .symbol = try arena.dupe(u8, around.name.of(bytes)),
            .is_definition = around.is_definition,
        });
    }
};

/// Names in prose and data are no references.
fn isCode(language: types.Language) bool {
    return switch (language) {
        .markdown, .prose, .data => false,
        else => true,
    };
}

const Around = struct { name: Span, is_definition: bool };

/// The innermost definition that a name stands in, and whether the name is one's own.
fn definitionsAround(symbols: []const Symbol, at: usize) Around {
    var inner: Span = .empty;
    var is_definition = false;
    for (symbols) |symbol| {
        if (symbol.start > at) break;
        if (symbol.name.start == at) {
            is_definition = true;
        } else if (symbol.end > at) inner = symbol.name;
    }
    return .{ .name = inner, .is_definition = is_definition };
}

fn expectReferences(
    language: types.Language,
    name: []const u8,
    text: []const u8,
    expected: []const u8,
) !void {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    const wanted: Wanted = .{ .view = undefined, .finder = .init(name, false) };
    var reader: Reader = try .init(&wanted, std.testing.allocator, .{});
    defer reader.deinit();
    var matches: std.ArrayList(Match) = .empty;
    try reader.findIn(language, text, 100, arena.allocator(), &matches);
    var told: std.ArrayList(u8) = .empty;
    for (matches.items) |match| try told.print(arena.allocator(), "{d}:{d}{s} {s};", .{
        match.line,
        match.column,
        @as([]const u8, if (match.is_definition) "!" else ""),
        match.symbol,
    });
    try std.testing.expectEqualStrings(expected, told.items);
}

test "code counts, comments and strings do not" {
    try expectReferences(.python, "area",
        \\import area
        \\# area of it
        \\def area(x):
        \\    """The area."""
        \\    return x * area_of(x)
        \\def use(s):
        \\    print("area", area(s), f"{area(s)} area")
        \\
    , "1:8 ;3:5! ;7:19 use;7:31 use;");
}

test "prose has no references" {
    try expectReferences(.markdown, "area", "# area\narea\n", "");
}
