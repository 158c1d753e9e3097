//! Carries out one call: the operation, its result or its message, and the code.
const std = @import("std");
const call_file = @import("call.zig");
const Engine = @import("../store/engine.zig").Engine;
const memory = @import("../base/memory.zig");
const registry = @import("registry.zig");
const task_file = @import("../store/task.zig");
const watching = @import("../store/watching.zig");

const Call = call_file.Call;
const Code = task_file.Code;
const Error = call_file.Error;
const Task = task_file.Task;

pub fn carryOut(io: std.Io, engine: *Engine, task: *Task, number: u32, request: []const u8) void {
    var out: std.Io.Writer.Allocating = .init(memory.gpa);
    defer out.deinit();
    var arena = engine.scratch.take(io, engine.gpa);
    var message: []const u8 = "";
    if (run(io, engine, task, number, request, arena.allocator(), &out.writer, &message)) |_| {
        engine.scratch.keep(io, arena);
        if (out.toOwnedSlice()) |result| {
            return task.finish(.ok, result);
        } else |err| fail(task, err, "");
    } else |err| {
        fail(task, err, message);
        arena.deinit();
    }
}

fn run(
    io: std.Io,
    engine: *Engine,
    task: *Task,
    number: u32,
    request: []const u8,
    arena: std.mem.Allocator,
    out: *std.Io.Writer,
    message: *[]const u8,
) Error!void {
    const operation = std.enums.fromInt(registry.Operation, number) orelse {
        message.* = "there is no such operation";
        return error.BadRequest;
    };
    try task.check();
    try engine.mend(io, task);
    if (registry.isFreshened(operation)) try watching.freshen(engine, io, task);
    const view = engine.acquire(io);
    defer view.release(io);
    var call: Call = .{
        .io = io,
        .arena = arena,
        .request = request,
        .out = out,
        .task = task,
        .engine = engine,
        .view = view,
    };
    errdefer message.* = call.message;
    try registry.runner(operation)(&call);
}

fn fail(task: *Task, err: Error, message: []const u8) void {
    const text = if (message.len > 0) message else messageOf(err);
    task.finish(codeOf(err), memory.gpa.dupe(u8, text) catch "");
}

pub fn codeOf(err: Error) Code {
    return switch (err) {
        error.BadRequest => .request,
        error.Cancelled => .cancelled,
        error.OutOfMemory, error.WriteFailed => .memory,
        error.Files => .files,
        error.Corrupt => .internal,
    };
}

pub fn messageOf(err: Error) []const u8 {
    return switch (err) {
        error.BadRequest => "the request is not what the operation takes",
        error.Cancelled => "cancelled",
        error.OutOfMemory, error.WriteFailed => "there is not enough memory",
        error.Files => "the root cannot be read",
        error.Corrupt => "the index is damaged",
    };
}

const Workspace = @import("../store/testing.zig").Workspace;

test "every error has its code and a message" {
    var workspace: Workspace = try .init();
    defer workspace.deinit();
    try workspace.open();
    const cases = [_]struct { u32, []const u8, Code }{
        .{ 0, "{}", .request },
        .{ 99, "{}", .request },
        .{ 1, "{\"paths\":3}", .request },
        .{ 2, "", .request },
        .{ 2, "{}", .ok },
    };
    for (cases) |case| {
        var task: Task = .{};
        defer task.deinit();
        carryOut(std.testing.io, workspace.engine.?, &task, case[0], case[1]);
        try std.testing.expectEqual(case[2], task.code);
        try std.testing.expect(task.result.len > 0);
        try std.testing.expect(task.isFinished());
    }
    var task: Task = .{};
    defer task.deinit();
    task.cancel();
    carryOut(std.testing.io, workspace.engine.?, &task, 1, "{}");
    try std.testing.expectEqual(.cancelled, task.code);
}

test "a memory limit is an error, not a crash, and what there was stays" {
    var workspace: Workspace = try .init();
    defer workspace.deinit();
    for (0..300) |number| {
        var name: [32]u8 = undefined;
        var text: [20_000]u8 = undefined;
        var prng: std.Random.DefaultPrng = .init(number);
        for (&text) |*byte| byte.* = "abcdefghij \n"[prng.random().uintLessThan(usize, 12)];
        try workspace.write(try std.fmt.bufPrint(&name, "{d}.c", .{number}), &text, 1);
    }
    for ([_]usize{ 20_000, 200_000, 1_000_000, 4_000_000 }) |limit| {
        const engine = try workspace.another(.{ .root = "", .memory_limit_bytes = limit });
        defer engine.close(std.testing.io);
        try std.testing.expectError(
            error.OutOfMemory,
            workspace.callOn(engine, .refresh, "{}"),
        );
        try Workspace.expect(try workspace.callOn(engine, .status, "{}"), .{ .files = 0 });
        try std.testing.expect(engine.budget.peak.load(.monotonic) <= limit);
        try std.testing.expect(engine.budget.used.load(.monotonic) < 20_000);
    }
}
