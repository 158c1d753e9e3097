//! Hears of changes below a root while they happen (Linux: inotify; elsewhere `error.Unsupported`).
//!
//! Every kept folder is watched, ignored ones are not. A new folder is listed again until nothing
//! in it is new: what is made between its birth and its watch would go unheard otherwise. What lies
//! outside of the root (ignore files above it, the user's, git's index) is seen by the next walk.
const std = @import("std");
const builtin = @import("builtin");
const walk = @import("walk.zig");

const Allocator = std.mem.Allocator;
const IN = std.os.linux.IN;
const linux = std.os.linux;

const is_linux = builtin.os.tag == .linux;

pub const Error = error{
    /// This system has no watch that costs so little.
    Unsupported,
    /// More folders than may be watched, or than the system lets this user watch.
    TooMany,
    /// The system refuses otherwise.
    Failed,
    OutOfMemory,
};

/// Folders beyond this are not watched, and then none is.
pub const max_folders: usize = 50_000;

/// More paths than this are called everything.
const max_paths = 10_000;
/// More folders than this that are new at once, too.
const max_fresh = 256;
/// How often new folders are listed before they are left to a walk of everything.
const max_rounds = 8;
/// What is read at once, and how often: beyond, who writes is faster than who reads.
const buffer_bytes = 16 << 10;
const max_reads = 256;

const mask: u32 = IN.CREATE | IN.DELETE | IN.MOVED_FROM | IN.MOVED_TO | IN.MODIFY | IN.CLOSE_WRITE |
    IN.ATTRIB | IN.MOVE_SELF | IN.DELETE_SELF | IN.ONLYDIR | IN.DONT_FOLLOW | IN.EXCL_UNLINK;

/// Why there is no watch, for people.
pub fn reason(err: Error) []const u8 {
    return switch (err) {
        error.Unsupported => "files are watched on Linux only",
        error.TooMany => std.fmt.comptimePrint(
            "there are more folders than may be watched ({d}, and fs.inotify.max_user_watches)",
            .{max_folders},
        ),
        error.Failed => "the system refused to watch the files",
        error.OutOfMemory => "there is not enough memory to watch the files",
    };
}

/// What changed since the last `drain`.
pub const Changes = struct {
    /// Files and folders (relative to the root, each once) that came, went, or were written;
    /// ignored ones may be among them: `walk.Walker.some` tells which of them are kept, and what is
    /// below. Whatever is at or below such a path and not found by it is gone.
    paths: []const []const u8,
    /// Too much happened, or an ignore file changed: everything is to be looked at, and the watch
    /// is to be given the folders anew (`follow`).
    is_everything: bool,
};

