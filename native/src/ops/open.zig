//! zeke_index_open: what an index is made from.
const std = @import("std");
const json = @import("../base/json.zig");
const Call = @import("call.zig");
const engine_file = @import("../store/engine.zig");

const Engine = engine_file.Engine;

const Request = struct {
    root: []const u8,
    folder: ?[]const u8 = null,
    threads: u32 = 0,
    memoryLimitBytes: ?u64 = null,
    isReadOnly: bool = false,
    git: ?struct {
        topLevel: []const u8,
        indexFile: []const u8,
        excludeFile: []const u8,
        globalExcludesFile: ?[]const u8 = null,
    } = null,
};

pub fn open(
    io: std.Io,
    arena: std.mem.Allocator,
    text: []const u8,
    problem: *[]const u8,
) Call.Error!*Engine {
    const request = try json.parse(Request, arena, text, problem);
    const limit = request.memoryLimitBytes orelse std.math.maxInt(usize);
    return Engine.open(io, .{
        .root = request.root,
        .folder = request.folder,
        .threads = request.threads,
        .memory_limit_bytes = std.math.cast(usize, limit) orelse std.math.maxInt(usize),
        .is_read_only = request.isReadOnly,
        .git = if (request.git) |git| .{
            .top_level = git.topLevel,
            .index_file = git.indexFile,
            .exclude_file = git.excludeFile,
            .global_excludes_file = git.globalExcludesFile,
        } else null,
    }, problem);
}
