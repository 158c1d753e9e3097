//! Goes over the names of a segment's dictionary, all or some, with several threads.
const std = @import("std");
const segments = @import("../index/segment.zig");

const Allocator = std.mem.Allocator;
const Segment = segments.Segment;

/// Names by their ids, from `from` up to but not including `to`; both begin a block.
pub const Range = struct { from: u32, to: u32 };

/// Fewer names are not worth a thread.
const names_per_thread = 50_000;
const most_threads = 16;
/// What a thread takes at a time.
const names_per_range = 1 << 15;

/// How many workers so many names are worth.
pub fn workersFor(names: usize, threads: u32) usize {
    return @max(1, @min(threads, most_threads, names / names_per_thread));
}

/// The whole dictionary in pieces.
pub fn wholeOf(arena: Allocator, segment: *const Segment) Allocator.Error![]const Range {
    const names = segment.stats().names;
    const ranges = try arena.alloc(Range, names / names_per_range + 1);
    for (ranges, 0..) |*range, index| {
        const from: u32 = @intCast(index * names_per_range);
        range.* = .{ .from = from, .to = from + names_per_range };
    }
    return ranges;
}

/// Calls `worker.scan(texts)` for each range, of whichever worker is free. Workers that get no
/// thread of their own get no range.
pub fn run(
    comptime Worker: type,
    workers: []Worker,
    segment: *const Segment,
    ranges: []const Range,
) void {
    const Shared = struct {
        segment: *const Segment,
        ranges: []const Range,
        next: std.atomic.Value(usize) = .init(0),

        fn work(shared: *@This(), worker: *Worker) void {
            while (true) {
                const index = shared.next.fetchAdd(1, .monotonic);
                if (index >= shared.ranges.len) return;
                const range = shared.ranges[index];
                var texts = shared.segment.nameTexts(range.from, range.to);
                worker.scan(&texts);
            }
        }
    };
    var shared: Shared = .{ .segment = segment, .ranges = ranges };
    var handles: [most_threads]std.Thread = undefined;
    var spawned: usize = 0;
    for (workers[1..]) |*worker| {
        handles[spawned] = std.Thread.spawn(.{}, Shared.work, .{ &shared, worker }) catch break;
        spawned += 1;
    }
    shared.work(&workers[0]);
    for (handles[0..spawned]) |handle| handle.join();
}
