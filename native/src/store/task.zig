//! One call as its caller sees it: how far it is, whether it is still wanted, what came of it.
const std = @import("std");
const memory = @import("../base/memory.zig");
const parallel = @import("../index/parallel.zig");

pub const Phase = enum(u32) { waiting, listing, reading, merging, writing, finished };

/// What a call came to: the numbers of zeke_index.h.
pub const Code = enum(i32) {
    ok = 0,
    handle = -1,
    request = -2,
    cancelled = -3,
    memory = -4,
    files = -5,
    buffer = -6,
    internal = -7,
};

pub const Task = struct {
    is_cancelled: std.atomic.Value(bool) = .init(false),
    phase: std.atomic.Value(Phase) = .init(.waiting),
    done: std.atomic.Value(u64) = .init(0),
    total: std.atomic.Value(u64) = .init(0),
    /// Of the build this call may run; it counts for itself.
    build: parallel.Progress = .{},
    /// Set by the one call the task is for; a second call is refused.
    is_used: std.atomic.Value(bool) = .init(false),
    /// The result, or the message of an error. Written once, before `phase` becomes `finished`.
    result: []const u8 = "",
    code: Code = .ok,

    pub fn deinit(task: *Task) void {
        memory.gpa.free(task.result);
        task.result = "";
    }

    /// Asked for in every loop that can take more than a few hundred microseconds.
    pub fn isCancelled(task: *const Task) bool {
        return task.is_cancelled.load(.monotonic);
    }

    pub fn check(task: *const Task) error{Cancelled}!void {
        if (task.isCancelled()) return error.Cancelled;
    }

    pub fn cancel(task: *Task) void {
        task.is_cancelled.store(true, .monotonic);
        task.build.is_canceled.store(true, .monotonic);
    }

    /// Begins a phase. `total` is 0 when it is not known.
    pub fn begin(task: *Task, phase: Phase, total: u64) void {
        task.done.store(0, .monotonic);
        task.total.store(total, .monotonic);
        task.phase.store(phase, .release);
    }

    pub fn advance(task: *Task, count: u64) void {
        _ = task.done.fetchAdd(count, .monotonic);
    }

    pub const Progress = struct { phase: Phase, done: u64, total: u64 };

    pub fn progress(task: *const Task) Progress {
        const phase = task.phase.load(.acquire);
        if (phase == .reading and task.build.is_merging.load(.monotonic)) {
            return .{ .phase = .merging, .done = 0, .total = 0 };
        }
        const done = task.done.load(.monotonic);
        const built = task.build.documents_done.load(.monotonic);
        return .{
            .phase = phase,
            .done = if (phase == .reading) @max(built, done) else done,
            .total = task.total.load(.monotonic),
        };
    }

    /// Keeps what the call came to. `result` belongs to the task from here on.
    pub fn finish(task: *Task, code: Code, result: []const u8) void {
        task.code = code;
        task.result = result;
        task.phase.store(.finished, .release);
    }

    pub fn isFinished(task: *const Task) bool {
        return task.phase.load(.acquire) == .finished;
    }
};

test "a task counts, is cancelled, and keeps its result" {
    var task: Task = .{};
    defer task.deinit();
    task.begin(.reading, 10);
    task.advance(3);
    task.advance(4);
    try std.testing.expectEqual(7, task.done.load(.monotonic));
    try task.check();
    task.cancel();
    try std.testing.expectError(error.Cancelled, task.check());
    try std.testing.expect(!task.isFinished());
    task.finish(.cancelled, try memory.gpa.dupe(u8, "cancelled"));
    try std.testing.expect(task.isFinished());
    try std.testing.expectEqualStrings("cancelled", task.result);
}
