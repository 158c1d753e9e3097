//! Builds the index of the files in a list and says how long it took: `build_tree ROOT LIST IMAGE
//! [THREADS] [MEGABYTES] [verify]`. LIST has a path a line, relative to ROOT; IMAGE is where the
//! result goes, which the last argument has checked. It measures the index alone, without the walk
//! and without a store.
const std = @import("std");
const everything = @import("everything");
const builder = everything.@"index.builder";
const classify = everything.@"walk.classify";
const content_hash = everything.@"base.hash";
const memory = everything.@"base.memory";
const parallel = everything.@"index.parallel";
const segment_file = everything.@"index.segment";

const Io = std.Io;

const Files = struct {
    root: Io.Dir,
    paths: []const []const u8,
    read_bytes: std.atomic.Value(u64) = .init(0),

    fn load(
        context: *anyopaque,
        worker: u32,
        index: u32,
        arena: std.mem.Allocator,
    ) std.mem.Allocator.Error!?builder.Input {
        _ = worker;
        const files: *Files = @ptrCast(@alignCast(context));
        var threaded: Io.Threaded = .init_single_threaded;
        const io = threaded.io();
        const path = files.paths[index];
        const file = files.root.openFile(io, path, .{ .follow_symlinks = false }) catch return null;
        defer file.close(io);
        const stat = file.stat(io) catch return null;
        if (stat.kind != .file) return null;
        var class = classify.ofPath(path, stat.size);
        var text: []u8 = &.{};
        if (!class.is_binary and !class.is_huge) {
            text = try arena.alloc(u8, @intCast(stat.size));
            text = text[0 .. file.readPositionalAll(io, text, 0) catch return null];
            class = classify.ofContent(class, text);
            if (class.is_binary) text = &.{};
        }
        _ = files.read_bytes.fetchAdd(text.len, .monotonic);
        return .{
            .path = path,
            .text = text,
            .info = .{
                .hash = content_hash.ofContent(1, text),
                .size = stat.size,
                .mtime_ns = @intCast(stat.mtime.nanoseconds),
                .inode = stat.inode,
                .language = class.language,
                .flags = .{
                    .generated = class.is_generated,
                    .binary = class.is_binary,
                    .huge = class.is_huge,
                    .is_test = class.is_test,
                    .is_doc = class.is_doc,
                },
            },
        };
    }
};

pub fn main(init: std.process.Init) !void {
    const io = init.io;
    const arena = init.arena.allocator();
    const arguments = try init.minimal.args.toSlice(arena);
    const list = try Io.Dir.cwd().readFileAlloc(io, arguments[2], arena, .unlimited);
    var paths: std.ArrayList([]const u8) = .empty;
    var lines = std.mem.tokenizeScalar(u8, list, '\n');
    while (lines.next()) |path| try paths.append(arena, path);
    var files: Files = .{
        .root = try Io.Dir.cwd().openDir(io, arguments[1], .{}),
        .paths = paths.items,
    };
    const text_bytes = try textBytes(io, &files);
    const threads = if (arguments.len > 4) try std.fmt.parseInt(u32, arguments[4], 10) else 2;
    const megabytes = if (arguments.len > 5) try std.fmt.parseInt(usize, arguments[5], 10) else 384;

    const start = Io.Clock.awake.now(io);
    var progress: parallel.Progress = .{};
    const image = try Io.Dir.cwd().createFile(io, arguments[3], .{});
    defer image.close(io);
    const buffer = try arena.alloc(u8, 1 << 16);
    var writer = image.writerStreaming(io, buffer);
    const source: parallel.Source = .{
        .context = &files,
        .count = @intCast(paths.items.len),
        .text_bytes = text_bytes,
        .load = Files.load,
    };
    try parallel.build(memory.pages, source, .{
        .threads = threads,
        .seed = 1,
        .memory_limit_bytes = megabytes << 20,
        .progress = &progress,
    }, &writer.interface);
    const elapsed = start.durationTo(Io.Clock.awake.now(io)).toMilliseconds();
    const is_verified = arguments.len > 6;
    try report(io, arguments[3], elapsed, files.read_bytes.load(.monotonic), is_verified);
}

fn textBytes(io: Io, files: *const Files) !u64 {
    var total: u64 = 0;
    for (files.paths) |path| {
        const stat = files.root.statFile(io, path, .{ .follow_symlinks = false }) catch continue;
        if (stat.kind == .file) total += stat.size;
    }
    return total;
}

fn report(io: Io, path: []const u8, elapsed_ms: i64, read_bytes: u64, is_verified: bool) !void {
    const file = try Io.Dir.cwd().openFile(io, path, .{});
    defer file.close(io);
    const stat = try file.stat(io);
    const size: usize = @intCast(stat.size);
    const flags: std.posix.MAP = .{ .TYPE = .PRIVATE };
    const bytes = try std.posix.mmap(null, size, .{ .READ = true }, flags, file.handle, 0);
    const before = Io.Clock.awake.now(io);
    const segment: segment_file.Segment = try .open(bytes);
    const open_ns = before.durationTo(Io.Clock.awake.now(io)).toNanoseconds();
    const stats = segment.stats();
    std.debug.print("{d} ms, {d} MB read, image {d} bytes, opened in {d} ns\n", .{
        elapsed_ms, read_bytes / 1_000_000, stat.size, open_ns,
    });
    std.debug.print("documents {d} names {d} words {d} symbols {d} imports {d}\n", .{
        stats.documents, stats.names, stats.words, stats.symbols, stats.imports,
    });
    const format = everything.@"index.format";
    const trailer = try format.readTrailer(bytes);
    inline for (@typeInfo(format.Section).@"enum".fields) |field| {
        std.debug.print("  {s} {d}\n", .{ field.name, trailer.sections[field.value].length });
    }
    if (!is_verified) return;
    try everything.@"index.verify".verify(&segment);
    std.debug.print("the image is whole\n", .{});
}
