//! The regular files below a root that git and the `.zekeignore` files keep, with their stat.
//! Symbolic links are not followed; FIFOs, devices and sockets are not opened.
const std = @import("std");
const builtin = @import("builtin");
const Crew = @import("crew.zig").Crew;
const ignore = @import("ignore.zig");
const repository = @import("repository.zig");
const scopes = @import("scopes.zig");
const system = @import("system.zig");
const tree = @import("tree.zig");
const visit = @import("visit.zig");

const Allocator = std.mem.Allocator;
const Dir = std.Io.Dir;
const Place = scopes.Place;
const Visitor = visit.Visitor;

pub const Error = error{
    /// The root cannot be opened as a folder.
    Root,
    Cancelled,
    OutOfMemory,
};

pub const File = tree.File;
pub const Control = visit.Control;

/// Where the repository keeps what decides about files. All paths are absolute.
pub const Git = struct {
    /// The root of the work tree; the walk's root is in it.
    top_level: []const u8,
    index_file: []const u8,
    /// `info/exclude`.
    exclude_file: []const u8,
    /// `core.excludesFile`; null when there is none.
    global_excludes_file: ?[]const u8 = null,
};

pub const Options = struct {
    /// Absolute, without links.
    root: []const u8,
    /// Null outside of a repository: `.gitignore` files below the root count nevertheless.
    git: ?Git = null,
    threads: u32 = 1,
    /// Entries looked at in one walk, ignored ones included; the rest of the tree is left out.
    max_entries: u64 = 1_000_000,
    /// Folders below one another; deeper ones are left out.
    max_depth: u32 = 100,
};

pub const Result = struct {
    gpa: Allocator,
    /// What holds the paths.
    arenas: []std.heap.ArenaAllocator,
    /// Sorted by the bytes of their path.
    files: []const File,
    /// The folders that were read, `""` for the root, sorted as their contents are.
    folders: []const []const u8,
    /// Folders that are kept but could not be read.
    unreadable: u64,
    /// A limit was reached: there are more files than these.
    is_cut: bool,

    pub fn deinit(result: *Result) void {
        for (result.arenas) |*arena| arena.deinit();
        result.gpa.free(result.arenas);
        result.gpa.free(result.files);
        result.gpa.free(result.folders);
    }
};

/// Walks one root, again and again. What it learns of git's index is kept from one walk to the
/// next. One walk at a time.
pub const Walker = struct {
    gpa: Allocator,
    options: Options,
    root: Dir,
    /// The root below the repository's top, ending in `/`; `""` when it is the top.
    prefix: []const u8,
    tracked: repository.Tracked,

    /// The strings of the options stay the caller's and must live as long. Several threads use the
    /// allocator.
    pub fn init(gpa: Allocator, io: std.Io, given: Options) Error!Walker {
        var options = given;
        const below = if (given.git) |git| pathBelow(given.root, git.top_level) else "";
        if (below == null) options.git = null;
        const index_file = if (options.git) |git| git.index_file else null;
        const prefix = try prefixOf(gpa, below orelse "");
        errdefer gpa.free(prefix);
        if (!std.fs.path.isAbsolute(options.root)) return error.Root;
        const root = Dir.cwd().openDir(io, options.root, .{ .iterate = true }) catch
            return error.Root;
        return .{
            .gpa = gpa,
            .options = options,
            .root = root,
            .prefix = prefix,
            .tracked = .init(gpa, index_file, scopes.ignores_case),
        };
    }

    pub fn deinit(walker: *Walker, io: std.Io) void {
        walker.root.close(io);
        walker.tracked.deinit();
        walker.gpa.free(walker.prefix);
    }

    /// Everything below the root.
    pub fn all(walker: *Walker, io: std.Io, control: Control) Error!Result {
        var trip: Trip = undefined;
        try trip.init(walker, io, control);
        defer trip.deinit();
        var root: tree.Node = .{ .path = "", .depth = 0, .place = try trip.rootPlace() };
        try trip.walk(&.{&root});
        if (!root.is_kept and !trip.tour.is_cut.load(.monotonic)) return error.Root;
        return trip.result(&.{});
    }

    /// Of these files and folders (relative to the root) and of all that is below them: what `all`
    /// would find. A path that is ignored, gone or no regular file adds nothing.
    pub fn some(
        walker: *Walker,
        io: std.Io,
        paths: []const []const u8,
        control: Control,
    ) Error!Result {
        for (paths) |path| if (path.len == 0) return walker.all(io, control);
        var trip: Trip = undefined;
        try trip.init(walker, io, control);
        defer trip.deinit();
        var files: std.ArrayList(File) = .empty;
        defer files.deinit(walker.gpa);
        try trip.lookAt(paths, &files);
        try trip.walk(trip.nodes.items);
        return trip.result(files.items);
    }
};

