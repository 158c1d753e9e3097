//! The private folder a snapshot lives in: whole files or none, one writer at a time.
const std = @import("std");
const builtin = @import("builtin");

const Allocator = std.mem.Allocator;
const Dir = std.Io.Dir;
const File = std.Io.File;

const view_name = "view";
const lock_name = "lock";
const unfinished_prefix = "tmp-";
const segment_prefix = "seg-";

const is_posix = builtin.os.tag != .windows;
const private_folder: Dir.Permissions = if (is_posix) .fromMode(0o700) else .default_dir;
const private_file: File.Permissions = if (is_posix) .fromMode(0o600) else .default_file;

pub const Error = error{
    /// The folder cannot be made, read or written.
    Files,
};

pub const Name = [segment_prefix.len + 16]u8;

/// The name of a segment's file.
pub fn segmentName(number: u64) Name {
    return (segment_prefix ++ std.fmt.hex(number)).*;
}

/// Which state of a file one saw: another one means that somebody replaced it.
pub const Stamp = struct {
    inode: u64,
    mtime_ns: i96,
    size: u64,
};

/// Held by whoever writes the snapshot. The system gives it back when its process ends, however.
pub const Lock = struct {
    file: File,

    pub fn release(lock: Lock, io: std.Io) void {
        lock.file.close(io);
    }
};

/// A file that is not there yet under its own name.
pub const Unfinished = struct {
    file: File,
    name: [unfinished_prefix.len + 16]u8,

    pub fn abandon(unfinished: Unfinished, io: std.Io, folder: Folder) void {
        unfinished.file.close(io);
        folder.dir.deleteFile(io, &unfinished.name) catch return;
    }

    /// Gives it its name, once what it holds is on the disk.
    pub fn finish(unfinished: Unfinished, io: std.Io, folder: Folder, name: []const u8) Error!void {
        const is_stored = if (unfinished.file.sync(io)) |_| true else |_| false;
        unfinished.file.close(io);
        errdefer folder.dir.deleteFile(io, &unfinished.name) catch {};
        if (!is_stored) return error.Files;
        folder.dir.rename(&unfinished.name, folder.dir, name, io) catch return error.Files;
        folder.sync(io);
    }
};

/// Writes to a file and has the system carry it to the disk meanwhile: little is left to wait for
/// when `Unfinished.finish` asks for all of it.
pub const DiskWriter = struct {
    interface: std.Io.Writer,
    stream: File.Writer,
    written: u64 = 0,
    /// So much is on its way.
    started: u64 = 0,

    /// Pieces that a disk likes to be given at once.
    const piece_bytes = 8 << 20;

    pub fn init(io: std.Io, file: File, buffer: []u8) DiskWriter {
        return .{
            .interface = .{ .vtable = &.{ .drain = drain }, .buffer = buffer },
            .stream = file.writerStreaming(io, &.{}),
        };
    }

    fn drain(
        interface: *std.Io.Writer,
        data: []const []const u8,
        splat: usize,
    ) std.Io.Writer.Error!usize {
        const writer: *DiskWriter = @fieldParentPtr("interface", interface);
        try writer.write(interface.buffered(), 1);
        interface.end = 0;
        const times = if (data.len > 1) 1 else splat;
        try writer.write(data[0], times);
        return data[0].len * times;
    }

    fn write(writer: *DiskWriter, bytes: []const u8, times: usize) std.Io.Writer.Error!void {
        var copies = [_][]const u8{bytes};
        try writer.stream.interface.writeSplatAll(&copies, times);
        writer.written += bytes.len * times;
        if (writer.written - writer.started < piece_bytes) return;
        startStoring(writer.stream.file, writer.started, writer.written - writer.started);
        writer.started = writer.written;
    }

    fn startStoring(file: File, offset: u64, length: u64) void {
        if (builtin.os.tag != .linux or @sizeOf(usize) != @sizeOf(u64)) return;
        const start_only = 2; // SYNC_FILE_RANGE_WRITE
        const handle: usize = @bitCast(@as(isize, file.handle));
        // Where it cannot be, all is carried there in the end.
        _ = std.os.linux.syscall4(.sync_file_range, handle, offset, length, start_only);
    }
};

