//! The project on one page.
const std = @import("std");
const call_file = @import("call.zig");
const map_file = @import("../query/map.zig");
const Place = @import("../store/view.zig").Place;

const Request = struct {
    tokens: u32,
    /// Files whose surroundings matter most.
    focus: []const []const u8 = &.{},
};

pub fn run(call: *call_file.Call) call_file.Error!void {
    const request = try call.parse(Request);
    var focus: std.ArrayList(Place) = .empty;
    for (request.focus) |path| {
        if (call.view.find(path)) |place| try focus.append(call.arena, place);
    }
    const map = try map_file.make(.{
        .view = call.view,
        .io = call.io,
        .arena = call.arena,
        .task = call.task,
        .tokens = request.tokens,
        .focus = focus.items,
    });
    var result = call.result();
    try result.beginObject();
    try result.textField("text", map.text);
    try result.field("tokens", map.tokens);
    try result.field("files", map.files);
    try result.field("symbols", map.symbols);
    try result.endObject();
}