/// `a/b` for the root `/top/a/b` below `/top`; null when it is not below.
fn pathBelow(root: []const u8, top: []const u8) ?[]const u8 {
    const above = std.mem.trimEnd(u8, top, separators);
    if (root.len < above.len) return null;
    for (root[0..above.len], above) |left, right| {
        if (plainByte(left) != plainByte(right)) return null;
    }
    if (root.len > above.len and plainByte(root[above.len]) != '/') return null;
    return std.mem.trim(u8, root[above.len..], separators);
}

/// Git writes paths with `/` on every system.
fn plainByte(byte: u8) u8 {
    if (builtin.os.tag == .windows and byte == '\\') return '/';
    return if (scopes.ignores_case) std.ascii.toLower(byte) else byte;
}

/// What the walk's paths have before them seen from the repository's top: `a/b/` for `a/b`.
fn prefixOf(gpa: Allocator, below: []const u8) error{OutOfMemory}![]const u8 {
    if (below.len == 0) return gpa.dupe(u8, "");
    const prefix = try std.mem.concat(gpa, u8, &.{ below, "/" });
    if (builtin.os.tag == .windows) std.mem.replaceScalar(u8, prefix, '\\', '/');
    if (scopes.ignores_case) _ = std.ascii.lowerString(prefix, prefix);
    return prefix;
}

const separators = if (builtin.os.tag == .windows) "/\\" else "/";

/// A path as a walk gives it: relative, with `/`, no empty part, no `.` and no `..`.
fn isPlain(path: []const u8) bool {
    if (path.len == 0 or path.len > system.max_path_bytes) return false;
    if (std.mem.findScalar(u8, path, 0) != null) return false;
    if (builtin.os.tag == .windows and std.mem.findAny(u8, path, "\\:") != null) return false;
    var parts = std.mem.splitScalar(u8, path, '/');
    while (parts.next()) |part| {
        if (part.len == 0) return false;
        if (std.mem.eql(u8, part, ".") or std.mem.eql(u8, part, "..")) return false;
    }
    return true;
}

