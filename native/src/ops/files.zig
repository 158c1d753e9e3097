//! Fuzzy search of paths, as it is typed.
const std = @import("std");
const calls = @import("call.zig");
const find_files = @import("../text/find_files.zig");
const PathTable = @import("../text/path_table.zig").PathTable;

const Request = struct {
    pattern: []const u8,
    limit: u32,
    /// These come before others that fit as well.
    openFiles: []const []const u8 = &.{},
};

pub fn run(call: *calls.Call) calls.Error!void {
    const request = try call.parse(Request);
    const pattern: find_files.Pattern = try .init(call.arena, request.pattern);
    var best: find_files.Best = .init(call.arena, request.limit);
    for (call.view.parts) |*part| {
        const table = try PathTable.of(part.shard, call.io);
        try find_files.searchTable(table, part.live, &pattern, request.openFiles, &best);
        if (call.task.isCancelled()) return error.Cancelled;
    }
    var result = call.result();
    try result.beginObject();
    try result.key("paths");
    try result.beginArray();
    for (best.sorted()) |found| try result.path(found.path);
    try result.endArray();
    try result.field("total", best.total);
    try result.endObject();
}

test "paths as they are typed, overlays and removed files as they are" {
    const Workspace = @import("../store/testing.zig").Workspace;
    var workspace = try Workspace.init();
    defer workspace.deinit();
    try workspace.write("src/http/client.ts", "a\n", 0);
    try workspace.write("src/http/server.ts", "b\n", 0);
    try workspace.write("README.md", "c\n", 0);
    try workspace.open();
    _ = try workspace.call(.refresh, "{}");
    const expect = std.testing.expectEqualStrings;
    try expect(
        "{\"paths\":[\"src/http/client.ts\"],\"total\":1}",
        try workspace.call(.files, "{\"pattern\":\"htcl\",\"limit\":3}"),
    );
    try workspace.delete("src/http/client.ts");
    _ = try workspace.call(.refresh, "{}");
    try expect(
        "{\"paths\":[\"README.md\",\"src/http/server.ts\"],\"total\":2}",
        try workspace.call(.files, "{\"pattern\":\"\",\"limit\":3}"),
    );
    try expect(
        "{\"paths\":[\"src/http/server.ts\"],\"total\":2}",
        try workspace.call(
            .files,
            "{\"pattern\":\"\",\"limit\":1,\"openFiles\":[\"src/http/server.ts\"]}",
        ),
    );
}
