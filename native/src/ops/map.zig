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

const Workspace = @import("../store/testing.zig").Workspace;

test "what others use comes onto the map, within the budget" {
    var workspace: Workspace = try .init();
    defer workspace.deinit();
    try workspace.write("core.c", "int parse_input(void) {\n  return 0;\n}\n", 1);
    for ([_][]const u8{ "a.c", "b.c", "c.c" }, 0..) |path, index| {
        var text: [64]u8 = undefined;
        const use = "int use_{d}(void) {{\n  return parse_input();\n}}\n";
        try workspace.write(path, try std.fmt.bufPrint(&text, use, .{index}), 1);
    }
    try workspace.open();
    _ = try workspace.call(.refresh, "{}");
    const map = try workspace.call(.map, "{\"tokens\":40}");
    try std.testing.expectStringStartsWith(
        map,
        "{\"text\":\"core.c\\n  1: int parse_input(void)\\n",
    );
    try std.testing.expect(try Workspace.number(map, "tokens") <= 40);
    const focused = try workspace.call(.map, "{\"tokens\":400,\"focus\":[\"b.c\",\"none.c\"]}");
    try std.testing.expect(std.mem.indexOf(u8, focused, "use_1") != null);
    try Workspace.expect(
        try workspace.call(.map, "{\"tokens\":0}"),
        .{ .tokens = 0, .symbols = 0 },
    );
}
