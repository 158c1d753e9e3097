//! One call of one operation: what it may use, and where its result goes.
const std = @import("std");
const json = @import("../base/json.zig");
const View = @import("../store/view.zig").View;
const Task = @import("../store/task.zig").Task;
const Engine = @import("../store/engine.zig").Engine;

pub const Error = error{
    /// The request is not what the operation takes; `fail` says why.
    BadRequest,
    Cancelled,
    OutOfMemory,
    /// The root or the snapshot cannot be read or written; `fail` says why.
    Files,
    /// A segment holds what no builder writes.
    Corrupt,
    /// The result could not grow.
    WriteFailed,
};

pub const Call = struct {
    io: std.Io,
    /// Freed as a whole when the call ends. May be used by several threads.
    arena: std.mem.Allocator,
    /// The operation's request: JSON.
    request: []const u8,
    /// The result: JSON, written once and whole.
    out: *std.Io.Writer,
    task: *Task,
    engine: *Engine,
    /// The files as they were when the call began; held until it ends.
    view: *const View,
    /// What an error is said with.
    message: []const u8 = "",

    /// The request as a `T`: unknown fields are ignored, those with a default may be absent.
    pub fn parse(call: *Call, comptime T: type) Error!T {
        var problem: []const u8 = "";
        return json.parse(T, call.arena, call.request, &problem) catch |err| {
            call.message = problem;
            return err;
        };
    }

    /// Keeps what an error is said with: `return call.fail(error.BadRequest, "…")`.
    pub fn fail(call: *Call, err: Error, message: []const u8) Error {
        call.message = message;
        return err;
    }

    /// Writes the result: `var result = call.result(); result.beginObject(); …`.
    pub fn result(call: *Call) json.Output {
        return .{ .writer = call.out };
    }
};
