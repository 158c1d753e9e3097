//! Reads a file of the workspace and nothing else: below the root, through no link, regular,
//! bounded. Between the walk and the reading a file may have become anything.
const std = @import("std");
const builtin = @import("builtin");
const Stat = @import("view.zig").Stat;

const Allocator = std.mem.Allocator;
const Dir = std.Io.Dir;
const File = std.Io.File;
const linux = std.os.linux;

/// No larger file is read.
pub const max_bytes: usize = 32 << 20;
/// What is read of a file before the rest of it is asked for.
pub const first_bytes: usize = 64 << 10;
/// Longer paths are not opened; the systems' own limits are at most this.
const max_path_bytes = 4095;

pub const OpenError = error{Unreadable};
pub const Error = error{ Unreadable, TooLarge, OutOfMemory };

/// A path as the walk gives it: relative, with `/`, no empty part, no `.` and no `..`.
pub fn isPlain(path: []const u8) bool {
    if (path.len == 0 or path.len > max_path_bytes) return false;
    if (std.mem.indexOfScalar(u8, path, 0) != null) return false;
    if (builtin.os.tag == .windows and std.mem.indexOfAny(u8, path, "\\:") != null) return false;
    var parts = std.mem.splitScalar(u8, path, '/');
    while (parts.next()) |part| {
        if (part.len == 0) return false;
        if (std.mem.eql(u8, part, ".") or std.mem.eql(u8, part, "..")) return false;
    }
    return true;
}

pub const Opened = struct {
    file: File,
    stat: Stat,
};

/// Opens a regular file below `root`. Never waits for a FIFO's other end.
pub fn open(io: std.Io, root: Dir, path: []const u8) OpenError!Opened {
    if (!isPlain(path)) return error.Unreadable;
    const file = switch (builtin.os.tag) {
        .linux => try openLinux(root, path),
        .windows => try openByParts(io, root, path),
        else => try openPosix(root, path),
    };
    errdefer file.close(io);
    const stat = file.stat(io) catch return error.Unreadable;
    if (stat.kind != .file) return error.Unreadable;
    return .{ .file = file, .stat = toStat(stat) };
}

pub fn toStat(stat: File.Stat) Stat {
    return .{
        .size = stat.size,
        .mtime_ns = std.math.lossyCast(i64, stat.mtime.nanoseconds),
        .inode = switch (@typeInfo(@TypeOf(stat.inode)).int.signedness) {
            .signed => @bitCast(@as(i64, stat.inode)),
            .unsigned => stat.inode,
        },
    };
}

/// Reads the file into `buffer`, which is emptied first and keeps its memory. The result is what
/// the file was when it was opened; it may have shrunk or grown meanwhile. With `isWanted` no more
/// than `first_bytes` of a file are read whose beginning is not wanted.
pub fn readInto(
    io: std.Io,
    root: Dir,
    path: []const u8,
    gpa: Allocator,
    buffer: *std.ArrayList(u8),
    comptime isWanted: ?fn (beginning: []const u8) bool,
) Error!Stat {
    buffer.clearRetainingCapacity();
    const opened = try open(io, root, path);
    defer opened.file.close(io);
    if (opened.stat.size > max_bytes) return error.TooLarge;
    // One byte more, so that a file that did not grow ends within the first read.
    try buffer.ensureTotalCapacity(gpa, @as(usize, @intCast(opened.stat.size)) + 1);
    while (true) {
        const is_first = isWanted != null and buffer.items.len == 0;
        const all_room = buffer.unusedCapacitySlice();
        const room = if (is_first) all_room[0..@min(all_room.len, first_bytes)] else all_room;
        const count = opened.file.readPositional(io, &.{room}, buffer.items.len) catch
            return error.Unreadable;
        buffer.items.len += count;
        // With room left over, what is as long as expected has ended.
        if (count == 0 or (count < room.len and buffer.items.len == opened.stat.size)) {
            return opened.stat;
        }
        if (is_first and !isWanted.?(buffer.items)) return opened.stat;
        if (buffer.items.len > max_bytes) return error.TooLarge;
        if (buffer.items.len == buffer.capacity) try buffer.ensureUnusedCapacity(gpa, 64 << 10);
    }
}

