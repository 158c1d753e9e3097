//! Ranked snippets for a question in plain words or code.
const std = @import("std");
const call_file = @import("call.zig");
const editor_file = @import("../query/editor.zig");
const hits_file = @import("../query/hits.zig");
const rank_file = @import("../query/rank.zig");
const remembered_file = @import("../query/remembered.zig");
const search_file = @import("../query/search.zig");

const Request = struct {
    text: []const u8,
    limit: u32,
    cursor: ?editor_file.Cursor = null,
    openFiles: []const []const u8 = &.{},
    recentFiles: []const []const u8 = &.{},
};

const max_limit = 200;

pub fn run(call: *call_file.Call) call_file.Error!void {
    const request = try call.parse(Request);
    const editor: editor_file.Editor = .{
        .cursor = request.cursor,
        .open_files = request.openFiles,
        .recent_files = request.recentFiles,
    };
    var boosts: std.ArrayList(rank_file.Boost) = .empty;
    try editor.addBoosts(call.arena, call.view, &boosts);
    const remembered: *remembered_file.Remembered = try .of(call.engine, call.io);
    const shared = remembered.acquire(call.io);
    defer if (shared) |held| held.release();
    const hits = try search_file.search(.{
        .view = call.view,
        .io = call.io,
        .arena = call.arena,
        .task = call.task,
        .text = request.text,
        .boosts = boosts.items,
        .history = if (shared) |held| held.history else null,
        .limit = @min(request.limit, max_limit),
        .threads = call.engine.threads,
    });
    var result = call.result();
    try result.beginObject();
    try hits_file.writeAll(&result, hits);
    try result.endObject();
}

const Workspace = @import("../store/testing.zig").Workspace;

fn expectFirst(
    workspace: *Workspace,
    request: []const u8,
    path: []const u8,
    symbol: []const u8,
) !void {
    const result = try workspace.call(.search, request);
    var wanted: [256]u8 = undefined;
    const start = try std.fmt.bufPrint(&wanted, "{{\"results\":[{{\"path\":\"{s}\"", .{path});
    errdefer std.debug.print("{s}\n{s}\n", .{ request, result });
    try std.testing.expectStringStartsWith(result, start);
    const first_end = std.mem.indexOf(u8, result, "},{") orelse result.len;
    var shown: [256]u8 = undefined;
    const named = try std.fmt.bufPrint(&shown, "\"symbol\":\"{s}\"", .{symbol});
    try std.testing.expect(std.mem.indexOf(u8, result[0..first_end], named) != null);
}

test "words, names, paths and tests lead to the right definition" {
    var workspace: Workspace = try .init();
    defer workspace.deinit();
    try workspace.write("src/http.c",
        \\/* Sends a request and tries again when the server is busy. */
        \\int send_with_retry(const char *url) {
        \\  return post(url);
        \\}
        \\int post(const char *url) {
        \\  return retry_count;
        \\}
        \\
    , 1);
    try workspace.write("src/cart.c", "int apply_discount(int total) {\n  return total;\n}\n", 1);
    try workspace.write(
        "test/http_test.c",
        "void test_retry() {\n  send_with_retry(0); /* retry retry */\n}\n",
        1,
    );
    try workspace.write("docs/retry.md", "# Retry\n\nA retry retries the retry.\n", 1);
    try workspace.open();
    _ = try workspace.call(.refresh, "{}");
    try expectFirst(
        &workspace,
        "{\"text\":\"where is the retry?\",\"limit\":5}",
        "src/http.c",
        "send_with_retry",
    );
    try expectFirst(
        &workspace,
        "{\"text\":\"discounts\",\"limit\":5}",
        "src/cart.c",
        "apply_discount",
    );
    try expectFirst(
        &workspace,
        "{\"text\":\"apply_discount\",\"limit\":5}",
        "src/cart.c",
        "apply_discount",
    );
    try expectFirst(
        &workspace,
        "{\"text\":\"it fails in src/cart.c\",\"limit\":5}",
        "src/cart.c",
        "apply_discount",
    );
    try expectFirst(
        &workspace,
        "{\"text\":\"tests of the retry\",\"limit\":5}",
        "test/http_test.c",
        "test_retry",
    );
    const nothing = try workspace.call(.search, "{\"text\":\"zebra\",\"limit\":5}");
    try std.testing.expectEqualStrings("{\"results\":[]}", nothing);
    const empty = try workspace.call(.search, "{\"text\":\"\",\"limit\":5}");
    try std.testing.expectEqualStrings("{\"results\":[]}", empty);
}

test "commits like the question lead to the files they changed" {
    var workspace: Workspace = try .init();
    defer workspace.deinit();
    try workspace.write("a.c", "int first(void) {\n  return broken;\n}\n", 1);
    try workspace.write("b.c", "int second(void) {\n  return broken;\n}\n", 1);
    try workspace.openStored();
    _ = try workspace.call(.refresh, "{}");
    const question = "{\"text\":\"broken dates are shown\",\"limit\":5}";
    try expectFirst(&workspace, question, "a.c", "first");
    const log = "{\"head\":\"abc\",\"log\":\"\\u0001abc\\u00021700000000\\u0002Show the dates\\u0003\\u0000b.c\\u0000\"}";
    try Workspace.expect(try workspace.call(.history, log), .{ .commits = 1, .files = 1 });
    try expectFirst(&workspace, question, "b.c", "second");
    workspace.close();
    try workspace.openStored();
    try Workspace.expect(try workspace.call(.history, "{}"), .{ .commits = 1 });
    try expectFirst(&workspace, question, "b.c", "second");
    try std.testing.expectError(error.BadRequest, workspace.call(.history, "{\"log\":\"\"}"));
}

test "a file that vanished or changed since is no reason to fail" {
    var workspace: Workspace = try .init();
    defer workspace.deinit();
    try workspace.write("gone.c", "int retry(void) {\n  return 1;\n}\n", 1);
    try workspace.write("changed.c", "int retry_again(void) {\n  return 1;\n}\n", 1);
    try workspace.open();
    _ = try workspace.call(.refresh, "{}");
    try workspace.delete("gone.c");
    try workspace.write("changed.c", "\n\n\nint retry_again(void) {\n  return 1;\n}\n", 9);
    const result = try workspace.call(.search, "{\"text\":\"retry again\",\"limit\":5}");
    try std.testing.expect(std.mem.indexOf(u8, result, "gone.c") == null);
    try std.testing.expect(std.mem.indexOf(u8, result, "\"startLine\":4,\"endLine\":6") != null);
}
