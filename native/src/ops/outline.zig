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
