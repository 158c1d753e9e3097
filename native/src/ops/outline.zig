//! The definitions of one file, in its order.
const std = @import("std");
const calls = @import("call.zig");
const file_symbols = @import("../text/file_symbols.zig");
const json = @import("../base/json.zig");

const Request = struct { path: []const u8 };

pub fn run(call: *calls.Call) calls.Error!void {
    const request = try call.parse(Request);
    var result = call.result();
    try result.beginObject();
    try result.key("symbols");
    try result.beginArray();
    try writeSymbols(call, &result, request.path);
    try result.endArray();
    try result.endObject();
}

/// A file that is not there, or cannot be read, has none.
fn writeSymbols(call: *calls.Call, result: *json.Output, path: []const u8) calls.Error!void {
    const place = call.view.find(path) orelse return;
    const flags = call.view.segment(place).info(place.document).flags;
    if (flags.binary or flags.huge) return;
    const file = file_symbols.FileSymbols.read(call.arena, call.io, call.view, place) catch |err|
        switch (err) {
            error.OutOfMemory => return error.OutOfMemory,
            error.Unreadable, error.TooLarge => return,
        };
    for (file.symbols) |symbol| {
        try result.beginObject();
        try result.textField("name", symbol.name);
        try result.field("kind", symbol.kind);
        try result.field("startLine", symbol.start_line);
        try result.field("endLine", symbol.end_line);
        if (symbol.container.len > 0) try result.textField("container", symbol.container);
        try result.textField("signature", file.signature(symbol));
        try result.endObject();
    }
}

test "the definitions of a file, also while it is being edited" {
    const Workspace = @import("../store/testing.zig").Workspace;
    var workspace = try Workspace.init();
    defer workspace.deinit();
    try workspace.write("a.py", "class A:\n    def b(self):\n        pass\n", 0);
    try workspace.open();
    _ = try workspace.call(.refresh, "{}");
    const expected = "{\"symbols\":[" ++
        "{\"name\":\"A\",\"kind\":\"class\",\"startLine\":1,\"endLine\":3," ++
        "\"signature\":\"class A:\"}," ++
        "{\"name\":\"b\",\"kind\":\"method\",\"startLine\":2,\"endLine\":3,\"container\":\"A\"," ++
        "\"signature\":\"def b(self):\"}]}";
    const request = "{\"path\":\"a.py\"}";
    try std.testing.expectEqualStrings(expected, try workspace.call(.outline, request));
    // Not refreshed: the text is scanned as it is now.
    try workspace.write("a.py", "\ndef c():\n    pass\n", 9);
    try std.testing.expectEqualStrings(
        "{\"symbols\":[{\"name\":\"c\",\"kind\":\"function\",\"startLine\":2,\"endLine\":3," ++
            "\"signature\":\"def c():\"}]}",
        try workspace.call(.outline, request),
    );
    for ([_][]const u8{ "", "b.py", "../a.py", "/etc/passwd" }) |path| {
        const other = try std.fmt.allocPrint(
            workspace.arena.allocator(),
            "{{\"path\":\"{s}\"}}",
            .{path},
        );
        try std.testing.expectEqualStrings("{\"symbols\":[]}", try workspace.call(.outline, other));
    }
}
