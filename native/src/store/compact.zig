//! Keeps the number of segments small: every search looks into each of them.
const std = @import("std");
const draft_file = @import("draft.zig");
const engine_file = @import("engine.zig");
const images = @import("images.zig");
const merge_file = @import("../index/merge.zig");
const Task = @import("task.zig").Task;
const view_file = @import("view.zig");

const Draft = draft_file.Draft;
const Engine = engine_file.Engine;
const Error = engine_file.Error;
const Place = view_file.Place;
const View = view_file.View;

/// With more segments than this some are put together.
const max_parts = 8;
/// Merged between two key strokes without being felt.
const max_quick_bytes: usize = 1 << 20;
/// A segment of more documents is not left out when all of them are dead.
const max_left_over = 4;

pub const Haste = enum {
    /// Somebody waits for one file: only what is tiny.
    quick,
    /// The whole tree was looked at: whatever is worth it.
    thorough,
};

/// Puts the newest segments together when there are too many of them, or all when most is dead.
pub fn compact(engine: *Engine, io: std.Io, task: *Task, haste: Haste) Error!void {
    if (engine.files.parts.len > max_parts) try dropDead(engine, io);
    const from = choose(engine.files, haste) orelse return;
    if (haste == .thorough) {
        task.begin(.merging, 0);
        engine.beginWriting(io);
    }
    const view = try merged(engine, io, task, from);
    try engine.replaceFiles(io, view);
}

/// Leaves out small segments of which nothing is live, as those of a file that is saved again and
/// again. Larger ones may be what another branch holds: those go on.
fn dropDead(engine: *Engine, io: std.Io) Error!void {
    const view = engine.files;
    for (view.parts) |part| {
        if (isLeftOver(part)) break;
    } else return;
    var draft: Draft = .init(engine.gpa);
    var is_finished = false;
    errdefer if (!is_finished) draft.deinit(io);
    for (view.parts) |part| {
        if (isLeftOver(part)) continue;
        try draft.add(part.shard.retain(), io, part.live, part.touched);
    }
    is_finished = true;
    const next = try draft.finish(io, engine.root_dir, engine.nextGeneration());
    try engine.replaceFiles(io, next);
}

fn isLeftOver(part: view_file.Part) bool {
    return part.live_count == 0 and part.shard.segment.stats().documents <= max_left_over;
}

/// The first of the parts to put together; they go to the end.
fn choose(view: *const View, haste: Haste) ?usize {
    const parts = view.parts;
    if (haste == .thorough) {
        var documents: u64 = 0;
        var newer_bytes: u64 = 0;
        for (parts, 0..) |part, number| {
            documents += part.shard.segment.stats().documents;
            if (number > 0) newer_bytes += part.shard.bytes().len;
        }
        const live = view.count();
        const base_bytes = if (parts.len > 0) parts[0].shard.bytes().len else 0;
        if (documents > 2 * @as(u64, live) + 1000) return 0;
        if (parts.len > max_parts and newer_bytes > base_bytes / 4) return 0;
    }
    if (parts.len <= max_parts) return null;
    // The newest ones, and older ones as long as they are no larger than all that come after.
    var from = parts.len - 1;
    var sum: u64 = parts[from].shard.bytes().len;
    while (from > 1) : (from -= 1) {
        const bytes = parts[from - 1].shard.bytes().len;
        if (haste == .quick and sum + bytes > max_quick_bytes) break;
        if (parts.len - from >= max_parts / 2 and bytes > 2 * sum) break;
        sum += bytes;
    }
    return if (parts.len - from >= 2) from else null;
}

