//! The next view while it is being made: a copy of the one before that may be changed.
const std = @import("std");
const Memo = @import("memo.zig").Memo;
const Shard = @import("shard.zig").Shard;
const view_file = @import("view.zig");

const Allocator = std.mem.Allocator;
const Place = view_file.Place;
const Stat = view_file.Stat;
const Touched = view_file.Touched;
const View = view_file.View;

const DraftPart = struct {
    shard: *Shard,
    live: []u64,
    /// As in a view, then what is new, in the order it came.
    touched: std.ArrayList(Touched),
};

pub const Draft = struct {
    gpa: Allocator,
    /// Becomes the view's.
    arena: std.heap.ArenaAllocator,
    parts: std.ArrayList(DraftPart) = .empty,

    pub fn init(gpa: Allocator) Draft {
        return .{ .gpa = gpa, .arena = .init(gpa) };
    }

    /// Begins with what `view` holds.
    pub fn from(gpa: Allocator, io: std.Io, view: *const View) error{OutOfMemory}!Draft {
        var draft: Draft = .init(gpa);
        errdefer draft.deinit(io);
        for (view.parts) |part| try draft.add(part.shard.retain(), io, part.live, part.touched);
        return draft;
    }

    /// Gives up what was not finished.
    pub fn deinit(draft: *Draft, io: std.Io) void {
        for (draft.parts.items) |part| part.shard.release(io);
        draft.arena.deinit();
    }

    /// Adds a segment with a state of its own, and takes the reference over, also when it fails.
    pub fn add(
        draft: *Draft,
        shard: *Shard,
        io: std.Io,
        live: []const u64,
        touched: []const Touched,
    ) error{OutOfMemory}!void {
        errdefer shard.release(io);
        const arena = draft.arena.allocator();
        if (draft.parts.items.len >= std.math.maxInt(u16)) return error.OutOfMemory;
        var list: std.ArrayList(Touched) = .empty;
        try list.appendSlice(arena, touched);
        const part: DraftPart = .{
            .shard = shard,
            .live = try arena.dupe(u64, live),
            .touched = list,
        };
        try draft.parts.append(arena, part);
    }

    /// Adds a segment all of whose documents are live.
    pub fn append(draft: *Draft, shard: *Shard, io: std.Io) error{OutOfMemory}!void {
        const documents = shard.segment.stats().documents;
        const live = draft.arena.allocator().alloc(u64, bitWords(documents)) catch |err| {
            shard.release(io);
            return err;
        };
        @memset(live, std.math.maxInt(u64));
        if (documents % 64 != 0) live[live.len - 1] = (@as(u64, 1) << @intCast(documents % 64)) - 1;
        try draft.add(shard, io, live, &.{});
    }

    pub fn kill(draft: *Draft, place: Place) void {
        const live = draft.parts.items[place.segment].live;
        live[place.document / 64] &= ~(@as(u64, 1) << @intCast(place.document % 64));
    }

    /// The document is (again) what its file holds, and this is the file.
    pub fn keep(draft: *Draft, place: Place, stat: Stat) error{OutOfMemory}!void {
        const part = &draft.parts.items[place.segment];
        part.live[place.document / 64] |= @as(u64, 1) << @intCast(place.document % 64);
        try part.touched.append(
            draft.arena.allocator(),
            .{ .document = place.document, .stat = stat },
        );
    }

    /// The view; the draft is used up, also when it fails.
    pub fn finish(
        draft: *Draft,
        io: std.Io,
        root: std.Io.Dir,
        generation: u64,
    ) error{OutOfMemory}!*View {
        errdefer draft.deinit(io);
        const arena = draft.arena.allocator();
        const parts = try arena.alloc(view_file.Part, draft.parts.items.len);
        for (draft.parts.items, parts) |*from_part, *part| {
            var live_count: u32 = 0;
            for (from_part.live) |word| live_count += @popCount(word);
            part.* = .{
                .shard = from_part.shard,
                .live = from_part.live,
                .live_count = live_count,
                .touched = settle(from_part.touched.items, from_part.live),
            };
        }
        const memos = try arena.create(std.EnumArray(view_file.ViewMemo, Memo));
        memos.* = .initFill(.{});
        const view = try draft.gpa.create(View);
        view.* = .{
            .gpa = draft.gpa,
            .arena = draft.arena.state,
            .generation = generation,
            .root = root,
            .parts = parts,
            .memos = memos,
        };
        return view;
    }

    /// Ordered by document, the last word on each, none of a dead one.
    fn settle(touched: []Touched, live: []const u64) []const Touched {
        std.sort.block(Touched, touched, {}, struct {
            fn isBefore(_: void, a: Touched, b: Touched) bool {
                return a.document < b.document;
            }
        }.isBefore);
        var kept: usize = 0;
        for (touched, 0..) |entry, at| {
            if (at + 1 < touched.len and touched[at + 1].document == entry.document) continue;
            if (live[entry.document / 64] >> @intCast(entry.document % 64) & 1 == 0) continue;
            touched[kept] = entry;
            kept += 1;
        }
        return touched[0..kept];
    }
};

/// How many words of 64 bits hold a bit for each document.
pub fn bitWords(documents: u32) usize {
    return (@as(usize, documents) + 63) / 64;
}

test "the last word on a document counts, and the dead are forgotten" {
    const a: Stat = .{ .size = 1, .mtime_ns = 1, .inode = 1 };
    const b: Stat = .{ .size = 2, .mtime_ns = 2, .inode = 2 };
    var touched = [_]Touched{
        .{ .document = 2, .stat = a },
        .{ .document = 70, .stat = a },
        .{ .document = 2, .stat = b },
        .{ .document = 1, .stat = a },
    };
    const settled = Draft.settle(&touched, &.{ 0b100, 1 << 6 });
    try std.testing.expectEqual(2, settled.len);
    try std.testing.expectEqual(2, settled[0].document);
    try std.testing.expect(settled[0].stat.eql(b));
    try std.testing.expectEqual(70, settled[1].document);
    try std.testing.expectEqual(0, bitWords(0));
    try std.testing.expectEqual(2, bitWords(65));
}
