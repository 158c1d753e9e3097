//! Asks the system for large pages where memory is used at random: with small ones every look-up in a
//! table of some megabytes costs a walk through the page tables besides.
const std = @import("std");
const builtin = @import("builtin");

const large_page_bytes = 2 << 20;

/// Says that `memory` is used at random. It must be fresh: pages that were touched stay as they are.
pub fn advise(memory: []u8) void {
    if (builtin.os.tag != .linux) return;
    const address = std.mem.alignForward(usize, @intFromPtr(memory.ptr), large_page_bytes);
    const end = std.mem.alignBackward(usize, @intFromPtr(memory.ptr) + memory.len, large_page_bytes);
    if (address >= end) return;
    // Where the system has none, everything works as well.
    _ = std.os.linux.madvise(@ptrFromInt(address), end - address, std.os.linux.MADV.HUGEPAGE);
}

test "any memory may be asked for" {
    const memory = try std.testing.allocator.alloc(u8, 5 << 20);
    defer std.testing.allocator.free(memory);
    advise(memory);
    advise(memory[0..100]);
    @memset(memory, 1);
    try std.testing.expectEqual(1, memory[memory.len - 1]);
}