pub const Folder = struct {
    dir: Dir,

    pub fn open(io: std.Io, path: []const u8, is_read_only: bool) Error!Folder {
        if (!is_read_only) {
            _ = Dir.cwd().createDirPathStatus(io, path, private_folder) catch return error.Files;
        }
        const dir = Dir.cwd().openDir(io, path, .{ .iterate = true }) catch return error.Files;
        // Whoever made it: from now on it holds what the source files hold.
        if (is_posix and !is_read_only) dir.setPermissions(io, private_folder) catch {};
        return .{ .dir = dir };
    }

    pub fn close(folder: Folder, io: std.Io) void {
        folder.dir.close(io);
    }

    /// Null when another process writes.
    pub fn tryLock(folder: Folder, io: std.Io) Error!?Lock {
        const file = folder.dir.createFile(io, lock_name, .{
            .read = true,
            .truncate = false,
            .permissions = private_file,
        }) catch return error.Files;
        errdefer file.close(io);
        const is_ours = file.tryLock(io, .exclusive) catch return error.Files;
        if (!is_ours) {
            file.close(io);
            return null;
        }
        return .{ .file = file };
    }

    pub fn viewStamp(folder: Folder, io: std.Io) ?Stamp {
        const stat = folder.dir.statFile(io, view_name, .{ .follow_symlinks = false }) catch
            return null;
        if (stat.kind != .file) return null;
        const inode: i128 = stat.inode;
        return .{
            .inode = @truncate(@as(u128, @bitCast(inode))),
            .mtime_ns = stat.mtime.nanoseconds,
            .size = stat.size,
        };
    }

    pub fn sizeOf(folder: Folder, io: std.Io, name: []const u8) ?u64 {
        const stat = folder.dir.statFile(io, name, .{ .follow_symlinks = false }) catch return null;
        return if (stat.kind == .file) stat.size else null;
    }

    /// Null when there is none that can be read.
    pub fn readView(folder: Folder, io: std.Io, gpa: Allocator) error{OutOfMemory}!?[]u8 {
        return folder.read(io, view_name, gpa);
    }

    pub fn writeView(folder: Folder, io: std.Io, bytes: []const u8) Error!void {
        return folder.write(io, view_name, bytes);
    }

    pub fn read(
        folder: Folder,
        io: std.Io,
        name: []const u8,
        gpa: Allocator,
    ) error{OutOfMemory}!?[]u8 {
        const max = 256 << 20;
        return folder.dir.readFileAlloc(io, name, gpa, .limited(max)) catch |err| switch (err) {
            error.OutOfMemory => error.OutOfMemory,
            else => null,
        };
    }

    /// Replaces a file whole: after a crash it is the old one or the new one.
    pub fn write(folder: Folder, io: std.Io, name: []const u8, bytes: []const u8) Error!void {
        const unfinished = try folder.create(io);
        unfinished.file.writeStreamingAll(io, bytes) catch {
            unfinished.abandon(io, folder);
            return error.Files;
        };
        try unfinished.finish(io, folder, name);
    }

    pub fn create(folder: Folder, io: std.Io) Error!Unfinished {
        const name = (unfinished_prefix ++ std.fmt.hex(randomNumber(io))).*;
        const file = folder.dir.createFile(io, &name, .{
            .read = true,
            .exclusive = true,
            .permissions = private_file,
        }) catch return error.Files;
        return .{ .file = file, .name = name };
    }

    /// Removes what the snapshot with these segments does not need. Only for the holder of the
    /// lock: what is unfinished is then left over from a crash. Who has a removed file mapped keeps
    /// it; where the system does not allow that, the file stays until next time.
    pub fn removeOthers(folder: Folder, io: std.Io, needed: []const u64) void {
        var entries = folder.dir.iterate();
        while (entries.next(io) catch null) |entry| {
            if (!isOurs(entry.name)) continue;
            for (needed) |number| {
                if (std.mem.eql(u8, entry.name, &segmentName(number))) break;
            } else folder.dir.deleteFile(io, entry.name) catch continue;
        }
    }

    fn sync(folder: Folder, io: std.Io) void {
        if (!is_posix) return;
        const file: File = .{ .handle = folder.dir.handle, .flags = .{ .nonblocking = false } };
        // Some file systems cannot; the name is then as safe as they make it.
        file.sync(io) catch {};
    }
};

