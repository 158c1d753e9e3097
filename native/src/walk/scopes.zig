//! Which ignore files hold in a folder, and what they say together.
const std = @import("std");
const builtin = @import("builtin");
const ignore = @import("ignore.zig");
const system = @import("system.zig");

const Allocator = std.mem.Allocator;
const Dir = std.Io.Dir;

/// Left out wherever they are, unless a `.zekeignore` takes them back (`!node_modules/`).
const default_patterns = "node_modules/\n__pycache__/\n.venv/\n";

/// An ignore file longer than this is read up to here.
const max_file_bytes = 1 << 20;

/// Names differ by case alone on Linux only, and git follows the file system there.
pub const ignores_case = builtin.os.tag != .linux;

/// One ignore file, and those that hold where it says nothing: in the folders above, then the
/// others.
pub const Scope = struct {
    rules: ignore.Rules,
    outer: ?*const Scope,

    /// What the innermost file says that says anything.
    pub fn match(innermost: ?*const Scope, name: *const ignore.Name) ?ignore.Verdict {
        var current = innermost;
        while (current) |scope| : (current = scope.outer) {
            if (scope.rules.match(name)) |verdict| return verdict;
        }
        return null;
    }

    pub fn isIgnored(innermost: ?*const Scope, name: *const ignore.Name) bool {
        return match(innermost, name) == .ignored;
    }
};

/// What holds in one folder.
pub const Place = struct {
    git: ?*const Scope,
    zeke: ?*const Scope,
    /// Git ignores the folder, but tracks something in it: of what is in it, that is all that
    /// counts.
    only_tracked: bool = false,
};

/// `outer` with the rules of a text; `base` as in `ignore.Options`.
pub fn withText(
    arena: Allocator,
    outer: ?*const Scope,
    text: []const u8,
    base: usize,
) error{OutOfMemory}!?*const Scope {
    const rules = try ignore.Rules.parse(arena, text, .{
        .base = base,
        .ignores_case = ignores_case,
    }) orelse return outer;
    const scope = try arena.create(Scope);
    scope.* = .{ .rules = rules, .outer = outer };
    return scope;
}

pub const File = struct { dir: Dir, path: []const u8, follows: bool = false };

/// `outer` with the rules of the file at `path` in `dir`, where there is one. Git follows no link
/// to an ignore file in a work tree, but does so to those that the user configures.
pub fn withFile(
    io: std.Io,
    arena: Allocator,
    outer: ?*const Scope,
    file: File,
    base: usize,
) error{OutOfMemory}!?*const Scope {
    const text = try system.readFile(io, arena, file.dir, file.path, .{
        .limit = max_file_bytes,
        .follows = file.follows,
    }) orelse return outer;
    return withText(arena, outer, text, base);
}

/// The scope that every `.zekeignore` stands in.
pub fn defaults(arena: Allocator) error{OutOfMemory}!?*const Scope {
    return withText(arena, null, default_patterns, 0);
}
