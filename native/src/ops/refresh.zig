//! Makes the index agree with the files.
const std = @import("std");
const call_file = @import("call.zig");
const read_file = @import("../store/read.zig");

const Request = struct {
    paths: ?[]const []const u8 = null,
    isForced: bool = false,
};

pub fn run(call: *call_file.Call) call_file.Error!void {
    const request = try call.parse(Request);
    const paths = try plainPaths(call, request.paths);
    const outcome = try call.engine.refresh(call.io, call.task, .{
        .paths = paths,
        .is_forced = request.isForced,
    });
    var result = call.result();
    try result.beginObject();
    try result.field("files", outcome.files);
    try result.field("added", outcome.added);
    try result.field("changed", outcome.changed);
    try result.field("removed", outcome.removed);
    try result.field("revived", outcome.revived);
    try result.field("unchanged", outcome.unchanged);
    try result.field("readBytes", outcome.read_bytes);
    try result.field("indexedBytes", outcome.indexed_bytes);
    try result.field("isBuilt", outcome.is_built);
    try result.endObject();
}

/// As the index has them: a folder may be given with a slash at its end.
fn plainPaths(
    call: *call_file.Call,
    given: ?[]const []const u8,
) call_file.Error!?[]const []const u8 {
    const paths = try call.arena.dupe([]const u8, given orelse return null);
    for (paths) |*path| {
        path.* = std.mem.trimEnd(u8, path.*, "/");
        if (!read_file.isPlain(path.*)) {
            return call.fail(error.BadRequest, "paths must be relative to the root, without '..'");
        }
    }
    return paths;
}
