//! The folder that an index is of. It is known by its path: another one may come to stand there, as
//! when a clone is made anew or a backup is put back while somebody has the index open.
const std = @import("std");
const builtin = @import("builtin");

const Dir = std.Io.Dir;
const linux = std.os.linux;

/// Makes `dir` the folder that is at `path` now; true when it was another one until then. The
/// number of its handle stays the same, because views that others hold read through it.
pub fn follow(io: std.Io, dir: Dir, path: []const u8) error{Files}!bool {
    // There a folder that somebody has open stays where it is.
    if (builtin.os.tag == .windows) return false;
    const now = Dir.cwd().openDir(io, path, .{ .iterate = true }) catch return error.Files;
    defer now.close(io);
    const known = dir.stat(io) catch return error.Files;
    const found = now.stat(io) catch return error.Files;
    if (known.inode == found.inode) return false;
    try replace(dir, now);
    return true;
}

fn replace(dir: Dir, by: Dir) error{Files}!void {
    if (builtin.os.tag == .linux) {
        const result = linux.dup3(by.handle, dir.handle, @bitCast(linux.O{ .CLOEXEC = true }));
        if (linux.errno(result) != .SUCCESS) return error.Files;
    } else {
        if (std.c.dup2(by.handle, dir.handle) < 0) return error.Files;
        _ = std.c.fcntl(dir.handle, std.c.F.SETFD, @as(c_int, std.c.FD_CLOEXEC));
    }
}

test "the folder that is there now" {
    if (builtin.os.tag == .windows) return error.SkipZigTest;
    const io = std.testing.io;
    const gpa = std.testing.allocator;
    var tmp = std.testing.tmpDir(.{});
    defer tmp.cleanup();
    try tmp.dir.createDirPath(io, "root");
    const path = try tmp.dir.realPathFileAlloc(io, "root", gpa);
    defer gpa.free(path);
    const dir = try tmp.dir.openDir(io, "root", .{ .iterate = true });
    defer dir.close(io);
    try std.testing.expect(!try follow(io, dir, path));
    try tmp.dir.rename("root", tmp.dir, "before", io);
    try std.testing.expectError(error.Files, follow(io, dir, path));
    try tmp.dir.createDirPath(io, "root");
    try tmp.dir.writeFile(io, .{ .sub_path = "root/a.c", .data = "alpha" });
    try std.testing.expectError(error.FileNotFound, dir.access(io, "a.c", .{}));
    try std.testing.expect(try follow(io, dir, path));
    try dir.access(io, "a.c", .{});
    try std.testing.expect(!try follow(io, dir, path));
}