/// One watch of one root. One call at a time.
pub const Watch = struct {
    gpa: Allocator,
    handle: i32,
    root: []const u8,
    /// The keys are owned.
    by_path: std.StringHashMapUnmanaged(i32) = .empty,
    /// The values are the keys of `by_path`.
    by_number: std.AutoHashMapUnmanaged(i32, []const u8) = .empty,
    /// Folders whose watch is younger than the walk that found them; the keys are owned.
    fresh: std.StringHashMapUnmanaged(void) = .empty,
    /// There were too many fresh ones to remember.
    is_fresh: bool = false,

    /// Watches these folders (`walk.Result.folders`). What changed before it returns is not heard
    /// of: walk once more afterwards.
    pub fn init(gpa: Allocator, root: []const u8, folders: []const []const u8) Error!Watch {
        if (!is_linux) return error.Unsupported;
        if (folders.len > max_folders) return error.TooMany;
        const handle = linux.inotify_init1(IN.NONBLOCK | IN.CLOEXEC);
        switch (linux.errno(handle)) {
            .SUCCESS => {},
            .MFILE, .NFILE => return error.TooMany,
            .NOMEM => return error.OutOfMemory,
            else => return error.Failed,
        }
        const owned = gpa.dupe(u8, root) catch |err| {
            _ = linux.close(@intCast(handle));
            return err;
        };
        var watch: Watch = .{ .gpa = gpa, .handle = @intCast(handle), .root = owned };
        errdefer watch.deinit();
        try watch.by_path.ensureTotalCapacity(gpa, @intCast(folders.len));
        try watch.by_number.ensureTotalCapacity(gpa, @intCast(folders.len));
        for (folders) |folder| _ = try watch.add(folder);
        return watch;
    }

    pub fn deinit(watch: *Watch) void {
        if (is_linux) _ = linux.close(watch.handle);
        const gpa = watch.gpa;
        var paths = watch.by_path.keyIterator();
        while (paths.next()) |path| gpa.free(path.*);
        watch.by_path.deinit(gpa);
        watch.by_number.deinit(gpa);
        watch.forgetFresh();
        watch.fresh.deinit(gpa);
        gpa.free(watch.root);
    }

    /// Makes these the folders that are watched; what is watched already stays so.
    pub fn follow(watch: *Watch, folders: []const []const u8) Error!void {
        if (folders.len > max_folders) return error.TooMany;
        var wanted: std.StringHashMapUnmanaged(void) = .empty;
        defer wanted.deinit(watch.gpa);
        try wanted.ensureTotalCapacity(watch.gpa, @intCast(folders.len));
        for (folders) |folder| wanted.putAssumeCapacity(folder, {});
        var gone: std.ArrayList([]const u8) = .empty;
        defer gone.deinit(watch.gpa);
        var known = watch.by_path.keyIterator();
        while (known.next()) |path| {
            if (!wanted.contains(path.*)) try gone.append(watch.gpa, path.*);
        }
        for (gone.items) |path| watch.remove(path);
        for (folders) |folder| {
            if (!try watch.add(folder)) continue;
            if (watch.fresh.count() >= max_fresh) {
                watch.is_fresh = true;
                continue;
            }
            const key = try watch.gpa.dupe(u8, folder);
            errdefer watch.gpa.free(key);
            try watch.fresh.putNoClobber(watch.gpa, key, {});
        }
    }

    /// What happened since the last call; never waits. Folders that are new and kept (`walker` is
    /// asked) are watched from then on, and named in the paths.
    pub fn drain(
        watch: *Watch,
        io: std.Io,
        walker: *walk.Walker,
        arena: Allocator,
    ) (Error || walk.Error)!Changes {
        if (!is_linux) return error.Unsupported;
        var events: Events = .{ .watch = watch, .arena = arena };
        var fresh = watch.fresh.keyIterator();
        while (fresh.next()) |path| try events.addFolder(try arena.dupe(u8, path.*));
        if (watch.is_fresh) events.is_everything = true;
        watch.forgetFresh();
        try events.readAll();
        if (!events.is_everything) try events.watchNew(io, walker);
        return .{
            .paths = if (events.is_everything) &.{} else events.paths.keys(),
            .is_everything = events.is_everything,
        };
    }

    /// How many folders are watched.
    pub fn count(watch: *const Watch) usize {
        return watch.by_path.count();
    }

    fn forgetFresh(watch: *Watch) void {
        var paths = watch.fresh.keyIterator();
        while (paths.next()) |path| watch.gpa.free(path.*);
        watch.fresh.clearRetainingCapacity();
        watch.is_fresh = false;
    }

    /// True when the folder was not watched yet. One that is gone by now is left to the event that
    /// says so.
    fn add(watch: *Watch, folder: []const u8) Error!bool {
        if (watch.by_path.contains(folder)) return false;
        if (watch.count() >= max_folders) return error.TooMany;
        const gpa = watch.gpa;
        try watch.by_path.ensureUnusedCapacity(gpa, 1);
        try watch.by_number.ensureUnusedCapacity(gpa, 1);
        var buffer: [linux.PATH_MAX]u8 = undefined;
        const path = std.fmt.bufPrintSentinel(&buffer, "{s}/{s}", .{ watch.root, folder }, 0) catch
            return false;
        const key = try gpa.dupe(u8, folder);
        const result = linux.inotify_add_watch(watch.handle, path, mask);
        switch (linux.errno(result)) {
            .SUCCESS => {},
            else => |code| {
                gpa.free(key);
                return switch (code) {
                    .NOENT, .NOTDIR, .ACCES, .LOOP, .NAMETOOLONG => false,
                    .NOSPC => error.TooMany,
                    .NOMEM => error.OutOfMemory,
                    else => error.Failed,
                };
            },
        }
        const number: i32 = @intCast(result);
        // The same folder by another path: it was moved, and the event is still to come.
        if (watch.by_number.get(number)) |before| watch.forget(before);
        watch.by_path.putAssumeCapacityNoClobber(key, number);
        watch.by_number.putAssumeCapacityNoClobber(number, key);
        return true;
    }

    fn remove(watch: *Watch, folder: []const u8) void {
        const number = watch.by_path.get(folder) orelse return;
        _ = linux.inotify_rm_watch(watch.handle, number);
        watch.forget(folder);
    }

    /// The system does not watch the folder any more.
    fn forget(watch: *Watch, folder: []const u8) void {
        const entry = watch.by_path.fetchRemove(folder) orelse return;
        _ = watch.by_number.remove(entry.value);
        watch.gpa.free(entry.key);
    }

    /// The watches of a folder that was moved away would name paths that are none any more.
    fn removeBelow(watch: *Watch, folder: []const u8) error{OutOfMemory}!void {
        var gone: std.ArrayList([]const u8) = .empty;
        defer gone.deinit(watch.gpa);
        var known = watch.by_path.keyIterator();
        while (known.next()) |path| {
            if (isAtOrBelow(path.*, folder)) try gone.append(watch.gpa, path.*);
        }
        for (gone.items) |path| watch.remove(path);
    }
};

