//! Makes the view agree with the files: walk, compare, read what differs, index what is new.
const std = @import("std");
const builder_file = @import("../index/builder.zig");
const collect = @import("collect.zig");
const Draft = @import("draft.zig").Draft;
const engine_file = @import("engine.zig");
const images = @import("images.zig");
const Shard = @import("shard.zig").Shard;
const Task = @import("task.zig").Task;
const view_file = @import("view.zig");
const walk = @import("../walk/walk.zig");

const Allocator = std.mem.Allocator;
const Engine = engine_file.Engine;
const Place = view_file.Place;
const Stat = view_file.Stat;
const View = view_file.View;

pub const Options = struct {
    /// Only these files and folders, and what is below them.
    paths: ?[]const []const u8 = null,
    /// Reads every file, whatever its time and size say.
    is_forced: bool = false,
};

/// What a refresh came to.
pub const Outcome = struct {
    files: u32 = 0,
    added: u32 = 0,
    changed: u32 = 0,
    removed: u32 = 0,
    revived: u32 = 0,
    unchanged: u32 = 0,
    read_bytes: u64 = 0,
    indexed_bytes: u64 = 0,
    /// There was no index before.
    is_built: bool = false,
};

pub const Error = engine_file.Error;

/// From here on several threads index: below it, starting them costs more than it saves.
const parallel_files = 256;

/// The engine's `change` is held by the caller. With a whole walk the engine's watch follows it.
pub fn refresh(engine: *Engine, io: std.Io, task: *Task, options: Options) Error!Outcome {
    if (options.paths == null) try engine.adopt(io);
    task.begin(.listing, 0);
    var result = try engine.list(io, task, options.paths);
    defer result.deinit();
    if (options.paths == null) {
        engine.unreadable.store(result.unreadable, .monotonic);
        engine.followFolders(result.folders);
    }
    var run: Run = .{
        .engine = engine,
        .io = io,
        .task = task,
        .options = options,
        .files = engine.files,
        .arena = .init(engine.pages),
    };
    defer run.arena.deinit();
    try run.compare(result.files);
    if (run.pending.items.len == 0 and run.gone.items.len == 0) {
        run.outcome.files = engine.files.count();
        return run.outcome;
    }
    try run.apply();
    return run.outcome;
}

