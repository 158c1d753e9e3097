//! Requests in, results out. Written for this border: what stands in a request goes straight into a
//! struct, and what is no UTF-8 survives both ways. A path's stray byte `b` is the escape `\udcXX`
//! (XX = b); in any other text it is shown as U+FFFD.
const std = @import("std");
const utf8 = @import("utf8.zig");

const Allocator = std.mem.Allocator;

pub const ParseError = error{ BadRequest, OutOfMemory };

/// Reads an object into a `T`. Fields that `T` does not have are skipped; those with a default may
/// be absent. Strings may point into `text`. `problem` says what is wrong with a bad request.
pub fn parse(
    comptime T: type,
    arena: Allocator,
    text: []const u8,
    problem: *[]const u8,
) ParseError!T {
    var parser: Parser = .{ .arena = arena, .text = text, .problem = problem };
    const value = try parser.value(T, "the request");
    parser.skipSpace();
    if (parser.at != text.len) return parser.fail("there is more after the request", .{});
    return value;
}

const Parser = struct {
    arena: Allocator,
    text: []const u8,
    problem: *[]const u8,
    at: usize = 0,

    fn fail(parser: *Parser, comptime format: []const u8, arguments: anytype) ParseError {
        parser.problem.* = try std.fmt.allocPrint(parser.arena, format, arguments);
        return error.BadRequest;
    }

    fn skipSpace(parser: *Parser) void {
        while (parser.at < parser.text.len) : (parser.at += 1) {
            switch (parser.text[parser.at]) {
                ' ', '\t', '\n', '\r' => {},
                else => return,
            }
        }
    }

    /// The next byte that is no space, 0 at the end.
    fn peek(parser: *Parser) u8 {
        parser.skipSpace();
        return if (parser.at < parser.text.len) parser.text[parser.at] else 0;
    }

    fn take(parser: *Parser, byte: u8) bool {
        if (parser.peek() != byte or parser.at >= parser.text.len) return false;
        parser.at += 1;
        return true;
    }

    fn takeWord(parser: *Parser, word: []const u8) bool {
        parser.skipSpace();
        if (!std.mem.startsWith(u8, parser.text[parser.at..], word)) return false;
        parser.at += word.len;
        return true;
    }

    /// Types nest only as deep as the source of an operation says, so this recursion is bounded.
    fn value(parser: *Parser, comptime T: type, name: []const u8) ParseError!T {
        switch (@typeInfo(T)) {
            .optional => |optional| {
                if (parser.takeWord("null")) return null;
                return try parser.value(optional.child, name);
            },
            .bool => {
                if (parser.takeWord("true")) return true;
                if (parser.takeWord("false")) return false;
                return parser.fail("{s} must be true or false", .{name});
            },
            .int => return std.fmt.parseInt(T, parser.numeral(), 10) catch
                parser.fail("{s} must be a whole number in its range", .{name}),
            .float => {
                const number = std.fmt.parseFloat(T, parser.numeral()) catch std.math.nan(T);
                if (std.math.isFinite(number)) return number;
                return parser.fail("{s} must be a number", .{name});
            },
            .@"enum" => {
                const text = try parser.string(name);
                return std.meta.stringToEnum(T, text) orelse
                    parser.fail("{s} is none of the values there are", .{name});
            },
            .pointer => |pointer| {
                if (pointer.child == u8) return try parser.string(name);
                return try parser.array(pointer.child, name);
            },
            .@"struct" => return try parser.object(T, name),
            else => @compileError("no request has a " ++ @typeName(T)),
        }
    }

    fn numeral(parser: *Parser) []const u8 {
        parser.skipSpace();
        const start = parser.at;
        while (parser.at < parser.text.len) : (parser.at += 1) {
            switch (parser.text[parser.at]) {
                '0'...'9', '-', '+', '.', 'e', 'E' => {},
                else => break,
            }
        }
        return parser.text[start..parser.at];
    }

    fn array(parser: *Parser, comptime Item: type, name: []const u8) ParseError![]const Item {
        if (!parser.take('[')) return parser.fail("{s} must be a list", .{name});
        var items: std.ArrayList(Item) = .empty;
        if (parser.take(']')) return items.items;
        while (true) {
            try items.append(parser.arena, try parser.value(Item, name));
            if (parser.take(']')) return items.items;
            if (!parser.take(',')) return parser.fail("the list {s} is broken off", .{name});
        }
    }

    fn object(parser: *Parser, comptime T: type, name: []const u8) ParseError!T {
        const fields = @typeInfo(T).@"struct".fields;
        if (!parser.take('{')) return parser.fail("{s} must be an object", .{name});
        var made: T = undefined;
        var is_set = [_]bool{false} ** fields.len;
        var is_closed = parser.take('}');
        while (!is_closed) {
            const key = try parser.string("a field's name");
            if (!parser.take(':')) return parser.fail("the object {s} is broken off", .{name});
            var is_known = false;
            inline for (fields, 0..) |field, number| {
                if (!is_known and std.mem.eql(u8, key, field.name)) {
                    @field(made, field.name) = try parser.value(field.type, field.name);
                    is_set[number] = true;
                    is_known = true;
                }
            }
            if (!is_known) try parser.skipValue();
            is_closed = parser.take('}');
            if (!is_closed and !parser.take(',')) {
                return parser.fail("the object {s} is broken off", .{name});
            }
        }
        inline for (fields, 0..) |field, number| {
            if (!is_set[number]) {
                if (field.defaultValue()) |default| {
                    @field(made, field.name) = default;
                } else if (@typeInfo(field.type) == .optional) {
                    @field(made, field.name) = null;
                } else return parser.fail("{s} is missing", .{field.name});
            }
        }
        return made;
    }

    /// Passes over one value of any kind and depth: brackets must match, the rest is not looked at.
    fn skipValue(parser: *Parser) ParseError!void {
        var open: std.ArrayList(u8) = .empty;
        defer open.deinit(parser.arena);
        while (true) {
            switch (parser.peek()) {
                '{', '[' => |bracket| {
                    try open.append(parser.arena, bracket);
                    parser.at += 1;
                    continue;
                },
                '}', ']' => |bracket| {
                    const opened = open.pop() orelse return parser.fail("a value is missing", .{});
                    if (opened + 2 != bracket) return parser.fail("brackets do not match", .{});
                    parser.at += 1;
                },
                '"' => _ = try parser.rawString("a text"),
                ',', ':' => if (open.items.len == 0) {
                    return parser.fail("a value is missing", .{});
                } else {
                    parser.at += 1;
                },
                'a'...'z' => while (parser.at < parser.text.len and
                    std.ascii.isLower(parser.text[parser.at])) : (parser.at += 1)
                {},
                '-', '0'...'9' => _ = parser.numeral(),
                else => return parser.fail("this is no JSON", .{}),
            }
            if (open.items.len == 0) return;
        }
    }

    /// What stands between two quotes, escapes as they are.
    fn rawString(parser: *Parser, name: []const u8) ParseError![]const u8 {
        if (!parser.take('"')) return parser.fail("{s} must be a text", .{name});
        const start = parser.at;
        while (std.mem.indexOfAnyPos(u8, parser.text, parser.at, "\"\\")) |found| {
            if (parser.text[found] == '"') {
                parser.at = found + 1;
                return parser.text[start..found];
            }
            parser.at = @min(found + 2, parser.text.len);
        }
        parser.at = parser.text.len;
        return parser.fail("{s} has no end", .{name});
    }

    fn string(parser: *Parser, name: []const u8) ParseError![]const u8 {
        const raw = try parser.rawString(name);
        const first = std.mem.indexOfScalar(u8, raw, '\\') orelse return raw;
        var out: std.ArrayList(u8) = try .initCapacity(parser.arena, raw.len);
        out.appendSliceAssumeCapacity(raw[0..first]);
        var at = first;
        while (at < raw.len) {
            const next = std.mem.indexOfScalarPos(u8, raw, at, '\\') orelse raw.len;
            out.appendSliceAssumeCapacity(raw[at..next]);
            if (next >= raw.len) break;
            at = next + 1;
            switch (if (at < raw.len) raw[at] else 0) {
                '"', '\\', '/' => |byte| out.appendAssumeCapacity(byte),
                'b' => out.appendAssumeCapacity(0x08),
                'f' => out.appendAssumeCapacity(0x0c),
                'n' => out.appendAssumeCapacity('\n'),
                'r' => out.appendAssumeCapacity('\r'),
                't' => out.appendAssumeCapacity('\t'),
                'u' => {
                    const unit = hexadecimal(raw, at + 1) orelse
                        return parser.fail("{s} has a broken escape", .{name});
                    at += 4;
                    var point: u21 = unit;
                    const rest = raw[at + 1 ..];
                    if (unit >> 10 == 0xd800 >> 10 and std.mem.startsWith(u8, rest, "\\u")) {
                        const low = hexadecimal(rest, 2) orelse 0;
                        if (low >> 10 == 0xdc00 >> 10) {
                            point = 0x10000 + ((@as(u21, unit) & 0x3ff) << 10) + (low & 0x3ff);
                            at += 6;
                        }
                    }
                    appendPoint(&out, point);
                },
                else => return parser.fail("{s} has a broken escape", .{name}),
            }
            at += 1;
        }
        return out.items;
    }

    /// No point needs more bytes than its escape had.
    fn appendPoint(out: *std.ArrayList(u8), point: u21) void {
        if (point >= 0xdc80 and point <= 0xdcff) {
            out.appendAssumeCapacity(@intCast(point - 0xdc00));
            return;
        }
        var bytes: [4]u8 = undefined;
        const length = std.unicode.utf8Encode(point, &bytes) catch {
            out.appendSliceAssumeCapacity(utf8.replacement);
            return;
        };
        out.appendSliceAssumeCapacity(bytes[0..length]);
    }

    fn hexadecimal(raw: []const u8, at: usize) ?u16 {
        if (raw.len < at + 4) return null;
        var unit: u16 = 0;
        for (raw[at..][0..4]) |byte| {
            unit = unit << 4 | (std.fmt.charToDigit(byte, 16) catch return null);
        }
        return unit;
    }
};

