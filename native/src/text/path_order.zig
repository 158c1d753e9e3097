//! What an exact search over all files of a segment wants at hand: the order of the paths, and
//! which documents are special. Made at the first such search and kept with the segment.
const std = @import("std");
const Segment = @import("../index/segment.zig").Segment;
const Shard = @import("../store/shard.zig").Shard;

const Allocator = std.mem.Allocator;

pub const PathOrder = struct {
    gpa: Allocator,
    /// Documents ordered by path.
    documents: []const u32,
    /// Documents that hold text which is in no dictionary: an exact search reads them every time.
    unlisted: []const u32,
    /// One bit for each document whose text is not indexed: it is binary, or huge.
    unread: []const u64,

    /// That of a segment, valid as long as the segment is.
    pub fn of(shard: *Shard, io: std.Io) Allocator.Error!*PathOrder {
        const context: Context = .{ .shard = shard };
        return shard.memos.getPtr(.order).get(io, PathOrder, context);
    }

    const Context = struct {
        shard: *Shard,

        pub fn make(context: Context) Allocator.Error!*PathOrder {
            return create(context.shard.gpa, &context.shard.segment);
        }
    };

    pub fn create(gpa: Allocator, segment: *const Segment) Allocator.Error!*PathOrder {
        const count = segment.stats().documents;
        const order = try gpa.create(PathOrder);
        errdefer gpa.destroy(order);
        const documents = try gpa.alloc(u32, count);
        errdefer gpa.free(documents);
        const unread = try gpa.alloc(u64, (count + 63) / 64);
        errdefer gpa.free(unread);
        @memset(unread, 0);
        var unlisted: std.ArrayList(u32) = .empty;
        errdefer unlisted.deinit(gpa);
        for (documents, 0..) |*document, number| {
            document.* = @intCast(number);
            const flags = segment.info(@intCast(number)).flags;
            if (flags.has_unlisted_text) try unlisted.append(gpa, @intCast(number));
            if (flags.huge or flags.binary) {
                unread[number / 64] |= @as(u64, 1) << @intCast(number % 64);
            }
        }
        std.mem.sort(u32, documents, segment, isBefore);
        order.* = .{
            .gpa = gpa,
            .documents = documents,
            .unlisted = try unlisted.toOwnedSlice(gpa),
            .unread = unread,
        };
        return order;
    }

    pub fn destroy(order: *PathOrder) void {
        const gpa = order.gpa;
        gpa.free(order.documents);
        gpa.free(order.unlisted);
        gpa.free(order.unread);
        gpa.destroy(order);
    }

    fn isBefore(segment: *const Segment, left: u32, right: u32) bool {
        return std.mem.order(u8, segment.path(left), segment.path(right)) == .lt;
    }
};