fn isAtOrBelow(path: []const u8, folder: []const u8) bool {
    if (!std.mem.startsWith(u8, path, folder)) return false;
    return path.len == folder.len or path[folder.len] == '/';
}

/// What one `drain` reads.
const Events = struct {
    watch: *Watch,
    arena: Allocator,
    paths: std.array_hash_map.String(void) = .empty,
    folders: std.ArrayList([]const u8) = .empty,
    is_everything: bool = false,

    fn readAll(events: *Events) Error!void {
        var buffer: [buffer_bytes]u8 align(@alignOf(linux.inotify_event)) = undefined;
        for (0..max_reads) |_| {
            const result = linux.read(events.watch.handle, &buffer, buffer.len);
            switch (linux.errno(result)) {
                .SUCCESS => {},
                .INTR => continue,
                .AGAIN => return,
                else => return error.Failed,
            }
            try events.take(buffer[0..result]);
        }
        events.is_everything = true;
    }

    /// Whole events, one after the other.
    fn take(events: *Events, bytes: []const u8) Error!void {
        const header_bytes = @sizeOf(linux.inotify_event);
        var at: usize = 0;
        while (at + header_bytes <= bytes.len) {
            const event: *align(1) const linux.inotify_event = @ptrCast(bytes[at..].ptr);
            at += header_bytes;
            const name = std.mem.sliceTo(bytes[at..@min(at + event.len, bytes.len)], 0);
            at += event.len;
            try events.takeOne(event.wd, event.mask, name);
        }
    }

    fn takeOne(events: *Events, number: i32, what: u32, name: []const u8) Error!void {
        const watch = events.watch;
        if (what & (IN.Q_OVERFLOW | IN.UNMOUNT) != 0) events.is_everything = true;
        const folder = watch.by_number.get(number) orelse return;
        if (what & IN.IGNORED != 0) return watch.forget(folder);
        if (what & (IN.MOVE_SELF | IN.DELETE_SELF) != 0) {
            // Of the others the folder above tells.
            if (folder.len == 0) events.is_everything = true;
            return;
        }
        if (name.len == 0) return;
        if (std.mem.eql(u8, name, ".git")) {
            // The folder becomes a repository of its own, or stops being one.
            if (folder.len > 0) try events.addFolder(try events.arena.dupe(u8, folder));
            return;
        }
        if (std.mem.eql(u8, name, ".gitignore") or std.mem.eql(u8, name, ".zekeignore")) {
            events.is_everything = true;
        }
        const path = if (folder.len == 0)
            try events.arena.dupe(u8, name)
        else
            try std.mem.concat(events.arena, u8, &.{ folder, "/", name });
        if (what & IN.ISDIR == 0) return events.addPath(path);
        if (what & IN.MOVED_FROM != 0) try watch.removeBelow(path);
        if (what & (IN.MOVED_FROM | IN.DELETE) != 0) try events.addPath(path);
        if (what & (IN.CREATE | IN.MOVED_TO) != 0) try events.addFolder(path);
    }

    fn addPath(events: *Events, path: []const u8) error{OutOfMemory}!void {
        if (events.is_everything) return;
        try events.paths.put(events.arena, path, {});
        if (events.paths.count() > max_paths) events.is_everything = true;
    }

    fn addFolder(events: *Events, path: []const u8) error{OutOfMemory}!void {
        try events.addPath(path);
        try events.folders.append(events.arena, path);
    }

    /// Watches what is kept of the new folders, until none is found that is not watched.
    fn watchNew(events: *Events, io: std.Io, walker: *walk.Walker) (Error || walk.Error)!void {
        if (events.folders.items.len == 0) return;
        for (0..max_rounds) |_| {
            var result = try walker.some(io, events.folders.items, .{});
            defer result.deinit();
            var added: usize = 0;
            for (result.folders) |folder| added += @intFromBool(try events.watch.add(folder));
            if (added == 0) return;
        }
        events.is_everything = true;
    }
};

