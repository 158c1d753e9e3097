//! Builds the segment of a whole tree with several threads, within a memory limit.
const std = @import("std");
const builder_file = @import("builder.zig");

const Allocator = std.mem.Allocator;
const Io = std.Io;

pub const Error = error{
    Canceled,
    OutOfMemory,
    TooManyDocuments,
    TooManyNames,
    WriteFailed,
    ThreadFailed,
};

/// Where the documents come from. `load` is called by several threads at a time.
pub const Source = struct {
    context: *anyopaque,
    /// How many documents there are at most.
    count: u32,
    /// Document `index`, or null when it is not to be indexed (it vanished). Memory it needs for the
    /// text comes from `arena`, which is reset with its capacity kept after each document.
    load: *const fn (
        context: *anyopaque,
        worker: u32,
        index: u32,
        arena: Allocator,
    ) Allocator.Error!?builder_file.Input,
};

/// Read and set from other threads while a build runs.
pub const Progress = struct {
    is_canceled: std.atomic.Value(bool) = .init(false),
    documents_done: std.atomic.Value(u32) = .init(0),
    bytes_done: std.atomic.Value(u64) = .init(0),
    /// The texts are read; what is left is putting the runs together.
    is_merging: std.atomic.Value(bool) = .init(false),
};

pub const Options = struct {
    threads: u32 = 2,
    seed: u64,
    /// Above this the build stops with `OutOfMemory`; half of it is what makes a thread seal a run.
    memory_limit_bytes: usize = 400 << 20,
    progress: *Progress,
};

/// Builds and writes the image to `out` (a file's streaming writer, or one that allocates), flushed.
/// Documents of the image are in no order that means something.
pub fn build(gpa: Allocator, source: Source, options: Options, out: *Io.Writer) Error!void {
    _ = .{ gpa, source, options, out };
}
