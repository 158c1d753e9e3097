//! What the ranking needs of every document at once, small enough to stay in the processor's cache.
const std = @import("std");
const shard_file = @import("../store/shard.zig");

const Allocator = std.mem.Allocator;
const Shard = shard_file.Shard;

/// What a document is, as far as questions prefer one or the other.
pub const Kind = packed struct(u8) {
    is_test: bool = false,
    is_prose: bool = false,
    /// Generated, or somebody else's code that lies in the tree.
    is_foreign: bool = false,
    reserved: u5 = 0,
};

/// Kept with a segment.
pub const Lengths = struct {
    gpa: Allocator,
    /// The level of each document's length.
    levels: []const u8,
    kinds: []const Kind,

    pub fn of(shard: *Shard, io: std.Io) Allocator.Error!*const Lengths {
        const context: Context = .{ .shard = shard };
        return shard.memos.getPtr(.lengths).get(io, Lengths, context);
    }

    const Context = struct {
        shard: *Shard,

        pub fn make(context: Context) Allocator.Error!*Lengths {
            const shard = context.shard;
            const count = shard.segment.stats().documents;
            const lengths = try shard.gpa.create(Lengths);
            errdefer shard.gpa.destroy(lengths);
            const levels = try shard.gpa.alloc(u8, count);
            errdefer shard.gpa.free(levels);
            const kinds = try shard.gpa.alloc(Kind, count);
            for (levels, kinds, 0..) |*level, *kind, document| {
                const info = shard.segment.info(@intCast(document));
                level.* = levelOf(info.words);
                kind.* = .{
                    .is_test = info.flags.is_test,
                    .is_prose = info.flags.is_doc,
                    .is_foreign = info.flags.generated or
                        isForeign(shard.segment.path(@intCast(document))),
                };
            }
            lengths.* = .{ .gpa = shard.gpa, .levels = levels, .kinds = kinds };
            return lengths;
        }
    };

    pub fn destroy(lengths: *Lengths) void {
        const gpa = lengths.gpa;
        gpa.free(lengths.levels);
        gpa.free(lengths.kinds);
        gpa.destroy(lengths);
    }
};

/// Eight levels for each doubling: within 5 % of the length.
fn levelOf(words: u32) u8 {
    const exact = 8 * @log2(@as(f32, @floatFromInt(words)) + 1);
    return @intFromFloat(@min(255, @round(exact)));
}

/// How many words a document of a level has.
pub fn wordsOf(level: u8) f32 {
    return @exp2(@as(f32, @floatFromInt(level)) / 8) - 1;
}

const foreign_folders = [_][]const u8{ "vendor", "third_party", "external", "dist", "generated" };

fn isForeign(path: []const u8) bool {
    var parts = std.mem.splitScalar(u8, path, '/');
    while (parts.next()) |part| {
        if (parts.peek() == null) return false;
        for (foreign_folders) |folder| if (std.mem.eql(u8, part, folder)) return true;
    }
    return false;
}

test "levels are near the lengths" {
    for ([_]u32{ 0, 1, 10, 100, 5_000, 1_000_000 }) |words| {
        const exact: f32 = @floatFromInt(words);
        try std.testing.expectApproxEqRel(exact + 1, wordsOf(levelOf(words)) + 1, 0.05);
    }
    _ = wordsOf(levelOf(std.math.maxInt(u32)));
}

test "other people's folders" {
    try std.testing.expect(isForeign("a/vendor/b.c"));
    try std.testing.expect(!isForeign("a/vendor"));
    try std.testing.expect(!isForeign("a/vendors/b.c"));
}
