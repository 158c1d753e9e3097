//! Paths by their whole, by the end of them, and by folder: what resolving an import asks for. An
//! index of a segment's paths is made once; which of them are files now is told by the view.
const std = @import("std");

const Allocator = std.mem.Allocator;

/// A file, by its place in the list an index was made of.
pub const FileNumber = u32;

const none = std.math.maxInt(u32);

/// The paths of one list that never changes.
pub const PathIndex = struct {
    paths: []const []const u8,
    whole: Chains,
    names: Chains,
    folders: Chains,
    /// The names of folders, one entry for each distinct folder.
    folder_names: Chains,
    folder_paths: []const []const u8,

    /// The paths must outlive the index; everything else lives in `arena`.
    pub fn init(arena: Allocator, paths: []const []const u8) Allocator.Error!PathIndex {
        const whole: Chains = try .init(arena, paths.len);
        const names: Chains = try .init(arena, paths.len);
        const folders: Chains = try .init(arena, paths.len);
        var seen: std.StringHashMapUnmanaged(void) = .empty;
        var folder_paths: std.ArrayList([]const u8) = .empty;
        var left = paths.len;
        // Backwards: a chain then gives its files in ascending order.
        while (left > 0) {
            left -= 1;
            const path = paths[left];
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
};

/// A list of which only some files are there now.
pub const Layer = struct {
    index: *const PathIndex,
    /// One bit a file.
    live: []const u64,
    /// What its numbers begin with.
    offset: FileNumber,

    fn isLive(layer: *const Layer, number: u32) bool {
        const word = number / 64;
        return word < layer.live.len and layer.live[word] >> @intCast(number % 64) & 1 == 1;
    }
};

/// All files there are now: the live ones of several lists, later lists before earlier ones.
pub const Paths = struct {
    layers: []const Layer,

    pub fn layerOf(paths: *const Paths, number: FileNumber) usize {
        var found: usize = 0;
        for (paths.layers, 0..) |*layer, index| {
            if (layer.offset <= number) found = index;
        }
        return found;
    }

    pub fn pathOf(paths: *const Paths, number: FileNumber) []const u8 {
        const layer = paths.layers[paths.layerOf(number)];
        const own = number - layer.offset;
        return if (own < layer.index.paths.len) layer.index.paths[own] else "";
    }

    pub fn find(paths: *const Paths, path: []const u8) ?FileNumber {
        var left = paths.layers.len;
        while (left > 0) {
            left -= 1;
            const layer = &paths.layers[left];
            var at = layer.index.whole.first(path);
            while (at) |number| : (at = layer.index.whole.after(number)) {
                if (!layer.isLive(number)) continue;
                if (std.mem.eql(u8, layer.index.paths[number], path)) return layer.offset + number;
            }
        }
        return null;
    }

    /// The file whose path ends in `suffix` (whole parts of it) that is nearest to `from`: the one
    /// with most folders in common, of these the shortest.
    pub fn closest(paths: *const Paths, suffix: []const u8, from: []const u8) ?FileNumber {
        var best: ?FileNumber = null;
        var best_path: []const u8 = "";
        for (paths.layers) |*layer| {
            var at = layer.index.names.first(nameOf(suffix));
            while (at) |number| : (at = layer.index.names.after(number)) {
                const path = layer.index.paths[number];
                if (!endsInParts(path, suffix) or !layer.isLive(number)) continue;
                if (best != null and !isCloser(path, best_path, from)) continue;
                best = layer.offset + number;
                best_path = path;
            }
        }
        return best;
    }

    /// The folder that ends in `suffix` and is nearest to `from`.
    pub fn closestFolder(paths: *const Paths, suffix: []const u8, from: []const u8) ?[]const u8 {
        var best: ?[]const u8 = null;
        for (paths.layers) |*layer| {
            var at = layer.index.folder_names.first(nameOf(suffix));
            while (at) |number| : (at = layer.index.folder_names.after(number)) {
                const folder = layer.index.folder_paths[number];
                if (!endsInParts(folder, suffix)) continue;
                if (best == null or isCloser(folder, best.?, from)) best = folder;
            }
        }
        return best;
    }

    /// The files right in a folder.
    pub fn filesIn(paths: *const Paths, folder: []const u8) Files {
        return .{ .layers = paths.layers, .what = .folder, .wanted = folder };
    }

    /// The files of a name, wherever they are.
    pub fn filesNamed(paths: *const Paths, name: []const u8) Files {
        return .{ .layers = paths.layers, .what = .name, .wanted = name };
    }
};

/// Live files, layer by layer, whose folder or whose name is the one that was asked for.
pub const Files = struct {
    layers: []const Layer,
    what: enum { folder, name },
    wanted: []const u8,
    at: ?u32 = null,
    /// The layer of `at`, and how many were gone through.
    layer: usize = 0,
    begun: usize = 0,

    pub fn next(files: *Files) ?FileNumber {
        while (true) {
            const number = files.at orelse {
                if (files.begun == files.layers.len) return null;
                files.layer = files.begun;
                files.begun += 1;
                files.at = files.chains().first(files.wanted);
                continue;
            };
            files.at = files.chains().after(number);
            const layer = &files.layers[files.layer];
            const path = layer.index.paths[number];
            const part = if (files.what == .folder) folderOf(path) else nameOf(path);
            if (!layer.isLive(number) or !std.mem.eql(u8, part, files.wanted)) continue;
            return layer.offset + number;
        }
    }

    fn chains(files: *const Files) *const Chains {
        const index = files.layers[files.layer].index;
        return if (files.what == .folder) &index.folders else &index.names;
    }
};

/// Numbers by the hash of a text; those of one slot hang together.
const Chains = struct {
    heads: []u32,
    links: []u32,

    fn init(arena: Allocator, count: usize) Allocator.Error!Chains {
        const slots = std.math.ceilPowerOfTwo(usize, @max(count, 16)) catch
            return error.OutOfMemory;
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
    const old: PathIndex = try .init(arena.allocator(), &.{
        "include/linux/a.h", "gone/x.c", "tools/include/linux/a.h", "tools/x.c",
    });
    const new: PathIndex = try .init(arena.allocator(), &.{ "a.h", "tools/y.c" });
    const paths: Paths = .{ .layers = &.{
        .{ .index = &old, .live = &.{0b1101}, .offset = 0 },
        .{ .index = &new, .live = &.{0b11}, .offset = 4 },
    } };
    try std.testing.expectEqual(@as(?FileNumber, 4), paths.find("a.h"));
    try std.testing.expectEqual(@as(?FileNumber, null), paths.find("x.c"));
    try std.testing.expectEqual(@as(?FileNumber, null), paths.find("gone/x.c"));
    try std.testing.expectEqual(@as(?FileNumber, 0), paths.closest("linux/a.h", "kernel/b.c"));
    try std.testing.expectEqual(@as(?FileNumber, 2), paths.closest("linux/a.h", "tools/x.c"));
    try std.testing.expectEqual(@as(?FileNumber, null), paths.closest("ux/a.h", "tools/x.c"));
    try std.testing.expectEqualStrings(
        "tools/include",
        paths.closestFolder("include", "tools/y").?,
    );
    try std.testing.expectEqualStrings("tools/y.c", paths.pathOf(5));
    try std.testing.expectEqualStrings("", paths.pathOf(99));
    var files = paths.filesIn("tools");
    try std.testing.expectEqual(@as(?FileNumber, 3), files.next());
    try std.testing.expectEqual(@as(?FileNumber, 5), files.next());
    try std.testing.expectEqual(@as(?FileNumber, null), files.next());
    var named = paths.filesNamed("x.c");
    try std.testing.expectEqual(@as(?FileNumber, 3), named.next());
    try std.testing.expectEqual(@as(?FileNumber, null), named.next());
}

test "joining leaves no dots, and never the root" {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    const gpa = arena.allocator();
    try std.testing.expectEqualStrings("a/c/d", (try join(gpa, "a/b", "../c/./d")).?);
    try std.testing.expectEqualStrings("x", (try join(gpa, "", "./x")).?);
    try std.testing.expectEqual(@as(?[]const u8, null), try join(gpa, "a", "../../x"));
}
