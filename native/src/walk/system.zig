//! How the walk asks the file system. On Linux by system calls with large buffers, which costs a
//! third less than going through `std.Io`; elsewhere through `std.Io`.
const std = @import("std");
const builtin = @import("builtin");

const Allocator = std.mem.Allocator;
const Dir = std.Io.Dir;
const linux = std.os.linux;

const is_linux = builtin.os.tag == .linux;
const is_windows = builtin.os.tag == .windows;

/// The systems' own limits are at most this.
pub const max_path_bytes = 4095;

pub const Kind = enum { file, folder, other, unknown };

pub const Stat = struct {
    kind: Kind,
    size: u64,
    mtime_ns: i64,
    inode: u64,
};

pub const Entry = struct {
    name: [:0]const u8,
    kind: Kind,
};

/// Opens a folder below `root` (`""` is the root itself) to list it. No link is followed.
pub fn openFolder(io: std.Io, root: Dir, path: []const u8) error{Unreadable}!Dir {
    if (path.len > max_path_bytes) return error.Unreadable;
    const plain = if (path.len == 0) "." else path;
    if (is_linux) return openFolderLinux(root, plain);
    return root.openDir(io, plain, .{ .iterate = true, .follow_symlinks = path.len == 0 }) catch
        error.Unreadable;
}

/// With `openat2` no part of the path may be a link; kernels before 5.6 and some sandboxes do not
/// know it, and there only the last part is checked.
fn openFolderLinux(root: Dir, path: []const u8) error{Unreadable}!Dir {
    const OpenHow = extern struct { flags: u64, mode: u64 = 0, resolve: u64 };
    const no_magic_links = 0x02;
    const no_links = 0x04;
    const flags: linux.O = .{ .DIRECTORY = true, .CLOEXEC = true, .NOFOLLOW = true };
    const how: OpenHow = .{
        .flags = @as(u32, @bitCast(flags)),
        .resolve = no_magic_links | no_links,
    };
    // Valgrind does not know the call either, and says so at length each time.
    const known = std.valgrind.runningOnValgrind() == 0;
    var buffer: [max_path_bytes + 1]u8 = undefined;
    const zero_ended = zeroEnded(&buffer, path);
    while (true) {
        var result = if (known) linux.syscall4(
            .openat2,
            @bitCast(@as(isize, root.handle)),
            @intFromPtr(zero_ended.ptr),
            @intFromPtr(&how),
            @sizeOf(OpenHow),
        ) else linux.openat(root.handle, zero_ended, flags, 0);
        switch (linux.errno(result)) {
            .NOSYS, .PERM, .INVAL => result = linux.openat(root.handle, zero_ended, flags, 0),
            else => {},
        }
        switch (linux.errno(result)) {
            .SUCCESS => return .{ .handle = @intCast(result) },
            .INTR, .AGAIN => continue,
            else => return error.Unreadable,
        }
    }
}

fn zeroEnded(buffer: *[max_path_bytes + 1]u8, path: []const u8) [:0]const u8 {
    @memcpy(buffer[0..path.len], path);
    buffer[path.len] = 0;
    return buffer[0..path.len :0];
}

/// What is in a folder at `name`, which may be a path; a link is itself. Null when there is
/// nothing.
pub fn stat(io: std.Io, dir: Dir, name: [:0]const u8) ?Stat {
    if (is_linux) return statLinux(dir, name);
    const found = dir.statFile(io, name, .{ .follow_symlinks = false }) catch return null;
    return ofStat(found);
}

fn statLinux(dir: Dir, name: [:0]const u8) ?Stat {
    var found: linux.Statx = undefined;
    const flags = linux.AT.SYMLINK_NOFOLLOW | linux.AT.NO_AUTOMOUNT;
    const wanted: linux.STATX = .{ .TYPE = true, .SIZE = true, .MTIME = true, .INO = true };
    while (true) switch (linux.errno(linux.statx(dir.handle, name, flags, wanted, &found))) {
        .SUCCESS => break,
        .INTR => continue,
        else => return null,
    };
    const nanoseconds = @as(i128, found.mtime.sec) * std.time.ns_per_s + found.mtime.nsec;
    return .{
        .kind = switch (found.mode & linux.S.IFMT) {
            linux.S.IFREG => .file,
            linux.S.IFDIR => .folder,
            else => .other,
        },
        .size = found.size,
        .mtime_ns = std.math.lossyCast(i64, nanoseconds),
        .inode = found.ino,
    };
}

fn ofStat(found: std.Io.File.Stat) Stat {
    return .{
        .kind = ofKind(found.kind),
        .size = found.size,
        .mtime_ns = std.math.lossyCast(i64, found.mtime.nanoseconds),
        .inode = @bitCast(@as(
            if (@typeInfo(std.Io.File.INode).int.signedness == .signed) i64 else u64,
            found.inode,
        )),
    };
}

fn ofKind(kind: std.Io.File.Kind) Kind {
    return switch (kind) {
        .file => .file,
        .directory => .folder,
        .unknown => .unknown,
        else => .other,
    };
}