/// From the system each time: a forked process has the same generator as the one it comes from.
pub fn randomNumber(io: std.Io) u64 {
    var number: u64 = undefined;
    const bytes = std.mem.asBytes(&number);
    io.randomSecure(bytes) catch io.random(bytes);
    return number;
}

fn isOurs(name: []const u8) bool {
    return std.mem.startsWith(u8, name, unfinished_prefix) or
        std.mem.startsWith(u8, name, segment_prefix);
}

test "one writer at a time, whole files, nothing left over" {
    const io = std.testing.io;
    const gpa = std.testing.allocator;
    var tmp = std.testing.tmpDir(.{ .iterate = true });
    defer tmp.cleanup();
    const path = try tmp.dir.realPathFileAlloc(io, ".", gpa);
    defer gpa.free(path);
    const below = try std.fs.path.join(gpa, &.{ path, "a", "b" });
    defer gpa.free(below);
    const folder: Folder = try .open(io, below, false);
    defer folder.close(io);
    const lock = (try folder.tryLock(io)).?;
    try std.testing.expectEqual(null, try folder.tryLock(io));
    try std.testing.expectEqual(null, folder.viewStamp(io));
    try folder.writeView(io, "one");
    const before = folder.viewStamp(io).?;
    try folder.writeView(io, "two");
    try std.testing.expect(!std.meta.eql(before, folder.viewStamp(io).?));
    const read = (try folder.readView(io, gpa)).?;
    defer gpa.free(read);
    try std.testing.expectEqualStrings("two", read);
    try folder.write(io, &segmentName(1), "x");
    try folder.write(io, &segmentName(2), "y");
    _ = (try folder.create(io)).file.close(io);
    folder.removeOthers(io, &.{2});
    try std.testing.expectEqual(null, try folder.read(io, &segmentName(1), gpa));
    const kept = (try folder.read(io, &segmentName(2), gpa)).?;
    defer gpa.free(kept);
    var entries = folder.dir.iterate();
    var count: usize = 0;
    while (try entries.next(io)) |entry| {
        count += 1;
        if (is_posix) {
            const stat = try folder.dir.statFile(io, entry.name, .{});
            try std.testing.expectEqual(0o600, stat.permissions.toMode() & 0o777);
        }
    }
    try std.testing.expectEqual(3, count);
    lock.release(io);
    (try folder.tryLock(io)).?.release(io);
}

test "what is written to the disk early is what was written" {
    const io = std.testing.io;
    var tmp = std.testing.tmpDir(.{});
    defer tmp.cleanup();
    const file = try tmp.dir.createFile(io, "image", .{ .read = true });
    defer file.close(io);
    var buffer: [1000]u8 = undefined;
    var writer: DiskWriter = .init(io, file, &buffer);
    for (0..700) |number| {
        try writer.interface.writeByte(@truncate(number));
        try writer.interface.splatByteAll(@truncate(number + 1), 20_000);
        try writer.interface.writeVecAll(@constCast(&[_][]const u8{ "one", "t" ** 3000, "three" }));
    }
    try writer.interface.flush();
    const record = 1 + 20_000 + 3 + 3000 + 5;
    try std.testing.expectEqual(700 * record, (try file.stat(io)).size);
    var found: [record]u8 = undefined;
    for (0..700) |number| {
        _ = try file.readPositionalAll(io, &found, number * record);
        try std.testing.expectEqual(@as(u8, @truncate(number)), found[0]);
        try std.testing.expect(std.mem.allEqual(u8, found[1..20_001], @truncate(number + 1)));
        try std.testing.expectEqualStrings("one" ++ "t" ** 3000 ++ "three", found[20_001..]);
    }
}