const testing = std.testing;

const Fixture = struct {
    temporary: testing.TmpDir,
    root: []const u8,
    walker: walk.Walker,
    watch: Watch,
    arena: std.heap.ArenaAllocator,

    fn init(fixture: *Fixture, paths: []const []const u8) !void {
        const io = testing.io;
        fixture.arena = .init(testing.allocator);
        fixture.temporary = testing.tmpDir(.{ .iterate = true });
        for (paths) |path| try fixture.write(path);
        const arena = fixture.arena.allocator();
        fixture.root = try fixture.temporary.dir.realPathFileAlloc(io, ".", arena);
        fixture.walker = try .init(testing.allocator, io, .{ .root = fixture.root });
        var result = try fixture.walker.all(io, .{});
        defer result.deinit();
        fixture.watch = try .init(testing.allocator, fixture.root, result.folders);
    }

    fn deinit(fixture: *Fixture) void {
        fixture.watch.deinit();
        fixture.walker.deinit(testing.io);
        fixture.temporary.cleanup();
        fixture.arena.deinit();
    }

    fn write(fixture: *Fixture, path: []const u8) !void {
        const dir = fixture.temporary.dir;
        if (std.fs.path.dirname(path)) |folder| try dir.createDirPath(testing.io, folder);
        try dir.writeFile(testing.io, .{ .sub_path = path, .data = "x" });
    }

    fn expectChanged(fixture: *Fixture, expected: []const []const u8) !void {
        const arena = fixture.arena.allocator();
        const changes = try fixture.watch.drain(testing.io, &fixture.walker, arena);
        try testing.expect(!changes.is_everything);
        const paths = try arena.dupe([]const u8, changes.paths);
        std.mem.sort([]const u8, paths, {}, struct {
            fn isBefore(_: void, left: []const u8, right: []const u8) bool {
                return std.mem.lessThan(u8, left, right);
            }
        }.isBefore);
        for (expected, 0..) |path, at| {
            try testing.expect(at < paths.len);
            try testing.expectEqualStrings(path, paths[at]);
        }
        try testing.expectEqual(expected.len, paths.len);
    }

    fn expectEverything(fixture: *Fixture) !void {
        const arena = fixture.arena.allocator();
        const changes = try fixture.watch.drain(testing.io, &fixture.walker, arena);
        try testing.expect(changes.is_everything);
    }
};

