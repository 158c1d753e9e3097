//! Takes the log of the repository over, or tells what is known of it.
const std = @import("std");
const call_file = @import("call.zig");
const remembered_file = @import("../query/remembered.zig");

const Request = struct {
    /// The commit the log begins with.
    head: ?[]const u8 = null,
    /// In the format of `history.log_format`.
    log: ?[]const u8 = null,
};

const max_head_bytes = 128;

pub fn run(call: *call_file.Call) call_file.Error!void {
    const request = try call.parse(Request);
    const remembered: *remembered_file.Remembered = try .of(call.engine, call.io);
    if (request.log) |log| {
        const head = request.head orelse return call.fail(error.BadRequest, "a log needs its head");
        const is_hash = head.len <= max_head_bytes and std.mem.indexOfScalar(u8, head, '\n') == null;
        if (!is_hash) return call.fail(error.BadRequest, "the head is no commit");
        try remembered.replace(call.engine, call.io, head, log);
    }
    var result = call.result();
    try result.beginObject();
    if (remembered.acquire(call.io)) |shared| {
        defer shared.release();
        try result.textField("head", shared.head);
        try result.field("commits", @as(u64, shared.history.commits.len));
        try result.field("files", @as(u64, shared.history.paths.len));
    } else {
        try result.textField("head", "");
        try result.field("commits", @as(u64, 0));
        try result.field("files", @as(u64, 0));
    }
    try result.endObject();
}
