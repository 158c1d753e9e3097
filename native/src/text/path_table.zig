//! What the searches over all files of a segment want at hand: its paths in lower case, in order,
//! and which documents are special. Made at the first search and kept with the segment.
const std = @import("std");
const Memo = @import("../store/memo.zig").Memo;
const Segment = @import("../index/segment.zig").Segment;
const Shard = @import("../store/shard.zig").Shard;

const Allocator = std.mem.Allocator;

pub const PathTable = struct {
    gpa: Allocator,
    entries: []const Entry,
    /// All paths in lower case, one after the other.
    lower: []const u8,
    /// Documents ordered by path.
    order: []const u32,
    /// Documents that hold text which is in no dictionary: an exact search reads them every time.
    unlisted: []const u32,
    /// One bit for each document whose text is not indexed: it is binary, or huge.
    unread: []const u64,

    pub const Entry = struct {
        /// As it is written; it belongs to the segment.
        path: []const u8,
        /// Which letters the path has: see `maskOf`.
        mask: u64,
        lower_start: u32,
        /// Where the file's name begins.
        name_start: u16,
        depth: u16,
    };

    /// The table of a segment, valid as long as the segment is.
    pub fn of(shard: *Shard, io: std.Io) Allocator.Error!*PathTable {
        const context: Context = .{ .shard = shard };
        return shard.memos.getPtr(.files).get(io, PathTable, context);
    }

    const Context = struct {
        shard: *Shard,

        pub fn make(context: Context) Allocator.Error!*PathTable {
            return create(context.shard.gpa, &context.shard.segment);
        }
    };

    pub fn create(gpa: Allocator, segment: *const Segment) Allocator.Error!*PathTable {
        const count = segment.stats().documents;
        const paths = try gpa.alloc([]const u8, count);
        defer gpa.free(paths);
        for (paths, 0..) |*path, document| path.* = segment.path(@intCast(document));
        const table = try createOf(gpa, paths);
        errdefer table.destroy();
        var unlisted: std.ArrayList(u32) = .empty;
        errdefer unlisted.deinit(gpa);
        const unread = try gpa.alloc(u64, (count + 63) / 64);
        @memset(unread, 0);
        table.unread = unread;
        for (0..count) |document| {
            const flags = segment.info(@intCast(document)).flags;
            if (flags.has_unlisted_text) try unlisted.append(gpa, @intCast(document));
            if (flags.huge or flags.binary) {
                unread[document / 64] |= @as(u64, 1) << @intCast(document % 64);
            }
        }
        table.unlisted = try unlisted.toOwnedSlice(gpa);
        return table;
    }

    /// A table of paths alone; they must outlive it.
    pub fn createOf(gpa: Allocator, paths: []const []const u8) Allocator.Error!*PathTable {
        var bytes: usize = 0;
        for (paths) |path| bytes += path.len;
        const table = try gpa.create(PathTable);
        errdefer gpa.destroy(table);
        const entries = try gpa.alloc(Entry, paths.len);
        errdefer gpa.free(entries);
        const lower = try gpa.alloc(u8, bytes);
        errdefer gpa.free(lower);
        const order = try gpa.alloc(u32, paths.len);
        var at: usize = 0;
        for (paths, entries, order, 0..) |path, *entry, *place, document| {
            const copy = std.ascii.lowerString(lower[at..], path);
            const slash = std.mem.lastIndexOfScalar(u8, path, '/');
            entry.* = .{
                .path = path,
                .mask = maskOf(copy),
                .lower_start = @intCast(at),
                .name_start = @intCast(@min(if (slash) |before| before + 1 else 0, 0xffff)),
                .depth = @intCast(@min(std.mem.countScalar(u8, path, '/'), 0xffff)),
            };
            place.* = @intCast(document);
            at += path.len;
        }
        std.mem.sort(u32, order, @as([]const Entry, entries), isBefore);
        table.* = .{
            .gpa = gpa,
            .entries = entries,
            .lower = lower,
            .order = order,
            .unlisted = &.{},
            .unread = &.{},
        };
        return table;
    }

    pub fn destroy(table: *PathTable) void {
        const gpa = table.gpa;
        gpa.free(table.entries);
        gpa.free(table.lower);
        gpa.free(table.order);
        gpa.free(table.unlisted);
        gpa.free(table.unread);
        gpa.destroy(table);
    }

    pub fn lowerOf(table: *const PathTable, document: usize) []const u8 {
        const entry = &table.entries[document];
        return table.lower[entry.lower_start..][0..entry.path.len];
    }

    pub fn isUnread(table: *const PathTable, document: usize) bool {
        const word = document / 64;
        if (word >= table.unread.len) return false;
        return table.unread[word] >> @intCast(document % 64) & 1 == 1;
    }
};

fn isBefore(entries: []const PathTable.Entry, left: u32, right: u32) bool {
    return std.mem.order(u8, entries[left].path, entries[right].path) == .lt;
}

/// One bit for each letter and digit that occurs, some for marks, one for everything else. A path
/// whose mask lacks a bit of the pattern's cannot match.
pub fn maskOf(lower: []const u8) u64 {
    var mask: u64 = 0;
    for (lower) |byte| mask |= @as(u64, 1) << bitOf(byte);
    return mask;
}

fn bitOf(byte: u8) u6 {
    return switch (byte) {
        'a'...'z' => @intCast(byte - 'a'),
        '0'...'9' => @intCast(26 + byte - '0'),
        '/' => 36,
        '.' => 37,
        '_' => 38,
        '-' => 39,
        else => @intCast(40 + byte % 24),
    };
}

test "a table knows order, names and letters of its paths" {
    const paths = [_][]const u8{ "src/Main.zig", "README.md", "src/a/b.c" };
    const table = try PathTable.createOf(std.testing.allocator, &paths);
    defer table.destroy();
    try std.testing.expectEqualSlices(u32, &.{ 1, 0, 2 }, table.order);
    try std.testing.expectEqualStrings("src/main.zig", table.lowerOf(0));
    try std.testing.expectEqual(4, table.entries[0].name_start);
    try std.testing.expectEqual(2, table.entries[2].depth);
    try std.testing.expectEqual(0, maskOf("mzg") & ~table.entries[0].mask);
    try std.testing.expect(maskOf("q") & ~table.entries[0].mask != 0);
}