test "files that are written, made, moved and removed" {
    if (!is_linux) return error.SkipZigTest;
    var fixture: Fixture = undefined;
    try fixture.init(&.{ "a", "b/c", "b/d" });
    defer fixture.deinit();
    const dir = fixture.temporary.dir;
    try fixture.expectChanged(&.{});
    try fixture.write("a");
    try fixture.write("b/new");
    try dir.deleteFile(testing.io, "b/c");
    try fixture.expectChanged(&.{ "a", "b/c", "b/new" });
    try dir.rename("b/d", dir, "e", testing.io);
    try fixture.expectChanged(&.{ "b/d", "e" });
    try fixture.expectChanged(&.{});
}

test "new folders are watched, ignored ones are not" {
    if (!is_linux) return error.SkipZigTest;
    var fixture: Fixture = undefined;
    try fixture.init(&.{"a"});
    defer fixture.deinit();
    try fixture.write("x/y/z");
    try fixture.write("node_modules/m/n");
    try fixture.expectChanged(&.{ "node_modules", "x" });
    try testing.expectEqual(3, fixture.watch.count());
    try fixture.write("x/y/w");
    try fixture.write("node_modules/m/o");
    try fixture.expectChanged(&.{"x/y/w"});
}

test "folders that are moved and removed" {
    if (!is_linux) return error.SkipZigTest;
    var fixture: Fixture = undefined;
    try fixture.init(&.{ "x/y/z", "x.y/a" });
    defer fixture.deinit();
    const dir = fixture.temporary.dir;
    try dir.rename("x", dir, "w", testing.io);
    try fixture.expectChanged(&.{ "w", "x" });
    try fixture.write("w/y/z");
    try fixture.write("x.y/a");
    try fixture.expectChanged(&.{ "w/y/z", "x.y/a" });
    try dir.deleteTree(testing.io, "w");
    try fixture.expectChanged(&.{ "w", "w/y", "w/y/z" });
    try testing.expectEqual(2, fixture.watch.count());
}

test "an ignore file changes everything" {
    if (!is_linux) return error.SkipZigTest;
    var fixture: Fixture = undefined;
    try fixture.init(&.{"a/b"});
    defer fixture.deinit();
    try fixture.write("a/.gitignore");
    try fixture.expectEverything();
    try fixture.expectChanged(&.{});
}

test "what follows later is listed once more, and what is left out is not watched" {
    if (!is_linux) return error.SkipZigTest;
    var fixture: Fixture = undefined;
    try fixture.init(&.{ "a/b", "c/d" });
    defer fixture.deinit();
    try fixture.watch.follow(&.{ "", "c" });
    try testing.expectEqual(2, fixture.watch.count());
    try fixture.write("a/b");
    try fixture.expectChanged(&.{});
    try fixture.watch.follow(&.{ "", "a", "c" });
    try fixture.expectChanged(&.{"a"});
}

test "more events than the system keeps are everything" {
    if (!is_linux) return error.SkipZigTest;
    var fixture: Fixture = undefined;
    try fixture.init(&.{"a"});
    defer fixture.deinit();
    var events: Events = .{ .watch = &fixture.watch, .arena = fixture.arena.allocator() };
    try events.takeOne(-1, IN.Q_OVERFLOW, "");
    try testing.expect(events.is_everything);
}

/// Keeps a list of files as an index would: by what the watch says, and by nothing else.
const Mirror = struct {
    fixture: *Fixture,
    files: std.array_hash_map.String(void) = .empty,

    fn update(mirror: *Mirror) !void {
        const fixture = mirror.fixture;
        const arena = fixture.arena.allocator();
        const changes = try fixture.watch.drain(testing.io, &fixture.walker, arena);
        if (changes.is_everything) {
            var result = try fixture.walker.all(testing.io, .{});
            defer result.deinit();
            mirror.files.clearRetainingCapacity();
            try mirror.add(result.files);
            return fixture.watch.follow(result.folders);
        }
        if (changes.paths.len == 0) return;
        var at = mirror.files.count();
        while (at > 0) {
            at -= 1;
            for (changes.paths) |path| if (isAtOrBelow(mirror.files.keys()[at], path)) {
                mirror.files.swapRemoveAt(at);
                break;
            };
        }
        var result = try fixture.walker.some(testing.io, changes.paths, .{});
        defer result.deinit();
        try mirror.add(result.files);
    }

    fn add(mirror: *Mirror, files: []const walk.File) !void {
        const arena = mirror.fixture.arena.allocator();
        for (files) |file| try mirror.files.put(arena, try arena.dupe(u8, file.path), {});
    }

    fn check(mirror: *Mirror) !void {
        var result = try mirror.fixture.walker.all(testing.io, .{});
        defer result.deinit();
        for (result.files) |file| if (!mirror.files.contains(file.path)) {
            std.debug.print("{s} is missing\n", .{file.path});
            return error.TestUnexpectedResult;
        };
        try testing.expectEqual(result.files.len, mirror.files.count());
    }
};

