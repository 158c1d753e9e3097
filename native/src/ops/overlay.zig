//! The text of a buffer that is not saved stands for its file, or no longer.
const call_file = @import("call.zig");
const overlay = @import("../store/overlay.zig");

const Request = struct {
    path: []const u8,
    text: ?[]const u8 = null,
};

pub fn run(call: *call_file.Call) call_file.Error!void {
    const request = try call.parse(Request);
    const engine = call.engine;
    try engine.lockChange(call.io, call.task);
    const count = count: {
        defer engine.unlockChange(call.io);
        if (request.text) |text| {
            if (try overlay.set(engine, call.io, request.path, text)) |refusal| {
                return call.fail(error.BadRequest, switch (refusal) {
                    .bad_path => "path must be relative to the root, without '..'",
                    .too_many => "there are too many overlays",
                });
            }
        } else try overlay.remove(engine, call.io, request.path);
        break :count engine.overlays.count();
    };
    var result = call.result();
    try result.beginObject();
    try result.field("overlays", count);
    try result.endObject();
}
