//! What the fuzzers write into files and requests.
const std = @import("std");

const pieces = [_][]const u8{
    "function alpha(beta) {\n",
    "class Gamma extends Delta {\n",
    "}\n",
    "import x from './file1.c'\n",
    "#include <file2.c>\n",
    "def epsilon(self):\n    ",
    "// a comment about zeta\n",
    "/* open ",
    "*/",
    "\"text ",
    "'",
    "`${",
    "return alpha + camelCaseName;",
    "snake_case_name = 3\n",
    "\r\n",
    "\n\n\n",
    "\x00",
    "\xff\xfe",
    "\xe2\x82",
    "日本語の識別子",
    "# heading\n",
    "```\n",
    "fn eta<'a>(x: &'a str) -> u8 {",
    "'''",
    "{{{{((((",
    "r#\"",
    "<<EOF\n",
    "EOF\n",
    "struct theta { int iota; };\n",
    "@generated\n",
    "\t",
    "kappa.lambda.mu(",
    "0x1fULL ",
};

/// A path that is likely to be there already.
pub fn path(random: std.Random, buffer: []u8, count: u32) []const u8 {
    const extensions = [_][]const u8{ "c", "ts", "py", "rs", "md", "zig", "rb", "txt", "lua", "" };
    const number = random.uintLessThan(u32, count);
    const extension = extensions[number % extensions.len];
    const folder = if (number % 3 == 0) "sub/" else if (number % 7 == 0) "a/b/\xff/" else "";
    return std.fmt.bufPrint(buffer, "{s}file{d}.{s}", .{ folder, number, extension }) catch "f";
}

/// The text of a file: now and then one that nests deeply, never ends its line or is no text.
pub fn fill(random: std.Random, buffer: []u8) []const u8 {
    const length = @min(buffer.len, switch (random.uintLessThan(u32, 20)) {
        0 => buffer.len,
        1...5 => random.uintLessThan(usize, 20_000),
        else => random.uintLessThan(usize, 2000),
    });
    const text = buffer[0..length];
    switch (random.uintLessThan(u32, 12)) {
        0 => random.bytes(text),
        1 => @memset(text, "([{<"[random.uintLessThan(usize, 4)]),
        2 => @memset(text, 'x'),
        3 => {
            const nested = "if(a){";
            for (text, 0..) |*byte, at| byte.* = nested[at % nested.len];
        },
        else => {
            var at: usize = 0;
            while (at < length) {
                const piece = pieces[random.uintLessThan(usize, pieces.len)];
                const part = piece[0..@min(piece.len, length - at)];
                @memcpy(text[at..][0..part.len], part);
                at += part.len;
            }
        },
    }
    return text;
}

/// A request for an operation: mostly as it should be, sometimes not, sometimes no JSON at all.
pub fn request(random: std.Random, operation: u32, buffer: []u8, count: u32) []u8 {
    if (random.uintLessThan(u32, 40) == 0) {
        const noise = buffer[0..random.uintLessThan(usize, 500)];
        random.bytes(noise);
        return noise;
    }
    if (random.uintLessThan(u32, 200) == 0) {
        const deep = buffer[0..100_000];
        @memset(deep, '[');
        @memcpy(deep[0..5], "{\"x\":");
        return deep;
    }
    var writer: std.Io.Writer = .fixed(buffer);
    write(random, operation, &writer, count) catch {};
    const made = writer.buffered();
    if (random.uintLessThan(u32, 15) == 0 and made.len > 0) {
        for (0..random.uintLessThan(usize, 4)) |_| {
            made[random.uintLessThan(usize, made.len)] = random.int(u8);
        }
        return made[0 .. made.len - random.uintLessThan(usize, made.len)];
    }
    return made;
}

/// Names, patterns and texts that mean something to some operation, or trouble.
const words = [_][]const u8{
    "alpha",
    "Gamma",
    "camelCaseName",
    "zeta comment",
    "^(a|b)*c$",
    "f.le",
    "",
    "(",
    "x{2,}",
    "theta",
    "[a-",
    "日本語",
    "\\\\xff",
    "\\udc80",
    "*",
    "a",
    ".",
};

fn write(random: std.Random, operation: u32, out: *std.Io.Writer, count: u32) !void {
    const word = words[random.uintLessThan(usize, words.len)];
    var path_buffer: [64]u8 = undefined;
    const name = path(random, &path_buffer, count);
    const limit = random.uintLessThan(u32, 50);
    try out.writeAll("{");
    switch (operation) {
        1 => switch (random.uintLessThan(u32, 4)) {
            0 => {},
            1 => try out.writeAll("\"isForced\":true"),
            else => {
                try out.writeAll("\"paths\":[");
                try string(out, name);
                try out.writeAll(",\"sub\"]");
            },
        },
        3, 11 => {
            try out.print("\"text\":\"{s} {s}\",\"limit\":{d},\"tokens\":{d},", .{
                word,
                words[random.uintLessThan(usize, words.len)],
                limit,
                random.uintLessThan(u32, 5000),
            });
            try out.print("\"cursor\":{{\"line\":{d},\"path\":", .{random.uintLessThan(u32, 100)});
            try string(out, name);
            try out.writeAll("},\"openFiles\":[");
            try string(out, name);
            try out.writeAll("],\"changes\":[{\"startLine\":1,\"endLine\":9,\"path\":");
            try string(out, name);
            try out.writeAll("}]");
        },
        4, 5 => try out.print("\"name\":\"{s}\",\"limit\":{d}", .{ word, limit }),
        6, 8, 9 => try out.print(
            "\"pattern\":\"{s}\",\"limit\":{d},\"isRegex\":{},\"isWord\":{},\"isCaseSensitive\":{}",
            .{ word, limit, random.boolean(), random.boolean(), random.boolean() },
        ),
        7, 10 => {
            try out.writeAll("\"path\":");
            try string(out, name);
        },
        12 => try out.print("\"tokens\":{d}", .{random.uintLessThan(u32, 4000)}),
        13 => try writeOverlay(random, out, name),
        14 => switch (random.uintLessThan(u32, 4)) {
            0 => try out.writeAll("\"isOn\":false"),
            1 => try out.writeAll("\"isOn\":true"),
            else => {},
        },
        15 => if (random.boolean()) {
            try out.writeAll("\"head\":\"abc\",\"log\":\"");
            for (0..random.uintLessThan(usize, 200)) |_| {
                try out.writeAll(if (random.boolean()) "\\u0000" else "file1.ts");
            }
            try out.writeAll("\"");
        },
        else => try out.print("\"x\":{d}", .{random.int(i64)}),
    }
    try out.writeAll("}");
}

fn writeOverlay(random: std.Random, out: *std.Io.Writer, name: []const u8) !void {
    try out.writeAll("\"path\":");
    try string(out, name);
    if (random.boolean()) return;
    var text: [3000]u8 = undefined;
    try out.writeAll(",\"text\":");
    try string(out, fill(random, &text));
}

/// A JSON string in which bytes that are no UTF-8 stand as a host writes them.
fn string(out: *std.Io.Writer, bytes: []const u8) !void {
    try out.writeByte('"');
    for (bytes) |byte| switch (byte) {
        '"', '\\' => try out.print("\\{c}", .{byte}),
        0...0x1f => try out.print("\\u{x:0>4}", .{byte}),
        0x80...0xff => try out.print("\\udc{x:0>2}", .{byte}),
        else => try out.writeByte(byte),
    };
    try out.writeByte('"');
}