fn randomPath(random: std.Random, buffer: []u8) ![]const u8 {
    const names = [_][]const u8{ "a", "b", "c", "d", "node_modules", "x.log" };
    var writer: std.Io.Writer = .fixed(buffer);
    for (0..1 + random.uintLessThan(usize, 4)) |at| {
        if (at > 0) try writer.writeByte('/');
        try writer.writeAll(names[random.uintLessThan(usize, names.len)]);
    }
    return writer.buffered();
}

/// One change, or none when a name is in the way.
fn changeSomething(random: std.Random, fixture: *Fixture) !void {
    var buffers: [2][64]u8 = undefined;
    const path = try randomPath(random, &buffers[0]);
    const other = try randomPath(random, &buffers[1]);
    const dir = fixture.temporary.dir;
    switch (random.uintLessThan(u8, 12)) {
        0...4 => fixture.write(path) catch {},
        5...6 => dir.createDirPath(testing.io, path) catch {},
        7 => dir.deleteFile(testing.io, path) catch {},
        8 => dir.deleteTree(testing.io, path) catch {},
        // Into itself nothing can be moved.
        9...10 => if (!isAtOrBelow(other, path)) dir.rename(path, dir, other, testing.io) catch {},
        else => if (dir.openDir(testing.io, path, .{})) |folder| {
            defer folder.close(testing.io);
            const text = if (random.boolean()) "*.log\nb/\n" else "!*.log\nc\n";
            folder.writeFile(testing.io, .{ .sub_path = ".gitignore", .data = text }) catch {};
        } else |_| {},
    }
}

test "whoever hears of every change knows every file" {
    if (!is_linux) return error.SkipZigTest;
    for (0..12) |seed| {
        var prng: std.Random.DefaultPrng = .init(seed);
        const random = prng.random();
        var fixture: Fixture = undefined;
        try fixture.init(&.{ "a/b/c", "b", "c/x.log" });
        defer fixture.deinit();
        var mirror: Mirror = .{ .fixture = &fixture };
        var first = try fixture.walker.all(testing.io, .{});
        defer first.deinit();
        try mirror.add(first.files);
        for (0..60) |_| {
            for (0..random.uintLessThan(usize, 6)) |_| try changeSomething(random, &fixture);
            try mirror.update();
            mirror.check() catch |err| {
                std.debug.print("seed {d}\n", .{seed});
                return err;
            };
        }
    }
}

test "changes while others are being heard of" {
    if (!is_linux) return error.SkipZigTest;
    for (0..4) |seed| {
        var fixture: Fixture = undefined;
        try fixture.init(&.{ "a/b/c", "b", "c/x.log" });
        defer fixture.deinit();
        var mirror: Mirror = .{ .fixture = &fixture };
        var first = try fixture.walker.all(testing.io, .{});
        defer first.deinit();
        try mirror.add(first.files);
        var is_done: std.atomic.Value(bool) = .init(false);
        const thread = try std.Thread.spawn(.{}, struct {
            fn run(number: u64, changed: *Fixture, done: *std.atomic.Value(bool)) void {
                defer done.store(true, .release);
                var prng: std.Random.DefaultPrng = .init(number);
                for (0..400) |_| changeSomething(prng.random(), changed) catch return;
            }
        }.run, .{ seed, &fixture, &is_done });
        while (!is_done.load(.acquire)) try mirror.update();
        thread.join();
        // Everything that is new may have to be followed first.
        for (0..2) |_| try mirror.update();
        try mirror.check();
    }
}
