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