/// Lists folders one after the other, with the same memory.
pub const Lister = struct {
    /// What the system fills: on Linux all entries of a folder, elsewhere a part at a time.
    buffer: std.ArrayListAligned(u8, .of(u64)) = .empty,
    names: std.heap.ArenaAllocator,
    entries: std.ArrayList(Entry) = .empty,

    /// More memory is asked for when less than this is left.
    const chunk = 32 << 10;

    pub fn init(gpa: Allocator) Lister {
        return .{ .names = .init(gpa) };
    }

    pub fn deinit(lister: *Lister) void {
        const gpa = lister.names.child_allocator;
        lister.buffer.deinit(gpa);
        lister.entries.deinit(gpa);
        lister.names.deinit();
    }

    /// The entries of a folder but for `.` and `..`, valid until the next call; at most about
    /// `limit`. What comes after an error is left out.
    pub fn list(
        lister: *Lister,
        io: std.Io,
        dir: Dir,
        limit: usize,
    ) error{OutOfMemory}![]const Entry {
        lister.entries.clearRetainingCapacity();
        if (is_linux) try lister.listLinux(dir, limit) else try lister.listPortable(io, dir, limit);
        return lister.entries.items;
    }

    fn listLinux(lister: *Lister, dir: Dir, limit: usize) error{OutOfMemory}!void {
        const gpa = lister.names.child_allocator;
        lister.buffer.clearRetainingCapacity();
        while (lister.buffer.items.len < limit *| @sizeOf(linux.dirent64)) {
            try lister.buffer.ensureUnusedCapacity(gpa, chunk);
            const room = lister.buffer.unusedCapacitySlice();
            const result = linux.getdents64(dir.handle, room.ptr, room.len);
            switch (linux.errno(result)) {
                .SUCCESS => {},
                .INTR => continue,
                else => break,
            }
            if (result == 0) break;
            lister.buffer.items.len += result;
        }
        const bytes = lister.buffer.items;
        const name_at = @offsetOf(linux.dirent64, "name");
        var at: usize = 0;
        while (at < bytes.len) {
            const entry: *align(1) const linux.dirent64 = @ptrCast(bytes[at..].ptr);
            const name = std.mem.span(@as([*:0]const u8, @ptrCast(bytes[at + name_at ..].ptr)));
            at += entry.reclen;
            if (isDots(name)) continue;
            try lister.entries.append(gpa, .{ .name = name, .kind = switch (entry.type) {
                linux.DT.REG => .file,
                linux.DT.DIR => .folder,
                linux.DT.UNKNOWN => .unknown,
                else => .other,
            } });
        }
    }

    fn listPortable(
        lister: *Lister,
        io: std.Io,
        dir: Dir,
        limit: usize,
    ) error{OutOfMemory}!void {
        const gpa = lister.names.child_allocator;
        _ = lister.names.reset(.retain_capacity);
        try lister.buffer.resize(gpa, chunk);
        var reader: Dir.Reader = .init(dir, lister.buffer.items);
        while (lister.entries.items.len < limit) {
            const entry = reader.next(io) catch break orelse break;
            if (isDots(entry.name)) continue;
            const name = try lister.names.allocator().dupeZ(u8, entry.name);
            try lister.entries.append(gpa, .{ .name = name, .kind = ofKind(entry.kind) });
        }
    }
};

fn isDots(name: []const u8) bool {
    return std.mem.eql(u8, name, ".") or std.mem.eql(u8, name, "..");
}

/// The first `limit` bytes of a regular file, null when it is none or cannot be read. A link is
/// followed only where `follows` says so; a FIFO is never waited for.
pub fn readFile(
    io: std.Io,
    arena: Allocator,
    dir: Dir,
    path: []const u8,
    options: struct { limit: usize, follows: bool = false },
) error{OutOfMemory}!?[]const u8 {
    const file = openFile(io, dir, path, options.follows) orelse return null;
    defer file.close(io);
    const found = file.stat(io) catch return null;
    if (found.kind != .file) return null;
    // One byte more, so that a file that did not grow ends within the first read.
    var bytes: std.ArrayList(u8) = .empty;
    try bytes.ensureTotalCapacityPrecise(arena, @intCast(@min(found.size, options.limit) + 1));
    while (bytes.items.len < options.limit) {
        try bytes.ensureUnusedCapacity(arena, 1);
        const room = bytes.unusedCapacitySlice();
        const count = file.readPositional(io, &.{room}, bytes.items.len) catch return null;
        if (count == 0) break;
        bytes.items.len += count;
    }
    return bytes.items[0..@min(bytes.items.len, options.limit)];
}

fn openFile(io: std.Io, dir: Dir, path: []const u8, follows: bool) ?std.Io.File {
    if (is_windows) return dir.openFile(io, path, .{ .follow_symlinks = follows }) catch null;
    const flags: std.posix.O = .{
        .ACCMODE = .RDONLY,
        .CLOEXEC = true,
        .NONBLOCK = true,
        .NOCTTY = true,
        .NOFOLLOW = !follows,
    };
    const handle = std.posix.openat(dir.handle, path, flags, 0) catch return null;
    return .{ .handle = handle, .flags = .{ .nonblocking = false } };
}
