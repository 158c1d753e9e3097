//! The watch of an index: what happened below the root is looked at before every operation.
const std = @import("std");
const engine_file = @import("engine.zig");
const Task = @import("task.zig").Task;
const walk = @import("../walk/walk.zig");
const watch_file = @import("../walk/watch.zig");

const Allocator = std.mem.Allocator;
const Engine = engine_file.Engine;
const Error = engine_file.Error;

/// More paths than this are not remembered for whoever asks what changed.
const max_changed = 1000;
/// How long an operation waits for somebody else's refresh before it answers from what there is.
const max_wait_ms = 20;

pub const Watching = struct {
    watch: ?watch_file.Watch = null,
    /// Whether there is one, for who does not hold the engine's `change`.
    is_on: std.atomic.Value(bool) = .init(false),
    /// Why there is none although it was asked for.
    reason: ?[]const u8 = null,
    /// Something was heard, and who had it looked at was cancelled or failed: only a look at
    /// everything makes up for that.
    is_behind: bool = false,
    /// What changed since it was asked for last; the keys are owned.
    changed: std.array_hash_map.String(void) = .empty,

    pub fn stop(watching: *Watching, gpa: Allocator) void {
        if (watching.watch) |*watch| watch.deinit();
        watching.watch = null;
        watching.is_on.store(false, .monotonic);
        watching.is_behind = false;
        watching.forget(gpa);
        watching.changed.deinit(gpa);
        watching.changed = .empty;
    }

    /// Forgets what changed; it was said.
    pub fn forget(watching: *Watching, gpa: Allocator) void {
        for (watching.changed.keys()) |path| gpa.free(path);
        watching.changed.clearRetainingCapacity();
    }

    pub fn follow(watching: *Watching, gpa: Allocator, folders: []const []const u8) void {
        const watch = if (watching.watch) |*watch| watch else return;
        watch.follow(folders) catch |err| watching.giveUp(gpa, err);
    }

    /// Another folder is the root now: nothing that is watched lies in it.
    pub fn beginAnew(watching: *Watching, gpa: Allocator, root: []const u8) void {
        if (watching.watch) |*watch| watch.deinit() else return;
        watching.watch = null;
        watching.watch = watch_file.Watch.init(gpa, root, &.{}) catch |err|
            return watching.giveUp(gpa, err);
    }

    fn giveUp(watching: *Watching, gpa: Allocator, err: watch_file.Error) void {
        watching.stop(gpa);
        watching.reason = watch_file.reason(err);
    }

    /// Keeps the path of a file until somebody asks what changed.
    pub fn remember(watching: *Watching, gpa: Allocator, path: []const u8) Error!void {
        if (watching.changed.count() >= max_changed) return;
        if (watching.changed.contains(path)) return;
        const key = try gpa.dupe(u8, path);
        errdefer gpa.free(key);
        try watching.changed.put(gpa, key, {});
    }
};

/// Turns the watch on and makes the index fresh. When the system refuses, `reason` says why.
pub fn start(engine: *Engine, io: std.Io, task: *Task) Error!void {
    try engine.lockChange(io, task);
    defer engine.unlockChange(io);
    if (engine.watching.watch != null) return;
    engine.watching.reason = null;
    {
        var result = try engine.list(io, task, null);
        defer result.deinit();
        engine.watching.watch = watch_file.Watch.init(
            engine.gpa,
            engine.root,
            result.folders,
        ) catch |err| {
            engine.watching.reason = watch_file.reason(err);
            return;
        };
    }
    engine.watching.is_on.store(true, .monotonic);
    // What happened before the last folder was watched.
    engine.watching.is_behind = true;
    _ = try engine.refreshHeld(io, task, .{});
    engine.watching.is_behind = false;
}

pub fn stop(engine: *Engine, io: std.Io, task: *const Task) Error!void {
    try engine.lockChange(io, task);
    defer engine.unlockChange(io);
    engine.watching.stop(engine.gpa);
    engine.watching.reason = null;
}

/// Before an operation: with a watch, what happened meanwhile is taken in. While somebody refreshes
/// everything nobody waits for it.
pub fn freshen(engine: *Engine, io: std.Io, task: *Task) Error!void {
    if (!engine.watching.is_on.load(.monotonic)) return;
    var waited_ms: u32 = 0;
    while (!engine.change.tryLock()) : (waited_ms += 1) {
        try task.check();
        if (waited_ms >= max_wait_ms) return;
        io.sleep(.fromMilliseconds(1), .awake) catch return error.Cancelled;
    }
    defer engine.unlockChange(io);
    try drain(engine, io, task);
}

pub fn drain(engine: *Engine, io: std.Io, task: *Task) Error!void {
    const watching = &engine.watching;
    const watch = if (watching.watch) |*watch| watch else return;
    // Made by the first walk, before there was a watch.
    const walker = if (engine.walker) |*walker| walker else return;
    var arena: std.heap.ArenaAllocator = .init(engine.gpa);
    defer arena.deinit();
    const was_behind = watching.is_behind;
    watching.is_behind = true;
    const changes = watch.drain(io, walker, arena.allocator()) catch |err| switch (err) {
        error.Cancelled => return error.Cancelled,
        error.OutOfMemory => return error.OutOfMemory,
        error.Root => return error.Files,
        else => |other| {
            watching.giveUp(engine.gpa, other);
            _ = try engine.refreshHeld(io, task, .{});
            return;
        },
    };
    if (was_behind or changes.is_everything) {
        _ = try engine.refreshHeld(io, task, .{ .is_told = true });
    } else if (changes.paths.len > 0) {
        _ = try engine.refreshHeld(io, task, .{ .paths = changes.paths, .is_told = true });
    }
    watching.is_behind = false;
}

