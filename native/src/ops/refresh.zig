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
    if (request.paths) |paths| for (paths) |path| {
        const plain = std.mem.trimEnd(u8, path, "/");
        if (!read_file.isPlain(plain)) {
            return call.fail(error.BadRequest, "paths must be relative to the root, without '..'");
        }
    };
    const outcome = try call.engine.refresh(call.io, call.task, .{
        .paths = request.paths,
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
