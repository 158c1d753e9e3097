//! Paths by their whole, by the end of them, and by folder: what resolving an import asks for.
const std = @import("std");

const Allocator = std.mem.Allocator;

/// A file, by its place in the list the index was made of.
pub const FileNumber = u32;

const none = std.math.maxInt(u32);

pub const PathIndex = struct {
    /// Null where a number is not in use.
    paths: []const ?[]const u8,
    whole: Chains,
    names: Chains,
    folders: Chains,
    /// The names of folders, one entry for each distinct folder.
    folder_names: Chains,
    folder_paths: []const []const u8,

    /// The paths must outlive the index; everything else lives in `arena`.
    pub fn init(arena: Allocator, paths: []const ?[]const u8) Allocator.Error!PathIndex {
        const whole: Chains = try .init(arena, paths.len);
        const names: Chains = try .init(arena, paths.len);
        const folders: Chains = try .init(arena, paths.len);
        var seen: std.StringHashMapUnmanaged(void) = .empty;
        var folder_paths: std.ArrayList([]const u8) = .empty;
        var left = paths.len;
        // Backwards: a chain then gives its files in ascending order.
        while (left > 0) {
            left -= 1;
            const path = paths[left] orelse continue;
            const number: u32 = @intCast(left);
            whole.add(number, path);
            names.add(number, nameOf(path));
            folders.add(number, folderOf(path));
            var folder = folderOf(path);
            while (folder.len > 0) : (folder = folderOf(folder)) {
                if ((try seen.getOrPut(arena, folder)).found_existing) break;
                try folder_paths.append(arena, folder);
            }
        }
        const folder_names: Chains = try .init(arena, folder_paths.items.len);
        for (folder_paths.items, 0..) |folder, number| {
            folder_names.add(@intCast(number), nameOf(folder));
        }
        return .{
            .paths = paths,
            .whole = whole,
            .names = names,
            .folders = folders,
            .folder_names = folder_names,
            .folder_paths = folder_paths.items,
        };
    }

    pub fn pathOf(index: *const PathIndex, number: FileNumber) []const u8 {
        return index.paths[number] orelse "";
    }

    pub fn find(index: *const PathIndex, path: []const u8) ?FileNumber {
        var at = index.whole.first(path);
        while (at) |number| : (at = index.whole.after(number)) {
            if (std.mem.eql(u8, index.pathOf(number), path)) return number;
        }
        return null;
    }

    /// The file whose path ends in `suffix` (whole parts of it) that is nearest to `from`: the one
    /// with most folders in common, of these the shortest.
    pub fn closest(index: *const PathIndex, suffix: []const u8, from: []const u8) ?FileNumber {
        var best: ?FileNumber = null;
        var at = index.names.first(nameOf(suffix));
        while (at) |number| : (at = index.names.after(number)) {
            const path = index.pathOf(number);
            if (!endsInParts(path, suffix)) continue;
            if (best == null or isCloser(path, index.pathOf(best.?), from)) best = number;
        }
        return best;
    }

    /// The folder that ends in `suffix` and is nearest to `from`.
    pub fn closestFolder(index: *const PathIndex, suffix: []const u8, from: []const u8) ?[]const u8 {
        var best: ?[]const u8 = null;
        var at = index.folder_names.first(nameOf(suffix));
        while (at) |number| : (at = index.folder_names.after(number)) {
            const folder = index.folder_paths[number];
            if (!endsInParts(folder, suffix)) continue;
            if (best == null or isCloser(folder, best.?, from)) best = folder;
        }
        return best;
    }

    /// The files right in a folder, in the order of their numbers.
    pub fn filesIn(index: *const PathIndex, folder: []const u8) FolderFiles {
        return .{ .index = index, .folder = folder, .at = index.folders.first(folder) };
    }
};

pub const FolderFiles = struct {
    index: *const PathIndex,
    folder: []const u8,
    at: ?FileNumber,

    pub fn next(files: *FolderFiles) ?FileNumber {
        while (files.at) |number| {
            files.at = files.index.folders.after(number);
            if (std.mem.eql(u8, folderOf(files.index.pathOf(number)), files.folder)) return number;
        }
        return null;
    }
};

