//! Puts several segments together into one, without what is dead.
const std = @import("std");
const segment_format = @import("segment.zig");

const Allocator = std.mem.Allocator;
const Io = std.Io;

pub const Error = error{ Canceled, OutOfMemory, TooManyDocuments, TooManyNames, WriteFailed, ThreadFailed };

/// One segment and which of its documents go on.
pub const Part = struct {
    segment: *const segment_format.Segment,
    /// A bit for each document; null is all of them.
    live: ?*const std.DynamicBitSetUnmanaged = null,
};

pub const Options = struct {
    seed: u64,
    threads: u32 = 1,
    is_canceled: ?*const std.atomic.Value(bool) = null,
};

/// Writes the image of all live documents of `parts` to `out`, flushed: those of the first part
/// first, each part's in their order.
pub fn merge(gpa: Allocator, parts: []const Part, options: Options, out: *Io.Writer) Error!void {
    _ = .{ gpa, parts, options, out };
}
