//! What a walk finds, folder by folder, and how that becomes one sorted list.
const std = @import("std");
const Place = @import("scopes.zig").Place;

const Allocator = std.mem.Allocator;

/// What the file system says of a kept file.
pub const File = struct {
    /// Relative to the root, with `/`, as the file system has its bytes.
    path: []const u8,
    size: u64,
    mtime_ns: i64,
    inode: u64,
};

/// One kept folder.
pub const Node = struct {
    /// Relative to the root, without a slash at its end; `""` is the root.
    path: []const u8,
    depth: u32,
    /// What holds for the folder itself, before the ignore files in it are read.
    place: Place,
    /// Sorted, once the folder was visited.
    files: []File = &.{},
    /// Sorted so that their contents follow one another as paths do.
    children: []*Node = &.{},
    /// It was read, and is no repository of somebody else.
    is_kept: bool = false,

    /// Puts what was found in the order of paths.
    pub fn sort(node: *Node) void {
        std.mem.sortUnstable(File, node.files, node.nameAt(), isFileBefore);
        std.mem.sortUnstable(*Node, node.children, node.nameAt(), isNodeBefore);
    }

    /// Where the names of what is in the folder begin in their paths.
    fn nameAt(node: *const Node) usize {
        return if (node.path.len == 0) 0 else node.path.len + 1;
    }
};

fn isFileBefore(at: usize, left: File, right: File) bool {
    return std.mem.lessThan(u8, left.path[at..], right.path[at..]);
}

fn isNodeBefore(at: usize, left: *Node, right: *Node) bool {
    const left_name = left.path[at..];
    const right_name = right.path[at..];
    const shared = @min(left_name.len, right_name.len);
    const order = std.mem.order(u8, left_name[0..shared], right_name[0..shared]);
    if (order != .eq) return order == .lt;
    // The shorter one goes on with a slash.
    if (left_name.len > shared) return left_name[shared] < '/';
    return right_name.len > shared and '/' < right_name[shared];
}

/// True when a file's path comes before the paths of what is in a folder beside it.
fn isBeforeContent(file_name: []const u8, folder_name: []const u8) bool {
    const shared = @min(file_name.len, folder_name.len);
    const order = std.mem.order(u8, file_name[0..shared], folder_name[0..shared]);
    if (order != .eq) return order == .lt;
    return file_name.len <= folder_name.len or file_name[shared] < '/';
}

pub const Lists = struct {
    files: std.ArrayList(File) = .empty,
    folders: std.ArrayList([]const u8) = .empty,

    pub fn deinit(lists: *Lists, gpa: Allocator) void {
        lists.files.deinit(gpa);
        lists.folders.deinit(gpa);
    }

    /// Adds single files and sorts them all; one that was there already stays once.
    pub fn addFiles(
        lists: *Lists,
        gpa: Allocator,
        files: []const File,
    ) error{OutOfMemory}!void {
        try lists.files.appendSlice(gpa, files);
        std.mem.sortUnstable(File, lists.files.items, @as(usize, 0), isFileBefore);
        var count: usize = 0;
        for (lists.files.items) |file| {
            const last = if (count > 0) lists.files.items[count - 1].path else "";
            if (std.mem.eql(u8, last, file.path)) continue;
            lists.files.items[count] = file;
            count += 1;
        }
        lists.files.shrinkRetainingCapacity(count);
    }

    /// Adds all files and folders of a tree, in the order of their paths.
    pub fn add(lists: *Lists, gpa: Allocator, root: *const Node) error{OutOfMemory}!void {
        const Step = struct { node: *const Node, file: usize = 0, child: usize = 0 };
        var stack: std.ArrayList(Step) = .empty;
        defer stack.deinit(gpa);
        try stack.append(gpa, .{ .node = root });
        while (stack.items.len > 0) {
            const step = &stack.items[stack.items.len - 1];
            const node = step.node;
            if (!node.is_kept) {
                _ = stack.pop();
                continue;
            }
            if (step.file == 0 and step.child == 0) try lists.folders.append(gpa, node.path);
            const at = node.nameAt();
            const child = if (step.child < node.children.len) node.children[step.child] else null;
            const start = step.file;
            while (step.file < node.files.len) : (step.file += 1) {
                const folder = child orelse continue;
                if (!isBeforeContent(node.files[step.file].path[at..], folder.path[at..])) break;
            }
            try lists.files.appendSlice(gpa, node.files[start..step.file]);
            if (child) |folder| {
                step.child += 1;
                try stack.append(gpa, .{ .node = folder });
            } else {
                _ = stack.pop();
            }
        }
    }
};

test "files and folders come in the order of their paths" {
    const gpa = std.testing.allocator;
    const place: Place = .{ .git = null, .zeke = null };
    const files = [_][]const u8{ "a.c", "a/b", "a-b/c", "a0", "b", "a/b.c/d", "", "A", "z/a" };
    var nodes: [6]Node = undefined;
    for ([_][]const u8{ "", "a", "a-b", "a/b.c", "a/d", "z" }, &nodes) |path, *node| {
        node.* = .{ .path = path, .depth = 0, .place = place, .is_kept = true };
    }
    var top = [_]*Node{ &nodes[1], &nodes[5], &nodes[2] };
    var below = [_]*Node{ &nodes[4], &nodes[3] };
    nodes[0].children = &top;
    nodes[1].children = &below;
    var kept: [8]File = undefined;
    const owners = [_]struct { usize, []const usize }{
        .{ 0, &.{ 0, 3, 4, 7 } }, .{ 1, &.{1} }, .{ 2, &.{2} }, .{ 3, &.{5} }, .{ 5, &.{8} },
    };
    var used: usize = 0;
    for (owners) |owner| {
        const start = used;
        for (owner[1]) |number| {
            kept[used] = .{ .path = files[number], .size = 0, .mtime_ns = 0, .inode = 0 };
            used += 1;
        }
        nodes[owner[0]].files = kept[start..used];
    }
    for (&nodes) |*node| node.sort();
    var lists: Lists = .{};
    defer lists.deinit(gpa);
    try lists.add(gpa, &nodes[0]);
    try std.testing.expectEqual(used, lists.files.items.len);
    for (lists.files.items[1..], lists.files.items[0 .. used - 1]) |file, before| {
        try std.testing.expect(std.mem.lessThan(u8, before.path, file.path));
    }
    try std.testing.expectEqual(6, lists.folders.items.len);
}
