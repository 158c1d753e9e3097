//! One call of one operation: what it may use, and where its result goes.
const std = @import("std");
const View = @import("../store/view.zig").View;
const Task = @import("../store/task.zig").Task;
const Engine = @import("../store/engine.zig").Engine;

pub const Call = struct {
    /// Freed as a whole when the call ends.
    arena: std.mem.Allocator,
    /// The operation's request: JSON.
    request: []const u8,
    /// The result: JSON, written once and whole.
    out: *std.Io.Writer,
    task: *Task,
    engine: *Engine,
    /// The files as they were when the call began; held until it ends.
    view: *const View,
};
