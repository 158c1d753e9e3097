//! Builds the segment of a whole tree with several threads, within a memory limit.
//!
//! Each thread has a builder of its own and shares nothing. When a builder has grown to its part of
//! the limit, its documents are sealed: written as the image of a segment, a fifth of the size, and
//! the builder starts anew. In the end all images are merged into the one that is asked for.
const std = @import("std");
const builder_file = @import("builder.zig");
const large_pages = @import("large_pages.zig");
const merge_file = @import("merge.zig");
const segment_file = @import("segment.zig");

const Allocator = std.mem.Allocator;
const Builder = builder_file.Builder;
const Io = std.Io;

pub const Error = merge_file.Error;

/// Where the documents come from. `load` is called by several threads at a time.
pub const Source = struct {
    context: *anyopaque,
    /// How many documents there are at most.
    count: u32,
    /// About how many bytes of text they have: what a builder may grow to follows from it.
    text_bytes: u64,
    /// Document `index`, or null when it is not to be indexed (it vanished). Memory it needs for
    /// the text comes from `arena`, which is reset with its capacity kept after each document.
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
    /// What the build should stay within. A quarter of it at most is for the builders; the images
    /// of what is sealed, and the merge, need what they need.
    memory_limit_bytes: usize = 384 << 20,
    progress: *Progress,
};

pub const max_threads = 64;
/// Neighbours in the list share names, so a thread takes many at a time, less towards the end: the
/// threads are to be done together.
const least_batch = 32;
const most_batch = 1024;
/// Below it a tree costs less than the library itself.
const least_seal_bytes = 1 << 20;
/// What the memory of a text may keep for the next one.
const kept_text_bytes = 8 << 20;

/// Builds and writes the image to `out` (a file's streaming writer, or one that allocates),
/// flushed. Documents of the image are in no order that means something. `parent` is used by several
/// threads at a time; when it gives no more, the build ends with `OutOfMemory`.
pub fn build(parent: Allocator, source: Source, options: Options, out: *Io.Writer) Error!void {
    var advised: large_pages.Advised = .{ .parent = parent };
    const gpa = advised.allocator();
    const threads = std.math.clamp(options.threads, 1, max_threads);
    var workers: [max_threads]Worker = undefined;
    var next: std.atomic.Value(u32) = .init(0);
    for (workers[0..threads], 0..) |*worker, number| worker.* = .{
        .gpa = gpa,
        .number = @intCast(number),
        .source = source,
        .options = options,
        .seal_bytes = sealBytes(source.text_bytes, options.memory_limit_bytes) / threads,
        .next = &next,
    };
    defer for (workers[0..threads]) |*worker| worker.deinit();

    var handles: [max_threads]?std.Thread = @splat(null);
    for (handles[1..threads], workers[1..threads]) |*handle, *worker| {
        handle.* = std.Thread.spawn(.{}, Worker.run, .{worker}) catch null;
    }
    workers[0].run();
    for (handles[1..threads]) |handle| if (handle) |thread| thread.join();
    for (workers[0..threads]) |*worker| try worker.result;

    options.progress.is_merging.store(true, .monotonic);
    try mergeImages(gpa, workers[0..threads], options, out);
}

/// What all builders together may hold before they are sealed: a twelfth of the text. Fewer, larger
/// runs would save a little work on a medium tree, at twice the memory.
fn sealBytes(text_bytes: u64, memory_limit_bytes: usize) usize {
    const share = std.math.lossyCast(usize, text_bytes / 12);
    return @min(memory_limit_bytes / 4, @max(share, least_seal_bytes));
}

fn mergeImages(gpa: Allocator, workers: []Worker, options: Options, out: *Io.Writer) Error!void {
    var segments: std.ArrayList(segment_file.Segment) = .empty;
    defer segments.deinit(gpa);
    for (workers) |*worker| for (worker.images.items) |image| {
        const segment = segment_file.Segment.open(image) catch unreachable; // written just now
        try segments.append(gpa, segment);
    };
    const parts = try gpa.alloc(merge_file.Part, segments.items.len);
    defer gpa.free(parts);
    for (parts, segments.items) |*part, *segment| {
        part.* = .{ .segment = segment, .is_consumed = true };
    }
    try merge_file.merge(gpa, parts, .{
        .seed = options.seed,
        .threads = options.threads,
        .is_canceled = &options.progress.is_canceled,
    }, out);
}

