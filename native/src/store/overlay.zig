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
