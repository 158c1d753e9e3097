//! The names of one text, each once, with how often it stands in the body and in comments.
//!
//! A text says most of its names many times. Counting them in a small table of its own first, which
//! stays in the processor's nearest cache, leaves a quarter of the look-ups in the large table.
const std = @import("std");
const types = @import("../base/types.zig");
const Hasher = @import("hash.zig").Hasher;

const Allocator = std.mem.Allocator;

pub const FileNames = struct {
    hasher: Hasher,
    gpa: Allocator,
    slots: []Slot = &.{},
    mask: usize = 0,
    /// The slots in use, in the order of first sight.
    order: std.ArrayList(u32) = .empty,

    text: []const u8 = "",
    comments: []const types.Span = &.{},
    /// Where the body or the comment that is being read ends.
    border: u32 = 0,
    is_comment: bool = false,

    pub const Slot = extern struct {
        hash: u64,
        /// Where it stands first; once it is known globally, its id.
        start_or_id: u32,
        counts: Counts,
    };

    pub const Counts = packed struct(u32) {
        body: u16 = 0,
        comment: u15 = 0,
        is_defined: bool = false,
    };

    pub fn deinit(names: *FileNames) void {
        names.gpa.free(names.slots);
        names.order.deinit(names.gpa);
    }

    /// Begins another text, whose comments are known.
    pub fn begin(names: *FileNames, text: []const u8, comments: []const types.Span) error{OutOfMemory}!void {
        const expected = std.math.ceilPowerOfTwoAssert(usize, @max(64, text.len / 24));
        names.order.clearRetainingCapacity();
        names.text = text;
        names.comments = comments;
        names.is_comment = true;
        names.border = 0;
        if (names.slots.len < expected) {
            names.gpa.free(names.slots);
            names.slots = &.{};
            names.slots = try names.gpa.alloc(Slot, expected);
        }
        names.mask = expected - 1;
        @memset(std.mem.sliceAsBytes(names.slots[0..expected]), 0);
        try names.order.ensureTotalCapacity(names.gpa, expected / 2 + 1);
    }

    /// For `tokenize.forEachName`.
    pub inline fn addName(names: *FileNames, start: u32, end: u32) error{OutOfMemory}!void {
        const hash = names.hasher.hashWithin(names.text, start, end);
        while (start >= names.border) names.passBorder();
        var index = hash & names.mask;
        while (names.slots[index].hash != hash) : (index = (index + 1) & names.mask) {
            if (names.slots[index].hash != 0) continue;
            names.slots[index] = .{ .hash = hash, .start_or_id = start, .counts = .{} };
            names.order.appendAssumeCapacity(@intCast(index));
            if (names.order.items.len * 2 > names.mask) {
                try names.grow();
                index = names.find(hash).?;
            }
            break;
        }
        const counts = &names.slots[index].counts;
        if (names.is_comment) counts.comment +|= 1 else counts.body +|= 1;
    }

    /// Comments and what is between them take turns.
    fn passBorder(names: *FileNames) void {
        names.is_comment = !names.is_comment;
        if (names.is_comment) {
            names.border = names.comments[0].end;
            names.comments = names.comments[1..];
        } else {
            names.border = if (names.comments.len > 0)
                names.comments[0].start
            else
                std.math.maxInt(u32);
        }
    }

    /// The slot of a hash, null when the text does not hold it.
    pub fn find(names: *const FileNames, hash: u64) ?usize {
        var index = hash & names.mask;
        while (names.slots[index].hash != 0) : (index = (index + 1) & names.mask) {
            if (names.slots[index].hash == hash) return index;
        }
        return null;
    }

    fn grow(names: *FileNames) error{OutOfMemory}!void {
        const size = (names.mask + 1) * 2;
        try names.order.ensureTotalCapacity(names.gpa, size / 2 + 1);
        const larger = try names.gpa.alloc(Slot, @max(size, names.slots.len));
        @memset(std.mem.sliceAsBytes(larger[0..size]), 0);
        for (names.order.items) |*place| {
            const slot = names.slots[place.*];
            var index = slot.hash & (size - 1);
            while (larger[index].hash != 0) index = (index + 1) & (size - 1);
            larger[index] = slot;
            place.* = @intCast(index);
        }
        names.gpa.free(names.slots);
        names.slots = larger;
        names.mask = size - 1;
    }
};

test "names are counted in bodies and comments" {
    const tokenize = @import("tokenize.zig");
    const text = "a b /* a c */ a // c c\nd" ++ " x1 x2 x3 x4 x5 x6 x7 x8 x9" ** 20;
    var names: FileNames = .{ .hasher = .init(1), .gpa = std.testing.allocator };
    defer names.deinit();
    const comments = [_]types.Span{ .{ .start = 4, .end = 13 }, .{ .start = 16, .end = 22 } };
    var lines: [tokenize.LineTable.sizeFor(text)]tokenize.LineTable.Block = undefined;
    try names.begin(text, &comments);
    _ = try tokenize.forEachName(text, &names, &lines);
    try std.testing.expectEqual(13, names.order.items.len);
    const a = names.slots[names.find(names.hasher.hash("a")).?];
    try std.testing.expectEqual(FileNames.Counts{ .body = 2, .comment = 1 }, a.counts);
    try std.testing.expectEqual(0, a.start_or_id);
    const c = names.slots[names.find(names.hasher.hash("c")).?];
    try std.testing.expectEqual(FileNames.Counts{ .body = 0, .comment = 3 }, c.counts);
    const x = names.slots[names.find(names.hasher.hash("x5")).?];
    try std.testing.expectEqual(20, x.counts.body);
}

test "the table grows with its text" {
    const tokenize = @import("tokenize.zig");
    const gpa = std.testing.allocator;
    var text: std.ArrayList(u8) = .empty;
    defer text.deinit(gpa);
    for (0..5000) |index| try text.print(gpa, "a{d} ", .{index});
    const lines = try gpa.alloc(tokenize.LineTable.Block, tokenize.LineTable.sizeFor(text.items));
    defer gpa.free(lines);
    var names: FileNames = .{ .hasher = .init(1), .gpa = gpa };
    defer names.deinit();
    try names.begin(text.items, &.{});
    _ = try tokenize.forEachName(text.items, &names, lines);
    try std.testing.expectEqual(5000, names.order.items.len);
    const last = names.slots[names.order.items[4999]];
    try std.testing.expectEqual(names.hasher.hash("a4999"), last.hash);
}
