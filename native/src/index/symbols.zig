//! The definitions of a document as bytes: each told by how it differs from the one before.
const std = @import("std");
const format = @import("format.zig");
const segment_file = @import("segment.zig");
const types = @import("../base/types.zig");

const Allocator = std.mem.Allocator;
const StoredSymbol = segment_file.StoredSymbol;

const Head = packed struct(u8) {
    kind: u4,
    container: enum(u2) { none, same, other },
    has_more_lines: bool,
    reserved: u1 = 0,
};

const State = struct {
    name: u32 = 0,
    container: u32 = 0,
    line: u32 = 0,
};

/// One a document.
pub const Encoder = struct {
    state: State = .{},

    /// Appends a symbol that starts on no earlier line than the one before.
    pub fn append(
        encoder: *Encoder,
        gpa: Allocator,
        out: *std.ArrayList(u8),
        symbol: StoredSymbol,
    ) error{OutOfMemory}!void {
        try out.ensureUnusedCapacity(gpa, 1 + 4 * format.max_number_bytes);
        const state = &encoder.state;
        const head: Head = .{
            .kind = @intCast(@intFromEnum(symbol.kind)),
            .container = if (symbol.container) |container|
                if (container == state.container) .same else .other
            else
                .none,
            .has_more_lines = symbol.end_line > symbol.start_line,
        };
        out.appendAssumeCapacity(@bitCast(head));
        format.appendNumberAssumeCapacity(out, distance(state.name, symbol.name));
        if (head.container == .other) {
            format.appendNumberAssumeCapacity(out, distance(symbol.name, symbol.container.?));
            state.container = symbol.container.?;
        }
        format.appendNumberAssumeCapacity(out, symbol.start_line -| state.line);
        if (head.has_more_lines) {
            format.appendNumberAssumeCapacity(out, symbol.end_line - symbol.start_line);
        }
        state.name = symbol.name;
        state.line = @max(state.line, symbol.start_line);
    }

    fn distance(from: u32, to: u32) u32 {
        return format.zigzag(@as(i32, @bitCast(to -% from)));
    }
};

/// The definitions of a document.
pub const Decoder = struct {
    cursor: format.Cursor = .{ .bytes = &.{} },
    left: u32 = 0,
    /// How many names there are.
    names: u32 = 0,
    state: State = .{},

    pub fn next(decoder: *Decoder) ?StoredSymbol {
        if (decoder.left == 0) return null;
        decoder.left -= 1;
        const symbol = decoder.decode();
        if (symbol == null) decoder.left = 0;
        return symbol;
    }

    fn decode(decoder: *Decoder) ?StoredSymbol {
        const state = &decoder.state;
        const byte = decoder.cursor.byte() orelse return null;
        const kind = std.enums.fromInt(types.Kind, byte & 15) orelse return null;
        if (byte >> 4 & 3 == 3) return null;
        const head: Head = @bitCast(byte);
        state.name = apply(state.name, decoder.cursor.number() orelse return null);
        if (head.container == .other) {
            state.container = apply(state.name, decoder.cursor.number() orelse return null);
        }
        if (state.name >= decoder.names) return null;
        if (head.container != .none and state.container >= decoder.names) return null;
        state.line +|= decoder.cursor.number() orelse return null;
        const more = if (head.has_more_lines) decoder.cursor.number() orelse return null else 0;
        return .{
            .name = state.name,
            .container = if (head.container == .none) null else state.container,
            .kind = kind,
            .start_line = state.line,
            .end_line = state.line +| more,
        };
    }

    fn apply(from: u32, distance: u32) u32 {
        return from +% @as(u32, @bitCast(format.unzigzag(distance)));
    }
};

test "definitions come back" {
    const gpa = std.testing.allocator;
    const symbols = [_]StoredSymbol{
        .{ .name = 5, .container = null, .kind = .class, .start_line = 1, .end_line = 90 },
        .{ .name = 2, .container = 5, .kind = .method, .start_line = 3, .end_line = 3 },
        .{ .name = 900, .container = 5, .kind = .variable, .start_line = 3, .end_line = 4 },
        .{ .name = 0, .container = 0, .kind = .variable, .start_line = 300, .end_line = 300 },
    };
    var bytes: std.ArrayList(u8) = .empty;
    defer bytes.deinit(gpa);
    var encoder: Encoder = .{};
    for (symbols) |symbol| try encoder.append(gpa, &bytes, symbol);
    var decoder: Decoder = .{ .cursor = .{ .bytes = bytes.items }, .left = 4, .names = 901 };
    for (symbols) |symbol| try std.testing.expectEqual(symbol, decoder.next());
    try std.testing.expectEqual(null, decoder.next());
    decoder = .{ .cursor = .{ .bytes = bytes.items }, .left = 4, .names = 900 };
    _ = decoder.next();
    _ = decoder.next();
    try std.testing.expectEqual(null, decoder.next());
    try std.testing.expectEqual(null, decoder.next());
}
