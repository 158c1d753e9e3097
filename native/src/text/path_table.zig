//! What the file finder wants at hand of a segment: its paths in lower case, and which letters each
//! has. Made at the first key and kept with the segment, so that key must not wait for it long: one
//! pass over the paths, and nothing is made that only other searches need (`path_order.zig`).
const std = @import("std");
const large_pages = @import("../index/large_pages.zig");
const Segment = @import("../index/segment.zig").Segment;
const Shard = @import("../store/shard.zig").Shard;

const Allocator = std.mem.Allocator;

pub const PathTable = struct {
    gpa: Allocator,
    /// What `entries` and `lower` lie in: one block, for that large pages fill it.
    memory: []align(@alignOf(Entry)) u8,
    entries: []const Entry,
    /// All paths as they are written; they belong to the segment.
    text: []const u8,
    /// The same in lower case.
    lower: []const u8,

    pub const Entry = struct {
        /// Which letters the path has: see `maskOf`.
        mask: u64,
        start: u32,
        length: u32,
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
            const segment = &context.shard.segment;
            return create(context.shard.gpa, segment, segment.path_bytes);
        }
    };

    /// `paths` tells with `pathSpan` where in `text` the path of each document is.
    pub fn create(gpa: Allocator, paths: anytype, text: []const u8) Allocator.Error!*PathTable {
        const table = try gpa.create(PathTable);
        errdefer gpa.destroy(table);
        const entries_size = paths.stats().documents * @sizeOf(Entry);
        const memory = try gpa.alignedAlloc(u8, .of(Entry), entries_size + text.len);
        large_pages.advise(memory);
        const entries: []Entry = @ptrCast(memory[0..entries_size]);
        const lower = memory[entries_size..];
        lowerInto(lower, text);
        var folder: Folder = .{};
        for (entries, 0..) |*entry, document| {
            const span = paths.pathSpan(@intCast(document));
            const path = text[span.start..span.end];
            const known = path.len >= folder.length and
                std.mem.eql(u8, path[0..folder.length], folder.path[0..folder.length]);
            var mask_of_name = if (known) maskOf(path[folder.length..]) else slash_mask;
            if (mask_of_name & slash_mask != 0) {
                folder = .of(path);
                mask_of_name = maskOf(path[folder.length..]);
            }
            entry.* = .{
                .mask = folder.mask | mask_of_name,
                .start = span.start,
                .length = @intCast(path.len),
                .name_start = @intCast(@min(folder.length, 0xffff)),
                .depth = @intCast(@min(folder.depth, 0xffff)),
            };
        }
        table.* = .{
            .gpa = gpa,
            .memory = memory,
            .entries = entries,
            .text = text,
            .lower = lower,
        };
        return table;
    }

    pub fn destroy(table: *PathTable) void {
        const gpa = table.gpa;
        gpa.free(table.memory);
        gpa.destroy(table);
    }

    pub fn pathOf(table: *const PathTable, document: usize) []const u8 {
        const entry = &table.entries[document];
        return table.text[entry.start..][0..entry.length];
    }

    pub fn lowerOf(table: *const PathTable, document: usize) []const u8 {
        const entry = &table.entries[document];
        return table.lower[entry.start..][0..entry.length];
    }
};

/// What a path has before its name, the last slash included. Files of one folder follow each other,
/// so it is worked out once for all of them.
const Folder = struct {
    path: []const u8 = "",
    /// Of `path`: how much of it is the folder.
    length: usize = 0,
    mask: u64 = 0,
    depth: usize = 0,

    fn of(path: []const u8) Folder {
        const length = if (std.mem.lastIndexOfScalar(u8, path, '/')) |slash| slash + 1 else 0;
        return .{
            .path = path,
            .length = length,
            .mask = maskOf(path[0..length]),
            .depth = std.mem.countScalar(u8, path[0..length], '/'),
        };
    }
};

/// ASCII letters in lower case, many at a time; both are of the same length.
fn lowerInto(lower: []u8, text: []const u8) void {
    const lanes = 32;
    const Lanes = @Vector(lanes, u8);
    var at: usize = 0;
    while (text.len - at >= lanes) : (at += lanes) {
        const block: Lanes = text[at..][0..lanes].*;
        const is_upper = block -% @as(Lanes, @splat('A')) < @as(Lanes, @splat(26));
        const case_bit: Lanes = @splat(0x20);
        lower[at..][0..lanes].* = block | @select(u8, is_upper, case_bit, @as(Lanes, @splat(0)));
    }
    for (lower[at..], text[at..]) |*byte, given| byte.* = std.ascii.toLower(given);
}

/// One bit for each letter and digit that occurs, some for marks, one for everything else. A path
/// whose mask lacks a bit of the pattern's cannot match. Letters count in either case.
pub fn maskOf(text: []const u8) u64 {
    var mask: u64 = 0;
    for (text) |byte| mask |= mask_of_byte[byte];
    return mask;
}

const mask_of_byte: [256]u64 = table: {
    @setEvalBranchQuota(10_000);
    var table: [256]u64 = undefined;
    for (&table, 0..) |*mask, byte| mask.* = 1 << bitOf(std.ascii.toLower(byte));
    break :table table;
};

const slash_mask: u64 = 1 << bitOf('/');

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

/// Paths that lie in one text as those of a segment do.
pub const SamplePaths = struct {
    text: []const u8,
    starts: []const u32,

    pub fn of(arena: Allocator, paths: []const []const u8) Allocator.Error!SamplePaths {
        const starts = try arena.alloc(u32, paths.len + 1);
        starts[0] = 0;
        for (paths, starts[1..], starts[0..paths.len]) |path, *end, start| {
            end.* = start + @as(u32, @intCast(path.len));
        }
        return .{ .text = try std.mem.concat(arena, u8, paths), .starts = starts };
    }

    pub fn stats(paths: *const SamplePaths) struct { documents: u32 } {
        return .{ .documents = @intCast(paths.starts.len - 1) };
    }

    pub fn pathSpan(paths: *const SamplePaths, document: u32) Segment.Span {
        return .{ .start = paths.starts[document], .end = paths.starts[document + 1] };
    }
};

test "a table knows letters, names and depths" {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    const written = [_][]const u8{ "src/Main.zig", "README.md", "src/a/b.c", "src/a/Q" };
    const paths: SamplePaths = try .of(arena.allocator(), &written);
    const table = try PathTable.create(std.testing.allocator, &paths, paths.text);
    defer table.destroy();
    try std.testing.expectEqualStrings("src/main.zig", table.lowerOf(0));
    for (written, 0..) |path, document| {
        try std.testing.expectEqualStrings(path, table.pathOf(document));
        try std.testing.expectEqual(maskOf(path), table.entries[document].mask);
    }
    try std.testing.expectEqual(4, table.entries[0].name_start);
    try std.testing.expectEqual(0, table.entries[1].name_start);
    try std.testing.expectEqual(2, table.entries[3].depth);
    try std.testing.expectEqual(0, maskOf("mzg") & ~table.entries[0].mask);
    try std.testing.expect(maskOf("q") & ~table.entries[0].mask != 0);
}
