//! A segment with what it lies in, and how many views use it.
const std = @import("std");
const Segment = @import("../index/segment.zig").Segment;
const Memo = @import("memo.zig").Memo;

const Allocator = std.mem.Allocator;

/// What is kept with a segment; whoever keeps something adds its name. Documents that are no longer
/// live are still in it.
pub const ShardMemo = enum { graph, files, names, tests };

pub const Shard = struct {
    gpa: Allocator,
    references: std.atomic.Value(u32) = .init(1),
    segment: Segment,
    /// The text of its only document when it is an overlay.
    overlay: ?[]const u8 = null,
    memos: std.EnumArray(ShardMemo, Memo) = .initFill(.{}),
};