/// One walk. Stays where it is: its visitors point into it.
const Trip = struct {
    walker: *Walker,
    io: std.Io,
    tour: visit.Tour,
    visitors: []Visitor,
    /// The folders whose trees are walked.
    nodes: std.ArrayList(*tree.Node) = .empty,
    /// What holds in the folders above the paths that are looked at; null in those that are left
    /// out.
    places: std.StringHashMapUnmanaged(?Place) = .empty,

    fn init(trip: *Trip, walker: *Walker, io: std.Io, control: Control) Error!void {
        const options = walker.options;
        walker.tracked.begin();
        const visitors = try walker.gpa.alloc(Visitor, @max(options.threads, 1));
        trip.* = .{
            .walker = walker,
            .io = io,
            .visitors = visitors,
            .tour = .{
                .root = walker.root,
                .prefix = walker.prefix,
                .tracked = &walker.tracked,
                .has_links = hasSubmodules(io, options.git),
                .max_entries = options.max_entries,
                .max_depth = options.max_depth,
                .control = control,
            },
        };
        for (visitors) |*visitor| visitor.* = .init(walker.gpa, &trip.tour);
        visitors[0].own_io = io;
    }

    /// Frees what no result has taken.
    fn deinit(trip: *Trip) void {
        const gpa = trip.walker.gpa;
        for (trip.visitors) |*visitor| {
            visitor.deinit();
            visitor.kept.deinit();
        }
        gpa.free(trip.visitors);
        trip.nodes.deinit(gpa);
        trip.places.deinit(gpa);
    }

    fn walk(trip: *Trip, nodes: []const *tree.Node) Error!void {
        var crew: Crew = .{ .gpa = trip.walker.gpa, .visitors = trip.visitors };
        try crew.run(nodes);
        if (trip.nodes.items.len == 0) try trip.nodes.appendSlice(trip.walker.gpa, nodes);
    }

    /// The files of the walked trees and these, sorted.
    fn result(trip: *Trip, files: []const File) Error!Result {
        const gpa = trip.walker.gpa;
        var lists: tree.Lists = .{};
        errdefer lists.deinit(gpa);
        for (trip.nodes.items) |node| try lists.add(gpa, node);
        // Trees beside one another are not in the order of what is in them: `a`, `a.b` is `a.b/`,
        // `a/`.
        if (files.len > 0 or trip.nodes.items.len > 1) try lists.addFiles(gpa, files);
        const arenas = try gpa.alloc(std.heap.ArenaAllocator, trip.visitors.len);
        errdefer gpa.free(arenas);
        const folders = try lists.folders.toOwnedSlice(gpa);
        errdefer gpa.free(folders);
        const sorted = try lists.files.toOwnedSlice(gpa);
        for (arenas, trip.visitors) |*arena, *visitor| {
            arena.* = visitor.kept;
            visitor.kept = .init(gpa);
        }
        return .{
            .gpa = gpa,
            .arenas = arenas,
            .files = sorted,
            .folders = folders,
            .unreadable = trip.tour.unreadable.load(.monotonic),
            .is_cut = trip.tour.is_cut.load(.monotonic),
        };
    }

    /// What holds for the root: the rules of the user, of the repository, and of the folders above.
    fn rootPlace(trip: *Trip) Error!Place {
        const visitor = &trip.visitors[0];
        const arena = visitor.passing.allocator();
        const zeke = try scopes.defaults(arena);
        var scope: ?*const scopes.Scope = null;
        const git = trip.walker.options.git orelse {
            // There may be a repository nevertheless, on a machine without git.
            const file: scopes.File = .{ .dir = trip.tour.root, .path = ".git/info/exclude" };
            return .{ .git = try scopes.withFile(trip.io, arena, scope, file, 0), .zeke = zeke };
        };
        for ([_]?[]const u8{ git.global_excludes_file, git.exclude_file }) |file| {
            const path = file orelse continue;
            const place: scopes.File = .{ .dir = .cwd(), .path = path, .follows = true };
            scope = try scopes.withFile(trip.io, arena, scope, place, 0);
        }
        const prefix = trip.walker.prefix;
        var at: usize = 0;
        while (at < prefix.len) {
            const parts = [_][]const u8{ git.top_level, "/", prefix[0..at], ".gitignore" };
            const path = try std.mem.concat(arena, u8, &parts);
            const place: scopes.File = .{ .dir = .cwd(), .path = path };
            scope = try scopes.withFile(trip.io, arena, scope, place, at);
            const slash = std.mem.findScalarPos(u8, prefix, at, '/') orelse break;
            const name: ignore.Name = .init(prefix[0..slash], at, true);
            if (scopes.Scope.isIgnored(scope, &name)) {
                const index = try trip.walker.tracked.get(trip.io);
                if (index.hasBelow(prefix[0 .. prefix.len - 1])) {
                    trip.tour.is_repository = true;
                    return .{ .git = scope, .zeke = zeke, .only_tracked = true };
                }
                // Whoever opens a folder that the repository around it ignores wants to see
                // something.
                return .{ .git = null, .zeke = zeke };
            }
            at = slash + 1;
        }
        trip.tour.is_repository = true;
        return .{ .git = scope, .zeke = zeke };
    }

    /// Finds the kept ones among the paths: files are added to `files`, folders to the nodes.
    fn lookAt(trip: *Trip, paths: []const []const u8, files: *std.ArrayList(File)) Error!void {
        const gpa = trip.walker.gpa;
        const visitor = &trip.visitors[0];
        const passing = visitor.passing.allocator();
        const sorted = try passing.dupe([]const u8, paths);
        std.mem.sortUnstable([]const u8, sorted, {}, isBefore);
        var walked: std.StringHashMapUnmanaged(void) = .empty;
        for (sorted) |path| {
            try trip.tour.control.check();
            if (!isPlain(path) or isBelow(&walked, path)) continue;
            const slash = std.mem.findScalarLast(u8, path, '/');
            const folder = if (slash) |at| path[0..at] else "";
            const name = if (slash) |at| path[at + 1 ..] else path;
            const place = try trip.placeIn(folder) orelse continue;
            const kept = try visitor.kept.allocator().dupeZ(u8, path);
            const stat = system.stat(trip.io, trip.tour.root, kept) orelse continue;
            try visitor.setFolder(folder);
            if (stat.kind == .folder and !visit.isGit(name)) {
                const inner = try visitor.enter(place, name) orelse continue;
                const node = try passing.create(tree.Node);
                const depth = std.mem.countScalar(u8, path, '/') + 1;
                node.* = .{ .path = kept, .depth = @intCast(depth), .place = inner };
                try trip.nodes.append(gpa, node);
                try walked.put(passing, kept, {});
            } else if (stat.kind == .file and try visitor.keeps(place, folder, name)) {
                try files.append(gpa, visit.toFile(kept, stat));
            }
        }
    }

    /// What holds for the contents of a folder; null when it is left out.
    fn placeIn(trip: *Trip, folder: []const u8) Error!?Place {
        var end: usize = 0;
        while (true) {
            if (!trip.places.contains(folder[0..end])) try trip.addPlace(folder[0..end]);
            const place = trip.places.get(folder[0..end]).? orelse return null;
            if (end == folder.len) return place;
            const start = if (end == 0) 0 else end + 1;
            end = std.mem.findScalarPos(u8, folder, start, '/') orelse folder.len;
        }
    }

    /// Finds out what holds in a folder; that of its parent is known.
    fn addPlace(trip: *Trip, folder: []const u8) Error!void {
        const visitor = &trip.visitors[0];
        const key = try visitor.passing.allocator().dupe(u8, folder);
        try trip.places.put(trip.walker.gpa, key, null);
        const around = if (folder.len == 0) try trip.rootPlace() else around: {
            const slash = std.mem.findScalarLast(u8, folder, '/');
            const parent = if (slash) |at| folder[0..at] else "";
            const name = folder[if (slash) |at| at + 1 else 0..];
            if (visit.isGit(name)) return;
            try visitor.setFolder(parent);
            const place = trip.places.get(parent).? orelse return;
            break :around try visitor.enter(place, name) orelse return;
        };
        const dir = system.openFolder(trip.io, trip.tour.root, folder) catch return;
        defer dir.close(trip.io);
        const place = try visitor.settle(dir, folder, around, try visitor.list(dir));
        trip.places.getPtr(key).?.* = place;
    }
};

