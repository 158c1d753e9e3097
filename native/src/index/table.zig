//! A hash table from 64-bit hashes to numbers: what gives names their ids.
const std = @import("std");

const large_pages = @import("large_pages.zig");

const Allocator = std.mem.Allocator;

/// `Value` is what a hash stands for; keys are hashes other than 0 and are trusted to be different
/// for different texts (hash.zig). The slots lie in the order of the highest bits of their hashes.
pub fn Table(comptime Value: type) type {
    return struct {
        const Self = @This();

        pub const Slot = extern struct {
            hash: u64 align(4),
            value: Value,
        };

        slots: []Slot = &.{},
        count: usize = 0,
        /// 64 less the logarithm of the number of slots.
        shift: u6 = 63,

        pub fn deinit(table: *Self, gpa: Allocator) void {
            gpa.free(table.slots);
            table.* = .{};
        }

        /// Tells the processor that `hash` will be looked up soon.
        pub inline fn prefetch(table: *const Self, hash: u64) void {
            @prefetch(&table.slots[@intCast(hash >> table.shift)], .{});
        }

        /// Makes room for `more` entries, so that `put` needs none.
        pub inline fn ensureUnused(
            table: *Self,
            gpa: Allocator,
            more: usize,
        ) error{OutOfMemory}!void {
            const wanted = table.count + more;
            if (wanted > table.slots.len / 4 * 3) try table.grow(gpa, wanted);
        }

        fn grow(table: *Self, gpa: Allocator, wanted: usize) error{OutOfMemory}!void {
            @branchHint(.cold);
            var size: usize = 64;
            while (wanted > size / 4 * 3) size *= 2;
            try table.resize(gpa, size);
        }

        fn resize(table: *Self, gpa: Allocator, size: usize) error{OutOfMemory}!void {
            const old = table.slots;
            table.slots = try gpa.alloc(Slot, size);
            defer gpa.free(old);
            large_pages.advise(std.mem.sliceAsBytes(table.slots));
            @memset(std.mem.sliceAsBytes(table.slots), 0);
            table.shift = @intCast(64 - @as(u7, std.math.log2_int(usize, size)));
            for (old) |slot| {
                if (slot.hash != 0) table.find(slot.hash).* = slot;
            }
        }

        /// The slot of `hash`, or the empty one where it belongs. There must be room.
        pub inline fn find(table: *const Self, hash: u64) *Slot {
            var index: usize = @intCast(hash >> table.shift);
            while (true) {
                const slot = &table.slots[index];
                if (slot.hash == hash or slot.hash == 0) return slot;
                index = (index + 1) & (table.slots.len - 1);
            }
        }

        /// Fills an empty slot that `find` gave.
        pub inline fn put(table: *Self, slot: *Slot, hash: u64, value: Value) void {
            slot.* = .{ .hash = hash, .value = value };
            table.count += 1;
        }

        /// Forgets everything, keeps the memory.
        pub fn clear(table: *Self) void {
            @memset(std.mem.sliceAsBytes(table.slots), 0);
            table.count = 0;
        }
    };
}

test "what is put is found, also after growing" {
    const gpa = std.testing.allocator;
    var table: Table(u32) = .{};
    defer table.deinit(gpa);
    var random = std.Random.SplitMix64.init(3);
    for (0..1000) |index| {
        try table.ensureUnused(gpa, 1);
        const hash = random.next();
        const slot = table.find(hash);
        try std.testing.expectEqual(0, slot.hash);
        table.put(slot, hash, @intCast(index));
    }
    random = std.Random.SplitMix64.init(3);
    for (0..1000) |index| {
        try std.testing.expectEqual(@as(u32, @intCast(index)), table.find(random.next()).value);
    }
    try std.testing.expectEqual(0, table.find(random.next()).hash);
}
