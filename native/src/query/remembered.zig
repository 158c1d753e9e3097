//! The history of an index: read from beside the snapshot at its first use, replaced when the
//! caller brings a newer log.
const std = @import("std");
const history_file = @import("history.zig");
const memory = @import("../base/memory.zig");
const Engine = @import("../store/engine.zig").Engine;

const Allocator = std.mem.Allocator;
const History = history_file.History;

const file_name = "history";

/// A history that questions may still use while the next one takes its place.
pub const Shared = struct {
    references: std.atomic.Value(u32) = .init(1),
    history: *History,
    /// The commit it ends at.
    head: []const u8,

    pub fn release(shared: *Shared) void {
        if (shared.references.fetchSub(1, .acq_rel) > 1) return;
        shared.history.destroy();
        memory.gpa.free(shared.head);
        memory.gpa.destroy(shared);
    }

    fn create(head: []const u8, log: []const u8) Allocator.Error!*Shared {
        const shared = try memory.gpa.create(Shared);
        errdefer memory.gpa.destroy(shared);
        const kept = try memory.gpa.dupe(u8, head);
        errdefer memory.gpa.free(kept);
        shared.* = .{ .history = try .create(memory.gpa, log), .head = kept };
        return shared;
    }
};

/// Kept with the engine.
pub const Remembered = struct {
    mutex: std.Io.Mutex = .init,
    current: ?*Shared = null,

    pub fn of(engine: *Engine, io: std.Io) Allocator.Error!*Remembered {
        const context: Context = .{ .engine = engine, .io = io };
        return engine.memos.getPtr(.history).get(io, Remembered, context);
    }

    const Context = struct {
        engine: *Engine,
        io: std.Io,

        pub fn make(context: Context) Allocator.Error!*Remembered {
            const remembered = try memory.gpa.create(Remembered);
            errdefer memory.gpa.destroy(remembered);
            remembered.* = .{};
            var arena: std.heap.ArenaAllocator = .init(memory.gpa);
            defer arena.deinit();
            const stored = try context.engine.readBeside(context.io, file_name, arena.allocator());
            if (stored) |bytes| {
                const head_end = std.mem.indexOfScalar(u8, bytes, '\n') orelse bytes.len;
                const log = bytes[@min(bytes.len, head_end + 1)..];
                remembered.current = try .create(bytes[0..head_end], log);
            }
            return remembered;
        }
    };

    pub fn destroy(remembered: *Remembered) void {
        if (remembered.current) |shared| shared.release();
        memory.gpa.destroy(remembered);
    }

    /// The history of now, with a reference of the caller's own.
    pub fn acquire(remembered: *Remembered, io: std.Io) ?*Shared {
        remembered.mutex.lockUncancelable(io);
        defer remembered.mutex.unlock(io);
        const shared = remembered.current orelse return null;
        _ = shared.references.fetchAdd(1, .monotonic);
        return shared;
    }

    pub fn replace(
        remembered: *Remembered,
        engine: *Engine,
        io: std.Io,
        head: []const u8,
        log: []const u8,
    ) Allocator.Error!void {
        const next: *Shared = try .create(head, log);
        remembered.mutex.lockUncancelable(io);
        const before = remembered.current;
        remembered.current = next;
        remembered.mutex.unlock(io);
        if (before) |shared| shared.release();
        const stored = try std.mem.concat(memory.gpa, u8, &.{ head, "\n", log });
        defer memory.gpa.free(stored);
        engine.writeBeside(io, file_name, stored);
    }
};
