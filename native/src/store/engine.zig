//! One open index: its root, its snapshot, the view of now, and what changes it.
const std = @import("std");
const compact_file = @import("compact.zig");
const Draft = @import("draft.zig").Draft;
const folder_file = @import("folder.zig");
const memory = @import("../base/memory.zig");
const Memo = @import("memo.zig").Memo;
const overlay = @import("overlay.zig");
const refresh_file = @import("refresh.zig");
const root_file = @import("root.zig");
const Scratch = @import("scratch.zig").Scratch;
const snapshot = @import("snapshot.zig");
const Task = @import("task.zig").Task;
const View = @import("view.zig").View;
const walk = @import("../walk/walk.zig");
const Watching = @import("watching.zig").Watching;

const Allocator = std.mem.Allocator;
const Folder = folder_file.Folder;

pub const Error = error{
    Cancelled,
    OutOfMemory,
    /// The root cannot be read.
    Files,
    /// A segment holds what no builder writes.
    Corrupt,
};

/// What is kept with an index as a whole; whoever keeps something adds its name.
pub const EngineMemo = enum { history };

pub const Settings = struct {
    root: []const u8,
    /// Where the snapshot lives; null: in memory only.
    folder: ?[]const u8 = null,
    /// 0: as many as there are processors, at most `max_threads`.
    threads: u32 = 0,
    memory_limit_bytes: usize = std.math.maxInt(usize),
    is_read_only: bool = false,
    git: ?walk.Git = null,
    /// How long a first build waits for one of another process. A program that was stopped in the
    /// middle of it holds the lock for as long as nobody goes on with it.
    longest_wait: std.Io.Duration = .fromSeconds(60),
};

pub const max_threads = 16;

/// What is to be said about the snapshot.
pub const Notice = enum(u8) {
    none,
    discarded,
    unwritable,
    unusable,
    taken,

    pub fn text(notice: Notice) []const u8 {
        return switch (notice) {
            .none => "",
            .discarded => "the stored snapshot was damaged or of another version: it is built anew",
            .unwritable => "the snapshot cannot be written: the index is in memory only",
            .unusable => "the snapshot's folder cannot be used: the index is in memory only",
            .taken => "another process keeps the snapshot locked: the index is in memory only",
        };
    }
};

/// How often somebody who waits for another thread looks again, and for another process.
const patience: std.Io.Duration = .fromMilliseconds(2);
const patience_with_others: std.Io.Duration = .fromMilliseconds(20);

