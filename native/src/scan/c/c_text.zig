//! How texts of C and C++ are cut: comments whose line goes on after a backslash, raw strings,
//! digit separators, and the lines of the preprocessor.
const std = @import("std");
const lexer = @import("../lexing/lexer.zig");
const scan = @import("../scan.zig");
const types = @import("../../base/types.zig");

const Allocator = std.mem.Allocator;
const Found = scan.Found;
const Span = types.Span;

/// Digits and `$` continue a name.
pub const Names = lexer.Identifiers("$");

/// One past the comment that opens at `at`, or null if none does.
pub fn commentEnd(text: []const u8, at: usize) ?usize {
    return switch (lexer.peek(text, at + 1)) {
        '/' => continuedLineEnd(text, at),
        '*' => lexer.pastMark(text, at + 2, "*/"),
        else => null,
    };
}

/// Where the line of `at` ends, lines that a backslash joins to it included.
fn continuedLineEnd(text: []const u8, at: usize) usize {
    var end = lexer.lineEnd(text, at);
    while (end < text.len and isJoined(text, at, end)) end = lexer.lineEnd(text, end + 1);
    return end;
}

/// Whether a backslash stands before the line feed at `line_feed`.
fn isJoined(text: []const u8, floor: usize, line_feed: usize) bool {
    var before = line_feed;
    if (before > floor and text[before - 1] == '\r') before -= 1;
    return before > floor and text[before - 1] == '\\';
}

/// One past the string that opens with the quote at `at`. A prefix starts at or after `floor`.
pub fn stringEnd(is_cpp: bool, text: []const u8, floor: usize, at: usize) usize {
    if (is_cpp and at > floor and text[at - 1] == 'R') {
        if (rawStringEnd(text, at)) |end| return end;
    }
    return lexer.quoteEnd('"', .one, text, at);
}

/// The end of `R"mark( … )mark"` whose quote stands at `at`; null if it is no raw string.
fn rawStringEnd(text: []const u8, at: usize) ?usize {
    const longest_mark = 16;
    const head = text[at + 1 .. @min(text.len, at + 2 + longest_mark)];
    const length = std.mem.indexOfScalar(u8, head, '(') orelse return null;
    var closing: [longest_mark + 2]u8 = undefined;
    closing[0] = ')';
    @memcpy(closing[1..][0..length], head[0..length]);
    closing[1 + length] = '"';
    return lexer.pastMark(text, at + 2 + length, closing[0 .. length + 2]);
}

/// One past the character literal whose quote stands at `at`; `at + 1` if the quote separates the
/// digits of a number.
pub fn characterEnd(text: []const u8, floor: usize, at: usize) usize {
    if (at > floor and isInNumber(text, floor, at)) return at + 1;
    return lexer.quoteEnd('\'', .one, text, at);
}

fn isInNumber(text: []const u8, floor: usize, at: usize) bool {
    if (!std.ascii.isHex(text[at - 1])) return false;
    const longest_number = 40;
    const lowest = @max(floor, at -| longest_number);
    var start = at;
    while (start > lowest) : (start -= 1) {
        if (!Names.isPart(text[start - 1]) and text[start - 1] != '\'') break;
    }
    return std.ascii.isDigit(text[start]) and !std.mem.startsWith(u8, text[start..at], "8'");
}

/// Whether nothing but blanks stands between the start of the line and `at`.
pub fn isFirstOfLine(text: []const u8, floor: usize, at: usize) bool {
    var before = at;
    while (before > floor and (text[before - 1] == ' ' or text[before - 1] == '\t')) before -= 1;
    return before == 0 or before == floor or text[before - 1] == '\n' or
        std.mem.endsWith(u8, text[floor..before], "*/");
}

/// Where the directive whose rest starts at `from` ends: its last line feed, or the end of the
/// text. Adds the comments it holds.
pub fn directiveEnd(
    is_cpp: bool,
    text: []const u8,
    from: usize,
    found: *Found,
) Allocator.Error!usize {
    const stops = "\n\\/\"'";
    var at = lexer.find(stops, text, from);
    while (at < text.len) : (at = lexer.find(stops, text, @min(at, text.len))) {
        switch (text[at]) {
            '\n' => return at,
            '\\' => at += if (lexer.startsWith(text, at + 1, "\r\n")) 3 else 2,
            '/' => if (commentEnd(text, at)) |end| {
                try lexer.addComment(found, at, end);
                at = end;
            } else {
                at += 1;
            },
            '"' => at = stringEnd(is_cpp, text, from, at),
            else => at = characterEnd(text, from, at),
        }
    }
    return text.len;
}

