//! Where a name is defined: the exact case first, what others may use before what they may not.
const std = @import("std");
const calls = @import("call.zig");
const definitions = @import("../text/definitions.zig");
const hits = @import("../query/hits.zig");
const passages = @import("../query/passages.zig");
const symbol_search = @import("../text/symbol_search.zig");
const Hit = @import("../query/search.zig").Hit;
const TextBuffer = @import("../index/segment.zig").TextBuffer;

const Definition = definitions.Definition;

const Request = struct {
    name: []const u8,
    limit: u32,
};

/// A longer definition is cut.
const max_lines = 60;
/// Definitions whose files are read to see whether they are exported.
const max_read = 64;
const inexact_penalty = 8;
const hidden_penalty = 1;

pub fn run(call: *calls.Call) calls.Error!void {
    const request = try call.parse(Request);
    const found = try find(call, request.name, request.limit);
    const kept = found[0..@min(found.len, @max(request.limit, max_read))];
    var list: std.ArrayList(Hit) = .empty;
    for (kept) |*definition| {
        try call.task.check();
        if (list.items.len == max_read and list.items.len >= request.limit) break;
        if (try hitOf(call, definition)) |hit| try list.append(call.arena, hit);
    }
    std.mem.sort(Hit, list.items, {}, isBetter);
    var result = call.result();
    try result.beginObject();
    try hits.writeAll(&result, list.items[0..@min(list.items.len, request.limit)]);
    try result.endObject();
}

/// Stable: equals stay in the order of `definitions.isBefore`.
fn isBetter(_: void, left: Hit, right: Hit) bool {
    return left.score > right.score;
}

/// The definitions of a name, best first as far as the index alone can tell.
fn find(call: *calls.Call, name: []const u8, limit: u32) calls.Error![]Definition {
    var list: std.ArrayList(Definition) = .empty;
    if (name.len == 0) return list.items;
    for (call.view.parts, 0..) |*part, number| {
        const id = part.shard.segment.findName(name) orelse continue;
        try definitions.add(call.arena, call.view, .{
            .segment = @intCast(number),
            .name = id,
            .score = symbol_search.exact_score,
            .length = 0,
        }, &list);
    }
    if (list.items.len < limit) try addOtherCases(call, name, &list);
    for (list.items) |*definition| definition.score -= definitions.penalty(definition.*);
    std.mem.sort(Definition, list.items, {}, definitions.isBefore);
    return list.items;
}

fn addOtherCases(
    call: *calls.Call,
    name: []const u8,
    list: *std.ArrayList(Definition),
) calls.Error!void {
    const most = 64;
    var pattern: symbol_search.Pattern = try .init(call.arena, name);
    pattern.is_same_only = true;
    const names = try symbol_search.search(call, &pattern, most);
    for (names) |found| {
        if (found.score == symbol_search.exact_score) continue;
        var inexact = found;
        inexact.score = symbol_search.exact_score - inexact_penalty;
        try definitions.add(call.arena, call.view, inexact, list);
    }
}

/// The lines of a definition with the comment above; null when they are no longer there.
fn hitOf(call: *calls.Call, definition: *const Definition) calls.Error!?Hit {
    const place = definition.place;
    const read = passages.File.read(call.view, call.io, place, call.arena);
    const file = read catch |err| switch (err) {
        error.OutOfMemory => return error.OutOfMemory,
        error.Unreadable, error.TooLarge => return null,
    };
    const segment = call.view.segment(place);
    var buffer: TextBuffer = undefined;
    const name = try call.arena.dupe(u8, segment.nameText(definition.name, &buffer));
    const known = nearest(&file, name, definition.start_line -| 1) orelse return null;
    const start = passages.startWithComment(&file, known.start_line);
    const end = @min(known.end_line, start + max_lines - 1);
    const language = segment.info(place.document).language;
    const line = file.line(known.start_line);
    const is_exported = definitions.looksExported(language, line, name);
    return .{
        .place = place,
        .path = definition.path,
        .start_line = start + 1,
        .end_line = end + 1,
        .symbol = name,
        .kind = known.kind,
        .score = definition.score - @as(f32, if (is_exported) 0 else hidden_penalty),
        .reason = try std.fmt.allocPrint(call.arena, "defines {s}", .{name}),
        .text = file.lines(start, @max(start, end)),
    };
}

/// The definition of that name that begins nearest to a line: a changed file was scanned anew.
fn nearest(file: *const passages.File, name: []const u8, line: u32) ?passages.Definition {
    var best: ?passages.Definition = null;
    var buffer: TextBuffer = undefined;
    for (file.definitions) |definition| {
        if (!std.mem.eql(u8, file.textOf(definition.name, &buffer), name)) continue;
        if (best) |known| {
            if (distance(known.start_line, line) <= distance(definition.start_line, line)) continue;
        }
        best = definition;
    }
    return best;
}

fn distance(left: u32, right: u32) u32 {
    return @max(left, right) - @min(left, right);
}

test "the exact case first, what is exported before what is not, tests and headings last" {
    const Workspace = @import("../store/testing.zig").Workspace;
    var workspace = try Workspace.init();
    defer workspace.deinit();
    try workspace.write("a.ts", "const run = 1;\n", 0);
    try workspace.write("deep/er/b.ts", "x;\n\n/** Runs. */\nexport function run() {\n}\n", 0);
    try workspace.write("c.ts", "export const Run = 1;\n", 0);
    try workspace.write("d.md", "# run\n", 0);
    try workspace.write("test/e.test.ts", "export function run() {}\n", 0);
    try workspace.open();
    _ = try workspace.call(.refresh, "{}");
    const arena = workspace.arena.allocator();
    const Result = struct { results: []const struct { path: []const u8, text: []const u8 } };
    const text = try workspace.call(.definitions, "{\"name\":\"run\",\"limit\":9}");
    const parsed = try std.json.parseFromSliceLeaky(Result, arena, text, .{
        .ignore_unknown_fields = true,
    });
    const expected = [_][]const u8{ "deep/er/b.ts", "a.ts", "test/e.test.ts", "c.ts", "d.md" };
    try std.testing.expectEqual(expected.len, parsed.results.len);
    for (expected, parsed.results) |path, hit| try std.testing.expectEqualStrings(path, hit.path);
    try std.testing.expectEqualStrings(
        "/** Runs. */\nexport function run() {\n}",
        parsed.results[0].text,
    );
    for ([_][]const u8{ "{\"name\":\"x\",\"limit\":9}", "{\"name\":\"\",\"limit\":9}" }) |request| {
        try std.testing.expectEqualStrings(
            "{\"results\":[]}",
            try workspace.call(.definitions, request),
        );
    }
}
