//! Ranked snippets for a question in plain words or code.
const std = @import("std");
const call_file = @import("call.zig");
const editor_file = @import("../query/editor.zig");
const hits_file = @import("../query/hits.zig");
const rank_file = @import("../query/rank.zig");
const remembered_file = @import("../query/remembered.zig");
const search_file = @import("../query/search.zig");

const Request = struct {
    text: []const u8,
    limit: u32,
    cursor: ?editor_file.Cursor = null,
    openFiles: []const []const u8 = &.{},
    recentFiles: []const []const u8 = &.{},
};

const max_limit = 200;

pub fn run(call: *call_file.Call) call_file.Error!void {
    const request = try call.parse(Request);
    const editor: editor_file.Editor = .{
        .cursor = request.cursor,
        .open_files = request.openFiles,
        .recent_files = request.recentFiles,
    };
    var boosts: std.ArrayList(rank_file.Boost) = .empty;
    try editor.addBoosts(call.arena, call.view, &boosts);
    const remembered: *remembered_file.Remembered = try .of(call.engine, call.io);
    const shared = remembered.acquire(call.io);
    defer if (shared) |held| held.release();
    const hits = try search_file.search(.{
        .view = call.view,
        .io = call.io,
        .arena = call.arena,
        .task = call.task,
        .text = request.text,
        .boosts = boosts.items,
        .history = if (shared) |held| held.history else null,
        .limit = @min(request.limit, max_limit),
    });
    var result = call.result();
    try result.beginObject();
    try hits_file.writeAll(&result, hits);
    try result.endObject();
}
