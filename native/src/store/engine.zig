//! One open index: its root, its snapshot, the view of now, and what changes it.
const std = @import("std");
const memory = @import("../base/memory.zig");
const Memo = @import("memo.zig").Memo;
const View = @import("view.zig").View;

const Allocator = std.mem.Allocator;

/// What is kept with an index as a whole; whoever keeps something adds its name.
pub const EngineMemo = enum { history };

pub const Engine = struct {
    /// Counted against the memory limit of this index.
    gpa: Allocator,
    /// The same for what is large and goes away as a whole.
    pages: Allocator,
    budget: *memory.Budget,
    /// Absolute, without links.
    root: []const u8,
    root_dir: std.Io.Dir,
    /// How many threads one call may use.
    threads: u32,
    is_read_only: bool,
    memos: std.EnumArray(EngineMemo, Memo) = .initFill(.{}),

    /// The view of now with a reference of the caller's own; `release` gives it back.
    pub fn acquire(engine: *Engine, io: std.Io) *const View {
        _ = engine;
        _ = io;
        @panic("being written");
    }

    pub fn release(engine: *Engine, view: *const View) void {
        _ = engine;
        _ = view;
        @panic("being written");
    }

    /// A small file of an operation's own beside the snapshot (`history`), null when there is none,
    /// it is broken or the index lives in memory only.
    pub fn readBeside(engine: *Engine, io: std.Io, name: []const u8, arena: Allocator) error{OutOfMemory}!?[]const u8 {
        _ = engine;
        _ = io;
        _ = name;
        _ = arena;
        return null;
    }

    /// Replaces such a file whole. Nothing happens when the index may not write.
    pub fn writeBeside(engine: *Engine, io: std.Io, name: []const u8, bytes: []const u8) void {
        _ = engine;
        _ = io;
        _ = name;
        _ = bytes;
    }
};