pub const Engine = struct {
    /// Counted against the memory limit of this index.
    gpa: Allocator,
    /// The same for what is large and goes away as a whole.
    pages: Allocator,
    budget: *memory.Budget,
    /// Absolute, without links.
    root: []const u8,
    root_dir: std.Io.Dir,
    /// How many threads one call may use.
    threads: u32,
    is_read_only: bool,
    memos: std.EnumArray(EngineMemo, Memo) = .initFill(.{}),
    /// For the calls of this index.
    scratch: Scratch = .{},

    /// Owns the strings and itself.
    settings_arena: std.heap.ArenaAllocator,
    settings: Settings,
    counted: *[2]memory.Counted,

    /// Held for the moment in which `current` is read or swapped.
    guard: std.Io.Mutex = .init,
    /// The files and the overlays: what every operation sees.
    current: *const View,

    /// Held by whoever changes anything below.
    change: std.Io.Mutex = .init,
    /// The files alone.
    files: *const View,
    overlays: overlay.Overlays = .empty,
    watching: Watching = .{},
    walker: ?walk.Walker = null,
    folder: ?Folder = null,
    /// Held while this process writes the snapshot.
    lock: ?folder_file.Lock = null,
    /// Of the stored view that `files` began with.
    stamp: ?folder_file.Stamp = null,
    /// `files` is not what is stored.
    is_dirty: bool = false,
    seed: u64,
    generation: u64 = 1,
    created_at_ms: std.atomic.Value(i64),
    /// Files and folders that could not be read when the whole tree was looked at last.
    unreadable: std.atomic.Value(u64) = .init(0),
    notice: std.atomic.Value(Notice) = .init(.none),

    /// Opens the root and what is stored of it; `problem` says what an error is about.
    pub fn open(io: std.Io, given: Settings, problem: *[]const u8) Error!*Engine {
        var arena_state: std.heap.ArenaAllocator = .init(memory.gpa);
        errdefer arena_state.deinit();
        const arena = arena_state.allocator();
        problem.* = "the root is no folder that can be read";
        if (!std.fs.path.isAbsolute(given.root)) return error.Files;
        const root = std.Io.Dir.realPathFileAbsoluteAlloc(io, given.root, arena) catch
            return error.Files;
        const root_dir = std.Io.Dir.cwd().openDir(io, root, .{ .iterate = true }) catch
            return error.Files;
        errdefer root_dir.close(io);
        problem.* = "";

        const budget = try arena.create(memory.Budget);
        budget.* = .{ .limit = given.memory_limit_bytes };
        const counted = try arena.create([2]memory.Counted);
        counted.* = .{
            .{ .parent = memory.gpa, .budget = budget },
            .{ .parent = memory.pages, .budget = budget },
        };
        const gpa = counted[0].allocator();
        const settings = try copySettings(arena, given, root);
        var seed: u64 = undefined;
        io.random(std.mem.asBytes(&seed));
        const empty = try emptyView(gpa, io, root_dir, 1);
        errdefer empty.release(io);
        const engine = try arena.create(Engine);
        engine.* = .{
            .gpa = gpa,
            .pages = counted[1].allocator(),
            .budget = budget,
            .root = root,
            .root_dir = root_dir,
            .threads = threadsOf(given.threads),
            .is_read_only = given.is_read_only,
            .settings_arena = undefined,
            .settings = settings,
            .counted = counted,
            .current = empty.retain(),
            .files = empty,
            .seed = seed,
            .created_at_ms = .init(nowMs(io)),
        };
        engine.openFolder(io);
        engine.adopt(io) catch |err| {
            engine.folder.?.close(io);
            engine.current.release(io);
            return err;
        };
        engine.settings_arena = arena_state;
        return engine;
    }

    /// Stores what is new and frees everything. Nobody uses the engine any more.
    pub fn close(engine: *Engine, io: std.Io) void {
        engine.persist(io);
        engine.watching.stop(engine.gpa);
        engine.overlays.deinit(engine.gpa, io);
        if (engine.walker) |*walker| walker.deinit(io);
        for (&engine.memos.values) |*memo| memo.deinit();
        engine.scratch.deinit(engine.gpa);
        engine.current.release(io);
        engine.files.release(io);
        engine.endWriting(io);
        if (engine.folder) |folder| folder.close(io);
        engine.root_dir.close(io);
        var arena = engine.settings_arena;
        arena.deinit();
    }

    /// The view of now with a reference of the caller's own; `release` gives it back.
    pub fn acquire(engine: *Engine, io: std.Io) *const View {
        engine.guard.lockUncancelable(io);
        defer engine.guard.unlock(io);
        return engine.current.retain();
    }

    /// Waits until nobody else changes the index, as long as the call is wanted.
    pub fn lockChange(engine: *Engine, io: std.Io, task: *const Task) error{Cancelled}!void {
        while (!engine.change.tryLock()) {
            try task.check();
            io.sleep(patience, .awake) catch return error.Cancelled;
        }
    }

    pub fn unlockChange(engine: *Engine, io: std.Io) void {
        engine.change.unlock(io);
    }

    /// A refresh with what belongs to it. After one of the whole tree the snapshot is up to date;
    /// after one of some paths they are searchable, nothing more.
    pub fn refresh(
        engine: *Engine,
        io: std.Io,
        task: *Task,
        options: refresh_file.Options,
    ) Error!refresh_file.Outcome {
        try engine.lockChange(io, task);
        defer engine.unlockChange(io);
        return engine.refreshHeld(io, task, options);
    }

    /// As `refresh`, for who holds `change` already.
    pub fn refreshHeld(
        engine: *Engine,
        io: std.Io,
        task: *Task,
        options: refresh_file.Options,
    ) Error!refresh_file.Outcome {
        defer engine.endWriting(io);
        if (options.paths != null) {
            const outcome = try refresh_file.refresh(engine, io, task, options);
            try compact_file.compact(engine, io, task, .quick);
            return outcome;
        }
        try engine.followRoot(io);
        // Of two processes that find no snapshot one builds it, the other waits and opens it.
        if (engine.files.parts.len == 0) try engine.waitForWriting(io, task);
        const outcome = try refresh_file.refresh(engine, io, task, options);
        if (outcome.is_built) engine.created_at_ms.store(nowMs(io), .monotonic);
        try compact_file.compact(engine, io, task, .thorough);
        if (engine.is_dirty) task.begin(.writing, 0);
        engine.persist(io);
        return outcome;
    }

    /// Before every operation: where somebody cut the file of a mapped segment, the index is built
    /// anew, because what is read behind the cut ends the process.
    pub fn mend(engine: *Engine, io: std.Io, task: *Task) Error!void {
        const folder = engine.folder orelse return;
        {
            const view = engine.acquire(io);
            defer view.release(io);
            if (!snapshot.isCut(io, folder, view)) return;
        }
        try engine.lockChange(io, task);
        defer engine.unlockChange(io);
        // Another call may have mended it meanwhile.
        if (!snapshot.isCut(io, folder, engine.files)) return;
        engine.say(.discarded);
        const generation = engine.nextGeneration();
        try engine.replaceFiles(io, try emptyView(engine.gpa, io, engine.root_dir, generation));
        engine.watching.is_behind = true;
        _ = try engine.refreshHeld(io, task, .{});
    }

    /// When another folder stands at the root's path by now, that one is looked at.
    fn followRoot(engine: *Engine, io: std.Io) Error!void {
        if (!try root_file.follow(io, engine.root_dir, engine.root)) return;
        if (engine.walker) |*walker| walker.deinit(io);
        engine.walker = null;
        engine.watching.beginAnew(engine.gpa, engine.root);
    }

    /// Lists the files below the root, or of some paths.
    pub fn list(
        engine: *Engine,
        io: std.Io,
        task: *Task,
        paths: ?[]const []const u8,
    ) Error!walk.Result {
        if (engine.walker == null) {
            engine.walker = walk.Walker.init(engine.gpa, io, .{
                .root = engine.root,
                .git = engine.settings.git,
                .threads = engine.threads,
            }) catch |err| return walkError(err);
        }
        const control: walk.Control = .{ .is_cancelled = &task.is_cancelled, .found = &task.done };
        const walker = &engine.walker.?;
        const result = if (paths) |some|
            walker.some(io, some, control)
        else
            walker.all(io, control);
        return result catch |err| walkError(err);
    }

    /// Takes over what another process stored since this one looked last.
    pub fn adopt(engine: *Engine, io: std.Io) Error!void {
        const folder = engine.folder orelse return;
        const stamp = folder.viewStamp(io) orelse return;
        if (engine.stamp) |known| if (std.meta.eql(known, stamp)) return;
        const loaded = snapshot.load(engine.gpa, io, folder, .{
            .path = engine.root,
            .dir = engine.root_dir,
        }, engine.nextGeneration()) catch |err| switch (err) {
            error.OutOfMemory => return error.OutOfMemory,
            error.None => return,
            error.Discarded => {
                engine.stamp = stamp;
                engine.is_dirty = engine.files.parts.len > 0;
                engine.say(.discarded);
                return;
            },
        };
        try engine.replaceFiles(io, loaded.view);
        engine.seed = loaded.meta.seed;
        engine.created_at_ms.store(loaded.meta.created_at_ms, .monotonic);
        engine.unreadable.store(loaded.meta.unreadable, .monotonic);
        engine.stamp = loaded.stamp;
        engine.is_dirty = false;
    }

    /// Makes `view` the files of now. Takes it over, also when it fails.
    pub fn replaceFiles(engine: *Engine, io: std.Io, view: *const View) Error!void {
        const next = engine.withOverlays(io, view) catch |err| {
            view.release(io);
            return err;
        };
        engine.files.release(io);
        engine.files = view;
        engine.is_dirty = true;
        engine.swap(io, next);
    }

    /// After a change of the overlays.
    pub fn publish(engine: *Engine, io: std.Io) Error!void {
        engine.swap(io, try engine.withOverlays(io, engine.files));
    }

    fn swap(engine: *Engine, io: std.Io, next: *const View) void {
        engine.guard.lockUncancelable(io);
        const before = engine.current;
        engine.current = next;
        engine.guard.unlock(io);
        before.release(io);
    }

    fn withOverlays(engine: *Engine, io: std.Io, files: *const View) Error!*const View {
        if (engine.overlays.count() == 0) return files.retain();
        var draft: Draft = try .from(engine.gpa, io, files);
        var is_finished = false;
        errdefer if (!is_finished) draft.deinit(io);
        for (engine.overlays.paths(), engine.overlays.shards()) |path, shard| {
            if (files.find(path)) |place| draft.kill(place);
            try draft.append(shard.retain(), io);
        }
        is_finished = true;
        return draft.finish(io, engine.root_dir, engine.nextGeneration());
    }

    pub fn nextGeneration(engine: *Engine) u64 {
        engine.generation += 1;
        return engine.generation;
    }

    /// This process may write segments into the snapshot's folder now.
    pub fn isWriting(engine: *const Engine) bool {
        return engine.lock != null;
    }

    /// Becomes the writer of the snapshot if nobody else is, and if what is stored is what this
    /// index began with: whoever stored something else has looked at the files since.
    pub fn beginWriting(engine: *Engine, io: std.Io) void {
        const folder = engine.folder orelse return;
        if (engine.is_read_only or engine.lock != null) return;
        const lock = folder.tryLock(io) catch {
            engine.say(.unwritable);
            return;
        } orelse return;
        const stored = folder.viewStamp(io);
        if (stored != null and !std.meta.eql(engine.stamp, stored)) return lock.release(io);
        engine.lock = lock;
    }

    fn waitForWriting(engine: *Engine, io: std.Io, task: *const Task) Error!void {
        const folder = engine.folder orelse return;
        if (engine.is_read_only) return;
        const started = std.Io.Clock.awake.now(io);
        while (true) {
            try engine.adopt(io);
            if (engine.files.parts.len > 0) return;
            engine.beginWriting(io);
            if (engine.lock != null) return;
            // Free all the same: it cannot be locked, or something was stored just now.
            if (folder.tryLock(io) catch return) |lock| lock.release(io);
            const waited = started.durationTo(std.Io.Clock.awake.now(io));
            if (waited.nanoseconds > engine.settings.longest_wait.nanoseconds) {
                return engine.say(.taken);
            }
            try task.check();
            io.sleep(patience_with_others, .awake) catch return error.Cancelled;
        }
    }

    fn endWriting(engine: *Engine, io: std.Io) void {
        if (engine.lock) |lock| lock.release(io);
        engine.lock = null;
    }

    /// Stores the files' view if it is new and this process may. What fails here costs time when
    /// the index is opened next, never an answer.
    fn persist(engine: *Engine, io: std.Io) void {
        if (!engine.is_dirty) return;
        engine.beginWriting(io);
        if (!engine.isWriting()) return;
        if (snapshot.isCut(io, engine.folder.?, engine.files)) return engine.say(.unwritable);
        engine.stamp = snapshot.store(engine.gpa, io, engine.folder.?, engine.files, .{
            .seed = engine.seed,
            .created_at_ms = engine.created_at_ms.load(.monotonic),
            .unreadable = engine.unreadable.load(.monotonic),
            .root = engine.root,
        }) catch {
            engine.say(.unwritable);
            return;
        };
        engine.is_dirty = false;
        switch (engine.notice.load(.monotonic)) {
            .unwritable, .taken => engine.say(.none),
            .none, .discarded, .unusable => {},
        }
    }

    pub fn say(engine: *Engine, notice: Notice) void {
        engine.notice.store(notice, .monotonic);
    }

    fn openFolder(engine: *Engine, io: std.Io) void {
        const path = engine.settings.folder orelse return;
        engine.folder = Folder.open(io, path, engine.is_read_only) catch {
            engine.say(.unusable);
            return;
        };
    }

    /// A small file of an operation's own beside the snapshot (`history`), null when there is none,
    /// it cannot be read or the index lives in memory only.
    pub fn readBeside(
        engine: *Engine,
        io: std.Io,
        name: []const u8,
        arena: Allocator,
    ) error{OutOfMemory}!?[]const u8 {
        const folder = engine.folder orelse return null;
        return try folder.read(io, name, arena);
    }

    /// Replaces such a file whole. Nothing happens when the index may not write.
    pub fn writeBeside(engine: *Engine, io: std.Io, name: []const u8, bytes: []const u8) void {
        const folder = engine.folder orelse return;
        if (engine.is_read_only) return;
        folder.write(io, name, bytes) catch return;
    }

    /// The watch, if there is one, is told which folders there are.
    pub fn followFolders(engine: *Engine, folders: []const []const u8) void {
        engine.watching.follow(engine.gpa, folders);
    }
};

