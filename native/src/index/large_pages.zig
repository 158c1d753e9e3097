//! What the system is told about memory: where large pages pay, and what is not needed any more.
const std = @import("std");
const builtin = @import("builtin");

const Allocator = std.mem.Allocator;
const Alignment = std.mem.Alignment;

const large_page_bytes = 2 << 20;

/// Says that `memory` is used at random: with small pages every look-up in a table of some
/// megabytes costs a walk through the page tables besides. It must be fresh: touched pages stay as
/// they are.
pub fn advise(memory: []u8) void {
    if (builtin.os.tag != .linux) return;
    const address = std.mem.alignForward(usize, @intFromPtr(memory.ptr), large_page_bytes);
    const end = std.mem.alignBackward(usize, @intFromPtr(memory.ptr) + memory.len, large_page_bytes);
    if (address >= end) return;
    // Where the system has none, everything works as well.
    _ = std.os.linux.madvise(@ptrFromInt(address), end - address, std.os.linux.MADV.HUGEPAGE);
}

/// An allocator whose large blocks are advised, also when they have grown: for what is filled and
/// read in no order, and to be filled with a page fault every two megabytes instead of every four
/// kilobytes. As safe to share between threads as its parent.
pub const Advised = struct {
    parent: Allocator,

    /// Smaller blocks would waste more of a large page than it saves.
    const least_bytes = 2 * large_page_bytes;

    pub fn allocator(advised: *Advised) Allocator {
        return .{ .ptr = advised, .vtable = &.{
            .alloc = alloc,
            .resize = resize,
            .remap = remap,
            .free = free,
        } };
    }

    fn alloc(context: *anyopaque, size: usize, alignment: Alignment, caller: usize) ?[*]u8 {
        const advised: *Advised = @ptrCast(@alignCast(context));
        const memory = advised.parent.rawAlloc(size, alignment, caller) orelse return null;
        if (size >= least_bytes) adviseWhole(memory[0..size]);
        return memory;
    }

    fn resize(
        context: *anyopaque,
        memory: []u8,
        alignment: Alignment,
        size: usize,
        caller: usize,
    ) bool {
        const advised: *Advised = @ptrCast(@alignCast(context));
        if (!advised.parent.rawResize(memory, alignment, size, caller)) return false;
        adviseGrown(memory.ptr, memory.len, size);
        return true;
    }

    fn remap(
        context: *anyopaque,
        memory: []u8,
        alignment: Alignment,
        size: usize,
        caller: usize,
    ) ?[*]u8 {
        const advised: *Advised = @ptrCast(@alignCast(context));
        const moved = advised.parent.rawRemap(memory, alignment, size, caller) orelse return null;
        adviseGrown(moved, memory.len, size);
        return moved;
    }

    fn free(context: *anyopaque, memory: []u8, alignment: Alignment, caller: usize) void {
        const advised: *Advised = @ptrCast(@alignCast(context));
        advised.parent.rawFree(memory, alignment, caller);
    }

    fn adviseGrown(memory: [*]u8, before: usize, after: usize) void {
        if (after > before and after >= least_bytes) adviseWhole(memory[0..after]);
    }

    /// To the last page, all of which are its own at this size: what is advised in part cannot be
    /// moved as a whole any more.
    fn adviseWhole(memory: []u8) void {
        if (builtin.os.tag != .linux) return;
        const page = std.heap.pageSize();
        const address = std.mem.alignBackward(usize, @intFromPtr(memory.ptr), page);
        const end = std.mem.alignForward(usize, @intFromPtr(memory.ptr) + memory.len, page);
        const advice = std.os.linux.MADV.HUGEPAGE;
        _ = std.os.linux.madvise(@ptrFromInt(address), end - address, advice);
    }
};

/// Gives the pages within `memory` back, without freeing it: what stood there is lost. It must be
/// memory of the process, not a file's.
pub fn discard(memory: []const u8) void {
    if (builtin.os.tag != .linux) return;
    const page = std.heap.pageSize();
    const address = std.mem.alignForward(usize, @intFromPtr(memory.ptr), page);
    const end = std.mem.alignBackward(usize, @intFromPtr(memory.ptr) + memory.len, page);
    if (address >= end) return;
    _ = std.os.linux.madvise(@ptrFromInt(address), end - address, std.os.linux.MADV.DONTNEED);
}

test "any memory may be asked for" {
    const memory = try std.testing.allocator.alloc(u8, 5 << 20);
    defer std.testing.allocator.free(memory);
    advise(memory);
    advise(memory[0..100]);
    @memset(memory, 1);
    try std.testing.expectEqual(1, memory[memory.len - 1]);
    discard(memory[1..]);
    discard(memory[0..10]);
    try std.testing.expectEqual(1, memory[0]);
}

test "what grows keeps its bytes" {
    var advised: Advised = .{ .parent = std.heap.page_allocator };
    const gpa = advised.allocator();
    var list: std.ArrayList(u32) = .empty;
    defer list.deinit(gpa);
    for (0..3 << 20) |value| try list.append(gpa, @intCast(value));
    for (list.items, 0..) |value, index| try std.testing.expectEqual(index, value);
    const whole = try list.toOwnedSlice(gpa);
    defer gpa.free(whole);
    try std.testing.expectEqual(3 << 20, whole.len);
}
