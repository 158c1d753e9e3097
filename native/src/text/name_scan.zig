//! Goes over all names of a segment's dictionary with several threads.
const std = @import("std");
const segments = @import("../index/segment.zig");

const Segment = segments.Segment;

/// Fewer names are not worth a thread.
const names_per_thread = 50_000;
const most_threads = 16;

/// How many workers a dictionary is worth.
pub fn workersFor(segment: *const Segment, threads: u32) u32 {
    const useful = segment.stats().names / names_per_thread;
    return @max(1, @min(threads, most_threads, useful));
}

/// Calls `worker.scan(texts)` of each worker with the texts of its share of the names. Those that get no thread of
/// their own run on this one.
pub fn run(comptime Worker: type, workers: []Worker, segment: *const Segment) void {
    const share: u32 = @intCast(segment.stats().names / @max(1, workers.len));
    const Share = struct {
        worker: *Worker,
        segment: *const Segment,
        from: u32,
        to: u32,

        fn scan(part: @This()) void {
            var texts = part.segment.nameTexts(part.from, part.to);
            part.worker.scan(&texts);
        }
    };
    var shares: [most_threads]Share = undefined;
    var handles: [most_threads]std.Thread = undefined;
    for (workers, shares[0..workers.len], 0..) |*worker, *part, index| {
        const is_last = index + 1 == workers.len;
        part.* = .{
            .worker = worker,
            .segment = segment,
            .from = wholeBlocks(share * @as(u32, @intCast(index))),
            .to = if (is_last)
                std.math.maxInt(u32)
            else
                wholeBlocks(share * @as(u32, @intCast(index + 1))),
        };
    }
    var spawned: usize = 1;
    while (spawned < workers.len) : (spawned += 1) {
        handles[spawned] = std.Thread.spawn(.{}, Share.scan, .{shares[spawned]}) catch break;
    }
    if (workers.len > 0) shares[0].scan();
    for (shares[@min(spawned, workers.len)..workers.len]) |part| part.scan();
    for (handles[@min(1, spawned)..spawned]) |handle| handle.join();
}

fn wholeBlocks(name: u32) u32 {
    return name - name % segments.names_per_block;
}
