//! The definitions of one file as it is now: those of the index while the file is the one that was
//! indexed, those of a fresh scan once it has changed.
const std = @import("std");
const scan = @import("../scan/scan.zig");
const segments = @import("../index/segment.zig");
const types = @import("../base/types.zig");
const view_file = @import("../store/view.zig");

const Allocator = std.mem.Allocator;
const Place = view_file.Place;
const View = view_file.View;

pub const FileSymbol = struct {
    name: []const u8,
    /// Empty at the top of a file.
    container: []const u8,
    kind: types.Kind,
    /// From 1, both ends in.
    start_line: u32,
    end_line: u32,
};

pub const FileSymbols = struct {
    text: []const u8,
    lines: Lines,
    symbols: []const FileSymbol,

    /// Everything lives in `arena`.
    pub fn read(
        arena: Allocator,
        io: std.Io,
        view: *const View,
        place: Place,
    ) view_file.ReadError!FileSymbols {
        const text = try view.read(io, place, arena);
        const segment = view.segment(place);
        const lines: Lines = try .of(arena, text.bytes);
        const symbols = if (text.is_changed)
            try scanned(arena, segment.info(place.document).language, text.bytes, &lines)
        else
            try stored(arena, segment, place.document);
        return .{ .text = text.bytes, .lines = lines, .symbols = symbols };
    }

    /// The first line of a definition, as a reader would quote it.
    pub fn signature(file: *const FileSymbols, symbol: FileSymbol) []const u8 {
        const signatures: Signatures = .{ .text = file.text, .lines = file.lines };
        return signatures.of(symbol.start_line);
    }
};

/// First lines of definitions.
pub const Signatures = struct {
    text: []const u8,
    lines: Lines,

    const most_bytes = 300;

    pub fn of(signatures: *const Signatures, line: u32) []const u8 {
        const whole = signatures.lines.textOf(signatures.text, line);
        const trimmed = std.mem.trim(u8, whole, " \t\r");
        return trimmed[0..@min(trimmed.len, most_bytes)];
    }
};

/// Where each line of a text begins.
pub const Lines = struct {
    starts: []const u32,

    pub fn of(arena: Allocator, text: []const u8) Allocator.Error!Lines {
        var starts: std.ArrayList(u32) = .empty;
        try starts.append(arena, 0);
        var at: usize = 0;
        while (std.mem.indexOfScalarPos(u8, text, at, '\n')) |newline| {
            at = newline + 1;
            try starts.append(arena, @intCast(at));
        }
        return .{ .starts = starts.items };
    }

    /// The line of a byte, from 1.
    pub fn lineOf(lines: *const Lines, offset: usize) u32 {
        var low: usize = 0;
        var high = lines.starts.len;
        while (high - low > 1) {
            const middle = low + (high - low) / 2;
            if (lines.starts[middle] <= offset) low = middle else high = middle;
        }
        return @intCast(low + 1);
    }

    /// A line without its break; empty when there is none of that number.
    pub fn textOf(lines: *const Lines, text: []const u8, line: u32) []const u8 {
        if (line == 0 or line > lines.starts.len) return "";
        const start = lines.starts[line - 1];
        const end = if (line == lines.starts.len) text.len else lines.starts[line] - 1;
        return text[start..end];
    }
};

fn stored(
    arena: Allocator,
    segment: *const segments.Segment,
    document: u32,
) Allocator.Error![]const FileSymbol {
    var list: std.ArrayList(FileSymbol) = .empty;
    var symbols = segment.symbols(document);
    var buffer: segments.TextBuffer = undefined;
    while (symbols.next()) |symbol| {
        const name = try arena.dupe(u8, segment.nameText(symbol.name, &buffer));
        const container = if (symbol.container) |id| segment.nameText(id, &buffer) else "";
        try list.append(arena, .{
            .name = name,
            .container = try arena.dupe(u8, container),
            .kind = symbol.kind,
            .start_line = symbol.start_line,
            .end_line = symbol.end_line,
        });
    }
    return list.items;
}

fn scanned(
    arena: Allocator,
    language: types.Language,
    text: []const u8,
    lines: *const Lines,
) Allocator.Error![]const FileSymbol {
    var found: scan.Found = .init(arena);
    try scan.scan(language, text, &found);
    const list = try arena.alloc(FileSymbol, found.symbols.items.len);
    for (found.symbols.items, list) |symbol, *entry| {
        const start_line = lines.lineOf(symbol.start);
        entry.* = .{
            .name = symbol.name.of(text),
            .container = symbol.container.of(text),
            .kind = symbol.kind,
            .start_line = start_line,
            .end_line = @max(start_line, lines.lineOf(symbol.end -| 1)),
        };
    }
    return list;
}

test "lines and the bytes in them" {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    const text = "a\nbc\n\nd";
    const lines: Lines = try .of(arena.allocator(), text);
    try std.testing.expectEqual(1, lines.lineOf(1));
    try std.testing.expectEqual(2, lines.lineOf(2));
    try std.testing.expectEqual(4, lines.lineOf(100));
    try std.testing.expectEqualStrings("bc", lines.textOf(text, 2));
    try std.testing.expectEqualStrings("", lines.textOf(text, 3));
    try std.testing.expectEqualStrings("d", lines.textOf(text, 4));
    try std.testing.expectEqualStrings("", lines.textOf(text, 5));
}
