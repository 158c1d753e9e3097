//! What a file imports, and which files import it.
const std = @import("std");
const calls = @import("call.zig");
const imports_file = @import("../text/imports.zig");
const json = @import("../base/json.zig");
const Place = @import("../store/view.zig").Place;

const Request = struct { path: []const u8 };

pub fn run(call: *calls.Call) calls.Error!void {
    const request = try call.parse(Request);
    const place = call.view.find(request.path);
    var result = call.result();
    try result.beginObject();
    try result.key("imports");
    try result.beginArray();
    if (place) |from| try writeImports(call, &result, from);
    try result.endArray();
    try result.key("importedBy");
    try result.beginArray();
    if (place) |wanted| try writeImporters(call, &result, wanted);
    try result.endArray();
    try result.endObject();
}

fn writeImports(call: *calls.Call, result: *json.Output, from: Place) calls.Error!void {
    const all = try imports_file.Imports.of(call.view, call.io);
    const segment = call.view.segment(from);
    const language = segment.info(from.document).language;
    var found: std.ArrayList(Place) = .empty;
    var imports = segment.imports(from.document);
    while (imports.next()) |text| {
        found.clearRetainingCapacity();
        try all.resolve(call.arena, from, language, text, &found);
        if (found.items.len == 0) try writeImport(result, text, null);
        for (found.items) |to| {
            try writeImport(result, text, call.view.segment(to).path(to.document));
        }
    }
}

fn writeImport(result: *json.Output, text: []const u8, path: ?[]const u8) calls.Error!void {
    try result.beginObject();
    try result.textField("text", text);
    if (path) |known| try result.pathField("path", known);
    try result.endObject();
}

fn writeImporters(call: *calls.Call, result: *json.Output, wanted: Place) calls.Error!void {
    const all = try imports_file.Imports.of(call.view, call.io);
    const importers = try all.importersOf(call.arena, call.view, call.task, wanted);
    for (importers) |place| try result.path(call.view.segment(place).path(place.document));
}

test "what a file imports, and who imports it" {
    const Workspace = @import("../store/testing.zig").Workspace;
    var workspace = try Workspace.init();
    defer workspace.deinit();
    try workspace.write("src/a.ts", "import { b } from './b.js';\nimport fs from 'node:fs';\n", 0);
    try workspace.write("src/b.ts", "export const b = 1;\n", 0);
    try workspace.write("src/c/d.ts", "export * from '../b';\n", 0);
    try workspace.open();
    _ = try workspace.call(.refresh, "{}");
    try std.testing.expectEqualStrings(
        "{\"imports\":[{\"text\":\"./b.js\",\"path\":\"src/b.ts\"},{\"text\":\"node:fs\"}]," ++
            "\"importedBy\":[]}",
        try workspace.call(.imports, "{\"path\":\"src/a.ts\"}"),
    );
    try std.testing.expectEqualStrings(
        "{\"imports\":[],\"importedBy\":[\"src/a.ts\",\"src/c/d.ts\"]}",
        try workspace.call(.imports, "{\"path\":\"src/b.ts\"}"),
    );
    try std.testing.expectEqualStrings(
        "{\"imports\":[],\"importedBy\":[]}",
        try workspace.call(.imports, "{\"path\":\"missing\"}"),
    );
}