fn merged(engine: *Engine, io: std.Io, task: *Task, from: usize) Error!*View {
    var arena_state: std.heap.ArenaAllocator = .init(engine.gpa);
    defer arena_state.deinit();
    const arena = arena_state.allocator();
    const view = engine.files;
    const kept = try chooseDocuments(arena, view, from);
    const inputs = try arena.alloc(merge_file.Part, kept.len);
    for (inputs, kept, view.parts[from..]) |*input, *bits, part| {
        input.* = .{ .segment = &part.shard.segment, .live = bits };
    }
    const shard = try images.merge(engine, io, task, inputs);

    var draft: Draft = .init(engine.gpa);
    var is_finished = false;
    errdefer if (!is_finished) draft.deinit(io);
    for (view.parts[0..from]) |part| {
        draft.add(part.shard.retain(), io, part.live, part.touched) catch |err| {
            shard.release(io);
            return err;
        };
    }
    var expected: usize = 0;
    for (kept) |bits| expected += bits.count();
    const documents_count = shard.segment.stats().documents;
    try draft.append(shard, io);
    if (documents_count != expected) return error.Corrupt;
    const number: u16 = @intCast(from);
    var next: u32 = 0;
    for (kept, view.parts[from..]) |bits, part| {
        var documents = bits.iterator(.{});
        var touched = part.touched;
        while (documents.next()) |document| : (next += 1) {
            const place: Place = .{ .segment = number, .document = next };
            if (!part.isLive(@intCast(document))) {
                draft.kill(place);
                continue;
            }
            while (touched.len > 0 and touched[0].document < document) touched = touched[1..];
            if (touched.len > 0 and touched[0].document == document) {
                try draft.keep(place, touched[0].stat);
            }
        }
    }
    is_finished = true;
    return draft.finish(io, engine.root_dir, engine.nextGeneration());
}

/// All live documents. Dead ones go on when a file may get that content back, as after a change of
/// branches: the newest of each path, unless the path has a live one in what is put together. A
/// segment never has two documents of one path.
fn chooseDocuments(
    arena: std.mem.Allocator,
    view: *const View,
    from: usize,
) Error![]std.DynamicBitSetUnmanaged {
    const parts = view.parts[from..];
    const kept = try arena.alloc(std.DynamicBitSetUnmanaged, parts.len);
    for (kept, parts) |*bits, part| {
        bits.* = try .initEmpty(arena, part.shard.segment.stats().documents);
        for (0..bits.bit_length) |document| {
            if (part.isLive(@intCast(document))) bits.set(document);
        }
    }
    if (from == 0) return kept;
    var taken: std.StringHashMapUnmanaged(void) = .empty;
    for (kept, parts) |bits, part| {
        var documents = bits.iterator(.{});
        while (documents.next()) |document| {
            const path = part.shard.segment.path(@intCast(document));
            try taken.put(arena, path, {});
        }
    }
    var number = parts.len;
    while (number > 0) {
        number -= 1;
        for (0..kept[number].bit_length) |document| {
            const path = parts[number].shard.segment.path(@intCast(document));
            if ((try taken.getOrPut(arena, path)).found_existing) continue;
            kept[number].set(document);
        }
    }
    return kept;
}

const Workspace = @import("testing.zig").Workspace;

fn writeBranch(workspace: *Workspace, branch: []const u8, version: u32) !void {
    for (0..20) |number| {
        var name: [32]u8 = undefined;
        var text: [64]u8 = undefined;
        try workspace.write(
            try std.fmt.bufPrint(&name, "file{d}.c", .{number}),
            try std.fmt.bufPrint(&text, "{s} {d}", .{ branch, number }),
            version,
        );
    }
}

test "after segments are put together a change of branches still reads nothing anew" {
    var workspace: Workspace = try .init();
    defer workspace.deinit();
    try workspace.openStored();
    try writeBranch(&workspace, "main", 1);
    _ = try workspace.call(.refresh, "{}");
    try writeBranch(&workspace, "topic", 2);
    try Workspace.expect(try workspace.call(.refresh, "{}"), .{ .changed = 20 });
    var text: [64]u8 = undefined;
    for (0..30) |round| {
        const noise = try std.fmt.bufPrint(&text, "noise {d}", .{round});
        try workspace.write("noise.c", noise, @intCast(round));
        if (round % 4 == 0) try workspace.write(noise, noise, 1);
        _ = try workspace.call(.refresh, "{\"paths\":[\"noise.c\"]}");
    }
    try std.testing.expect(workspace.engine.?.files.parts.len <= max_parts);
    try writeBranch(&workspace, "main", 40);
    const result = try workspace.call(.refresh, "{}");
    try Workspace.expect(result, .{ .revived = 20, .changed = 0, .added = 8 });
}
