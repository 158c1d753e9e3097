//! Exact search and regular expressions over all text.
const std = @import("std");
const calls = @import("call.zig");
const candidates = @import("../text/candidates.zig");
const ordered_search = @import("../text/ordered_search.zig");
const patterns = @import("../text/pattern.zig");
const Place = @import("../store/view.zig").Place;
const Text = @import("../store/view.zig").Text;
const regex = @import("../text/regex/regex.zig");

const Allocator = std.mem.Allocator;
const Match = ordered_search.Match;

const Request = struct {
    pattern: []const u8,
    isRegex: bool = false,
    /// Absent: only when the pattern has a capital letter.
    isCaseSensitive: ?bool = null,
    isWord: bool = false,
    /// Files, and folders to stay in.
    paths: []const []const u8 = &.{},
    limit: u32,
};

pub fn run(call: *calls.Call) calls.Error!void {
    const request = try call.parse(Request);
    var failure: regex.Failure = .{};
    const options: patterns.Options = .{
        .is_regex = request.isRegex,
        .is_case_sensitive = request.isCaseSensitive orelse hasCapital(request.pattern),
        .is_word = request.isWord,
    };
    const compiled = patterns.Pattern.compile(call.arena, request.pattern, options, &failure);
    const pattern = compiled catch |err| switch (err) {
        error.OutOfMemory => return error.OutOfMemory,
        error.BadPattern => return call.fail(error.BadRequest, failure.message),
    };
    const places = try candidates.inOrder(call, &pattern.plan, request.paths);
    const outcome = try ordered_search.run(Reader, call, &pattern, places, request.limit);
    try write(call, &outcome);
}

/// Letters of escapes (`\W`, `\S`) are no capitals that someone meant.
fn hasCapital(pattern: []const u8) bool {
    var index: usize = 0;
    while (index < pattern.len) : (index += 1) {
        if (pattern[index] == '\\') {
            index += 1;
        } else if (std.ascii.isUpper(pattern[index])) return true;
    }
    return false;
}

/// Finds the matching lines of one text after the other.
const Reader = struct {
    searcher: patterns.Searcher,

    pub fn init(
        pattern: *const patterns.Pattern,
        gpa: Allocator,
        stop: regex.Stop,
    ) regex.Error!Reader {
        return .{ .searcher = try .init(gpa, pattern, stop) };
    }

    pub fn deinit(reader: *Reader) void {
        reader.searcher.deinit();
    }

    pub fn find(
        reader: *Reader,
        place: Place,
        text: Text,
        limit: u32,
        arena: Allocator,
        out: *std.ArrayList(Match),
    ) regex.Error!void {
        _ = place;
        const bytes = text.bytes;
        var counter: ordered_search.LineCounter = .{};
        var at: usize = 0;
        while (at < bytes.len and out.items.len < limit) {
            const match = try reader.searcher.next(bytes, at) orelse return;
            at = match.line_end + 1;
            const shown = ordered_search.excerpt(
                bytes,
                match.line_start,
                match.line_end,
                match.start,
            );
            try out.append(arena, .{
                .path = "",
                .line = counter.lineOf(bytes, match.line_start),
                .column = @intCast(match.start - match.line_start + 1),
                .length = @intCast(match.end - match.start),
                .text = try arena.dupe(u8, shown),
            });
        }
    }
};

fn write(call: *calls.Call, outcome: *const ordered_search.Outcome) calls.Error!void {
    var result = call.result();
    try result.beginObject();
    try result.key("results");
    try result.beginArray();
    for (outcome.matches) |match| {
        try result.beginObject();
        try result.pathField("path", match.path);
        try result.field("line", match.line);
        try result.field("column", match.column);
        try result.field("length", match.length);
        try result.textField("text", match.text);
        try result.endObject();
    }
    try result.endArray();
    try result.field("files", outcome.files);
    try result.field("filesRead", outcome.files_read);
    try result.field("isCut", outcome.is_cut);
    try result.endObject();
}

const Workspace = @import("../store/testing.zig").Workspace;

/// What was found, as `path:line:column+length`, one a line.
fn told(workspace: *Workspace, request: []const u8) ![]const u8 {
    const arena = workspace.arena.allocator();
    const text = try workspace.call(.grep, request);
    const Result = struct {
        results: []const struct { path: []const u8, line: u32, column: u32, length: u32 },
        isCut: bool,
    };
    const parsed = try std.json.parseFromSliceLeaky(Result, arena, text, .{
        .ignore_unknown_fields = true,
    });
    var out: std.ArrayList(u8) = .empty;
    for (parsed.results) |found| try out.print(arena, "{s}:{d}:{d}+{d}\n", .{
        found.path, found.line, found.column, found.length,
    });
    if (parsed.isCut) try out.appendSlice(arena, "…\n");
    return out.items;
}

