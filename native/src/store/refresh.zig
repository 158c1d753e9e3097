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
    /// Reads every file, whatever its time and size say. With the whole tree nothing of what was
    /// indexed is kept: this is what mends a damaged index.
    is_forced: bool = false,
    /// Whoever asks the watch what changed is told of it.
    is_told: bool = false,
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
        if (run.files.parts.len == 0) try run.pending.ensureTotalCapacity(arena, listed.len);
        var before: Place = .{ .segment = 0, .document = 0 };
        for (listed, 0..) |file, at| {
            if (at % 4096 == 0) try run.task.check();
            if (at > 0 and std.mem.eql(u8, file.path, listed[at - 1].path)) continue;
            const place = run.files.findNext(file.path, before) orelse {
                try run.pending.append(arena, .{ .file = file, .previous = null });
                continue;
            };
            before = place;
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
            try run.findGoneOf(paths, seen);
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
        seen: []const []const u64,
    ) Error!void {
        const arena = run.arena.allocator();
        var folders: std.StringHashMapUnmanaged(void) = .empty;
        for (paths) |path| {
            if (run.files.find(path)) |place| {
                if (!isSeen(seen, place)) try run.gone.append(arena, place);
            } else {
                // A folder, or what was one: also a new file may stand where a folder was.
                try folders.put(arena, path, {});
            }
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
            .is_anew = run.isAnew(),
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
        if (run.options.is_told) run.tell() catch |err| {
            view.release(run.io);
            return err;
        };
        try engine.replaceFiles(run.io, view);
    }

    /// Whoever asks the watch hears of the files: a folder that came or went is known by them.
    fn tell(run: *Run) Error!void {
        const watching = &run.engine.watching;
        for (run.pending.items) |pending| switch (pending.fate) {
            .unread, .same => {},
            else => try watching.remember(run.engine.gpa, pending.file.path),
        };
        for (run.gone.items) |place| {
            const path = run.files.segment(place).path(place.document);
            try watching.remember(run.engine.gpa, path);
        }
    }

    fn isAnew(run: *const Run) bool {
        return run.options.is_forced and run.options.paths == null;
    }

    /// Takes `shard` over.
    fn nextView(run: *Run, shard: ?*Shard) Error!*View {
        const engine = run.engine;
        var draft = run.beginning() catch |err| {
            if (shard) |owned| owned.release(run.io);
            return err;
        };
        var is_finished = false;
        errdefer if (!is_finished) draft.deinit(run.io);
        if (shard) |owned| try draft.append(owned, run.io);
        for (run.gone.items) |place| run.kill(&draft, place);
        run.outcome.removed += @intCast(run.gone.items.len);
        for (run.pending.items) |pending| try run.settle(&draft, pending);
        is_finished = true;
        return draft.finish(run.io, engine.root_dir, engine.nextGeneration());
    }

    fn beginning(run: *Run) error{OutOfMemory}!Draft {
        if (run.isAnew()) return .init(run.engine.gpa);
        return .from(run.engine.gpa, run.io, run.files);
    }

    /// What is made anew begins without the documents of before.
    fn kill(run: *const Run, draft: *Draft, place: Place) void {
        if (!run.isAnew()) draft.kill(place);
    }

    fn settle(run: *Run, draft: *Draft, pending: collect.Pending) Error!void {
        const outcome = &run.outcome;
        switch (pending.fate) {
            // A builder that left a file unread has failed as a whole.
            .unread => {},
            .unreadable => {
                if (run.options.paths == null) _ = run.engine.unreadable.fetchAdd(1, .monotonic);
                if (pending.previous) |place| {
                    run.kill(draft, place);
                    outcome.removed += 1;
                }
            },
            .same => |stat| {
                try draft.keep(pending.previous.?, stat);
                outcome.unchanged += 1;
            },
            .revived => |revived| {
                if (pending.previous) |place| run.kill(draft, place);
                try draft.keep(revived.place, revived.stat);
                outcome.revived += 1;
            },
            .indexed => if (pending.previous) |place| {
                run.kill(draft, place);
                outcome.changed += 1;
            } else {
                outcome.added += 1;
            },
            .indexed_again => outcome.unchanged += 1,
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

const Workspace = @import("testing.zig").Workspace;

/// Fails unless exactly these paths are found, with the words of their text.
fn expectFiles(workspace: *Workspace, expected: []const [2][]const u8) !void {
    const io = std.testing.io;
    const view = workspace.engine.?.acquire(io);
    defer view.release(io);
    try std.testing.expectEqual(expected.len, view.count());
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    for (expected) |entry| {
        const place = view.find(entry[0]) orelse return error.NotFound;
        try std.testing.expectEqualStrings(entry[0], view.segment(place).path(place.document));
        const text = try view.read(io, place, arena.allocator());
        try std.testing.expectEqualStrings(entry[1], text.bytes);
        try std.testing.expect(!text.is_changed);
        const segment = view.segment(place);
        const name = segment.findName(entry[1]) orelse return error.NameNotFound;
        var postings = segment.namePostings(name);
        while (postings.next()) |posting| {
            if (posting.document == place.document) break;
        } else return error.NotInPostings;
    }
}

test "files come, change, go and come back" {
    var workspace: Workspace = try .init();
    defer workspace.deinit();
    try workspace.open();
    try Workspace.expect(try workspace.call(.refresh, "{}"), .{ .files = 0 });
    try workspace.write("a.c", "alpha", 1);
    try workspace.write("sub/b.c", "beta", 1);
    try Workspace.expect(
        try workspace.call(.refresh, "{}"),
        .{ .files = 2, .added = 2, .readBytes = 9, .indexedBytes = 9 },
    );
    try expectFiles(&workspace, &.{ .{ "a.c", "alpha" }, .{ "sub/b.c", "beta" } });
    try Workspace.expect(
        try workspace.call(.refresh, "{}"),
        .{ .files = 2, .added = 0, .unchanged = 2, .readBytes = 0 },
    );
    try workspace.write("a.c", "gamma", 2);
    try Workspace.expect(
        try workspace.call(.refresh, "{}"),
        .{ .files = 2, .changed = 1, .unchanged = 1 },
    );
    try expectFiles(&workspace, &.{ .{ "a.c", "gamma" }, .{ "sub/b.c", "beta" } });
    try workspace.write("a.c", "alpha", 3);
    try Workspace.expect(
        try workspace.call(.refresh, "{}"),
        .{ .files = 2, .revived = 1, .indexedBytes = 0 },
    );
    try expectFiles(&workspace, &.{ .{ "a.c", "alpha" }, .{ "sub/b.c", "beta" } });
    try workspace.write("a.c", "alpha", 4);
    try Workspace.expect(
        try workspace.call(.refresh, "{}"),
        .{ .files = 2, .revived = 0, .unchanged = 2, .readBytes = 5, .indexedBytes = 0 },
    );
    try Workspace.expect(try workspace.call(.refresh, "{}"), .{ .readBytes = 0 });
    try workspace.delete("sub/b.c");
    try Workspace.expect(try workspace.call(.refresh, "{}"), .{ .files = 1, .removed = 1 });
    try expectFiles(&workspace, &.{.{ "a.c", "alpha" }});
}

test "some paths: what they are, and what was below them" {
    var workspace: Workspace = try .init();
    defer workspace.deinit();
    try workspace.open();
    try workspace.write("a.c", "alpha", 1);
    try workspace.write("sub/b.c", "beta", 1);
    try workspace.write("sub/c.c", "gamma", 1);
    _ = try workspace.call(.refresh, "{}");
    try workspace.write("a.c", "delta", 2);
    try workspace.write("new.c", "epsilon", 2);
    try workspace.write("sub/b.c", "zeta", 2);
    try Workspace.expect(
        try workspace.call(.refresh, "{\"paths\":[\"a.c\",\"new.c\",\"gone.c\"]}"),
        .{ .files = 4, .added = 1, .changed = 1, .removed = 0, .unchanged = 0 },
    );
    try workspace.dir.deleteTree(std.testing.io, "sub");
    try workspace.write("sub", "eta", 3);
    try Workspace.expect(
        try workspace.call(.refresh, "{\"paths\":[\"sub/\"]}"),
        .{ .files = 3, .added = 1, .removed = 2 },
    );
    try expectFiles(&workspace, &.{
        .{ "a.c", "delta" },
        .{ "new.c", "epsilon" },
        .{ "sub", "eta" },
    });
    for ([_][]const u8{ "/etc", "../x", "a/../b", "" }) |path| {
        var request: [64]u8 = undefined;
        const text = try std.fmt.bufPrint(&request, "{{\"paths\":[\"{s}\"]}}", .{path});
        try std.testing.expectError(error.BadRequest, workspace.call(.refresh, text));
    }
}

test "a file that was written a moment ago is looked at again" {
    var workspace: Workspace = try .init();
    defer workspace.deinit();
    try workspace.open();
    try workspace.dir.writeFile(std.testing.io, .{ .sub_path = "a.c", .data = "alpha" });
    _ = try workspace.call(.refresh, "{}");
    try expectFiles(&workspace, &.{.{ "a.c", "alpha" }});
    try Workspace.expect(try workspace.call(.refresh, "{}"), .{ .readBytes = 5, .changed = 0 });
}

test "a forced refresh makes everything anew" {
    var workspace: Workspace = try .init();
    defer workspace.deinit();
    try workspace.write("a.c", "alpha", 1);
    try workspace.write("b.c", "beta", 1);
    try workspace.write("c.bin", "\x00", 1);
    try workspace.write("gone.c", "gone", 1);
    try workspace.openStored();
    _ = try workspace.call(.refresh, "{}");
    try workspace.write("b.c", "gamma", 2);
    try workspace.delete("gone.c");
    try workspace.write("new.c", "delta", 1);
    try Workspace.expect(
        try workspace.call(.refresh, "{\"isForced\":true}"),
        .{ .files = 4, .added = 1, .changed = 1, .removed = 1, .unchanged = 2, .indexedBytes = 15 },
    );
    try Workspace.expect(
        try workspace.call(.status, "{}"),
        .{ .segments = 1, .liveDocuments = 4, .deadDocuments = 0 },
    );
    try workspace.delete("c.bin");
    _ = try workspace.call(.refresh, "{}");
    try expectFiles(&workspace, &.{
        .{ "a.c", "alpha" },
        .{ "b.c", "gamma" },
        .{ "new.c", "delta" },
    });
}

test "many changes keep few segments, and nothing is lost" {
    var workspace: Workspace = try .init();
    defer workspace.deinit();
    try workspace.open();
    var names: [40][]const u8 = undefined;
    for (&names, 0..) |*name, number| {
        name.* = try std.fmt.allocPrint(workspace.arena.allocator(), "file{d}.c", .{number});
        try workspace.write(name.*, "first", 1);
    }
    _ = try workspace.call(.refresh, "{}");
    var expected: [40][2][]const u8 = undefined;
    for (&expected, names) |*entry, name| entry.* = .{ name, "first" };
    var prng: std.Random.DefaultPrng = .init(3);
    for (0..120) |round| {
        const chosen = prng.random().uintLessThan(usize, names.len);
        const text = try std.fmt.allocPrint(workspace.arena.allocator(), "text{d}", .{round});
        try workspace.write(names[chosen], text, @intCast(round + 2));
        expected[chosen][1] = text;
        const request = if (prng.random().uintLessThan(u32, 10) == 0)
            "{}"
        else
            try std.fmt.allocPrint(
                workspace.arena.allocator(),
                "{{\"paths\":[\"{s}\"]}}",
                .{names[chosen]},
            );
        try Workspace.expect(try workspace.call(.refresh, request), .{ .files = 40, .changed = 1 });
        try std.testing.expect(workspace.engine.?.files.parts.len <= 9);
    }
    try expectFiles(&workspace, &expected);
    try Workspace.expect(try workspace.call(.refresh, "{}"), .{ .unchanged = 40, .readBytes = 0 });
}