const Worker = struct {
    gpa: Allocator,
    number: u32,
    source: Source,
    options: Options,
    seal_bytes: usize,
    /// The first document that no thread has taken; shared.
    next: *std.atomic.Value(u32),
    images: std.ArrayList([]u8) = .empty,
    result: Error!void = {},

    fn deinit(worker: *Worker) void {
        for (worker.images.items) |image| worker.gpa.free(image);
        worker.images.deinit(worker.gpa);
    }

    fn run(worker: *Worker) void {
        worker.result = worker.work();
        // The others need not go on when one has failed.
        if (worker.result) |_| {} else |_| worker.next.store(worker.source.count, .monotonic);
    }

    fn work(worker: *Worker) Error!void {
        var builder: Builder = .init(worker.gpa, worker.options.seed);
        defer builder.deinit();
        var arena: std.heap.ArenaAllocator = .init(worker.gpa);
        defer arena.deinit();
        while (worker.takeBatch()) |batch| {
            for (batch.start..batch.end) |index| {
                if (worker.options.progress.is_canceled.load(.monotonic)) return error.Canceled;
                try worker.addDocument(&builder, @intCast(index), arena.allocator());
                _ = arena.reset(.{ .retain_with_limit = kept_text_bytes });
                if (builder.memoryBytes() > worker.seal_bytes) {
                    _ = arena.reset(.free_all);
                    try worker.seal(&builder);
                }
            }
        }
        _ = arena.reset(.free_all);
        try worker.seal(&builder);
    }

    const Batch = struct { start: u32, end: u32 };

    fn takeBatch(worker: *Worker) ?Batch {
        const count = worker.source.count;
        var start = worker.next.load(.monotonic);
        while (start < count) {
            const share = (count - start) / (4 * worker.options.threads);
            const end = @min(count, start + std.math.clamp(share, least_batch, most_batch));
            start = worker.next.cmpxchgWeak(start, end, .monotonic, .monotonic) orelse
                return .{ .start = start, .end = end };
        }
        return null;
    }

    fn addDocument(worker: *Worker, builder: *Builder, index: u32, arena: Allocator) Error!void {
        const progress = worker.options.progress;
        const source = &worker.source;
        if (try source.load(source.context, worker.number, index, arena)) |input| {
            _ = try builder.add(input);
            _ = progress.bytes_done.fetchAdd(input.text.len, .monotonic);
        }
        _ = progress.documents_done.fetchAdd(1, .monotonic);
    }

    fn seal(worker: *Worker, builder: *Builder) Error!void {
        if (builder.isEmpty()) return;
        try worker.images.ensureUnusedCapacity(worker.gpa, 1);
        worker.images.appendAssumeCapacity(try builder.seal(worker.gpa));
    }
};

const TestSource = struct {
    text: [30]u8 = @splat(' '),
    fails_at: u32 = std.math.maxInt(u32),

    fn load(
        context: *anyopaque,
        worker: u32,
        index: u32,
        arena: Allocator,
    ) Allocator.Error!?builder_file.Input {
        _ = worker;
        const source: *TestSource = @ptrCast(@alignCast(context));
        if (index == source.fails_at) return error.OutOfMemory;
        if (index % 10 == 9) return null;
        const text = try std.fmt.allocPrint(arena, "every only_{d} third_{d}", .{ index, index % 3 });
        return .{
            .path = try std.fmt.allocPrint(arena, "f/{d}", .{index}),
            .info = .{ .size = text.len },
            .text = text,
        };
    }
};

test "many documents, several threads, many runs" {
    const gpa = std.testing.allocator;
    var files: TestSource = .{};
    const source: Source = .{
        .context = &files,
        .count = 1000,
        .text_bytes = 0,
        .load = TestSource.load,
    };
    for ([_]usize{ 0, 1 << 30 }) |limit| {
        var progress: Progress = .{};
        var out: Io.Writer.Allocating = .init(gpa);
        defer out.deinit();
        const options: Options = .{
            .threads = 3,
            .seed = 1,
            .memory_limit_bytes = limit,
            .progress = &progress,
        };
        try build(gpa, source, options, &out.writer);
        const segment: segment_file.Segment = try .open(out.written());
        try std.testing.expectEqual(900, segment.stats().documents);
        try @import("verify.zig").verify(&segment);
        try std.testing.expectEqual(1000, progress.documents_done.load(.monotonic));
        try std.testing.expectEqual(900, segment.namePostings(segment.findName("every").?).documents);
        const only = segment.findName("only_517").?;
        var list = segment.namePostings(only);
        const document = list.next().?.document;
        try std.testing.expectEqualStrings("f/517", segment.path(document));
        try std.testing.expectEqual(null, list.next());
    }
}

test "a build that is canceled or has no memory ends with an error" {
    const gpa = std.testing.allocator;
    var files: TestSource = .{ .fails_at = 700 };
    const source: Source = .{
        .context = &files,
        .count = 1000,
        .text_bytes = 0,
        .load = TestSource.load,
    };
    var progress: Progress = .{};
    var out: Io.Writer.Allocating = .init(gpa);
    defer out.deinit();
    const options: Options = .{ .seed = 1, .progress = &progress };
    try std.testing.expectError(error.OutOfMemory, build(gpa, source, options, &out.writer));
    progress.is_canceled.store(true, .monotonic);
    try std.testing.expectError(error.Canceled, build(gpa, source, options, &out.writer));
}
