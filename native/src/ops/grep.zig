//! Exact search and regular expressions over all text.
const std = @import("std");
const calls = @import("call.zig");
const candidates = @import("../text/candidates.zig");
const ordered_search = @import("../text/ordered_search.zig");
const patterns = @import("../text/pattern.zig");
const Place = @import("../store/view.zig").Place;
const Text = @import("../store/view.zig").Text;
const regex = @import("../text/regex/regex.zig");

const Allocator = std.mem.Allocator;
const Match = ordered_search.Match;

const Request = struct {
    pattern: []const u8,
    isRegex: bool = false,
    /// Absent: only when the pattern has a capital letter.
    isCaseSensitive: ?bool = null,
    isWord: bool = false,
    /// Files, and folders to stay in.
    paths: []const []const u8 = &.{},
    limit: u32,
};

pub fn run(call: *calls.Call) calls.Error!void {
    const request = try call.parse(Request);
    var failure: regex.Failure = .{};
    const options: patterns.Options = .{
        .is_regex = request.isRegex,
        .is_case_sensitive = request.isCaseSensitive orelse hasCapital(request.pattern),
        .is_word = request.isWord,
    };
    const pattern = patterns.Pattern.compile(call.arena, request.pattern, options, &failure) catch |err|
        switch (err) {
            error.OutOfMemory => return error.OutOfMemory,
            error.BadPattern => return call.fail(error.BadRequest, failure.message),
        };
    const places = try candidates.inOrder(call, &pattern.plan, request.paths);
    const outcome = try ordered_search.run(Reader, call, &pattern, places, request.limit);
    try write(call, &outcome);
}

/// Letters of escapes (`\W`, `\S`) are no capitals that someone meant.
fn hasCapital(pattern: []const u8) bool {
    var index: usize = 0;
    while (index < pattern.len) : (index += 1) {
        if (pattern[index] == '\\') {
            index += 1;
        } else if (std.ascii.isUpper(pattern[index])) return true;
    }
    return false;
}

/// Finds the matching lines of one text after the other.
const Reader = struct {
    searcher: patterns.Searcher,

    pub fn init(pattern: *const patterns.Pattern, gpa: Allocator, stop: regex.Stop) regex.Error!Reader {
        return .{ .searcher = try .init(gpa, pattern, stop) };
    }

    pub fn deinit(reader: *Reader) void {
        reader.searcher.deinit();
    }

    pub fn find(
        reader: *Reader,
        place: Place,
        text: Text,
        limit: u32,
        arena: Allocator,
        out: *std.ArrayList(Match),
    ) regex.Error!void {
        _ = place;
        const bytes = text.bytes;
        var counter: ordered_search.LineCounter = .{};
        var at: usize = 0;
        while (at < bytes.len and out.items.len < limit) {
            const match = try reader.searcher.next(bytes, at) orelse return;
            at = match.line_end + 1;
            const shown = ordered_search.excerpt(bytes, match.line_start, match.line_end, match.start);
            try out.append(arena, .{
                .path = "",
                .line = counter.lineOf(bytes, match.line_start),
                .column = @intCast(match.start - match.line_start + 1),
                .length = @intCast(match.end - match.start),
                .text = try arena.dupe(u8, shown),
            });
        }
    }
};

fn write(call: *calls.Call, outcome: *const ordered_search.Outcome) calls.Error!void {
    var result = call.result();
    try result.beginObject();
    try result.key("results");
    try result.beginArray();
    for (outcome.matches) |match| {
        try result.beginObject();
        try result.pathField("path", match.path);
        try result.field("line", match.line);
        try result.field("column", match.column);
        try result.field("length", match.length);
        try result.textField("text", match.text);
        try result.endObject();
    }
    try result.endArray();
    try result.field("files", outcome.files);
    try result.field("filesRead", outcome.files_read);
    try result.field("isCut", outcome.is_cut);
    try result.endObject();
}
