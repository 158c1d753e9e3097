//! Where a name is defined: from its id in the dictionary to the places, best first.
const std = @import("std");
const segments = @import("../index/segment.zig");
const symbol_search = @import("symbol_search.zig");
const types = @import("../base/types.zig");
const view_file = @import("../store/view.zig");

const Allocator = std.mem.Allocator;
const Place = view_file.Place;
const View = view_file.View;

/// A definition as the index has it.
pub const Definition = struct {
    place: Place,
    path: []const u8,
    kind: types.Kind,
    name: u32,
    container: ?u32,
    /// From 1, both ends in.
    start_line: u32,
    end_line: u32,
    flags: segments.Flags,
    /// How well the name fits what was asked for, and what else counts.
    score: f32,
};

/// A name that stands in more files than this is looked up in the first ones only.
const max_documents = 4096;

/// Adds the live definitions of a name.
pub fn add(
    arena: Allocator,
    view: *const View,
    found: symbol_search.Found,
    out: *std.ArrayList(Definition),
) Allocator.Error!void {
    const part = &view.parts[found.segment];
    const segment = &part.shard.segment;
    var postings = segment.namePostings(found.name);
    var documents: u32 = 0;
    while (postings.next()) |posting| {
        if (!posting.is_defined or !part.isLive(posting.document)) continue;
        documents += 1;
        if (documents > max_documents) return;
        var symbols = segment.symbols(posting.document);
        while (symbols.next()) |symbol| {
            if (symbol.name != found.name) continue;
            try out.append(arena, .{
                .place = .{ .segment = found.segment, .document = posting.document },
                .path = segment.path(posting.document),
                .kind = symbol.kind,
                .name = found.name,
                .container = symbol.container,
                .start_line = symbol.start_line,
                .end_line = symbol.end_line,
                .flags = segment.info(posting.document).flags,
                .score = found.score,
            });
        }
    }
}

/// How much a definition is worth less for what it is: headings come last, then what a program
/// wrote, then tests.
pub fn penalty(definition: Definition) f32 {
    var points: f32 = 0;
    if (definition.kind == .heading) points += 16;
    if (definition.flags.generated) points += 4;
    if (definition.flags.is_test) points += 2;
    return points;
}

/// By score, of equals the less deep first.
pub fn isBefore(_: void, left: Definition, right: Definition) bool {
    if (left.score != right.score) return left.score > right.score;
    const depth = std.mem.countScalar(u8, left.path, '/');
    const other_depth = std.mem.countScalar(u8, right.path, '/');
    if (depth != other_depth) return depth < other_depth;
    return switch (std.mem.order(u8, left.path, right.path)) {
        .lt => true,
        .gt => false,
        .eq => left.start_line < right.start_line,
    };
}

/// Whether the first line of a definition says that others may use it: by the words that languages
/// have for it, and without one by what the language takes for granted.
pub fn looksExported(language: types.Language, signature: []const u8, name: []const u8) bool {
    if (name.len == 0) return false;
    const open = [_][]const u8{ "export", "pub", "public", "open", "extern" };
    const closed = [_][]const u8{ "static", "private", "local", "internal", "fileprivate" };
    var words = std.mem.tokenizeAny(u8, signature, " \t(:");
    while (words.next()) |word| {
        if (std.mem.eql(u8, word, name)) break;
        for (open) |mark| if (std.mem.eql(u8, word, mark)) return true;
        for (closed) |mark| if (std.mem.eql(u8, word, mark)) return false;
    }
    return switch (language) {
        .typescript, .tsx, .javascript, .rust, .zig => false,
        .go => std.ascii.isUpper(name[0]),
        else => name[0] != '_',
    };
}

test "what others may use" {
    try std.testing.expect(looksExported(.typescript, "export function run() {", "run"));
    try std.testing.expect(!looksExported(.typescript, "function run() {", "run"));
    try std.testing.expect(looksExported(.rust, "pub(crate) fn run() {", "run"));
    try std.testing.expect(!looksExported(.c, "static int run(void)", "run"));
    try std.testing.expect(looksExported(.c, "int run(void)", "run"));
    try std.testing.expect(!looksExported(.python, "def _run():", "_run"));
    try std.testing.expect(looksExported(.go, "func Run() {", "Run"));
    try std.testing.expect(!looksExported(.go, "func run() {", "run"));
}