/// Writes one JSON value, commas by itself.
pub const Output = struct {
    writer: *std.Io.Writer,
    needs_comma: bool = false,

    pub const Error = std.Io.Writer.Error;

    pub fn beginObject(output: *Output) Error!void {
        try output.open('{');
    }

    pub fn endObject(output: *Output) Error!void {
        try output.close('}');
    }

    pub fn beginArray(output: *Output) Error!void {
        try output.open('[');
    }

    pub fn endArray(output: *Output) Error!void {
        try output.close(']');
    }

    /// The name of what comes next. Names are our own and need no escapes.
    pub fn key(output: *Output, name: []const u8) Error!void {
        try output.separate();
        try output.writer.print("\"{s}\":", .{name});
        output.needs_comma = false;
    }

    /// An integer, a float, a boolean, an enum's name or null.
    pub fn value(output: *Output, given: anytype) Error!void {
        try output.separate();
        switch (@typeInfo(@TypeOf(given))) {
            .int, .comptime_int => try output.writer.print("{d}", .{given}),
            .float, .comptime_float => {
                const number: f64 = given;
                try output.writer.print("{d}", .{if (std.math.isFinite(number)) number else 0});
            },
            .bool => try output.writer.writeAll(if (given) "true" else "false"),
            .@"enum" => try output.writer.print("\"{s}\"", .{@tagName(given)}),
            .null => try output.writer.writeAll("null"),
            else => @compileError("write a " ++ @typeName(@TypeOf(given)) ++ " with text or path"),
        }
    }

    /// Text to be read by people and models: what is no UTF-8 becomes U+FFFD.
    pub fn text(output: *Output, bytes: []const u8) Error!void {
        try output.string(bytes, false);
    }

    /// A path, which must come back as it is: a byte that is no UTF-8 becomes `\udcXX`.
    pub fn path(output: *Output, bytes: []const u8) Error!void {
        try output.string(bytes, true);
    }

    pub fn field(output: *Output, name: []const u8, given: anytype) Error!void {
        try output.key(name);
        try output.value(given);
    }

    pub fn textField(output: *Output, name: []const u8, bytes: []const u8) Error!void {
        try output.key(name);
        try output.text(bytes);
    }

    pub fn pathField(output: *Output, name: []const u8, bytes: []const u8) Error!void {
        try output.key(name);
        try output.path(bytes);
    }

    fn open(output: *Output, bracket: u8) Error!void {
        try output.separate();
        try output.writer.writeByte(bracket);
        output.needs_comma = false;
    }

    fn close(output: *Output, bracket: u8) Error!void {
        try output.writer.writeByte(bracket);
        output.needs_comma = true;
    }

    fn separate(output: *Output) Error!void {
        if (output.needs_comma) try output.writer.writeByte(',');
        output.needs_comma = true;
    }

    fn string(output: *Output, bytes: []const u8, is_path: bool) Error!void {
        try output.separate();
        const writer = output.writer;
        try writer.writeByte('"');
        var at: usize = 0;
        var kept: usize = 0;
        while (at < bytes.len) {
            const byte = bytes[at];
            if (byte >= 0x20 and byte < 0x80 and byte != '"' and byte != '\\') {
                at += 1;
                continue;
            }
            if (byte >= 0x80) {
                const length = utf8.sequence(bytes[at..]);
                if (length > 0) {
                    at += length;
                    continue;
                }
            }
            try writer.writeAll(bytes[kept..at]);
            switch (byte) {
                '"' => try writer.writeAll("\\\""),
                '\\' => try writer.writeAll("\\\\"),
                '\n' => try writer.writeAll("\\n"),
                '\r' => try writer.writeAll("\\r"),
                '\t' => try writer.writeAll("\\t"),
                0...8, 0x0b, 0x0c, 0x0e...0x1f => try writer.print("\\u{x:0>4}", .{byte}),
                else => if (is_path) {
                    try writer.print("\\udc{x:0>2}", .{byte});
                } else {
                    try writer.writeAll(utf8.replacement);
                },
            }
            at += 1;
            kept = at;
        }
        try writer.writeAll(bytes[kept..]);
        try writer.writeByte('"');
    }
};

