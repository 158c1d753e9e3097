//! The names of one text, each once, with how often it stands in the body and in comments.
//!
//! A text says most of its names many times. Counting them in a small table of its own first, which
//! stays in the processor's nearest cache, leaves a quarter of the look-ups in the large table.
const std = @import("std");
const large_pages = @import("large_pages.zig");
const types = @import("../base/types.zig");
const Hasher = @import("hash.zig").Hasher;

const Allocator = std.mem.Allocator;

/// So many places are kept for the next text.
const kept_slots = 1 << 18;

/// So many names are hashed before the first of them is looked for: by then its place is near.
const ahead = 16;

pub const FileNames = struct {
    hasher: Hasher,
    gpa: Allocator,
    /// In the order of first sight: neighbours in the text are neighbours in memory.
    names: std.ArrayList(Name) = .empty,
    /// Leads from a hash to a place in `names`; as long as a text needs, a power of two.
    slots: []Slot = &.{},
    mask: usize = 0,

    /// Hashed and not looked for yet.
    waiting: [ahead]Waiting = undefined,
    waiting_count: usize = 0,

    text: []const u8 = "",
    comments: []const types.Span = &.{},
    /// Where the body or the comment that is being read ends.
    border: u32 = 0,
    is_comment: bool = false,

    pub const Name = extern struct {
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

    const Waiting = struct { hash: u64, start: u32 };

    /// The upper half of the hash, and one more than the place in `names`; 0 is empty.
    const Slot = extern struct { tag: u32, place: u32 };

    pub fn deinit(names: *FileNames) void {
        names.gpa.free(names.slots);
        names.names.deinit(names.gpa);
    }

    /// Begins another text, whose comments are known.
    pub fn begin(
        names: *FileNames,
        text: []const u8,
        comments: []const types.Span,
    ) error{OutOfMemory}!void {
        const size = std.math.ceilPowerOfTwoAssert(usize, @max(64, text.len / 24));
        names.names.clearRetainingCapacity();
        names.text = text;
        names.comments = comments;
        names.waiting_count = 0;
        names.is_comment = true;
        names.border = 0;
        try names.setSize(size);
    }

    fn setSize(names: *FileNames, size: usize) error{OutOfMemory}!void {
        try names.names.ensureTotalCapacity(names.gpa, size / 2 + 1);
        if (names.slots.len < size) {
            const larger = try names.gpa.alloc(Slot, size);
            names.gpa.free(names.slots);
            names.slots = larger;
            large_pages.advise(std.mem.sliceAsBytes(larger));
        }
        names.mask = size - 1;
        @memset(names.slots[0..size], .{ .tag = 0, .place = 0 });
    }

    /// Gives back what an unusually large text needed.
    pub fn shrink(names: *FileNames) void {
        if (names.slots.len > kept_slots) names.free();
    }

    /// Gives all memory back; another text may begin.
    pub fn free(names: *FileNames) void {
        names.gpa.free(names.slots);
        names.slots = &.{};
        names.names.clearAndFree(names.gpa);
    }

    /// For `tokenize.forEachName`; `finish` must follow.
    pub inline fn addName(names: *FileNames, start: u32, end: u32) error{OutOfMemory}!void {
        const hash = names.hasher.hashWithin(names.text, start, end);
        names.prefetch(hash);
        names.waiting[names.waiting_count] = .{ .hash = hash, .start = start };
        names.waiting_count += 1;
        if (names.waiting_count == ahead) try names.finish();
    }

    /// Tells the processor that `hash` will be looked up soon.
    pub inline fn prefetch(names: *const FileNames, hash: u64) void {
        @prefetch(&names.slots[@intCast(hash & names.mask)], .{});
    }

    /// Counts the names that wait.
    pub fn finish(names: *FileNames) error{OutOfMemory}!void {
        const waiting = names.waiting[0..names.waiting_count];
        names.waiting_count = 0;
        for (waiting) |name| try names.count(name.hash, name.start);
    }

    inline fn count(names: *FileNames, hash: u64, start: u32) error{OutOfMemory}!void {
        while (start >= names.border) names.passBorder();
        const tag: u32 = @truncate(hash >> 32);
        var index = hash & names.mask;
        const counts = while (true) : (index = (index + 1) & names.mask) {
            const slot = names.slots[index];
            if (slot.place == 0) break try names.addNew(index, hash, start);
            if (slot.tag != tag) continue;
            const name = &names.names.items[slot.place - 1];
            if (name.hash == hash) break &name.counts;
        };
        if (names.is_comment) counts.comment +|= 1 else counts.body +|= 1;
    }

    inline fn addNew(
        names: *FileNames,
        index: usize,
        hash: u64,
        start: u32,
    ) error{OutOfMemory}!*Counts {
        if (names.names.items.len * 2 > names.mask) {
            try names.grow();
            return names.addNewAfterGrowth(hash, start);
        }
        names.names.appendAssumeCapacity(.{ .hash = hash, .start_or_id = start, .counts = .{} });
        const place = names.names.items.len;
        names.slots[index] = .{ .tag = @truncate(hash >> 32), .place = @intCast(place) };
        return &names.names.items[place - 1].counts;
    }

    fn addNewAfterGrowth(names: *FileNames, hash: u64, start: u32) *Counts {
        names.names.appendAssumeCapacity(.{ .hash = hash, .start_or_id = start, .counts = .{} });
        names.link(names.names.items.len - 1);
        return &names.names.items[names.names.items.len - 1].counts;
    }

    fn grow(names: *FileNames) error{OutOfMemory}!void {
        @branchHint(.cold);
        try names.setSize((names.mask + 1) * 2);
        for (0..names.names.items.len) |place| names.link(place);
    }

    fn link(names: *FileNames, place: usize) void {
        const hash = names.names.items[place].hash;
        var index = hash & names.mask;
        while (names.slots[index].place != 0) index = (index + 1) & names.mask;
        names.slots[index] = .{ .tag = @truncate(hash >> 32), .place = @intCast(place + 1) };
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

    /// The name with a hash, null when the text does not hold it.
    pub fn find(names: *const FileNames, hash: u64) ?u32 {
        const tag: u32 = @truncate(hash >> 32);
        var index = hash & names.mask;
        while (names.slots[index].place != 0) : (index = (index + 1) & names.mask) {
            if (names.slots[index].tag != tag) continue;
            const place = names.slots[index].place - 1;
            if (names.names.items[place].hash == hash) return place;
        }
        return null;
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
    try names.finish();
    try std.testing.expectEqual(13, names.names.items.len);
    const a = names.names.items[names.find(names.hasher.hash("a")).?];
    try std.testing.expectEqual(FileNames.Counts{ .body = 2, .comment = 1 }, a.counts);
    try std.testing.expectEqual(0, a.start_or_id);
    const c = names.names.items[names.find(names.hasher.hash("c")).?];
    try std.testing.expectEqual(FileNames.Counts{ .body = 0, .comment = 3 }, c.counts);
    const x = names.names.items[names.find(names.hasher.hash("x5")).?];
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
    try names.finish();
    try std.testing.expectEqual(5000, names.names.items.len);
    const last = names.names.items[4999];
    try std.testing.expectEqual(names.hasher.hash("a4999"), last.hash);
}
