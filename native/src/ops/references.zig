//! Who refers to a name.
const std = @import("std");
const calls = @import("call.zig");
const candidates = @import("../text/candidates.zig");
const ordered_search = @import("../text/ordered_search.zig");
const patterns = @import("../text/pattern.zig");
const references = @import("../text/references.zig");
const regex = @import("../text/regex/regex.zig");

const Request = struct {
    name: []const u8,
    limit: u32,
};

pub fn run(call: *calls.Call) calls.Error!void {
    const request = try call.parse(Request);
    var failure: regex.Failure = .{};
    const options: patterns.Options = .{ .is_word = true };
    const compiled = patterns.Pattern.compile(call.arena, request.name, options, &failure);
    const pattern = compiled catch |err| switch (err) {
        error.OutOfMemory => return error.OutOfMemory,
        error.BadPattern => return call.fail(error.BadRequest, failure.message),
    };
    const places = try candidates.inOrder(call, &pattern.plan, &.{});
    const wanted: references.Wanted = .{
        .view = call.view,
        .finder = .init(request.name, false),
    };
    const outcome = try ordered_search.run(
        references.Reader,
        call,
        &wanted,
        places,
        request.limit,
    );
    var result = call.result();
    try result.beginObject();
    try result.key("results");
    try result.beginArray();
    for (outcome.matches) |match| {
        try result.beginObject();
        try result.pathField("path", match.path);
        try result.field("line", match.line);
        try result.field("column", match.column);
        try result.textField("text", match.text);
        if (match.symbol.len > 0) try result.textField("symbol", match.symbol);
        try result.field("isDefinition", match.is_definition);
        try result.endObject();
    }
    try result.endArray();
    try result.field("files", outcome.files);
    try result.field("isCut", outcome.is_cut);
    try result.endObject();
}

test "who calls a function, and where it is defined" {
    const Workspace = @import("../store/testing.zig").Workspace;
    var workspace = try Workspace.init();
    defer workspace.deinit();
    try workspace.write("a.py", "def area(x):\n    return x\n", 0);
    try workspace.write("b.py", "# area\ndef use():\n    return area('area')\n", 0);
    try workspace.write("c.md", "area\n", 0);
    try workspace.open();
    _ = try workspace.call(.refresh, "{}");
    try std.testing.expectEqualStrings(
        "{\"results\":[" ++
            "{\"path\":\"a.py\",\"line\":1,\"column\":5,\"text\":\"def area(x):\"," ++
            "\"isDefinition\":true}," ++
            "{\"path\":\"b.py\",\"line\":3,\"column\":12,\"text\":\"    return area('area')\"," ++
            "\"symbol\":\"use\",\"isDefinition\":false}],\"files\":2,\"isCut\":false}",
        try workspace.call(.references, "{\"name\":\"area\",\"limit\":9}"),
    );
    try std.testing.expectError(
        error.BadRequest,
        workspace.call(.references, "{\"name\":\"\",\"limit\":9}"),
    );
}
