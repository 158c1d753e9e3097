//! Where memory comes from, and how much of it an index may have.
const std = @import("std");
const builtin = @import("builtin");

const Allocator = std.mem.Allocator;
const Alignment = std.mem.Alignment;

/// For everything small. Under valgrind (`-fvalgrind` with libc) it is the C allocator, whose
/// blocks valgrind knows; a leak or a use after free is then seen.
pub const gpa: Allocator = if (builtin.link_libc and builtin.valgrind_support)
    std.heap.c_allocator
else
    std.heap.smp_allocator;

/// For whatever is large and goes away as a whole: freed, it goes back to the system at once.
pub const pages: Allocator = std.heap.page_allocator;

/// How much one index holds and may hold, counted over all its threads.
pub const Budget = struct {
    used: std.atomic.Value(usize) = .init(0),
    peak: std.atomic.Value(usize) = .init(0),
    limit: usize = std.math.maxInt(usize),

    /// Books `size` bytes; false when that would be more than the limit.
    pub fn take(budget: *Budget, size: usize) bool {
        const before = budget.used.fetchAdd(size, .monotonic);
        const after = before +| size;
        if (after > budget.limit) {
            _ = budget.used.fetchSub(size, .monotonic);
            return false;
        }
        _ = budget.peak.fetchMax(after, .monotonic);
        return true;
    }

    pub fn give(budget: *Budget, size: usize) void {
        _ = budget.used.fetchSub(size, .monotonic);
    }
};

/// An allocator that books what it hands out. Safe to use from several threads when its parent is.
pub const Counted = struct {
    parent: Allocator,
    budget: *Budget,

    pub fn allocator(counted: *Counted) Allocator {
        return .{ .ptr = counted, .vtable = &.{
            .alloc = alloc,
            .resize = resize,
            .remap = remap,
            .free = free,
        } };
    }

    fn alloc(context: *anyopaque, size: usize, alignment: Alignment, caller: usize) ?[*]u8 {
        const counted: *Counted = @ptrCast(@alignCast(context));
        if (!counted.budget.take(size)) return null;
        return counted.parent.rawAlloc(size, alignment, caller) orelse {
            counted.budget.give(size);
            return null;
        };
    }

    fn resize(
        context: *anyopaque,
        memory: []u8,
        alignment: Alignment,
        size: usize,
        caller: usize,
    ) bool {
        const counted: *Counted = @ptrCast(@alignCast(context));
        if (size > memory.len and !counted.budget.take(size - memory.len)) return false;
        const is_resized = counted.parent.rawResize(memory, alignment, size, caller);
        counted.settle(memory.len, size, is_resized);
        return is_resized;
    }

    fn remap(
        context: *anyopaque,
        memory: []u8,
        alignment: Alignment,
        size: usize,
        caller: usize,
    ) ?[*]u8 {
        const counted: *Counted = @ptrCast(@alignCast(context));
        if (size > memory.len and !counted.budget.take(size - memory.len)) return null;
        const moved = counted.parent.rawRemap(memory, alignment, size, caller);
        counted.settle(memory.len, size, moved != null);
        return moved;
    }

    fn free(context: *anyopaque, memory: []u8, alignment: Alignment, caller: usize) void {
        const counted: *Counted = @ptrCast(@alignCast(context));
        counted.parent.rawFree(memory, alignment, caller);
        counted.budget.give(memory.len);
    }

    /// A growth was booked before it was tried, a shrinkage is booked once it is done.
    fn settle(counted: *Counted, before: usize, after: usize, is_done: bool) void {
        if (after > before) {
            if (!is_done) counted.budget.give(after - before);
        } else if (is_done) {
            counted.budget.give(before - after);
        }
    }
};

test "a budget is never exceeded, and everything comes back" {
    var budget: Budget = .{ .limit = 1000 };
    var counted: Counted = .{ .parent = std.testing.allocator, .budget = &budget };
    const allocator = counted.allocator();
    var list: std.ArrayList(u8) = .empty;
    try list.appendNTimes(allocator, 'x', 300);
    try std.testing.expect(budget.used.load(.monotonic) >= 300);
    try std.testing.expectError(error.OutOfMemory, allocator.alloc(u8, 900));
    try std.testing.expectEqual(list.capacity, budget.used.load(.monotonic));
    list.shrinkAndFree(allocator, 10);
    try std.testing.expectEqual(10, budget.used.load(.monotonic));
    list.deinit(allocator);
    try std.testing.expectEqual(0, budget.used.load(.monotonic));
    try std.testing.expect(budget.peak.load(.monotonic) <= 1000);
}