const builtin = @import("builtin");
const Workspace = @import("testing.zig").Workspace;

test "with a watch every answer is fresh, and what changed is said once" {
    if (builtin.os.tag != .linux) return error.SkipZigTest;
    var workspace: Workspace = try .init();
    defer workspace.deinit();
    try workspace.write("a.c", "alpha", 1);
    try workspace.write("sub/b.c", "beta", 1);
    try workspace.open();
    const off = try workspace.call(.watch, "{}");
    try std.testing.expectEqualStrings(
        "{\"isWatching\":false,\"folders\":0,\"changed\":[]}",
        off,
    );
    const on = try workspace.call(.watch, "{\"isOn\":true}");
    try std.testing.expectEqualStrings(
        "{\"isWatching\":true,\"folders\":2,\"changed\":[]}",
        on,
    );
    try Workspace.expect(try workspace.call(.status, "{}"), .{ .files = 2 });
    try workspace.write("a.c", "alpha beta", 2);
    try workspace.write("new/c.c", "gamma", 1);
    try Workspace.expect(try workspace.call(.status, "{}"), .{ .files = 3, .indexedBytes = 19 });
    try workspace.dir.deleteTree(std.testing.io, "sub");
    try Workspace.expect(try workspace.call(.status, "{}"), .{ .files = 2 });
    const changed = try workspace.call(.watch, "{}");
    for ([_][]const u8{ "\"a.c\"", "\"new/c.c\"", "\"sub/b.c\"" }) |path| {
        try std.testing.expect(std.mem.indexOf(u8, changed, path) != null);
    }
    const nothing = try workspace.call(.watch, "{}");
    try std.testing.expect(std.mem.indexOf(u8, nothing, "\"changed\":[]") != null);
    // An ignore file changes what is kept everywhere.
    try workspace.write(".gitignore", "a.c\n", 1);
    try Workspace.expect(try workspace.call(.status, "{}"), .{ .files = 2 });
    _ = try workspace.call(.watch, "{\"isOn\":false}");
    try workspace.write("new/d.c", "delta", 1);
    try Workspace.expect(try workspace.call(.status, "{}"), .{ .files = 2 });
    try Workspace.expect(try workspace.call(.refresh, "{}"), .{ .files = 3 });
}

test "what was heard is not lost with the call that was to look at it" {
    if (builtin.os.tag != .linux) return error.SkipZigTest;
    var workspace: Workspace = try .init();
    defer workspace.deinit();
    try workspace.write("a.c", "alpha", 1);
    try workspace.open();
    _ = try workspace.call(.watch, "{\"isOn\":true}");
    try workspace.write("a.c", "alpha beta", 2);
    var cancelled: Task = .{};
    cancelled.cancel();
    const engine = workspace.engine.?;
    try std.testing.expectError(error.Cancelled, drain(engine, std.testing.io, &cancelled));
    try Workspace.expect(try workspace.call(.status, "{}"), .{ .indexedBytes = 10 });
    const changed = try workspace.call(.watch, "{}");
    try std.testing.expect(std.mem.indexOf(u8, changed, "\"a.c\"") != null);
}

test "a root that is replaced by another folder" {
    if (builtin.os.tag == .windows) return error.SkipZigTest;
    const io = std.testing.io;
    for ([_]bool{ false, true }) |is_watched| {
        if (is_watched and builtin.os.tag != .linux) continue;
        var workspace: Workspace = try .init();
        defer workspace.deinit();
        try workspace.write("a.c", "alpha", 1);
        try workspace.write("b.c", "beta", 1);
        try workspace.open();
        _ = try workspace.call(.refresh, "{}");
        if (is_watched) _ = try workspace.call(.watch, "{\"isOn\":true}");
        try workspace.tmp.dir.rename("root", workspace.tmp.dir, "before", io);
        try std.testing.expectError(error.Files, workspace.call(.refresh, "{}"));
        try workspace.tmp.dir.createDirPath(io, "root/sub");
        try workspace.tmp.dir.writeFile(io, .{ .sub_path = "root/a.c", .data = "gamma delta" });
        if (!is_watched) _ = try workspace.call(.refresh, "{}");
        try Workspace.expect(
            try workspace.call(.status, "{}"),
            .{ .files = 1, .indexedBytes = 11 },
        );
        const found = try workspace.call(.grep, "{\"pattern\":\"gamma\",\"limit\":9}");
        try std.testing.expect(std.mem.indexOf(u8, found, "gamma delta") != null);
        if (!is_watched) continue;
        try workspace.tmp.dir.writeFile(io, .{ .sub_path = "root/sub/c.c", .data = "epsilon" });
        try Workspace.expect(try workspace.call(.status, "{}"), .{ .files = 2 });
    }
}
