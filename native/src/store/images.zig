//! Makes new segments: of files that were read, and of segments that are put together.
const std = @import("std");
const builder_file = @import("../index/builder.zig");
const Collector = @import("collect.zig").Collector;
const engine_file = @import("engine.zig");
const folder_file = @import("folder.zig");
const merge_file = @import("../index/merge.zig");
const parallel = @import("../index/parallel.zig");
const Shard = @import("shard.zig").Shard;
const snapshot = @import("snapshot.zig");
const Task = @import("task.zig").Task;

const Allocator = std.mem.Allocator;
const Engine = engine_file.Engine;
const Error = engine_file.Error;
const Writer = std.Io.Writer;

/// More than this a build should not hold at once, whatever the index may have.
const max_build_bytes: usize = 352 << 20;
/// What is gathered before it is written to a file.
const write_buffer_bytes = 1 << 20;

/// Indexes on this thread; null when no file had anything to index.
pub fn buildSerial(engine: *Engine, io: std.Io, task: *Task, collector: *Collector) Error!?*Shard {
    var builder: builder_file.Builder = .init(engine.gpa, engine.seed);
    defer builder.deinit();
    var arena: std.heap.ArenaAllocator = .init(engine.gpa);
    defer arena.deinit();
    var documents: u32 = 0;
    for (0..collector.pending.len) |index| {
        try task.check();
        if (try collector.load(io, @intCast(index), arena.allocator())) |input| {
            _ = builder.add(input) catch |err| return mapped(err);
            documents += 1;
        }
        _ = arena.reset(.{ .retain_with_limit = 1 << 20 });
        task.advance(1);
    }
    if (documents == 0) return null;
    const image = builder.finish(engine.gpa) catch |err| return mapped(err);
    return try opened(Shard.ofMemory(engine.gpa, engine.gpa, image));
}

/// A segment of one text.
pub fn buildOne(engine: *Engine, input: builder_file.Input) Error!*Shard {
    var builder: builder_file.Builder = .init(engine.gpa, engine.seed);
    defer builder.deinit();
    _ = builder.add(input) catch |err| return mapped(err);
    const image = builder.finish(engine.gpa) catch |err| return mapped(err);
    return try opened(Shard.ofMemory(engine.gpa, engine.gpa, image));
}

/// Indexes with all threads of the index, straight into a file of the snapshot where it may be
/// written; null when no file had anything to index.
pub fn buildParallel(
    engine: *Engine,
    io: std.Io,
    task: *Task,
    collector: *Collector,
) Error!?*Shard {
    const Build = struct {
        engine: *Engine,
        task: *Task,
        collector: *Collector,

        fn write(context: @This(), out: *Writer) (Error || error{WriteFailed})!void {
            const budget = context.engine.budget;
            const left = budget.limit -| budget.used.load(.monotonic);
            parallel.build(context.engine.gpa, context.collector.source(), .{
                .threads = context.engine.threads,
                .seed = context.engine.seed,
                .memory_limit_bytes = @min(left, max_build_bytes),
                .progress = &context.task.build,
            }, out) catch |err| return mappedWriting(err);
        }
    };
    const shard = try make(engine, io, Build{
        .engine = engine,
        .task = task,
        .collector = collector,
    });
    if (shard.segment.stats().documents > 0) return shard;
    shard.release(io);
    return null;
}

/// One segment of the given documents of several.
pub fn merge(
    engine: *Engine,
    io: std.Io,
    task: *Task,
    parts: []const merge_file.Part,
) Error!*Shard {
    const Merge = struct {
        engine: *Engine,
        task: *Task,
        parts: []const merge_file.Part,

        fn write(context: @This(), out: *Writer) (Error || error{WriteFailed})!void {
            merge_file.merge(context.engine.gpa, context.parts, .{
                .seed = context.engine.seed,
                .threads = context.engine.threads,
                .is_canceled = &context.task.is_cancelled,
            }, out) catch |err| return mappedWriting(err);
        }
    };
    return make(engine, io, Merge{ .engine = engine, .task = task, .parts = parts });
}

/// Lets `context.write` write an image: into a file when this process is the writer of the
/// snapshot, else, or when the disk is full, into memory.
fn make(engine: *Engine, io: std.Io, context: anytype) Error!*Shard {
    if (engine.isWriting()) {
        return makeFile(engine, io, context) catch |err| switch (err) {
            error.WriteFailed => {
                engine.say(.unwritable);
                return makeInMemory(engine, context);
            },
            else => |other| other,
        };
    }
    return makeInMemory(engine, context);
}

fn makeFile(engine: *Engine, io: std.Io, context: anytype) (Error || error{WriteFailed})!*Shard {
    const folder = engine.folder.?;
    const buffer = try engine.gpa.alloc(u8, write_buffer_bytes);
    defer engine.gpa.free(buffer);
    const unfinished = folder.create(io) catch return error.WriteFailed;
    var writer: folder_file.DiskWriter = .init(io, unfinished.file, buffer);
    context.write(&writer.interface) catch |err| {
        unfinished.abandon(io, folder);
        return err;
    };
    const stat = unfinished.file.stat(io) catch {
        unfinished.abandon(io, folder);
        return error.WriteFailed;
    };
    const number = snapshot.newNumber(io);
    const name = folder_file.segmentName(number);
    unfinished.finish(io, folder, &name) catch return error.WriteFailed;
    const shard = Shard.ofFile(engine.gpa, io, folder.dir, &name, stat.size) catch |err| {
        return switch (err) {
            error.OutOfMemory => error.OutOfMemory,
            error.Missing => error.WriteFailed,
            else => error.Corrupt,
        };
    };
    shard.file.store(number, .monotonic);
    return shard;
}

fn makeInMemory(engine: *Engine, context: anytype) Error!*Shard {
    var writer: Writer.Allocating = .init(engine.pages);
    defer writer.deinit();
    context.write(&writer.writer) catch |err| switch (err) {
        error.WriteFailed => return error.OutOfMemory,
        else => |other| return other,
    };
    const image = try writer.toOwnedSlice();
    return opened(Shard.ofMemory(engine.gpa, engine.pages, image));
}

fn opened(result: Shard.OpenError!*Shard) Error!*Shard {
    return result catch |err| switch (err) {
        error.OutOfMemory => error.OutOfMemory,
        else => error.Corrupt,
    };
}

fn mapped(err: builder_file.BuildError) Error {
    return switch (err) {
        error.OutOfMemory, error.TooManyDocuments, error.TooManyNames => error.OutOfMemory,
    };
}

fn mappedWriting(err: (merge_file.Error || parallel.Error)) (Error || error{WriteFailed}) {
    return switch (err) {
        error.Canceled => error.Cancelled,
        error.WriteFailed => error.WriteFailed,
        error.OutOfMemory,
        error.TooManyDocuments,
        error.TooManyNames,
        error.ThreadFailed,
        => error.OutOfMemory,
    };
}