/// The kernel checks every part of the path at once; kernels before 5.6, some sandboxes and
/// valgrind do not know the call.
fn openLinux(root: Dir, path: []const u8) OpenError!File {
    if (std.valgrind.runningOnValgrind() > 0) return openPosix(root, path);
    const OpenHow = extern struct { flags: u64, mode: u64, resolve: u64 };
    const no_magic_links = 0x02;
    const no_symlinks = 0x04;
    const beneath = 0x08;
    const flags: linux.O = .{ .CLOEXEC = true, .NONBLOCK = true, .NOFOLLOW = true, .NOCTTY = true };
    const how: OpenHow = .{
        .flags = @as(u32, @bitCast(flags)),
        .mode = 0,
        .resolve = no_magic_links | no_symlinks | beneath,
    };
    var buffer: [max_path_bytes + 1]u8 = undefined;
    @memcpy(buffer[0..path.len], path);
    buffer[path.len] = 0;
    while (true) {
        const result = linux.syscall4(
            .openat2,
            @bitCast(@as(isize, root.handle)),
            @intFromPtr(&buffer),
            @intFromPtr(&how),
            @sizeOf(OpenHow),
        );
        switch (linux.errno(result)) {
            .SUCCESS => return .{ .handle = @intCast(result), .flags = .{ .nonblocking = false } },
            .INTR => continue,
            .NOSYS, .PERM, .INVAL => return openPosix(root, path),
            else => return error.Unreadable,
        }
    }
}

/// Part by part, so that no folder on the way can be a link.
fn openPosix(root: Dir, path: []const u8) OpenError!File {
    var folder = root.handle;
    defer if (folder != root.handle) closeHandle(folder);
    var rest = path;
    while (std.mem.indexOfScalar(u8, rest, '/')) |slash| {
        const next = std.posix.openat(folder, rest[0..slash], .{
            .CLOEXEC = true,
            .DIRECTORY = true,
            .NOFOLLOW = true,
        }, 0) catch return error.Unreadable;
        if (folder != root.handle) closeHandle(folder);
        folder = next;
        rest = rest[slash + 1 ..];
    }
    const handle = std.posix.openat(folder, rest, .{
        .CLOEXEC = true,
        .NONBLOCK = true,
        .NOFOLLOW = true,
        .NOCTTY = true,
    }, 0) catch return error.Unreadable;
    return .{ .handle = handle, .flags = .{ .nonblocking = false } };
}

fn closeHandle(handle: std.posix.fd_t) void {
    if (builtin.os.tag == .linux) {
        _ = linux.close(handle);
    } else {
        _ = std.c.close(handle);
    }
}

fn openByParts(io: std.Io, root: Dir, path: []const u8) OpenError!File {
    var folder = root;
    defer if (folder.handle != root.handle) folder.close(io);
    var rest = path;
    while (std.mem.indexOfScalar(u8, rest, '/')) |slash| {
        const next = folder.openDir(io, rest[0..slash], .{ .follow_symlinks = false }) catch
            return error.Unreadable;
        if (folder.handle != root.handle) folder.close(io);
        folder = next;
        rest = rest[slash + 1 ..];
    }
    return folder.openFile(io, rest, .{ .follow_symlinks = false, .allow_directory = false }) catch
        return error.Unreadable;
}

test "only plain paths are opened" {
    for ([_][]const u8{ "a", "a/b.c", ".a/..b", "\xff/x" }) |path| {
        try std.testing.expect(isPlain(path));
    }
    try std.testing.expect(!isPlain("a" ** (max_path_bytes + 1)));
    const others = [_][]const u8{ "", "/a", "a/", "a//b", "../a", "a/../b", "a/.", ".", "\x00" };
    for (others) |path| {
        try std.testing.expect(!isPlain(path));
    }
}

