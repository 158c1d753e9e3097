//! The regular files below a root that git and the `.zekeignore` files keep, with their stat.
//! Symbolic links are not followed; FIFOs, devices and sockets are not opened.
const std = @import("std");

const Allocator = std.mem.Allocator;

pub const Error = error{
    /// The root cannot be opened as a folder.
    Root,
    Cancelled,
    OutOfMemory,
};

/// What the file system says of a kept file.
pub const File = struct {
    /// Relative to the root, with `/`, as the file system has its bytes.
    path: []const u8,
    size: u64,
    mtime_ns: i64,
    inode: u64,
};

/// Where the repository keeps what decides about files. All paths are absolute.
pub const Git = struct {
    /// The root of the work tree; the walk's root is in it.
    top_level: []const u8,
    index_file: []const u8,
    /// `info/exclude`.
    exclude_file: []const u8,
    /// `core.excludesFile`; null when there is none.
    global_excludes_file: ?[]const u8 = null,
};

pub const Options = struct {
    /// Absolute, without links.
    root: []const u8,
    /// Null outside of a repository: `.gitignore` files below the root count nevertheless.
    git: ?Git = null,
    threads: u32 = 1,
    /// Entries looked at in one walk, ignored ones included; the rest of the tree is left out.
    max_entries: u64 = 1_000_000,
    /// Folders below one another; deeper ones are left out.
    max_depth: u32 = 100,
};

/// How a walk is watched and ended from outside.
pub const Control = struct {
    is_cancelled: ?*const std.atomic.Value(bool) = null,
    /// Grows with each file that is found.
    found: ?*std.atomic.Value(u64) = null,
};

pub const Result = struct {
    /// Sorted by the bytes of their path.
    files: []const File,
    /// The folders that were read, `""` for the root, sorted alike.
    folders: []const []const u8,
    /// Folders that are kept but could not be read, and files that could not be looked at.
    unreadable: u64,
    /// A limit was reached: there are more files than these.
    is_cut: bool,

    pub fn deinit(result: *Result) void {
        _ = result;
        @panic("being written");
    }
};

/// Walks one root, again and again. What it learns of git's index is kept from one walk to the next.
/// One walk at a time.
pub const Walker = struct {
    /// The strings of the options stay the caller's and must live as long.
    pub fn init(gpa: Allocator, io: std.Io, options: Options) Error!Walker {
        _ = gpa;
        _ = io;
        _ = options;
        @panic("being written");
    }

    pub fn deinit(walker: *Walker, io: std.Io) void {
        _ = walker;
        _ = io;
        @panic("being written");
    }

    /// Everything below the root.
    pub fn all(walker: *Walker, io: std.Io, control: Control) Error!Result {
        _ = walker;
        _ = io;
        _ = control;
        @panic("being written");
    }

    /// Of these files and folders (relative to the root) and of all that is below them: what `all`
    /// would find. A path that is ignored, gone or no regular file adds nothing.
    pub fn some(
        walker: *Walker,
        io: std.Io,
        paths: []const []const u8,
        control: Control,
    ) Error!Result {
        _ = walker;
        _ = io;
        _ = paths;
        _ = control;
        @panic("being written");
    }
};