fn hasSubmodules(io: std.Io, git: ?Git) bool {
    const top_level = (git orelse return false).top_level;
    const top = Dir.cwd().openDir(io, top_level, .{}) catch return false;
    defer top.close(io);
    return system.stat(io, top, ".gitmodules") != null;
}

fn isBefore(_: void, left: []const u8, right: []const u8) bool {
    return std.mem.lessThan(u8, left, right);
}

/// True when the path or a folder above it is in the set.
fn isBelow(set: *const std.StringHashMapUnmanaged(void), path: []const u8) bool {
    if (set.count() == 0) return false;
    var at: usize = 0;
    while (std.mem.findScalarPos(u8, path, at, '/')) |slash| : (at = slash + 1) {
        if (set.contains(path[0..slash])) return true;
    }
    return set.contains(path);
}

const testing = std.testing;

const Fixture = struct {
    temporary: testing.TmpDir,
    arena: std.heap.ArenaAllocator,
    root: []const u8,

    fn init(fixture: *Fixture, files: []const struct { []const u8, []const u8 }) !void {
        fixture.temporary = testing.tmpDir(.{ .iterate = true });
        fixture.arena = .init(testing.allocator);
        const arena = fixture.arena.allocator();
        fixture.root = try fixture.temporary.dir.realPathFileAlloc(testing.io, ".", arena);
        for (files) |file| try fixture.write(file[0], file[1]);
    }

    fn deinit(fixture: *Fixture) void {
        fixture.temporary.cleanup();
        fixture.arena.deinit();
    }

    fn write(fixture: *Fixture, path: []const u8, text: []const u8) !void {
        const dir = fixture.temporary.dir;
        if (std.fs.path.dirname(path)) |folder| try dir.createDirPath(testing.io, folder);
        try dir.writeFile(testing.io, .{ .sub_path = path, .data = text });
    }

    /// The paths found in a walk of all or of some, separated by blanks.
    fn list(fixture: *Fixture, options: Options, paths: ?[]const []const u8) ![]const u8 {
        var set = options;
        set.root = fixture.root;
        var walker: Walker = try .init(testing.allocator, testing.io, set);
        defer walker.deinit(testing.io);
        var result = if (paths) |some|
            try walker.some(testing.io, some, .{})
        else
            try walker.all(testing.io, .{});
        defer result.deinit();
        var names: std.ArrayList([]const u8) = .empty;
        for (result.files) |file| try names.append(fixture.arena.allocator(), file.path);
        return std.mem.join(fixture.arena.allocator(), " ", names.items);
    }
};