test "regular files below the root, and nothing else" {
    if (builtin.os.tag == .windows) return error.SkipZigTest;
    const io = std.testing.io;
    const gpa = std.testing.allocator;
    var tmp = std.testing.tmpDir(.{});
    defer tmp.cleanup();
    try tmp.dir.createDirPath(io, "root/sub");
    try tmp.dir.writeFile(io, .{ .sub_path = "outside", .data = "secret" });
    try tmp.dir.writeFile(io, .{ .sub_path = "root/sub/file", .data = "text" });
    try tmp.dir.symLink(io, "../outside", "root/link", .{});
    try tmp.dir.symLink(io, "sub", "root/folder", .{});
    try tmp.dir.symLink(io, "loop", "root/loop", .{});
    const root = try tmp.dir.openDir(io, "root", .{});
    defer root.close(io);
    if (builtin.os.tag == .linux) {
        const result = linux.mknodat(root.handle, "fifo", linux.S.IFIFO | 0o600, 0);
        try std.testing.expectEqual(.SUCCESS, linux.errno(result));
    }
    var buffer: std.ArrayList(u8) = .empty;
    defer buffer.deinit(gpa);
    const stat = try readInto(io, root, "sub/file", gpa, &buffer, null);
    try std.testing.expectEqualStrings("text", buffer.items);
    try std.testing.expectEqual(4, stat.size);
    for ([_][]const u8{ "link", "folder/file", "loop", "fifo", "sub", "none" }) |path| {
        try std.testing.expectError(error.Unreadable, readInto(io, root, path, gpa, &buffer, null));
        const file = openPosix(root, path) catch continue;
        defer file.close(io);
        try std.testing.expect((try file.stat(io)).kind != .file);
    }
    const file = try openPosix(root, "sub/file");
    file.close(io);
}

test "a file that is too large is not read" {
    const io = std.testing.io;
    const gpa = std.testing.allocator;
    var tmp = std.testing.tmpDir(.{});
    defer tmp.cleanup();
    const file = try tmp.dir.createFile(io, "large", .{});
    try file.setLength(io, max_bytes + 1);
    file.close(io);
    var buffer: std.ArrayList(u8) = .empty;
    defer buffer.deinit(gpa);
    try std.testing.expectError(error.TooLarge, readInto(io, tmp.dir, "large", gpa, &buffer, null));
}

test "of a file that is not wanted only the beginning is read" {
    const io = std.testing.io;
    const gpa = std.testing.allocator;
    var tmp = std.testing.tmpDir(.{});
    defer tmp.cleanup();
    const isWanted = struct {
        fn isWanted(beginning: []const u8) bool {
            return beginning[0] == 'x';
        }
    }.isWanted;
    var buffer: std.ArrayList(u8) = .empty;
    defer buffer.deinit(gpa);
    const size = 3 * first_bytes;
    const cases = [_]struct { []const u8, usize }{
        .{ "x" ** size, size },
        .{ "y" ** size, first_bytes },
        .{ "", 0 },
        .{ "y", 1 },
    };
    for (cases) |case| {
        try tmp.dir.writeFile(io, .{ .sub_path = "file", .data = case[0] });
        const stat = try readInto(io, tmp.dir, "file", gpa, &buffer, isWanted);
        try std.testing.expectEqual(case[0].len, stat.size);
        try std.testing.expectEqualStrings(case[0][0..case[1]], buffer.items);
    }
}

test "a file that grows or shrinks while it is read" {
    const io = std.testing.io;
    const gpa = std.testing.allocator;
    var tmp = std.testing.tmpDir(.{});
    defer tmp.cleanup();
    const file = try tmp.dir.createFile(io, "restless", .{});
    defer file.close(io);
    var is_over: std.atomic.Value(bool) = .init(false);
    const Restless = struct {
        fn run(of: File, flag: *std.atomic.Value(bool)) void {
            var threaded: std.Io.Threaded = .init_single_threaded;
            var size: u64 = 0;
            while (!flag.load(.monotonic)) {
                size = (size + 77_777) % 300_000;
                of.setLength(threaded.io(), size) catch return;
            }
        }
    };
    const thread = try std.Thread.spawn(.{}, Restless.run, .{ file, &is_over });
    defer thread.join();
    defer is_over.store(true, .monotonic);
    var buffer: std.ArrayList(u8) = .empty;
    defer buffer.deinit(gpa);
    for (0..2000) |_| {
        _ = try readInto(io, tmp.dir, "restless", gpa, &buffer, null);
        try std.testing.expect(buffer.items.len <= 300_000);
        try std.testing.expect(std.mem.allEqual(u8, buffer.items, 0));
    }
}
