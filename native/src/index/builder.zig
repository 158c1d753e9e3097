//! Builds one segment from texts, one after another, on one thread.
const std = @import("std");
const segment_format = @import("segment.zig");
const types = @import("../base/types.zig");

const Allocator = std.mem.Allocator;

pub const BuildError = error{ OutOfMemory, TooManyDocuments, TooManyNames };

/// One document to add.
pub const Input = struct {
    path: []const u8,
    /// `lines`, `words` and `flags.has_unlisted_text` are found out by the builder.
    info: segment_format.Info,
    /// Empty for huge and binary ones.
    text: []const u8,
};

/// Gathers documents in memory until `finish`. Good for some thousand of them (a refresh, an
/// overlay); `parallel.zig` builds whole trees with it.
pub const Builder = struct {
    gpa: Allocator,

    pub fn init(gpa: Allocator, seed: u64) Builder {
        _ = seed;
        return .{ .gpa = gpa };
    }

    pub fn deinit(builder: *Builder) void {
        builder.* = undefined;
    }

    /// Returns the document's number. The text is not kept.
    pub fn add(builder: *Builder, input: Input) BuildError!u32 {
        _ = .{ builder, input };
        return 0;
    }

    /// About how many bytes the builder holds now.
    pub fn memoryBytes(builder: *const Builder) usize {
        _ = builder;
        return 0;
    }

    /// The image of all that was added, owned by the caller (freed with `image_gpa`); the builder is
    /// empty again and can be used further.
    pub fn finish(builder: *Builder, image_gpa: Allocator) BuildError![]u8 {
        _ = .{ builder, image_gpa };
        return &.{};
    }
};
