//! Buffers that are edited and not saved: each is a small segment that stands in for its file.
const std = @import("std");
const classify = @import("../walk/classify.zig");
const collect = @import("collect.zig");
const engine_file = @import("engine.zig");
const hash = @import("../base/hash.zig");
const images = @import("images.zig");
const read_file = @import("read.zig");
const secret = @import("../walk/secret.zig");
const Shard = @import("shard.zig").Shard;
const Stat = @import("view.zig").Stat;

const Allocator = std.mem.Allocator;
const Engine = engine_file.Engine;
const Error = engine_file.Error;

/// More buffers than this are not kept: every search looks into each.
pub const max_overlays = 256;

pub const Overlays = struct {
    map: std.array_hash_map.String(*Shard),

    pub const empty: Overlays = .{ .map = .empty };

    pub fn count(overlays: *const Overlays) usize {
        return overlays.map.count();
    }

    pub fn paths(overlays: *const Overlays) []const []const u8 {
        return overlays.map.keys();
    }

    pub fn shards(overlays: *const Overlays) []const *Shard {
        return overlays.map.values();
    }

    pub fn deinit(overlays: *Overlays, gpa: Allocator, io: std.Io) void {
        for (overlays.paths(), overlays.shards()) |path, shard| {
            gpa.free(path);
            shard.release(io);
        }
        overlays.map.deinit(gpa);
    }
};

/// Why a text is not taken.
pub const Refusal = enum { bad_path, too_many };

/// `text` stands for the file from now on. The engine's `change` is held by the caller. A file that
/// holds secrets by its name is not shown, whoever edits it: its overlay is left out.
pub fn set(engine: *Engine, io: std.Io, path: []const u8, text: []const u8) Error!?Refusal {
    if (!read_file.isPlain(path)) return .bad_path;
    if (secret.isSecretPath(path)) return null;
    const map = &engine.overlays.map;
    if (map.count() >= max_overlays and !map.contains(path)) return .too_many;
    const shard = try build(engine, io, path, text);
    {
        errdefer shard.release(io);
        try map.ensureUnusedCapacity(engine.gpa, 1);
        if (map.getPtr(path)) |held| {
            const before = held.*;
            held.* = shard;
            errdefer held.* = before;
            try engine.publish(io);
            before.release(io);
            return null;
        }
        const key = try engine.gpa.dupe(u8, path);
        map.putAssumeCapacity(key, shard);
    }
    errdefer drop(engine, io, path);
    try engine.publish(io);
    return null;
}

/// The file counts again.
pub fn remove(engine: *Engine, io: std.Io, path: []const u8) Error!void {
    if (!engine.overlays.map.contains(path)) return;
    drop(engine, io, path);
    try engine.publish(io);
}

fn drop(engine: *Engine, io: std.Io, path: []const u8) void {
    const entry = engine.overlays.map.fetchOrderedRemove(path) orelse return;
    engine.gpa.free(entry.key);
    entry.value.release(io);
}

fn build(engine: *Engine, io: std.Io, path: []const u8, text: []const u8) Error!*Shard {
    var class = classify.ofPath(path, text.len);
    class = classify.ofContent(class, text[0..@min(text.len, classify.head_bytes)]);
    const is_listed_only = class.is_binary or class.is_huge;
    const content = if (is_listed_only) 0 else hash.ofContent(engine.seed, text);
    const stat: Stat = .{ .size = text.len, .mtime_ns = 0, .inode = 0 };
    const shard = try images.buildOne(engine, .{
        .path = path,
        .info = collect.infoOf(class, stat, content),
        .text = if (is_listed_only) "" else text,
    });
    errdefer shard.release(io);
    shard.overlay = try engine.gpa.dupe(u8, text);
    return shard;
}

const Workspace = @import("testing.zig").Workspace;

fn textOf(workspace: *Workspace, path: []const u8) ![]const u8 {
    const io = std.testing.io;
    const view = workspace.engine.?.acquire(io);
    defer view.release(io);
    const place = view.find(path) orelse return error.NotFound;
    return (try view.read(io, place, workspace.arena.allocator())).bytes;
}

test "an overlay stands for its file until it is taken away" {
    var workspace: Workspace = try .init();
    defer workspace.deinit();
    try workspace.write("a.c", "saved", 1);
    try workspace.open();
    _ = try workspace.call(.refresh, "{}");
    try Workspace.expect(
        try workspace.call(.overlay, "{\"path\":\"a.c\",\"text\":\"edited\\u0000\\udcff\"}"),
        .{ .overlays = 1 },
    );
    try std.testing.expectEqualStrings("edited\x00\xff", try textOf(&workspace, "a.c"));
    try Workspace.expect(
        try workspace.call(.overlay, "{\"path\":\"a.c\",\"text\":\"again\"}"),
        .{ .overlays = 1 },
    );
    try Workspace.expect(
        try workspace.call(.overlay, "{\"path\":\"new.c\",\"text\":\"never saved\"}"),
        .{ .overlays = 2 },
    );
    try Workspace.expect(try workspace.call(.status, "{}"), .{ .files = 2, .liveDocuments = 2 });
    // The file changes meanwhile: the overlay still stands for it.
    try workspace.write("a.c", "saved again", 2);
    try Workspace.expect(try workspace.call(.refresh, "{}"), .{ .files = 1, .changed = 1 });
    try std.testing.expectEqualStrings("again", try textOf(&workspace, "a.c"));
    try Workspace.expect(try workspace.call(.status, "{}"), .{ .files = 2 });
    try Workspace.expect(try workspace.call(.overlay, "{\"path\":\"a.c\"}"), .{ .overlays = 1 });
    try std.testing.expectEqualStrings("saved again", try textOf(&workspace, "a.c"));
    try Workspace.expect(try workspace.call(.overlay, "{\"path\":\"new.c\"}"), .{ .overlays = 0 });
    try std.testing.expectError(error.NotFound, textOf(&workspace, "new.c"));
    try Workspace.expect(try workspace.call(.overlay, "{\"path\":\"none\"}"), .{ .overlays = 0 });
}

test "odd overlays are refused or not shown" {
    var workspace: Workspace = try .init();
    defer workspace.deinit();
    try workspace.open();
    for ([_][]const u8{ "../a", "/a", "" }) |path| {
        var request: [64]u8 = undefined;
        const text = try std.fmt.bufPrint(&request, "{{\"path\":\"{s}\",\"text\":\"\"}}", .{path});
        try std.testing.expectError(error.BadRequest, workspace.call(.overlay, text));
    }
    try Workspace.expect(
        try workspace.call(.overlay, "{\"path\":\".env\",\"text\":\"KEY=1\"}"),
        .{ .overlays = 0 },
    );
    var request: [64]u8 = undefined;
    for (1..max_overlays + 1) |number| {
        const form = "{{\"path\":\"{d}\",\"text\":\"a\"}}";
        const text = try std.fmt.bufPrint(&request, form, .{number});
        const result = try workspace.call(.overlay, text);
        const count: i64 = @intCast(number);
        try std.testing.expectEqual(count, try Workspace.number(result, "overlays"));
    }
    const more = workspace.call(.overlay, "{\"path\":\"more\",\"text\":\"a\"}");
    try std.testing.expectError(error.BadRequest, more);
}
