//! Hears of changes below a root while they happen (Linux: inotify; elsewhere `error.Unsupported`).
const std = @import("std");
const walk = @import("walk.zig");

const Allocator = std.mem.Allocator;

pub const Error = error{
    /// This system has no watch that costs so little.
    Unsupported,
    /// More folders than may be watched, or than the system lets this user watch.
    TooMany,
    /// The system refuses otherwise.
    Failed,
    OutOfMemory,
};

/// Folders beyond this are not watched, and then none is.
pub const max_folders: usize = 50_000;

/// Why there is no watch, for people.
pub fn reason(err: Error) []const u8 {
    _ = err;
    @panic("being written");
}

/// What changed since the last `drain`.
pub const Changes = struct {
    /// Files and folders (relative to the root, each once) that came, went, or were written; ignored
    /// ones may be among them: `walk.Walker.some` tells which of them are kept, and what is below.
    /// Whatever is at or below such a path and not found by it is gone.
    paths: []const []const u8,
    /// Too much happened, or an ignore file changed: everything is to be looked at, and the watch is
    /// to be given the folders anew (`follow`).
    is_everything: bool,
};

/// One watch of one root. One call at a time.
pub const Watch = struct {
    /// Watches these folders (`walk.Result.folders`). What changed before it returns is not heard of:
    /// walk once more afterwards.
    pub fn init(
        gpa: Allocator,
        root: []const u8,
        folders: []const []const u8,
    ) Error!Watch {
        _ = gpa;
        _ = root;
        _ = folders;
        @panic("being written");
    }

    pub fn deinit(watch: *Watch) void {
        _ = watch;
        @panic("being written");
    }

    /// Makes these the folders that are watched; what is watched already stays so.
    pub fn follow(watch: *Watch, folders: []const []const u8) Error!void {
        _ = watch;
        _ = folders;
        @panic("being written");
    }

    /// What happened since the last call; never waits. Folders that are new and kept (`walker` is
    /// asked) are watched from then on, and named in the paths.
    pub fn drain(
        watch: *Watch,
        io: std.Io,
        walker: *walk.Walker,
        arena: Allocator,
    ) (Error || walk.Error)!Changes {
        _ = watch;
        _ = io;
        _ = walker;
        _ = arena;
        @panic("being written");
    }

    /// How many folders are watched.
    pub fn count(watch: *const Watch) usize {
        _ = watch;
        @panic("being written");
    }
};
