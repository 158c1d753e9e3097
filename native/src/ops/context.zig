//! Snippets for a question, a cursor or a change, within a budget of tokens.
const std = @import("std");
const call_file = @import("call.zig");
const context_file = @import("../query/context.zig");
const editor_file = @import("../query/editor.zig");
const hits_file = @import("../query/hits.zig");
const remembered_file = @import("../query/remembered.zig");

const Request = struct {
    text: []const u8 = "",
    cursor: ?editor_file.Cursor = null,
    openFiles: []const []const u8 = &.{},
    recentFiles: []const []const u8 = &.{},
    changes: []const context_file.Change = &.{},
    tokens: u32,
    limit: u32 = max_limit,
};

const max_limit = 200;
const max_changes = 200;

pub fn run(call: *call_file.Call) call_file.Error!void {
    const request = try call.parse(Request);
    const remembered: *remembered_file.Remembered = try .of(call.engine, call.io);
    const shared = remembered.acquire(call.io);
    defer if (shared) |held| held.release();
    const items = try context_file.collect(.{
        .view = call.view,
        .io = call.io,
        .arena = call.arena,
        .task = call.task,
        .text = request.text,
        .editor = .{
            .cursor = request.cursor,
            .open_files = request.openFiles,
            .recent_files = request.recentFiles,
        },
        .changes = request.changes[0..@min(request.changes.len, max_changes)],
        .history = if (shared) |held| held.history else null,
        .tokens = request.tokens,
        .limit = @min(request.limit, max_limit),
        .threads = call.engine.threads,
    });
    var total: u32 = 0;
    for (items) |item| total += item.tokens;
    var result = call.result();
    try result.beginObject();
    try result.field("tokens", total);
    try result.key("results");
    try result.beginArray();
    for (items) |item| {
        try result.beginObject();
        try hits_file.writeFields(&result, item.hit);
        try result.field("tokens", item.tokens);
        try result.endObject();
    }
    try result.endArray();
    try result.endObject();
}

const Workspace = @import("../store/testing.zig").Workspace;

test "the definition at the cursor, those it uses, and what changes with it" {
    var workspace: Workspace = try .init();
    defer workspace.deinit();
    try workspace.write("main.c",
        \\#include "price.h"
        \\int run_shop(void) {
        \\  return compute_price(3);
        \\}
        \\
    , 1);
    try workspace.write(
        "price.c",
        "/* Adds taxes. */\nint compute_price(int net) {\n  return net;\n}\n",
        1,
    );
    try workspace.write("other.c", "int unrelated(void) {\n  return 0;\n}\n", 1);
    try workspace.open();
    _ = try workspace.call(.refresh, "{}");
    const cursor = "{\"cursor\":{\"path\":\"main.c\",\"line\":3},\"tokens\":500}";
    const at_cursor = try workspace.call(.context, cursor);
    const own = std.mem.indexOf(u8, at_cursor, "\"symbol\":\"run_shop\"") orelse return error.NotFound;
    const used = std.mem.indexOf(u8, at_cursor, "\"symbol\":\"compute_price\"") orelse return error.NotFound;
    try std.testing.expect(own < used);
    try std.testing.expect(std.mem.indexOf(u8, at_cursor, "unrelated") == null);
    const change = "{\"changes\":[{\"path\":\"price.c\",\"startLine\":3,\"endLine\":3}],\"tokens\":500}";
    const changed = try workspace.call(.context, change);
    try std.testing.expect(std.mem.indexOf(u8, changed, "\"symbol\":\"run_shop\"") != null);
}

test "a budget is kept, and odd requests are answered" {
    var workspace: Workspace = try .init();
    defer workspace.deinit();
    try workspace.write(
        "a.c",
        "int retry_one(void) {\n  return 1;\n}\n\nint retry_two(void) {\n  return 2;\n}\n",
        1,
    );
    try workspace.open();
    _ = try workspace.call(.refresh, "{}");
    const small = try workspace.call(.context, "{\"text\":\"retry\",\"tokens\":20}");
    try std.testing.expect(try Workspace.number(small, "tokens") <= 20);
    try Workspace.expect(
        try workspace.call(.context, "{\"text\":\"retry\",\"tokens\":0}"),
        .{ .tokens = 0 },
    );
    const requests = [_][]const u8{
        "{\"tokens\":100}",
        "{\"tokens\":100,\"cursor\":{\"path\":\"none.c\",\"line\":1}}",
        "{\"tokens\":100,\"cursor\":{\"path\":\"a.c\",\"line\":0}}",
        "{\"tokens\":100,\"cursor\":{\"path\":\"a.c\",\"line\":4294967295}}",
        "{\"tokens\":100,\"changes\":[{\"path\":\"a.c\",\"startLine\":9,\"endLine\":2}]}",
    };
    for (requests) |request| _ = try workspace.call(.context, request);
}
