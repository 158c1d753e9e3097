//! What the system is told about memory: where large pages pay, and what is not needed any more.
const std = @import("std");
const builtin = @import("builtin");

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
