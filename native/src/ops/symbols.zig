//! Fuzzy search of what is defined anywhere.
const std = @import("std");
const calls = @import("call.zig");
const definitions = @import("../text/definitions.zig");
const file_symbols = @import("../text/file_symbols.zig");
const json = @import("../base/json.zig");
const segment_file = @import("../index/segment.zig");
const symbol_search = @import("../text/symbol_search.zig");
const types = @import("../base/types.zig");
const Place = @import("../store/view.zig").Place;

const Definition = definitions.Definition;

const Request = struct {
    pattern: []const u8,
    limit: u32,
    /// Empty: all.
    kinds: []const types.Kind = &.{},
};

const max_limit = 1000;
/// Names that are looked at beyond the limit, for some have no definition of the right kind.
const spare_names = 256;

pub fn run(call: *calls.Call) calls.Error!void {
    const request = try call.parse(Request);
    const limit = @min(request.limit, max_limit);
    const found = try find(call, &request, limit);
    var writer: Writer = .{ .call = call, .output = call.result() };
    try writer.output.beginObject();
    try writer.output.key("results");
    try writer.output.beginArray();
    for (found[0..@min(found.len, limit)]) |definition| {
        try call.task.check();
        try writer.write(definition);
    }
    try writer.output.endArray();
    try writer.output.field("isCut", found.len > limit);
    try writer.output.endObject();
}

fn find(call: *calls.Call, request: *const Request, limit: usize) calls.Error![]const Definition {
    const pattern: symbol_search.Pattern = try .init(call.arena, request.pattern);
    const most = limit + spare_names;
    const names = try symbol_search.search(call, &pattern, most);
    var list: std.ArrayList(Definition) = .empty;
    var scratch: std.ArrayList(Definition) = .empty;
    for (names) |name| {
        try call.task.check();
        // A little more than is needed: what is in tests may give way to the next name.
        if (list.items.len > 2 * limit) break;
        scratch.clearRetainingCapacity();
        try definitions.add(call.arena, call.view, name, &scratch);
        for (scratch.items) |definition| {
            if (!isWanted(request.kinds, definition.kind)) continue;
            var kept = definition;
            kept.score -= definitions.penalty(definition);
            try list.append(call.arena, kept);
        }
    }
    std.mem.sort(Definition, list.items, {}, definitions.isBefore);
    return list.items;
}

fn isWanted(kinds: []const types.Kind, kind: types.Kind) bool {
    return kinds.len == 0 or std.mem.indexOfScalar(types.Kind, kinds, kind) != null;
}

/// Writes definitions; a file is read once, however many of them it has.
const Writer = struct {
    call: *calls.Call,
    output: json.Output,
    files: std.AutoHashMapUnmanaged(Place, ?file_symbols.Signatures) = .empty,

    fn write(writer: *Writer, definition: Definition) calls.Error!void {
        const segment = writer.call.view.segment(definition.place);
        var buffer: segment_file.TextBuffer = undefined;
        const output = &writer.output;
        try output.beginObject();
        try output.pathField("path", definition.path);
        try output.field("startLine", definition.start_line);
        try output.field("endLine", definition.end_line);
        try output.textField("name", segment.nameText(definition.name, &buffer));
        try output.field("kind", definition.kind);
        if (definition.container) |container| {
            try output.textField("container", segment.nameText(container, &buffer));
        }
        const file = try writer.signatures(definition.place);
        const line = if (file) |known| known.of(definition.start_line) else "";
        try output.textField("signature", line);
        try output.field("score", definition.score);
        try output.endObject();
    }

    /// Null when the file cannot be read.
    fn signatures(writer: *Writer, place: Place) calls.Error!?file_symbols.Signatures {
        const call = writer.call;
        const entry = try writer.files.getOrPut(call.arena, place);
        if (entry.found_existing) return entry.value_ptr.*;
        entry.value_ptr.* = null;
        const text = call.view.read(call.io, place, call.arena) catch |err| switch (err) {
            error.OutOfMemory => return error.OutOfMemory,
            error.Unreadable, error.TooLarge => return null,
        };
        entry.value_ptr.* = .{ .text = text.bytes, .lines = try .of(call.arena, text.bytes) };
        return entry.value_ptr.*;
    }
};

test "names that fit, by kind and up to the limit" {
    const Workspace = @import("../store/testing.zig").Workspace;
    var workspace = try Workspace.init();
    defer workspace.deinit();
    try workspace.write("a.py", "class UserStore:\n    def get_user(self):\n        pass\n", 0);
    try workspace.write("b.py", "def get_user_name():\n    pass\n", 0);
    try workspace.open();
    _ = try workspace.call(.refresh, "{}");
    const arena = workspace.arena.allocator();
    const Result = struct {
        results: []const struct { name: []const u8, signature: []const u8 },
        isCut: bool,
    };
    const requests = [_][2][]const u8{
        .{ "{\"pattern\":\"getuser\",\"limit\":9}", "get_user get_user_name" },
        .{ "{\"pattern\":\"user\",\"limit\":1}", "UserStore" },
        .{ "{\"pattern\":\"gun\",\"limit\":9}", "get_user_name" },
        .{ "{\"pattern\":\"user\",\"limit\":9,\"kinds\":[\"function\"]}", "get_user_name" },
        .{ "{\"pattern\":\"\",\"limit\":9}", "" },
    };
    for (requests) |request| {
        const text = try workspace.call(.symbols, request[0]);
        const parsed = try std.json.parseFromSliceLeaky(Result, arena, text, .{
            .ignore_unknown_fields = true,
        });
        var names: std.ArrayList(u8) = .empty;
        for (parsed.results, 0..) |found, index| {
            if (index > 0) try names.append(arena, ' ');
            try names.appendSlice(arena, found.name);
            try std.testing.expect(std.mem.indexOf(u8, found.signature, found.name) != null);
        }
        try std.testing.expectEqualStrings(request[1], names.items);
        const is_limited = std.mem.indexOf(u8, request[0], "\"limit\":1}") != null;
        try std.testing.expectEqual(is_limited, parsed.isCut);
    }
    try std.testing.expectError(
        error.BadRequest,
        workspace.call(.symbols, "{\"pattern\":\"a\",\"limit\":1,\"kinds\":[\"verb\"]}"),
    );
}