const Run = struct {
    engine: *Engine,
    io: std.Io,
    task: *Task,
    options: Options,
    /// As they were before.
    files: *const View,
    arena: std.heap.ArenaAllocator,
    pending: std.ArrayList(collect.Pending) = .empty,
    gone: std.ArrayList(Place) = .empty,
    outcome: Outcome = .{},

    fn compare(run: *Run, listed: []const walk.File) Error!void {
        const arena = run.arena.allocator();
        const seen = try arena.alloc([]u64, run.files.parts.len);
        for (seen, run.files.parts) |*bits, part| {
            bits.* = try arena.alloc(u64, part.live.len);
            @memset(bits.*, 0);
        }
        for (listed, 0..) |file, at| {
            if (at % 4096 == 0) try run.task.check();
            if (at > 0 and std.mem.eql(u8, file.path, listed[at - 1].path)) continue;
            const place = run.files.find(file.path) orelse {
                try run.pending.append(arena, .{ .file = file, .previous = null });
                continue;
            };
            seen[place.segment][place.document / 64] |=
                @as(u64, 1) << @intCast(place.document % 64);
            const now: Stat = .{
                .size = file.size,
                .mtime_ns = file.mtime_ns,
                .inode = file.inode,
            };
            if (!run.options.is_forced and run.files.stat(place).eql(now)) {
                run.outcome.unchanged += 1;
            } else {
                try run.pending.append(arena, .{ .file = file, .previous = place });
            }
        }
        if (run.options.paths) |paths| {
            try run.findGoneOf(paths, listed, seen);
        } else {
            try run.findGone(seen);
        }
    }

    /// Live documents that a whole walk did not find.
    fn findGone(run: *Run, seen: []const []const u64) Error!void {
        for (run.files.parts, seen, 0..) |part, bits, number| {
            for (part.live, bits, 0..) |live, word, at| {
                var left = live & ~word;
                while (left != 0) : (left &= left - 1) {
                    try run.gone.append(run.arena.allocator(), .{
                        .segment = @intCast(number),
                        .document = @intCast(at * 64 + @ctz(left)),
                    });
                }
            }
        }
    }

    /// Live documents at or below `paths` that a walk of those did not find.
    fn findGoneOf(
        run: *Run,
        paths: []const []const u8,
        listed: []const walk.File,
        seen: []const []const u64,
    ) Error!void {
        const arena = run.arena.allocator();
        var files: std.StringHashMapUnmanaged(void) = .empty;
        for (listed) |file| try files.put(arena, file.path, {});
        var folders: std.StringHashMapUnmanaged(void) = .empty;
        for (paths) |given| {
            const path = std.mem.trimEnd(u8, given, "/");
            if (run.files.find(path)) |place| {
                if (!isSeen(seen, place)) try run.gone.append(arena, place);
            } else if (!files.contains(path)) try folders.put(arena, path, {});
        }
        if (folders.count() == 0) return;
        var places = run.files.places();
        while (places.next()) |place| {
            if (isSeen(seen, place)) continue;
            const path = run.files.segment(place).path(place.document);
            if (isBelow(&folders, path)) try run.gone.append(arena, place);
        }
    }

    fn apply(run: *Run) Error!void {
        const engine = run.engine;
        var collector: collect.Collector = .{
            .files = run.files,
            .root = engine.root_dir,
            .seed = engine.seed,
            .task = run.task,
            .pending = run.pending.items,
        };
        run.outcome.is_built = run.files.parts.len == 0;
        const is_large = run.pending.items.len >= parallel_files;
        if (is_large and run.options.paths == null) engine.beginWriting(run.io);
        run.task.begin(.reading, run.pending.items.len);
        const shard = if (is_large)
            try images.buildParallel(engine, run.io, run.task, &collector)
        else
            try images.buildSerial(engine, run.io, run.task, &collector);
        run.outcome.read_bytes = collector.read_bytes.load(.monotonic);
        run.outcome.indexed_bytes = collector.indexed_bytes.load(.monotonic);
        const view = try run.nextView(shard);
        run.outcome.files = view.count();
        try engine.replaceFiles(run.io, view);
    }

    /// Takes `shard` over.
    fn nextView(run: *Run, shard: ?*Shard) Error!*View {
        const engine = run.engine;
        var draft = Draft.from(engine.gpa, run.io, run.files) catch |err| {
            if (shard) |owned| owned.release(run.io);
            return err;
        };
        var is_finished = false;
        errdefer if (!is_finished) draft.deinit(run.io);
        if (shard) |owned| try draft.append(owned, run.io);
        for (run.gone.items) |place| draft.kill(place);
        run.outcome.removed += @intCast(run.gone.items.len);
        for (run.pending.items) |pending| try run.settle(&draft, pending);
        is_finished = true;
        return draft.finish(run.io, engine.root_dir, engine.nextGeneration());
    }

    fn settle(run: *Run, draft: *Draft, pending: collect.Pending) Error!void {
        const outcome = &run.outcome;
        switch (pending.fate) {
            // A builder that left a file unread has failed as a whole.
            .unread => {},
            .unreadable => {
                if (run.options.paths == null) _ = run.engine.unreadable.fetchAdd(1, .monotonic);
                if (pending.previous) |place| {
                    draft.kill(place);
                    outcome.removed += 1;
                }
            },
            .same => |stat| {
                try draft.keep(pending.previous.?, stat);
                outcome.unchanged += 1;
            },
            .revived => |revived| {
                if (pending.previous) |place| draft.kill(place);
                try draft.keep(revived.place, revived.stat);
                outcome.revived += 1;
            },
            .indexed => if (pending.previous) |place| {
                draft.kill(place);
                outcome.changed += 1;
            } else {
                outcome.added += 1;
            },
        }
    }
};

fn isSeen(seen: []const []const u64, place: Place) bool {
    return seen[place.segment][place.document / 64] >> @intCast(place.document % 64) & 1 == 1;
}

/// Whether a path is one of these, or stands below one of them; "" is everything.
fn isBelow(folders: *const std.StringHashMapUnmanaged(void), path: []const u8) bool {
    if (folders.contains("") or folders.contains(path)) return true;
    var at: usize = 0;
    while (std.mem.indexOfScalarPos(u8, path, at, '/')) |slash| {
        if (folders.contains(path[0..slash])) return true;
        at = slash + 1;
    }
    return false;
}

test "what stands below a folder" {
    const gpa = std.testing.allocator;
    var folders: std.StringHashMapUnmanaged(void) = .empty;
    defer folders.deinit(gpa);
    try folders.put(gpa, "a/b", {});
    try std.testing.expect(isBelow(&folders, "a/b"));
    try std.testing.expect(isBelow(&folders, "a/b/c"));
    try std.testing.expect(!isBelow(&folders, "a/bc"));
    try std.testing.expect(!isBelow(&folders, "a"));
    try folders.put(gpa, "", {});
    try std.testing.expect(isBelow(&folders, "z"));
}
