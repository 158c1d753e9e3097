//! About how many tokens a model counts for a text: the same estimate as `src/context/budget.ts`,
//! where its costs come from.
const std = @import("std");
const utf8 = @import("../base/utf8.zig");

const Kind = enum { lower, upper, digit, punctuation, space, line_break, cjk, other };

const word_start = 1.0;
const letter = 0.05;
const digit = 1.3;
const punctuation = 0.5;
const line_break = 1.0;
const cjk = 1.0;
const other = 0.6;

pub fn estimate(text: []const u8) u32 {
    var tokens: f64 = 0;
    var before: Kind = .space;
    var at: usize = 0;
    while (at < text.len) {
        const end = at + @max(1, utf8.sequence(text[at..]));
        const code: u21 = if (text[at] < 0x80)
            text[at]
        else
            std.unicode.utf8Decode(text[at..end]) catch 0xfffd;
        const kind = kindOf(code);
        // The estimate was fitted to UTF-16, where these are two.
        const units: f64 = if (code > 0xffff) 2 else 1;
        tokens += units * costOf(kind, before);
        before = kind;
        at = end;
    }
    return @intFromFloat(@ceil(tokens));
}

fn kindOf(code: u21) Kind {
    return switch (code) {
        'a'...'z' => .lower,
        'A'...'Z' => .upper,
        '0'...'9' => .digit,
        '\n' => .line_break,
        0...9, 11...32 => .space,
        33...47, 58...64, 91...96, 123...127 => .punctuation,
        0x2e80...0xd7ff => .cjk,
        else => .other,
    };
}

fn costOf(kind: Kind, before: Kind) f64 {
    return switch (kind) {
        .lower => if (before == .lower or before == .upper) letter else word_start + letter,
        .upper => if (before == .upper) letter else word_start + letter,
        .line_break => if (before == .line_break) 0 else line_break,
        .space => 0,
        .digit => digit,
        .punctuation => punctuation,
        .cjk => cjk,
        .other => other,
    };
}

test "the estimate of the TypeScript side" {
    try std.testing.expectEqual(0, estimate(""));
    try std.testing.expectEqual(4, estimate("maxRetryCount"));
    try std.testing.expectEqual(3, estimate("a\n\n"));
    try std.testing.expectEqual(3, estimate("10"));
    try std.testing.expectEqual(2, estimate("索引"));
    try std.testing.expectEqual(2, estimate("😀"));
    _ = estimate("\xff\xc3");
}