test "ignored files, secrets and dependencies are left out, in every folder" {
    var fixture: Fixture = undefined;
    try fixture.init(&.{
        .{ ".gitignore", "*.log\n/out\n" }, .{ "a.log", "" },          .{ "b/a.log", "" },
        .{ "b/.gitignore", "!a.log\n" },    .{ "b/c/a.log", "" },      .{ "out/a", "" },
        .{ "b/out/a", "" },                 .{ "node_modules/a", "" }, .{ ".env", "" },
        .{ ".ssh/a", "" },                  .{ "a.ts", "1234" },
    });
    defer fixture.deinit();
    const expected = ".gitignore a.ts b/.gitignore b/a.log b/c/a.log b/out/a";
    try testing.expectEqualStrings(expected, try fixture.list(.{ .root = "" }, null));
    const threads: Options = .{ .root = "", .threads = 4 };
    try testing.expectEqualStrings(expected, try fixture.list(threads, null));
}

test "a .zekeignore counts on top, and takes defaults back" {
    var fixture: Fixture = undefined;
    try fixture.init(&.{
        .{ ".zekeignore", "*.gen\n!node_modules/\n" }, .{ "a.gen", "" },
        .{ "node_modules/a", "" },                     .{ "b/.zekeignore", "!b.gen\n" },
        .{ "b/b.gen", "" },                            .{ "b/c.gen", "" },
    });
    defer fixture.deinit();
    const expected = ".zekeignore b/.zekeignore b/b.gen node_modules/a";
    try testing.expectEqualStrings(expected, try fixture.list(.{ .root = "" }, null));
}

test "of some paths, what a walk of everything finds" {
    var fixture: Fixture = undefined;
    try fixture.init(&.{
        .{ ".gitignore", "*.log\nout/\n" }, .{ "a/b/c", "" },
        .{ "a/b.x/d", "" },                 .{ "a/x.log", "" },
        .{ "out/a", "" },                   .{ "e", "" },
    });
    defer fixture.deinit();
    const cases = [_]struct { []const []const u8, []const u8 }{
        .{ &.{"a"}, "a/b.x/d a/b/c" },
        .{ &.{ "a/b", "a/b.x", "e" }, "a/b.x/d a/b/c e" },
        .{ &.{ "a", "a/b", "a/b/c" }, "a/b.x/d a/b/c" },
        .{ &.{ "a/x.log", "out", "out/a", "gone", "e/f" }, "" },
        .{ &.{ "../x", "/etc/passwd", "a//b", "./e", ".git", "a\x00" }, "" },
        .{ &.{""}, ".gitignore a/b.x/d a/b/c e" },
    };
    for (cases) |case| {
        try testing.expectEqualStrings(case[1], try fixture.list(.{ .root = "" }, case[0]));
    }
}

test "links are not followed and pipes are not opened" {
    if (builtin.os.tag != .linux) return error.SkipZigTest;
    var fixture: Fixture = undefined;
    try fixture.init(&.{ .{ "a/b", "" }, .{ "c", "" } });
    defer fixture.deinit();
    const dir = fixture.temporary.dir;
    try dir.symLink(testing.io, ".", "a/loop", .{});
    try dir.symLink(testing.io, "c", "link", .{});
    const linux = std.os.linux;
    for ([_][*:0]const u8{ "pipe", "a/.gitignore" }) |name| {
        try testing.expectEqual(0, linux.mknodat(dir.handle, name, linux.S.IFIFO | 0o600, 0));
    }
    try testing.expectEqualStrings("a/b c", try fixture.list(.{ .root = "" }, null));
    const some = [_][]const u8{ "a/loop/c", "a/loop", "link", "pipe", "a/b" };
    try testing.expectEqualStrings("a/b", try fixture.list(.{ .root = "" }, &some));
}

