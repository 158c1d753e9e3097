//! Looks at one folder: which files and folders in it are kept.
const std = @import("std");
const builtin = @import("builtin");
const ignore = @import("ignore.zig");
const repository = @import("repository.zig");
const scopes = @import("scopes.zig");
const secret = @import("secret.zig");
const system = @import("system.zig");
const tree = @import("tree.zig");

const Allocator = std.mem.Allocator;
const Dir = std.Io.Dir;
const Place = scopes.Place;
const Scope = scopes.Scope;

pub const Error = error{ Cancelled, OutOfMemory };

/// How a walk is watched and ended from outside.
pub const Control = struct {
    is_cancelled: ?*const std.atomic.Value(bool) = null,
    /// Grows with each file that is found.
    found: ?*std.atomic.Value(u64) = null,

    pub fn check(control: Control) error{Cancelled}!void {
        const flag = control.is_cancelled orelse return;
        if (flag.load(.monotonic)) return error.Cancelled;
    }
};

/// What all threads of one walk share.
pub const Tour = struct {
    root: Dir,
    /// The root below the repository's top, ending in `/`; `""` when it is the top. In lower case
    /// where case does not count.
    prefix: []const u8,
    tracked: *repository.Tracked,
    /// A repository's rules count, whatever they leave.
    is_repository: bool = false,
    /// Folders of submodules are to be looked for among what is tracked.
    has_links: bool,
    max_entries: u64,
    max_depth: u32,
    control: Control,
    entries: std.atomic.Value(u64) = .init(0),
    unreadable: std.atomic.Value(u64) = .init(0),
    is_cut: std.atomic.Value(bool) = .init(false),
};