fn emptyView(gpa: Allocator, io: std.Io, root: std.Io.Dir, generation: u64) Error!*View {
    var draft: Draft = .init(gpa);
    return draft.finish(io, root, generation);
}

fn copySettings(arena: Allocator, given: Settings, root: []const u8) Error!Settings {
    var settings = given;
    settings.root = root;
    if (given.folder) |folder| settings.folder = try arena.dupe(u8, folder);
    if (given.git) |git| {
        settings.git = .{
            .top_level = try arena.dupe(u8, git.top_level),
            .index_file = try arena.dupe(u8, git.index_file),
            .exclude_file = try arena.dupe(u8, git.exclude_file),
            .global_excludes_file = if (git.global_excludes_file) |path|
                try arena.dupe(u8, path)
            else
                null,
        };
    }
    return settings;
}

fn threadsOf(wanted: u32) u32 {
    if (wanted > 0) return @min(wanted, max_threads);
    const processors = std.Thread.getCpuCount() catch 1;
    return @intCast(@min(processors, max_threads));
}

fn nowMs(io: std.Io) i64 {
    return @intCast(@divTrunc(std.Io.Clock.real.now(io).nanoseconds, std.time.ns_per_ms));
}

fn walkError(err: walk.Error) Error {
    return switch (err) {
        error.Root => error.Files,
        error.Cancelled => error.Cancelled,
        error.OutOfMemory => error.OutOfMemory,
    };
}