/// Numbers by the hash of a text; those of one slot hang together.
const Chains = struct {
    heads: []u32,
    links: []u32,

    fn init(arena: Allocator, count: usize) Allocator.Error!Chains {
        const slots = std.math.ceilPowerOfTwo(usize, @max(count, 16)) catch return error.OutOfMemory;
        const heads = try arena.alloc(u32, slots);
        const links = try arena.alloc(u32, count);
        @memset(heads, none);
        @memset(links, none);
        return .{ .heads = heads, .links = links };
    }

    fn slot(chains: *const Chains, text: []const u8) usize {
        return std.hash.Wyhash.hash(0, text) & (chains.heads.len - 1);
    }

    fn add(chains: *const Chains, number: u32, text: []const u8) void {
        const head = &chains.heads[chains.slot(text)];
        chains.links[number] = head.*;
        head.* = number;
    }

    fn first(chains: *const Chains, text: []const u8) ?u32 {
        return given(chains.heads[chains.slot(text)]);
    }

    fn after(chains: *const Chains, number: u32) ?u32 {
        return given(chains.links[number]);
    }

    fn given(number: u32) ?u32 {
        return if (number == none) null else number;
    }
};

pub fn nameOf(path: []const u8) []const u8 {
    const slash = std.mem.lastIndexOfScalar(u8, path, '/') orelse return path;
    return path[slash + 1 ..];
}

/// Without a slash at its end; empty at the top.
pub fn folderOf(path: []const u8) []const u8 {
    const slash = std.mem.lastIndexOfScalar(u8, path, '/') orelse return "";
    return path[0..slash];
}

pub fn endsInParts(path: []const u8, suffix: []const u8) bool {
    if (!std.mem.endsWith(u8, path, suffix)) return false;
    return path.len == suffix.len or path[path.len - suffix.len - 1] == '/';
}

fn isCloser(path: []const u8, than: []const u8, from: []const u8) bool {
    const own = foldersShared(path, from);
    const other = foldersShared(than, from);
    if (own != other) return own > other;
    if (path.len != than.len) return path.len < than.len;
    return std.mem.order(u8, path, than) == .lt;
}

fn foldersShared(path: []const u8, from: []const u8) usize {
    var shared: usize = 0;
    for (path, 0..) |byte, index| {
        if (index >= from.len or from[index] != byte) break;
        if (byte == '/') shared += 1;
    }
    return shared;
}

/// `a/b` and `../c/./d` make `a/c/d`; null when that leads out of the root.
pub fn join(arena: Allocator, folder: []const u8, path: []const u8) Allocator.Error!?[]const u8 {
    var parts: std.ArrayList([]const u8) = .empty;
    for ([_][]const u8{ folder, path }) |piece| {
        var each = std.mem.tokenizeScalar(u8, piece, '/');
        while (each.next()) |part| {
            if (std.mem.eql(u8, part, ".")) continue;
            if (!std.mem.eql(u8, part, "..")) {
                try parts.append(arena, part);
            } else if (parts.pop() == null) return null;
        }
    }
    return try std.mem.join(arena, "/", parts.items);
}

test "paths by whole, end and folder" {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    const index: PathIndex = try .init(arena.allocator(), &.{
        "include/linux/a.h", null, "tools/include/linux/a.h", "tools/x.c", "a.h",
    });
    try std.testing.expectEqual(@as(?FileNumber, 4), index.find("a.h"));
    try std.testing.expectEqual(@as(?FileNumber, null), index.find("x.c"));
    try std.testing.expectEqual(@as(?FileNumber, 0), index.closest("linux/a.h", "kernel/b.c"));
    try std.testing.expectEqual(@as(?FileNumber, 2), index.closest("linux/a.h", "tools/x.c"));
    try std.testing.expectEqual(@as(?FileNumber, null), index.closest("ux/a.h", "tools/x.c"));
    try std.testing.expectEqualStrings("tools/include", index.closestFolder("include", "tools/y").?);
    var files = index.filesIn("tools");
    try std.testing.expectEqual(@as(?FileNumber, 3), files.next());
    try std.testing.expectEqual(@as(?FileNumber, null), files.next());
}

test "joining leaves no dots, and never the root" {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    const gpa = arena.allocator();
    try std.testing.expectEqualStrings("a/c/d", (try join(gpa, "a/b", "../c/./d")).?);
    try std.testing.expectEqualStrings("x", (try join(gpa, "", "./x")).?);
    try std.testing.expectEqual(@as(?[]const u8, null), try join(gpa, "a", "../../x"));
}