/// One thread's part in a walk. Stays where it is: what `io` returns points into it.
pub const Visitor = struct {
    tour: *Tour,
    /// That of the thread, when it was started by others.
    own_io: ?std.Io = null,
    threaded: std.Io.Threaded = .init_single_threaded,
    /// Paths, which outlive the walk.
    kept: std.heap.ArenaAllocator,
    /// Nodes and rules, which do not.
    passing: std.heap.ArenaAllocator,
    lister: system.Lister,
    /// The path of what is looked at, as rules and the index see it: from the repository's top.
    key: std.ArrayList(u8) = .empty,
    files: std.ArrayList(tree.File) = .empty,
    children: std.ArrayList(*tree.Node) = .empty,

    /// Cancellation is asked for after so many entries of one folder.
    const entries_at_once = 64;

    pub fn init(gpa: Allocator, tour: *Tour) Visitor {
        return .{
            .tour = tour,
            .kept = .init(gpa),
            .passing = .init(gpa),
            .lister = .init(gpa),
        };
    }

    /// Frees everything but what is kept.
    pub fn deinit(visitor: *Visitor) void {
        const gpa = visitor.passing.child_allocator;
        visitor.lister.deinit();
        visitor.key.deinit(gpa);
        visitor.files.deinit(gpa);
        visitor.children.deinit(gpa);
        visitor.passing.deinit();
    }

    pub fn io(visitor: *Visitor) std.Io {
        return visitor.own_io orelse visitor.threaded.io();
    }

    /// Reads a folder and fills its node.
    pub fn visit(visitor: *Visitor, node: *tree.Node) Error!void {
        const tour = visitor.tour;
        try tour.control.check();
        const seen = tour.entries.load(.monotonic);
        if (seen > tour.max_entries or node.depth > tour.max_depth) {
            tour.is_cut.store(true, .monotonic);
            return;
        }
        const dir = system.openFolder(visitor.io(), tour.root, node.path) catch {
            _ = tour.unreadable.fetchAdd(1, .monotonic);
            return;
        };
        defer dir.close(visitor.io());
        const entries = try visitor.list(dir);
        const place = try visitor.settle(dir, node.path, node.place, entries) orelse return;
        node.is_kept = true;
        try visitor.sortOut(dir, node, place, entries);
        if (tour.control.found) |found| _ = found.fetchAdd(node.files.len, .monotonic);
    }

    /// Which of these names are in a folder.
    const Special = struct {
        git: bool = false,
        gitignore: bool = false,
        zekeignore: bool = false,

        fn among(entries: []const system.Entry) Special {
            var special: Special = .{};
            for (entries) |entry| {
                if (entry.name.len < ".git".len or entry.name[0] != '.') continue;
                if (isGit(entry.name)) special.git = true;
                if (std.mem.eql(u8, entry.name, ".gitignore")) special.gitignore = true;
                if (std.mem.eql(u8, entry.name, ".zekeignore")) special.zekeignore = true;
            }
            return special;
        }
    };

    /// The entries of an open folder, valid until the next ones.
    pub fn list(visitor: *Visitor, dir: Dir) Error![]const system.Entry {
        const left = visitor.tour.max_entries -| visitor.tour.entries.load(.monotonic);
        const entries = try visitor.lister.list(visitor.io(), dir, @intCast(left + 1));
        _ = visitor.tour.entries.fetchAdd(entries.len, .monotonic);
        return entries;
    }

    /// What holds for the contents of a folder: `place`, and the ignore files among its entries.
    /// Null for a repository of somebody else.
    pub fn settle(
        visitor: *Visitor,
        dir: Dir,
        path: []const u8,
        place: Place,
        entries: []const system.Entry,
    ) Error!?Place {
        const arena = visitor.passing.allocator();
        const special: Special = .among(entries);
        var result = place;
        try visitor.setFolder(path);
        const base = visitor.key.items.len;
        if (special.git and path.len > 0 and !place.only_tracked) {
            const folder = visitor.key.items[0 .. base - 1];
            // Git looks into it where it tracks something there.
            const is_tracked = (try visitor.index()).hasBelow(folder);
            if (!is_tracked and repository.isRepository(visitor.io(), dir)) return null;
        }
        if (special.gitignore and !place.only_tracked) {
            const file: scopes.File = .{ .dir = dir, .path = ".gitignore" };
            result.git = try scopes.withFile(visitor.io(), arena, result.git, file, base);
        }
        if (special.zekeignore) {
            const name = try visitor.nameOf(".zekeignore", false);
            if (path.len == 0 or try visitor.isKeptByGit(result, &name)) {
                const file: scopes.File = .{ .dir = dir, .path = ".zekeignore" };
                result.zeke = try scopes.withFile(visitor.io(), arena, result.zeke, file, base);
            }
        }
        if (path.len > 0 or visitor.tour.is_repository) return result;
        // A source package that ignores everything but itself, out of the repository it is made
        // for.
        if (!try visitor.hasUnignored(result, entries)) result.git = null;
        return result;
    }

    fn hasUnignored(
        visitor: *Visitor,
        place: Place,
        entries: []const system.Entry,
    ) error{OutOfMemory}!bool {
        for (entries) |entry| {
            const name = try visitor.nameOf(entry.name, entry.kind == .folder);
            if (!isGit(entry.name) and !Scope.isIgnored(place.git, &name)) return true;
        }
        return false;
    }

    /// What holds for a folder of this name in `place`, before its own ignore files; null when it
    /// is left out. `setFolder` must have been called for the folder it is in.
    pub fn enter(visitor: *Visitor, place: Place, name: []const u8) Error!?Place {
        if (secret.isSecretFolder(name)) return null;
        const asked = try visitor.nameOf(name, true);
        if (Scope.isIgnored(place.zeke, &asked)) return null;
        if (visitor.tour.has_links and (try visitor.index()).isLink(asked.path)) return null;
        if (!place.only_tracked and !Scope.isIgnored(place.git, &asked)) return place;
        if (!(try visitor.index()).hasBelow(asked.path)) return null;
        return .{ .git = place.git, .zeke = place.zeke, .only_tracked = true };
    }

    /// True for a file of this name (`folder` as in `setFolder`, which must have been called).
    pub fn keeps(
        visitor: *Visitor,
        place: Place,
        folder: []const u8,
        name: []const u8,
    ) Error!bool {
        if (isGit(name) or secret.isSecretName(folder, name)) return false;
        const asked = try visitor.nameOf(name, false);
        return !Scope.isIgnored(place.zeke, &asked) and try visitor.isKeptByGit(place, &asked);
    }

    /// Names are in this folder from now on.
    pub fn setFolder(visitor: *Visitor, path: []const u8) error{OutOfMemory}!void {
        const gpa = visitor.passing.child_allocator;
        visitor.key.clearRetainingCapacity();
        try visitor.key.appendSlice(gpa, visitor.tour.prefix);
        if (path.len == 0) return;
        try visitor.appendKey(path);
        try visitor.key.append(gpa, '/');
    }

    fn appendKey(visitor: *Visitor, path: []const u8) error{OutOfMemory}!void {
        const added = try visitor.key.addManyAsSlice(visitor.passing.child_allocator, path.len);
        if (scopes.ignores_case) _ = std.ascii.lowerString(added, path) else @memcpy(added, path);
    }

    /// Valid until the next name is asked for.
    fn nameOf(visitor: *Visitor, name: []const u8, is_folder: bool) error{OutOfMemory}!ignore.Name {
        const start = visitor.key.items.len;
        try visitor.appendKey(name);
        defer visitor.key.items.len = start;
        return .init(visitor.key.items, start, is_folder);
    }

    fn isKeptByGit(visitor: *Visitor, place: Place, name: *const ignore.Name) Error!bool {
        if (!place.only_tracked and !Scope.isIgnored(place.git, name)) return true;
        return (try visitor.index()).contains(name.path);
    }

    fn index(visitor: *Visitor) error{OutOfMemory}!@import("git_index.zig").Index {
        return visitor.tour.tracked.get(visitor.io());
    }

    /// Fills the node with the files and folders that are kept.
    fn sortOut(
        visitor: *Visitor,
        dir: Dir,
        node: *tree.Node,
        place: Place,
        entries: []const system.Entry,
    ) Error!void {
        const gpa = visitor.passing.child_allocator;
        visitor.files.clearRetainingCapacity();
        visitor.children.clearRetainingCapacity();
        try visitor.setFolder(node.path);
        for (entries, 1..) |entry, count| {
            if (count % entries_at_once == 0) try visitor.tour.control.check();
            const kind = if (entry.kind != .unknown) entry.kind else unknown: {
                const stat = system.stat(visitor.io(), dir, entry.name) orelse continue;
                break :unknown stat.kind;
            };
            if (kind == .folder and !isGit(entry.name)) {
                const inner = try visitor.enter(place, entry.name) orelse continue;
                const child = try visitor.addNode(node, entry.name, inner);
                try visitor.children.append(gpa, child);
            } else if (kind == .file and try visitor.keeps(place, node.path, entry.name)) {
                const stat = system.stat(visitor.io(), dir, entry.name) orelse continue;
                if (stat.kind != .file) continue;
                const path = try visitor.join(node.path, entry.name);
                try visitor.files.append(gpa, toFile(path, stat));
            }
        }
        const passing = visitor.passing.allocator();
        node.files = try passing.dupe(tree.File, visitor.files.items);
        node.children = try passing.dupe(*tree.Node, visitor.children.items);
        node.sort();
    }

    fn addNode(
        visitor: *Visitor,
        parent: *const tree.Node,
        name: []const u8,
        place: Place,
    ) error{OutOfMemory}!*tree.Node {
        const node = try visitor.passing.allocator().create(tree.Node);
        node.* = .{
            .path = try visitor.join(parent.path, name),
            .depth = parent.depth + 1,
            .place = place,
        };
        return node;
    }

    fn join(visitor: *Visitor, folder: []const u8, name: []const u8) error{OutOfMemory}![]const u8 {
        const start = if (folder.len == 0) 0 else folder.len + 1;
        const path = try visitor.kept.allocator().alloc(u8, start + name.len);
        @memcpy(path[0..folder.len], folder);
        if (start > 0) path[folder.len] = '/';
        @memcpy(path[start..], name);
        return path;
    }
};

pub fn toFile(path: []const u8, stat: system.Stat) tree.File {
    return .{ .path = path, .size = stat.size, .mtime_ns = stat.mtime_ns, .inode = stat.inode };
}

pub fn isGit(name: []const u8) bool {
    if (scopes.ignores_case) return std.ascii.eqlIgnoreCase(name, ".git");
    return std.mem.eql(u8, name, ".git");
}