test "what a file system says of a file" {
    var fixture: Fixture = undefined;
    try fixture.init(&.{.{ "a", "12345" }});
    defer fixture.deinit();
    var walker: Walker = try .init(testing.allocator, testing.io, .{ .root = fixture.root });
    defer walker.deinit(testing.io);
    var found: std.atomic.Value(u64) = .init(0);
    var result = try walker.all(testing.io, .{ .found = &found });
    defer result.deinit();
    const stat = try fixture.temporary.dir.statFile(testing.io, "a", .{});
    try testing.expectEqual(5, result.files[0].size);
    try testing.expectEqual(stat.mtime.nanoseconds, result.files[0].mtime_ns);
    try testing.expectEqual(stat.inode, result.files[0].inode);
    try testing.expectEqual(1, found.load(.monotonic));
    try testing.expectEqual(1, result.folders.len);
}

test "limits cut, a flag cancels, and a root that is gone is an error" {
    var fixture: Fixture = undefined;
    try fixture.init(&.{ .{ "a/b/c/d", "" }, .{ "e", "" } });
    defer fixture.deinit();
    const gpa = testing.allocator;
    for ([_]Options{
        .{ .root = fixture.root, .max_depth = 1 },
        .{ .root = fixture.root, .max_entries = 2 },
    }) |options| {
        var walker: Walker = try .init(gpa, testing.io, options);
        defer walker.deinit(testing.io);
        var result = try walker.all(testing.io, .{});
        defer result.deinit();
        try testing.expect(result.is_cut);
        try testing.expectEqualStrings("e", result.files[0].path);
    }
    var walker: Walker = try .init(gpa, testing.io, .{ .root = fixture.root });
    defer walker.deinit(testing.io);
    var is_cancelled: std.atomic.Value(bool) = .init(true);
    const control: Control = .{ .is_cancelled = &is_cancelled };
    try testing.expectError(error.Cancelled, walker.all(testing.io, control));
    const gone: Options = .{ .root = "/nowhere/at/all" };
    try testing.expectError(error.Root, Walker.init(gpa, testing.io, gone));
}

test "where a root is below the top of its repository" {
    try testing.expectEqualStrings("", pathBelow("/a/b", "/a/b").?);
    try testing.expectEqualStrings("c/d", pathBelow("/a/b/c/d", "/a/b/").?);
    try testing.expectEqualStrings("a", pathBelow("/a", "/").?);
    try testing.expectEqual(null, pathBelow("/a/bc", "/a/b"));
    try testing.expectEqual(null, pathBelow("/a", "/a/b"));
}

test "the exclude file of a repository counts where nobody knows of the repository" {
    var fixture: Fixture = undefined;
    try fixture.init(&.{ .{ ".git/info/exclude", "a\n" }, .{ "a", "" }, .{ "b", "" } });
    defer fixture.deinit();
    try testing.expectEqualStrings("b", try fixture.list(.{ .root = "" }, null));
}

test "a source package that ignores everything is walked where it is no repository" {
    var fixture: Fixture = undefined;
    try fixture.init(&.{ .{ ".gitignore", "*.o\n/*\n!/debian/\n" }, .{ "a/b", "" }, .{ "c", "" } });
    defer fixture.deinit();
    const options: Options = .{ .root = "" };
    try testing.expectEqualStrings(".gitignore a/b c", try fixture.list(options, null));
    try testing.expectEqualStrings("a/b", try fixture.list(options, &.{"a"}));
}

test "an allocation that fails anywhere leaves nothing behind" {
    var fixture: Fixture = undefined;
    try fixture.init(&.{ .{ ".gitignore", "*.o\na/**/b\n[x]\n" }, .{ "a/b", "" }, .{ "c/d", "" } });
    defer fixture.deinit();
    try testing.checkAllAllocationFailures(testing.allocator, struct {
        fn run(gpa: Allocator, root: []const u8) !void {
            var walker: Walker = try .init(gpa, testing.io, .{ .root = root });
            defer walker.deinit(testing.io);
            var result = try walker.all(testing.io, .{});
            result.deinit();
            result = try walker.some(testing.io, &.{ "c", "c/d", "a/b" }, .{});
            result.deinit();
        }
    }.run, .{fixture.root});
}
