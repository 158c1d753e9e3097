//! How results are written.
const std = @import("std");
const json = @import("../base/json.zig");
const search_file = @import("search.zig");

const Hit = search_file.Hit;

pub fn writeFields(output: *json.Output, hit: Hit) json.Output.Error!void {
    try output.pathField("path", hit.path);
    try output.field("startLine", hit.start_line);
    try output.field("endLine", hit.end_line);
    if (hit.symbol) |symbol| try output.textField("symbol", symbol);
    if (hit.kind) |kind| try output.field("kind", kind);
    try output.field("score", hit.score);
    try output.textField("reason", hit.reason);
    try output.textField("text", hit.text);
}

pub fn writeAll(output: *json.Output, hits: []const Hit) json.Output.Error!void {
    try output.key("results");
    try output.beginArray();
    for (hits) |hit| {
        try output.beginObject();
        try writeFields(output, hit);
        try output.endObject();
    }
    try output.endArray();
}
