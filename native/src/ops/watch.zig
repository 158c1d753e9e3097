//! Turns the watch on or off, and says what changed since somebody asked last.
const call_file = @import("call.zig");
const watching = @import("../store/watching.zig");

const Request = struct {
    isOn: ?bool = null,
};

pub fn run(call: *call_file.Call) call_file.Error!void {
    const request = try call.parse(Request);
    const engine = call.engine;
    if (request.isOn) |is_on| {
        if (is_on) {
            try watching.start(engine, call.io, call.task);
        } else {
            try watching.stop(engine, call.io, call.task);
        }
    }
    try engine.lockChange(call.io, call.task);
    defer engine.unlockChange(call.io);
    try watching.drain(engine, call.io, call.task);
    const state = &engine.watching;
    var result = call.result();
    try result.beginObject();
    try result.field("isWatching", state.watch != null);
    try result.field("folders", if (state.watch) |*watch| watch.count() else 0);
    try result.key("changed");
    try result.beginArray();
    for (state.changed.keys()) |path| try result.path(path);
    try result.endArray();
    if (state.reason) |reason| try result.textField("reason", reason);
    try result.endObject();
    state.forget(engine.gpa);
}
