//! A segment with what it lies in, and how many views use it.
const std = @import("std");
const segment_format = @import("../index/segment.zig");
const Memo = @import("memo.zig").Memo;

const Allocator = std.mem.Allocator;
const Dir = std.Io.Dir;
const Segment = segment_format.Segment;

/// What is kept with a segment; whoever keeps something adds its name. Documents that are no longer
/// live are still in it.
pub const ShardMemo = enum { graph, files, order, imports, names, tests, lengths };

pub const Backing = union(enum) {
    /// Memory of its own, and where it goes back to.
    memory: struct { allocator: Allocator, bytes: []u8 },
    /// A file that nobody changes any more.
    mapped: std.Io.File.MemoryMap,
};

pub const Shard = struct {
    gpa: Allocator,
    references: std.atomic.Value(u32) = .init(1),
    segment: Segment,
    backing: Backing,
    /// The number of its file in the snapshot; 0 when it has none. Set by whoever changes the view.
    file: std.atomic.Value(u64) = .init(0),
    /// The text of its only document when it is an overlay.
    overlay: ?[]const u8 = null,
    memos: std.EnumArray(ShardMemo, Memo) = .initFill(.{}),

    pub const OpenError = segment_format.OpenError || error{OutOfMemory};

    /// Takes `image` over, also when it fails.
    pub fn ofMemory(gpa: Allocator, allocator: Allocator, image: []u8) OpenError!*Shard {
        errdefer allocator.free(image);
        const segment = try Segment.open(image);
        const shard = try gpa.create(Shard);
        shard.* = .{
            .gpa = gpa,
            .segment = segment,
            .backing = .{ .memory = .{ .allocator = allocator, .bytes = image } },
        };
        return shard;
    }

    /// Maps a file of the snapshot. `size` is what it must be: a cut file is never mapped.
    pub fn ofFile(
        gpa: Allocator,
        io: std.Io,
        folder: Dir,
        name: []const u8,
        size: u64,
    ) (OpenError || error{Missing})!*Shard {
        const file = folder.openFile(io, name, .{ .follow_symlinks = false }) catch
            return error.Missing;
        defer file.close(io);
        const stat = file.stat(io) catch return error.Missing;
        if (stat.kind != .file) return error.Missing;
        if (stat.size != size or size == 0) return error.Corrupt;
        var map = file.createMemoryMap(io, .{
            .len = std.math.cast(usize, size) orelse return error.OutOfMemory,
            .protection = .{ .read = true },
            .populate = false,
        }) catch return error.Missing;
        errdefer map.destroy(io);
        const segment = try Segment.open(map.memory);
        const shard = try gpa.create(Shard);
        shard.* = .{ .gpa = gpa, .segment = segment, .backing = .{ .mapped = map } };
        return shard;
    }

    pub fn bytes(shard: *const Shard) []const u8 {
        return shard.segment.bytes;
    }

    /// What it takes of the process's own memory: a mapped file is the system's to keep or drop.
    pub fn isMapped(shard: *const Shard) bool {
        return shard.backing == .mapped;
    }

    pub fn retain(shard: *Shard) *Shard {
        _ = shard.references.fetchAdd(1, .monotonic);
        return shard;
    }

    pub fn release(shard: *Shard, io: std.Io) void {
        if (shard.references.fetchSub(1, .acq_rel) > 1) return;
        for (&shard.memos.values) |*memo| memo.deinit();
        switch (shard.backing) {
            .memory => |memory| memory.allocator.free(memory.bytes),
            .mapped => |*map| map.destroy(io),
        }
        if (shard.overlay) |text| shard.gpa.free(text);
        shard.gpa.destroy(shard);
    }
};
