//! Memory for one call after the other. What a call needs is given back as a whole when it ends; the
//! system would take it, and zero it again for the next call, page by page.
const std = @import("std");

const ArenaAllocator = std.heap.ArenaAllocator;

pub const Scratch = struct {
    mutex: std.Io.Mutex = .init,
    kept: [max_kept]?ArenaAllocator.State = @splat(null),

    /// As many calls run at a time, mostly.
    const max_kept = 2;
    /// Most calls need less; what a rare one needed more is given back.
    const max_bytes = 4 << 20;

    /// Empty; to be given back with `keep`, or freed.
    pub fn take(scratch: *Scratch, io: std.Io, gpa: std.mem.Allocator) ArenaAllocator {
        scratch.mutex.lockUncancelable(io);
        defer scratch.mutex.unlock(io);
        for (&scratch.kept) |*place| {
            const state = place.* orelse continue;
            place.* = null;
            return state.promote(gpa);
        }
        return .init(gpa);
    }

    /// Takes the arena over, which nobody uses any more, and keeps some of its memory.
    pub fn keep(scratch: *Scratch, io: std.Io, used: ArenaAllocator) void {
        var arena = used;
        _ = arena.reset(.{ .retain_with_limit = max_bytes });
        scratch.mutex.lockUncancelable(io);
        defer scratch.mutex.unlock(io);
        for (&scratch.kept) |*place| {
            if (place.* != null) continue;
            place.* = arena.state;
            return;
        }
        arena.deinit();
    }

    pub fn deinit(scratch: *Scratch, gpa: std.mem.Allocator) void {
        for (&scratch.kept) |*place| {
            if (place.*) |state| state.promote(gpa).deinit();
            place.* = null;
        }
    }
};

test "memory is used again, and not more than so much is kept" {
    const io = std.testing.io;
    const gpa = std.testing.allocator;
    var scratch: Scratch = .{};
    defer scratch.deinit(gpa);
    var arenas: [3]ArenaAllocator = undefined;
    for (&arenas) |*arena| arena.* = scratch.take(io, gpa);
    for (&arenas) |*arena| _ = try arena.allocator().alloc(u8, 2 * Scratch.max_bytes);
    for (&arenas) |arena| scratch.keep(io, arena);
    for (&arenas, 0..) |*arena, number| {
        arena.* = scratch.take(io, gpa);
        try std.testing.expectEqual(number < Scratch.max_kept, arena.queryCapacity() > 0);
        try std.testing.expect(arena.queryCapacity() <= Scratch.max_bytes);
    }
    for (&arenas) |arena| arena.deinit();
}