const Example = struct {
    text: []const u8,
    limit: u32 = 10,
    isOn: ?bool = null,
    cursor: ?struct { path: []const u8, line: u32 } = null,
    kinds: []const enum { class, function } = &.{},
    weight: f32 = 1,
    paths: []const []const u8 = &.{},
};

fn parseExample(arena: Allocator, text: []const u8) ParseError!Example {
    var problem: []const u8 = "";
    return parse(Example, arena, text, &problem);
}

test "a request becomes a struct" {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    const got = try parseExample(arena.allocator(),
        \\ {"text" : "a\"b\\\n\u00e9\ud83d\ude00", "nested":{"a":[1,{"b":[]}],"c":"]"}, "limit":7,
        \\  "isOn":true,"cursor":{"path":"x\udcff/\udc80","line":3,"other":null},
        \\  "kinds":["function","class"], "weight":-0.5e1,"paths":["a","b"], "last":-1.5 }
    );
    try std.testing.expectEqualStrings("a\"b\\\né😀", got.text);
    try std.testing.expectEqual(7, got.limit);
    try std.testing.expectEqual(true, got.isOn);
    try std.testing.expectEqualStrings("x\xff/\x80", got.cursor.?.path);
    try std.testing.expectEqual(2, got.kinds.len);
    try std.testing.expectEqual(.function, got.kinds[0]);
    try std.testing.expectEqual(-5, got.weight);
    try std.testing.expectEqualStrings("b", got.paths[1]);
    const short = try parseExample(arena.allocator(), "{\"text\":\"\",\"isOn\":null}");
    try std.testing.expectEqual(10, short.limit);
    try std.testing.expectEqual(null, short.isOn);
}

