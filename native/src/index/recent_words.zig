//! The words that names were cut into not long ago.
//!
//! A few thousand parts (`reg`, `mask`, `get`) are most of what names are made of. A small table of
//! those met last, which stays in the processor's second cache, spares them the stem and the
//! look-up in the table of all words. A part that falls into the place of another one takes it.
const std = @import("std");

const Allocator = std.mem.Allocator;

pub const RecentWords = struct {
    places: []Place = &.{},

    const place_bits = 13;

    const Place = struct { hash: u64, id: u32 };

    pub fn deinit(recent: *RecentWords, gpa: Allocator) void {
        gpa.free(recent.places);
    }

    /// Before anything is looked for.
    pub fn prepare(recent: *RecentWords, gpa: Allocator) error{OutOfMemory}!void {
        if (recent.places.len > 0) return;
        recent.places = try gpa.alloc(Place, 1 << place_bits);
        recent.clear();
    }

    pub fn clear(recent: *RecentWords) void {
        // No hash is 0.
        @memset(recent.places, .{ .hash = 0, .id = 0 });
    }

    pub inline fn find(recent: *const RecentWords, hash: u64) ?u32 {
        const place = &recent.places[@intCast(hash >> (64 - place_bits))];
        return if (place.hash == hash) place.id else null;
    }

    pub inline fn put(recent: *RecentWords, hash: u64, id: u32) void {
        recent.places[@intCast(hash >> (64 - place_bits))] = .{ .hash = hash, .id = id };
    }
};

test "the newest part keeps its place" {
    const gpa = std.testing.allocator;
    var recent: RecentWords = .{};
    defer recent.deinit(gpa);
    try recent.prepare(gpa);
    try std.testing.expectEqual(null, recent.find(5));
    recent.put(5, 1);
    try std.testing.expectEqual(1, recent.find(5));
    recent.put(6, 2);
    try std.testing.expectEqual(null, recent.find(5));
    try recent.prepare(gpa);
    try std.testing.expectEqual(2, recent.find(6));
    recent.clear();
    try std.testing.expectEqual(null, recent.find(6));
}