test "lines in the order of paths, up to the limit" {
    var workspace = try Workspace.init();
    defer workspace.deinit();
    try workspace.write("b/two.c", "int foo;\nint food = foo(1);\n", 0);
    try workspace.write("a.c", "// FOO\nfoo\r\nx.foo$ = 0xbeef;\n", 0);
    try workspace.write("c/long.c", "x" ** 200 ++ "foo" ++ "y" ** 200, 0);
    try workspace.write("d.bin", "foo\x00", 0);
    try workspace.open();
    _ = try workspace.call(.refresh, "{}");
    const expect = std.testing.expectEqualStrings;
    try expect(
        "a.c:1:4+3\na.c:2:1+3\na.c:3:3+3\nb/two.c:1:5+3\nb/two.c:2:5+3\nc/long.c:1:201+3\n",
        try told(&workspace, "{\"pattern\":\"foo\",\"limit\":9}"),
    );
    try expect("a.c:1:4+3\n", try told(&workspace, "{\"pattern\":\"FOO\",\"limit\":9}"));
    try expect("a.c:2:1+3\n…\n", try told(
        &workspace,
        "{\"pattern\":\"foo\",\"limit\":1,\"isCaseSensitive\":true}",
    ));
    try expect("a.c:2:1+3\na.c:3:3+3\nb/two.c:1:5+3\nb/two.c:2:12+3\n", try told(
        &workspace,
        "{\"pattern\":\"foo\",\"limit\":9,\"isWord\":true,\"isCaseSensitive\":true}",
    ));
    try expect("b/two.c:2:5+10\n", try told(
        &workspace,
        "{\"pattern\":\"fo+d.*foo\",\"limit\":9,\"isRegex\":true}",
    ));
    try expect("b/two.c:1:5+3\nb/two.c:2:5+3\n", try told(
        &workspace,
        "{\"pattern\":\"foo\",\"limit\":9,\"paths\":[\"b/\"]}",
    ));
    // What hides in a number, and what is no name, is found by reading.
    try expect("a.c:3:12+3\n", try told(&workspace, "{\"pattern\":\"bee\",\"limit\":9}"));
    try expect("b/two.c:2:15+3\n", try told(&workspace, "{\"pattern\":\"(1)\",\"limit\":9}"));
    try expect("", try told(&workspace, "{\"pattern\":\"zzqqxx\",\"limit\":9}"));
}

test "what cannot be searched is refused with its reason" {
    var workspace = try Workspace.init();
    defer workspace.deinit();
    try workspace.open();
    for ([_][]const u8{ "(a)\\\\1", "(", "" }) |pattern| {
        const request = try std.fmt.allocPrint(
            workspace.arena.allocator(),
            "{{\"pattern\":\"{s}\",\"limit\":1,\"isRegex\":{}}}",
            .{ pattern, pattern.len > 0 },
        );
        try std.testing.expectError(error.BadRequest, workspace.call(.grep, request));
    }
}

test "the dictionary hides no match from a search" {
    var workspace = try Workspace.init();
    defer workspace.deinit();
    const arena = workspace.arena.allocator();
    var random: std.Random.DefaultPrng = .init(std.testing.random_seed);
    const any = random.random();
    const pieces = [_][]const u8{
        "foo", "Foo", "_", "bar", "$",  " ",  "\n", "(",    "be", "0x", "1",
        "é",
        "->",  "ef",  ".", "a",   "ba", "fo", "x",  "\r\n", "\"",
    };
    for (0..60) |number| {
        var text: std.ArrayList(u8) = .empty;
        for (0..any.uintLessThan(usize, 60)) |_| {
            try text.appendSlice(arena, pieces[any.uintLessThan(usize, pieces.len)]);
        }
        try workspace.write(try std.fmt.allocPrint(arena, "f{d}.c", .{number}), text.items, 0);
    }
    try workspace.open();
    _ = try workspace.call(.refresh, "{}");
    const view = workspace.engine.?.acquire(std.testing.io);
    defer view.release(std.testing.io);
    for (0..300) |_| {
        var wanted: std.ArrayList(u8) = .empty;
        for (0..any.intRangeAtMost(usize, 1, 4)) |_| {
            const piece = pieces[any.uintLessThan(usize, pieces.len)];
            if (piece[0] != '\n' and piece[0] != '\r') try wanted.appendSlice(arena, piece);
        }
        if (wanted.items.len == 0) continue;
        try expectSame(arena, view, wanted.items, .{
            .is_regex = any.boolean(),
            .is_case_sensitive = any.boolean(),
            .is_word = any.boolean(),
        });
    }
}

/// Every file that matches must be among the candidates of the plan.
fn expectSame(
    arena: Allocator,
    view: *const @import("../store/view.zig").View,
    text: []const u8,
    options: patterns.Options,
) !void {
    var failure: regex.Failure = .{};
    const pattern = patterns.Pattern.compile(arena, text, options, &failure) catch return;
    var searcher: patterns.Searcher = try .init(std.testing.allocator, &pattern, .{});
    defer searcher.deinit();
    const NameFilter = @import("../text/name_filter.zig").NameFilter;
    const prefilter = @import("../text/prefilter.zig");
    var places = view.places();
    while (places.next()) |place| {
        const segment = view.segment(place);
        const filter = try NameFilter.of(view.parts[place.segment].shard, std.testing.io, 1);
        const bits = try prefilter.candidates(arena, segment, &pattern.plan, filter, 1, .{});
        const is_candidate = bits[place.document / 64] >> @intCast(place.document % 64) & 1 == 1;
        const read = try view.read(std.testing.io, place, arena);
        const is_found = try searcher.next(read.bytes, 0) != null;
        if (is_found and !is_candidate) {
            std.debug.print(
                "'{s}' {} was not looked for in '{s}'\n",
                .{ text, options, read.bytes },
            );
            return error.TestUnexpectedResult;
        }
    }
}