test "a bad request is an error with its reason" {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    const bad = [_][]const u8{
        "",
        "{",
        "[]",
        "{\"text\":1}",
        "{\"text\":\"a\"",
        "{\"text\":\"a\"}}",
        "{}",
        "{\"text\":\"a\",}",
        "{\"text\":\"a\\u12\"}",
        "{\"text\":\"a\",\"limit\":-1}",
        "{\"text\":\"a\\",
        "{\"text\":\"\\q\"}",
        "{\"text\":\"a\",\"limit\":1.5}",
        "{\"text\":\"a\",\"x\":[}}",
        "{\"text\":\"a\",\"x\":}",
        "{\"text\":\"a\",\"kinds\":[\"z\"]}",
        "\x00",
        "{\"text\":\"a\",\"x\":[[\"}",
        "{\"text\":\"a\",\"weight\":1e999}",
        "{\"x\":,\"text\":\"a\"}",
        "{\"text\":\"a\"} x",
    };
    for (bad) |text| {
        var problem: []const u8 = "";
        try std.testing.expectError(
            error.BadRequest,
            parse(Example, arena.allocator(), text, &problem),
        );
        try std.testing.expect(problem.len > 0);
    }
}

test "depth costs no stack" {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    var text: std.ArrayList(u8) = .empty;
    try text.appendSlice(arena.allocator(), "{\"x\":");
    try text.appendNTimes(arena.allocator(), '[', 100_000);
    try std.testing.expectError(error.BadRequest, parseExample(arena.allocator(), text.items));
    try text.appendNTimes(arena.allocator(), ']', 100_000);
    try text.appendSlice(arena.allocator(), ",\"text\":\"a\"}");
    _ = try parseExample(arena.allocator(), text.items);
}