/// What follows a `#`: the first byte of its word, and the word.
pub fn directiveWord(text: []const u8, hash: usize) Span {
    const start = lexer.skipBlanks(text, hash + 1);
    return .{ .start = @intCast(start), .end = @intCast(Names.end(text, start)) };
}

/// The `#else`, `#elif` or `#endif` that ends the branch whose text starts at `from`; the text's
/// length without one. For branches that nobody compiles.
pub fn deadBranchEnd(text: []const u8, from: usize) usize {
    var depth: usize = 0;
    var at = lexer.find("#", text, from);
    while (at < text.len) : (at = lexer.find("#", text, at + 1)) {
        if (!isFirstOfLine(text, from, at)) continue;
        const word = directiveWord(text, at).of(text);
        if (std.mem.startsWith(u8, word, "if")) {
            depth += 1;
        } else if (std.mem.eql(u8, word, "endif")) {
            if (depth == 0) return at;
            depth -= 1;
        } else if (depth == 0 and std.mem.startsWith(u8, word, "el")) return at;
    }
    return text.len;
}

/// One past the `>` that closes the `<` at `open`, or null if what follows are no template
/// arguments; `reached` is how far it looked.
pub fn templateEnd(text: []const u8, open: usize, reached: *usize) ?usize {
    var angles: usize = 0;
    var parens: usize = 0;
    var at = open;
    while (at < text.len) : (at += 1) {
        switch (text[at]) {
            '<' => if (parens == 0) {
                angles += 1;
            },
            '>' => if (parens == 0 and text[at - 1] != '-') {
                angles -= 1;
                if (angles == 0) return at + 1;
            },
            '(' => parens += 1,
            ')' => {
                if (parens == 0) break;
                parens -= 1;
            },
            ';' => break,
            '{', '}' => if (parens == 0) break,
            '/' => if (commentEnd(text, at)) |end| {
                at = end - 1;
            },
            else => {},
        }
    }
    reached.* = at;
    return null;
}

const testing = std.testing;

test "strings and characters end where C ends them" {
    const raw = "R\"x(a)\"b)x\" rest";
    try testing.expectEqual(11, stringEnd(true, raw, 0, 1));
    try testing.expectEqual(7, stringEnd(false, raw, 0, 1));
    try testing.expectEqual(raw.len - 5, stringEnd(true, raw[0 .. raw.len - 5], 0, 1));
    const number = "1'000'000";
    try testing.expectEqual(2, characterEnd(number, 0, 1));
    try testing.expectEqual(6, characterEnd(number, 0, 5));
    try testing.expectEqual(3, characterEnd("'\"'", 0, 0));
    try testing.expectEqual(5, characterEnd("u8'x'", 0, 2));
}

test "a directive goes on after a backslash and through comments" {
    var found: Found = .init(testing.allocator);
    defer found.deinit();
    const text = "A 1 \\\n 2 /* \n */ '\"' \"/*\" // x\nrest";
    const end = try directiveEnd(false, text, 0, &found);
    try testing.expectEqualStrings("\nrest", text[end..]);
    try testing.expectEqual(2, found.comments.items.len);
    try testing.expectEqual(2, try directiveEnd(false, "a\\", 0, &found));
}

test "a dead branch ends at its own end" {
    const text = " it's\n#if X\n#else\n#endif\n x # endif\n # else\n";
    try testing.expectEqualStrings("# else\n", text[deadBranchEnd(text, 0)..]);
    try testing.expectEqual(3, deadBranchEnd("abc", 0));
}

test "template arguments are told from less-than" {
    var reached: usize = 0;
    const text = "<a<b>, (c > d)> x";
    try testing.expectEqualStrings(" x", text[templateEnd(text, 0, &reached).?..]);
    try testing.expectEqual(null, templateEnd("< 3; >", 0, &reached));
    try testing.expectEqual(3, reached);
}
