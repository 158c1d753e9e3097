//! The files of a view that are worth reading for a search, in the order of their paths.
const std = @import("std");
const Call = @import("../ops/call.zig").Call;
const NameFilter = @import("name_filter.zig").NameFilter;
const PathOrder = @import("path_order.zig").PathOrder;
const Task = @import("../store/task.zig").Task;
const prefilter = @import("prefilter.zig");
const view_file = @import("../store/view.zig");

const Place = view_file.Place;
const View = view_file.View;

pub const Error = error{ OutOfMemory, Cancelled };

/// Documents of one part that are still to come, in the order of their paths.
const Queue = struct {
    order: *const PathOrder,
    bits: []const u64,
    segment: u16,
    at: usize = 0,

    fn peek(queue: *Queue) ?u32 {
        while (queue.at < queue.order.documents.len) : (queue.at += 1) {
            const document = queue.order.documents[queue.at];
            const word = document / 64;
            if (word >= queue.bits.len) continue;
            if (queue.bits[word] >> @intCast(document % 64) & 1 == 1) return document;
        }
        return null;
    }
};

/// Files below one of the `folders` (or all), that can hold what the plan asks for.
pub fn inOrder(
    call: *Call,
    plan: *const prefilter.Plan,
    folders: []const []const u8,
) Error![]const Place {
    const arena = call.arena;
    const stop: prefilter.Stop = .{ .context = call.task, .isStopped = isCancelled };
    const queues = try arena.alloc(Queue, call.view.parts.len);
    var most: usize = 0;
    for (call.view.parts, queues, 0..) |*part, *queue, number| {
        const order = try PathOrder.of(part.shard, call.io);
        const segment = &part.shard.segment;
        const threads = call.engine.threads;
        const filter = if (plan.demands.len == 0)
            null
        else
            try NameFilter.of(part.shard, call.io, threads);
        const found = prefilter.candidates(arena, segment, plan, filter, threads, stop);
        const bits = found catch |err| switch (err) {
            error.OutOfMemory => return error.OutOfMemory,
            error.Stopped => return error.Cancelled,
        };
        for (order.unlisted) |document| {
            if (document / 64 < bits.len) bits[document / 64] |= bitOf(document);
        }
        for (bits, 0..) |*word, index| {
            word.* &= if (index < part.live.len) part.live[index] else 0;
            word.* &= ~(if (index < order.unread.len) order.unread[index] else 0);
            most += @popCount(word.*);
        }
        queue.* = .{ .order = order, .bits = bits, .segment = @intCast(number) };
    }
    var places: std.ArrayList(Place) = .empty;
    try places.ensureTotalCapacity(arena, most);
    while (first(call.view, queues)) |queue| {
        const document = queue.order.documents[queue.at];
        queue.at += 1;
        const place: Place = .{ .segment = queue.segment, .document = document };
        const path = call.view.segment(place).path(document);
        if (isBelow(path, folders)) try places.append(arena, place);
    }
    return places.items;
}

fn bitOf(document: u32) u64 {
    return @as(u64, 1) << @intCast(document % 64);
}

pub fn isCancelled(context: ?*const anyopaque) bool {
    const task: *const Task = @ptrCast(@alignCast(context.?));
    return task.isCancelled();
}

/// The queue whose next path is the smallest.
fn first(view: *const View, queues: []Queue) ?*Queue {
    var best: ?*Queue = null;
    var best_path: []const u8 = "";
    for (queues) |*queue| {
        const document = queue.peek() orelse continue;
        const path = view.parts[queue.segment].shard.segment.path(document);
        if (best != null and std.mem.order(u8, path, best_path) != .lt) continue;
        best = queue;
        best_path = path;
    }
    return best;
}

/// Whether a path is one of the files or lies in one of the folders; all do when there are none.
pub fn isBelow(path: []const u8, folders: []const []const u8) bool {
    if (folders.len == 0) return true;
    for (folders) |given| {
        const folder = std.mem.trimEnd(u8, given, "/");
        if (folder.len == 0 or std.mem.eql(u8, folder, ".")) return true;
        if (!std.mem.startsWith(u8, path, folder)) continue;
        if (path.len == folder.len or path[folder.len] == '/') return true;
    }
    return false;
}

test "a folder holds what is below it" {
    try std.testing.expect(isBelow("src/a.c", &.{"src/"}));
    try std.testing.expect(isBelow("src/a.c", &.{ "x", "src/a.c" }));
    try std.testing.expect(isBelow("src/a.c", &.{"."}));
    try std.testing.expect(!isBelow("src2/a.c", &.{"src"}));
}