test "lone surrogates that are no byte become U+FFFD" {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    const got = try parseExample(arena.allocator(), "{\"text\":\"\\ud800x\\udc00\\ud800\\u0041\"}");
    try std.testing.expectEqualStrings("\u{fffd}x\u{fffd}\u{fffd}A", got.text);
}

test "what is written is JSON in UTF-8 and comes back" {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    var buffer: std.Io.Writer.Allocating = .init(arena.allocator());
    var output: Output = .{ .writer = &buffer.writer };
    try output.beginObject();
    try output.textField("text", "a\"\\\n\x00\x1f\xff\xed\xa0\x80é😀\xc3");
    try output.field("limit", 3);
    try output.field("isOn", false);
    try output.key("cursor");
    try output.beginObject();
    try output.pathField("path", "a/\xff\xe9.c");
    try output.field("line", @as(u32, 9));
    try output.endObject();
    try output.key("kinds");
    try output.beginArray();
    try output.value(@as(std.meta.Child(@FieldType(Example, "kinds")), .class));
    try output.endArray();
    try output.field("weight", @as(f32, 0.25));
    try output.endObject();
    const written = buffer.written();
    try std.testing.expect(std.unicode.utf8ValidateSlice(written));
    const got = try parseExample(arena.allocator(), written);
    try std.testing.expectEqualStrings(
        "a\"\\\n\x00\x1f\u{fffd}\u{fffd}\u{fffd}\u{fffd}é😀\u{fffd}",
        got.text,
    );
    try std.testing.expectEqualStrings("a/\xff\xe9.c", got.cursor.?.path);
    try std.testing.expectEqual(.class, got.kinds[0]);
    try std.testing.expectEqual(0.25, got.weight);
}
