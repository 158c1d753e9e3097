//! What a walk has to know of git repositories: the tracked paths of its own, and which folders are
//! repositories of somebody else.
const std = @import("std");
const git_index = @import("git_index.zig");
const system = @import("system.zig");

const Allocator = std.mem.Allocator;
const Dir = std.Io.Dir;
const Index = git_index.Index;

/// The index of the Linux kernel has 9 MB.
const max_index_bytes = 512 << 20;

/// The tracked paths, read when somebody asks and kept until the file changes.
pub const Tracked = struct {
    /// Null outside of a repository: nothing is tracked.
    file: ?[]const u8,
    ignores_case: bool,
    mutex: std.Io.Mutex = .init,
    /// Set once a walk has looked at the file; `begin` takes it back.
    is_fresh: std.atomic.Value(bool) = .init(false),
    stat: ?system.Stat = null,
    arena: std.heap.ArenaAllocator,
    index: Index = .{},

    pub fn init(gpa: Allocator, file: ?[]const u8, ignores_case: bool) Tracked {
        return .{ .file = file, .ignores_case = ignores_case, .arena = .init(gpa) };
    }

    pub fn deinit(tracked: *Tracked) void {
        tracked.arena.deinit();
    }

    /// A walk begins: the file may have changed since the last. Nobody may hold an index.
    pub fn begin(tracked: *Tracked) void {
        tracked.is_fresh.store(tracked.file == null, .release);
    }

    /// The tracked paths relative to the repository's top; none of an index that cannot be read.
    /// Valid until the next `begin`.
    pub fn get(tracked: *Tracked, io: std.Io) error{OutOfMemory}!Index {
        if (tracked.is_fresh.load(.acquire)) return tracked.index;
        tracked.mutex.lockUncancelable(io);
        defer tracked.mutex.unlock(io);
        if (!tracked.is_fresh.load(.acquire)) try tracked.refresh(io);
        tracked.is_fresh.store(true, .release);
        return tracked.index;
    }

    fn refresh(tracked: *Tracked, io: std.Io) error{OutOfMemory}!void {
        const file = tracked.file orelse return;
        var buffer: [system.max_path_bytes + 1]u8 = undefined;
        const found = if (file.len > system.max_path_bytes) null else found: {
            @memcpy(buffer[0..file.len], file);
            buffer[file.len] = 0;
            break :found system.stat(io, .cwd(), buffer[0..file.len :0]);
        };
        if (found != null and std.meta.eql(found, tracked.stat)) return;
        tracked.index = .{};
        tracked.stat = null;
        _ = tracked.arena.reset(.free_all);
        const loaded = load(io, &tracked.arena, file, tracked.ignores_case);
        tracked.index = loaded catch |err| switch (err) {
            error.OutOfMemory => return error.OutOfMemory,
            error.Corrupt => .{},
        };
        tracked.stat = found;
    }
};

fn load(
    io: std.Io,
    arena: *std.heap.ArenaAllocator,
    file: []const u8,
    ignores_case: bool,
) git_index.Error!Index {
    var scratch: std.heap.ArenaAllocator = .init(arena.child_allocator);
    defer scratch.deinit();
    const bytes = try system.readFile(io, scratch.allocator(), .cwd(), file, .{
        .limit = max_index_bytes,
        .follows = true,
    }) orelse return .{};
    const part = try git_index.parse(arena.allocator(), bytes);
    const shared: ?git_index.Part = if (part.shared) |link| shared: {
        const folder = std.fs.path.dirname(file) orelse return error.Corrupt;
        const path = try std.fmt.allocPrint(
            scratch.allocator(),
            "{s}/sharedindex.{s}",
            .{ folder, link.hash },
        );
        const other = try system.readFile(io, scratch.allocator(), .cwd(), path, .{
            .limit = max_index_bytes,
            .follows = true,
        }) orelse return error.Corrupt;
        break :shared try git_index.parse(arena.allocator(), other);
    } else null;
    const index: Index = try .join(arena.allocator(), part, shared);
    return if (ignores_case) index.toLowerCase(arena.allocator()) else index;
}

/// Enough for a `HEAD` or a `.git` file; what is longer is neither.
const max_pointer_bytes = 4096;

/// True when the `.git` in this folder makes it a repository of its own, as git sees it.
pub fn isRepository(io: std.Io, dir: Dir) bool {
    const found = dir.statFile(io, ".git", .{}) catch return false;
    if (found.kind == .directory) return isGitFolder(io, dir, ".git");
    if (found.kind != .file) return false;
    var buffer: [max_pointer_bytes]u8 = undefined;
    // Git takes a file that it may not read for the sign of a repository, too.
    const text = readPointer(io, dir, ".git", &buffer) orelse return true;
    if (!std.mem.startsWith(u8, text, "gitdir: ")) return false;
    return isGitFolder(io, dir, std.mem.trimEnd(u8, text["gitdir: ".len..], "\r\n"));
}

/// True for what `.git` is in a work tree: a `HEAD`, and objects and references, which a second
/// work tree shares with the first.
fn isGitFolder(io: std.Io, dir: Dir, path: []const u8) bool {
    if (path.len == 0 or std.mem.findScalar(u8, path, 0) != null) return false;
    var git = dir.openDir(io, path, .{}) catch return false;
    defer git.close(io);
    if (!hasHead(io, git)) return false;
    var buffer: [max_pointer_bytes]u8 = undefined;
    const common = readPointer(io, git, "commondir", &buffer) orelse
        return hasFolder(io, git, "objects") and hasFolder(io, git, "refs");
    const plain = std.mem.trimEnd(u8, common, "\r\n");
    if (plain.len == 0 or std.mem.findScalar(u8, plain, 0) != null) return false;
    var shared = git.openDir(io, plain, .{}) catch return false;
    defer shared.close(io);
    return hasFolder(io, shared, "objects") and hasFolder(io, shared, "refs");
}

fn hasFolder(io: std.Io, dir: Dir, name: []const u8) bool {
    const found = dir.statFile(io, name, .{}) catch return false;
    return found.kind == .directory;
}

fn hasHead(io: std.Io, git: Dir) bool {
    const found = git.statFile(io, "HEAD", .{ .follow_symlinks = false }) catch return false;
    var buffer: [max_pointer_bytes]u8 = undefined;
    if (found.kind == .sym_link) {
        const length = git.readLink(io, "HEAD", &buffer) catch return false;
        return std.mem.startsWith(u8, buffer[0..length], "refs/");
    }
    const text = readPointer(io, git, "HEAD", &buffer) orelse return false;
    if (std.mem.startsWith(u8, text, "ref:")) {
        const target = std.mem.trimStart(u8, text["ref:".len..], " \t\r\n");
        return std.mem.startsWith(u8, target, "refs/");
    }
    for (text, 0..) |byte, at| if (!std.ascii.isHex(byte)) return at >= sha1_digits;
    return text.len >= sha1_digits;
}

const sha1_digits = 40;

/// A small regular file; null when it is none or cannot be read.
fn readPointer(io: std.Io, dir: Dir, name: []const u8, buffer: []u8) ?[]const u8 {
    var fixed: std.heap.FixedBufferAllocator = .init(buffer);
    return system.readFile(io, fixed.allocator(), dir, name, .{
        .limit = buffer.len - 1,
        .follows = true,
    }) catch null;
}
